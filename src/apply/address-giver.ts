// Addresses for machines of which nobody said one.
import { addToIp, type Family, type Ip, parseIp } from '../addr/ip'

export const FIRST_ADDRESS: Readonly<Record<Family, Ip>> = { ipv4: parseIp('192.168.1.200'), ipv6: parseIp('fd00:192:168:1::200') }

/** Hands out 192.168.1.200, .201, … leaving out what the input uses, and the ends of each /24. */
export class AddressGiver {
  private readonly next = new Map<Family, Ip>()
  constructor(private readonly taken: ReadonlySet<Ip>) {}
  give(family: Family): Ip {
    let ip = this.next.get(family) ?? FIRST_ADDRESS[family]
    while (this.taken.has(ip) || isEnd(ip)) ip = addToIp(ip, 1)!
    this.next.set(family, addToIp(ip, 1)!)
    return ip
  }
}

/** The network's own address or its broadcast address. */
const isEnd = (ip: Ip): boolean => typeof ip === 'number' && ((ip & 255) === 0 || (ip & 255) === 255)
