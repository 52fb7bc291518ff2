// The IPAM plugin host-local: a file for each address that is given, and the last one given for each set of ranges; the next free address after that one, wrapping.
// Not simulated: addresses that a caller asks for, resolvConf, dataDir.
import { type Cidr, contains, networkOf, rangeOf, readCidr, readInterfaceAddress } from '../../addr/cidr'
import { addToIp, compareIps, familyOf, type Ip, ipText, readIp } from '../../addr/ip'
import type { GivenAddress } from './attachment'
import { CniError, type CniHost } from './host'

export interface IpamConfig {
  readonly type?: string
  readonly subnet?: string
  readonly rangeStart?: string
  readonly rangeEnd?: string
  readonly gateway?: string
  readonly ranges?: readonly (readonly RangeConfig[])[]
  readonly addresses?: readonly { readonly address: string; readonly gateway?: string }[]
  readonly routes?: readonly IpamRoute[]
}
interface RangeConfig {
  readonly subnet: string
  readonly rangeStart?: string
  readonly rangeEnd?: string
  readonly gateway?: string
}
export interface IpamRoute {
  readonly dst: string
  readonly gw?: string
  readonly priority?: number
  readonly table?: number
  readonly mtu?: number
  readonly advmss?: number
  readonly scope?: number
}

/** An address with the gateway of its range. */
export interface Reserved extends GivenAddress {
  readonly gateway: Ip
  /** Nobody wrote the gateway: it is what a bridge would take as its own address. */
  readonly assumed?: true
}

interface Range {
  readonly subnet: Cidr
  readonly first: Ip
  readonly last: Ip
  readonly gateway: Ip
}

const folder = (network: string): string => `/var/lib/cni/networks/${network}`
const holder = (id: string, ifname: string): string => `${id}\r\n${ifname}`

/** The IPAM plugin static: the addresses that are written, and nothing kept. */
export function staticAddresses(ipam: IpamConfig): readonly Reserved[] {
  return (ipam.addresses ?? []).flatMap(({ address, gateway }): Reserved[] => {
    const written = readInterfaceAddress(address)
    if (written === undefined) throw new CniError(`invalid CIDR in addresses: ${address}`)
    const own = readIp(gateway ?? '') ?? null
    return [
      {
        ...written,
        gateway: own ?? addToIp(networkOf(written.ip, written.length).ip, 1)!,
        ...(own === null && { assumed: true as const }),
      },
    ]
  })
}

/** An address of each set of ranges; throws the plugin's words, with nothing kept, where a set is full. */
export function reserve(host: CniHost, network: string, id: string, ifname: string, ipam: IpamConfig): readonly Reserved[] {
  const own = ipam.subnet === undefined ? [] : [[ipam as RangeConfig]]
  const sets = [...own, ...(ipam.ranges ?? [])].map(set => set.map(readRange))
  host.files.set(`${folder(network)}/lock`, '')
  const given: Reserved[] = []
  for (const [at, set] of sets.entries()) {
    const found = nextFree(host, network, at, set)
    if (found === undefined) {
      for (const { ip } of given) host.files.delete(`${folder(network)}/${ipText(ip)}`)
      const texts = set.map(r => `${ipText(r.first)}-${ipText(r.last)}`).join(',')
      throw new CniError(`failed to allocate for range ${at}: no IP addresses available in range set: ${texts}`)
    }
    const { ip, range } = found
    host.files.set(`${folder(network)}/${ipText(ip)}`, holder(id, ifname))
    host.files.set(`${folder(network)}/last_reserved_ip.${at}`, ipText(ip))
    given.push({ ip, length: range.subnet.length, gateway: range.gateway })
  }
  return given
}

/** Gives up what the container holds; one that holds nothing is no error. */
export function release(host: CniHost, network: string, id: string, ifname: string): void {
  host.files.set(`${folder(network)}/lock`, '')
  for (const [path, content] of host.files)
    if (path.startsWith(`${folder(network)}/`) && content === holder(id, ifname)) host.files.delete(path)
}

function readRange(config: RangeConfig): Range {
  const subnet = readCidr(config.subnet)
  if (subnet === undefined) throw new CniError(`invalid CIDR address: ${config.subnet}`)
  const network = networkOf(subnet.ip, subnet.length)
  const { first, last } = rangeOf(network)
  const four = familyOf(first) === 'ipv4'
  if (network.length >= (four ? 31 : 127)) throw new CniError(`Network ${config.subnet} too small to allocate from`)
  const address = (text: string | undefined, otherwise: Ip) => (text === undefined ? otherwise : (readIp(text) ?? otherwise))
  const second = addToIp(first, 1)!
  return {
    subnet: network,
    first: address(config.rangeStart, second),
    last: address(config.rangeEnd, four ? addToIp(last, -1)! : last),
    gateway: address(config.gateway, second),
  }
}

/** The ranges of a set one after another, from behind the last address given, once around. */
function nextFree(
  host: CniHost,
  network: string,
  at: number,
  set: readonly Range[],
): { readonly ip: Ip; readonly range: Range } | undefined {
  const last = readIp(host.files.get(`${folder(network)}/last_reserved_ip.${at}`) ?? '')
  const inside = (r: Range) =>
    last !== undefined && contains(r.subnet, last) && compareIps(last, r.first) >= 0 && compareIps(last, r.last) <= 0
  const begin = Math.max(0, set.findIndex(inside))
  const start = set.some(inside) ? last : undefined
  let [which, ip] = [begin, start === undefined ? undefined : start]
  const isFree = (candidate: Ip, range: Range) => candidate !== range.gateway && !host.files.has(`${folder(network)}/${ipText(candidate)}`)
  for (let turns = 0; turns <= set.length; ) {
    const range = set[which]!
    const next: Ip | undefined = ip === undefined ? range.first : addToIp(ip, 1)
    if (next === undefined || compareIps(next, range.last) > 0) {
      which = (which + 1) % set.length
      ip = undefined
      turns++
      continue
    }
    ip = next
    if (isFree(ip, range)) return { ip, range }
  }
  return undefined
}
