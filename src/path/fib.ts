// Route look-ups of one namespace: policy rules, then longest prefix in each table. Stands for net/ipv4/fib_*.c and net/ipv6/route.c.
// Not simulated: multipath, IPv6 router preference.
import { type Cidr, contains, networkOf } from '../addr/cidr'
import { bitsOf, familyOf, type Ip, isLoopback } from '../addr/ip'
import { type PortRange, PROTOCOL_NUMBERS } from '../addr/port'
import { hasPorts, type Packet } from '../linux/packet'
import type { Device, InterfaceAddress, PolicyRule, Program, Route } from '../linux/program'

const LOCAL = 255
const MAIN = 254
const DEFAULT = 253

/** What a look-up is about; `in` is null for packets that start here. */
export interface Question {
  readonly destination: Ip
  readonly source: Ip | null
  readonly in: string | null
  readonly mark: number
  /** Only routes through this device (a bound socket). */
  readonly out?: string
  /** Of IPv6 routes that are as good as each other, one through this device. */
  readonly prefers?: string
  /** The packet, for policy rules that ask for its TOS, protocol or ports; without one they see none. */
  readonly about?: Packet
  /** `reverse`: the way back to the packet's sender. `anew`: netfilter routes a packet again, and tells nothing of its transport. */
  readonly sees?: 'reverse' | 'anew'
  /** A program, or this kernel, sends it; so it is when nothing came in. */
  readonly forwarded?: boolean
}

/** A route that takes the packet: to a program here, or on by a device. */
export interface Taken {
  readonly to: 'local' | 'broadcast' | 'multicast' | 'unicast'
  readonly route: Route
  readonly device: string
  /** IPv6 makes a route out by lo one that rejects (ip6_route_info_create): the look-up succeeds, the packet is thrown away. */
  readonly rejects?: true
}
/** Nothing takes it: a route or policy rule says no, or none speaks of it. */
export interface Refused {
  readonly to: 'blackhole' | 'unreachable' | 'prohibit' | 'throw' | 'nowhere'
  readonly byPolicyRule: boolean
}
export type Answer = Taken | Refused

/** Whether a route takes the packet. */
export const isTaken = (answer: Answer): answer is Taken => 'route' in answer

/** One routing table: prefix length → network → routes, best metric first. */
class Table {
  private readonly byLength: Map<Ip, Route[]>[] = []
  private readonly lengths: number[] = []
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const length = route.destination.length
      const networks = (this.byLength[length] ??= new Map())
      const same = networks.get(route.destination.ip)
      if (same) same.push(route)
      else networks.set(route.destination.ip, [route])
      if (!this.lengths.includes(length)) this.lengths.push(length)
    }
    this.lengths.sort((a, b) => b - a)
    for (const networks of this.byLength)
      for (const same of networks?.values() ?? []) same.sort((a, b) => (a.metric ?? 0) - (b.metric ?? 0))
  }

  find(ip: Ip, usable: (route: Route) => boolean, preferred: string | undefined): Route | undefined {
    for (const length of this.lengths) {
      const same = this.byLength[length]!.get(networkOf(ip, length).ip)
      const found = same?.find(usable)
      if (found && preferred !== undefined)
        return same!.find(r => usable(r) && r.metric === found.metric && r.device === preferred) ?? found
      if (found) return found
    }
    return undefined
  }
}

const standardRules = (family: 'ipv4' | 'ipv6'): readonly PolicyRule[] =>
  [
    [0, LOCAL],
    [32766, MAIN],
    [32767, DEFAULT],
  ].map(([priority, lookup]) => ({ family, priority: priority!, not: false, action: { lookup: lookup! } })) // prettier-ignore

/** Everything that a namespace's routes say. */
export class Fib {
  private readonly tables: Readonly<Record<'ipv4' | 'ipv6', ReadonlyMap<number, Table>>>
  private readonly rules: Readonly<Record<'ipv4' | 'ipv6', readonly PolicyRule[]>>
  private readonly loopbacks: ReadonlySet<string>
  constructor(program: Program) {
    const routes = [...localRoutes(program.devices), ...program.routes]
    const tablesOf = (family: 'ipv4' | 'ipv6') => {
      const grouped = new Map<number, Route[]>()
      for (const route of routes)
        if (familyOf(route.destination.ip) === family) {
          const table = route.table ?? MAIN
          const group = grouped.get(table)
          if (group) group.push(route)
          else grouped.set(table, [route])
        }
      return new Map([...grouped].map(([id, group]) => [id, new Table(group)]))
    }
    this.loopbacks = new Set(program.devices.filter(d => d.kind === 'loopback').map(d => d.name))
    this.tables = { ipv4: tablesOf('ipv4'), ipv6: tablesOf('ipv6') }
    const rulesOf = (family: 'ipv4' | 'ipv6') =>
      [...standardRules(family), ...program.policyRules.filter(r => r.family === family)].sort((a, b) => a.priority - b.priority)
    this.rules = { ipv4: rulesOf('ipv4'), ipv6: rulesOf('ipv6') }
  }

  /** Whether the look-up of a namespace depends on more than the kernel's own three rules. */
  hasOwnRules(family: 'ipv4' | 'ipv6'): boolean {
    return this.rules[family].length > 3
  }

  look(q: Question): Answer {
    const answer = this.ask(q)
    if (q.out === undefined || isTaken(answer) || typeof q.destination !== 'number' || q.in !== null) return answer
    return onLink(q.destination, q.out)
  }

  /** What the kernel's own table says of an address. */
  lookLocal(ip: Ip): Route | undefined {
    return this.tables[familyOf(ip)].get(LOCAL)?.find(ip, () => true, undefined)
  }

  private ask(q: Question): Answer {
    const family = familyOf(q.destination)
    const rules = this.rules[family]
    for (let at = 0; at < rules.length; at++) {
      const rule = rules[at]!
      if (applies(rule, q) === rule.not) continue
      const { action } = rule
      if (action === 'nop') continue
      if (typeof action === 'string') return { to: action, byPolicyRule: true }
      if ('goto' in action) {
        const target = rules.findIndex(r => r.priority >= action.goto)
        if (target > at && rules[target]!.priority === action.goto) at = target - 1
        continue
      }
      const route = this.tables[family].get(action.lookup)?.find(q.destination, r => leadsBy(r, q.out ?? strictly(q), family), preferred(q))
      if (route === undefined || route.type === 'throw') continue
      if (route.type === 'local' || route.type === 'broadcast' || route.type === 'unicast') {
        if (route.destination.length <= (action.suppressPrefixLength ?? -1)) continue
        const rejects = route.type === 'unicast' && family === 'ipv6' && this.loopbacks.has(route.device!)
        return { to: route.type, route, device: route.device!, ...(rejects ? { rejects } : {}) }
      }
      return { to: route.type, byPolicyRule: false }
    }
    return { to: 'nowhere', byPolicyRule: false }
  }
}

/** IPv6 takes, of routes as good as each other, the one by which the packet came (ip6_pol_route_input) or that it prefers. */
const preferred = ({ destination, in: cameBy, prefers }: Question): string | undefined =>
  typeof destination === 'bigint' ? (prefers ?? cameBy ?? undefined) : undefined

const leadsBy = ({ device }: Route, wanted: string | undefined, family: 'ipv4' | 'ipv6'): boolean =>
  wanted === undefined || device === wanted || (device === undefined && family === 'ipv4')

/** What comes in for ::1, which only rules can send there, is looked for on its device alone (rt6_need_strict). */
const strictly = ({ destination, in: cameBy }: Question): string | undefined =>
  cameBy !== null && cameBy !== 'lo' && typeof destination === 'bigint' && isLoopback(destination) ? cameBy : undefined

/** A socket bound to a device that no route leads through: IPv4 takes the destination to be a neighbour there. */
const onLink = (destination: Ip, device: string): Taken => ({
  to: 'unicast',
  device,
  route: { type: 'unicast', destination: { ip: destination, length: bitsOf(familyOf(destination)) } as Cidr, device, scope: 'link' },
})

function applies(rule: PolicyRule, q: Question): boolean {
  if (rule.from && (q.source === null ? rule.from.length > 0 : !contains(rule.from, q.source))) return false
  if (rule.to && !contains(rule.to, q.destination)) return false
  if (rule.in !== undefined && rule.in !== (q.in ?? 'lo')) return false
  if (rule.out !== undefined && rule.out !== (q.out ?? q.prefers)) return false
  if (rule.mark !== undefined && (q.mark & rule.mark.mask) >>> 0 !== rule.mark.value) return false
  return isPlain(rule) || transportFits(rule, q)
}

const isPlain = (r: PolicyRule): boolean =>
  r.tos === undefined &&
  r.protocol === undefined &&
  r.sourcePorts === undefined &&
  r.destinationPorts === undefined &&
  r.users === undefined

const ROOT = 0
const NOBODY = 0xffffffff

/** What rules ask of the packet itself. IPv4 compares the three bits of the old TOS that `ip rule` can name. */
function transportFits(rule: PolicyRule, { about, sees, forwarded }: Question): boolean {
  const user = forwarded ? NOBODY : ROOT
  if (rule.users && (user < rule.users.first || user > rule.users.last)) return false
  if (rule.tos && ((about?.tos ?? 0) & (rule.family === 'ipv4' ? 0x1c : 0xfc)) !== rule.tos) return false
  const seen = sees === 'anew' ? undefined : about
  if (rule.protocol && (seen === undefined || PROTOCOL_NUMBERS[seen.protocol] !== rule.protocol)) return false
  const [from, to] = seen && hasPorts(seen) && !seen.fragment?.offset ? [seen.sourcePort, seen.destinationPort] : [0, 0]
  const [source, destination] = sees === 'reverse' ? [to, from] : [from, to]
  return inPorts(rule.sourcePorts, source) && inPorts(rule.destinationPorts, destination)
}

const inPorts = (range: PortRange | undefined, port: number): boolean => range === undefined || (port >= range.first && port <= range.last)

/** The kernel's own table of addresses: each address, 127/8 of lo, and the broadcast addresses of its networks. */
function localRoutes(devices: readonly Device[]): readonly Route[] {
  const routes: Route[] = []
  const add = (type: 'local' | 'broadcast', destination: Cidr, device: string, source: Ip) =>
    routes.push({ type, destination, device, source, table: LOCAL, protocol: 'kernel', scope: type === 'local' ? 'host' : 'link' })
  for (const device of devices)
    for (const address of device.addresses) {
      const { ip, length } = address
      const bits = bitsOf(familyOf(ip))
      const primary = typeof ip === 'number' ? primaryOf(device, address) : ip
      add('local', device.kind === 'loopback' && isLoopback(ip) ? networkOf(ip, length) : { ip, length: bits }, device.name, primary)
      if (device.kind === 'loopback' && length < bits && typeof ip === 'number') add('local', networkOf(ip, length), device.name, primary)
      if (typeof ip === 'number' && length < 31)
        add('broadcast', { ip: (networkOf(ip, length).ip as number) + 2 ** (32 - length) - 1, length: 32 } as Cidr, device.name, ip)
    }
  return routes
}

/** The first address of the same network on the device: the one that packets to a secondary address start from. */
const primaryOf = (device: Device, { ip, length }: InterfaceAddress): Ip =>
  device.addresses.find(
    a => a.length === length && familyOf(a.ip) === familyOf(ip) && networkOf(a.ip, length).ip === networkOf(ip, length).ip,
  )?.ip ?? ip
