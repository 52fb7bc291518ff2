// How long packets may be on ways of which ICMP has said so: the exceptions to routes of net/ipv4/route.c and net/ipv6/route.c.
// Not simulated: that they are forgotten after ten minutes, and what a tunnel learns of the way of its packets.
import { type Ip, ipText } from '../addr/ip'
import type { Packet } from '../linux/packet'
import { isTaken, type Question, type Taken } from './fib'
import type { Machine } from './machine'

/** The least that a kernel believes (ip_rt_min_pmtu, IPV6_MIN_MTU). */
const leastOf = (ip: Ip): number => (typeof ip === 'number' ? 552 : 1280)

/** By machine, next hop and destination. Every walk has its own, on top of what was known before it. */
export class PathMtus {
  private learned: Map<string, number> | null = null
  constructor(private readonly before: ReadonlyMap<string, number>) {}

  /** What was learned of a way to a destination; nothing where there was no word of it. */
  of(machine: Machine, way: Taken, destination: Ip): number {
    return this.all.get(keyOf(machine, way, destination)) ?? Number.POSITIVE_INFINITY
  }

  /** A program of the machine hears that its packet was too big. `asked`: how the route of that packet is looked for; `usual`: how much its way takes as far as is known. */
  hear(
    machine: Machine,
    { about, mtuBytes }: Packet & { readonly about: Packet; readonly mtuBytes?: number },
    asked: Pick<Question, 'mark' | 'out'>,
    usual: (way: Taken) => number,
  ): void {
    if (mtuBytes === undefined) return
    const { source, destination } = about
    const way = machine.fib.look({ ...asked, destination, source, in: null, about })
    if (!isTaken(way) || usual(way) <= mtuBytes) return
    this.learned ??= new Map(this.before)
    this.learned.set(keyOf(machine, way, destination), Math.max(mtuBytes, leastOf(destination)))
  }

  /** Everything known now; the same map as before where nothing was learned. */
  get all(): ReadonlyMap<string, number> {
    return this.learned ?? this.before
  }
}

const keyOf = (machine: Machine, { route, device }: Taken, destination: Ip): string =>
  `${machine.name} ${device} ${route.gateway === undefined ? '' : ipText(route.gateway)} ${ipText(destination)}`
