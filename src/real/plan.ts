// What has to be done so that a Network stands in namespaces of our own, as data: lines for ip and bridge, settings, rule texts. Nothing is run here.
// Each line remembers the object it came from, so that the kernel's refusal can name it.
import { cidrText, contains } from '../addr/cidr'
import { HopspecError, type Problem } from '../error'
import { type Family, familyOf, ipText, isLoopback } from '../addr/ip'
import { macText } from '../addr/mac'
import { routeText } from '../linux/ip-route'
import { policyRuleText } from '../linux/ip-rule'
import { printIpsets } from '../linux/ipset'
import { printIptablesSave } from '../linux/iptables-save'
import type { NftRuleSet } from '../linux/nft-rules'
import { countedNft } from './nft-counted'
import type { Device, Network, PolicyRule, Program, Route } from '../linux/program'

/** One line of a batch, and whose it is: `node/master eth0`. */
export interface Line {
  readonly text: string
  readonly of: string
}

/** The texts that the tools load, as they stand; null where there is none. */
export interface RuleTexts {
  readonly ipset: string | null
  readonly iptables: string | null
  readonly ip6tables: string | null
  readonly nftables: string | null
  readonly backend: 'nft' | 'legacy'
  /** The rules of `nftables`, where each of them has a counter; without them nothing is known of which of them matched. */
  readonly counted?: NftRuleSet | null
}

/** A Program with the number of its namespace. Number 0 is nobody's: the cables of LANs meet there. */
export interface Space {
  readonly number: number
  readonly program: Program
}

export interface Plan {
  readonly prefix: string
  readonly spaces: readonly Space[]
  /** All cables, laid from namespace 0. */
  readonly cables: readonly Line[]
  /** What a namespace does for itself, by its number. */
  readonly own: ReadonlyMap<number, readonly Line[]>
  /** Policy routes of each family, by namespace. */
  readonly rules: Readonly<Record<Family, ReadonlyMap<number, readonly Line[]>>>
  readonly fdb: ReadonlyMap<number, readonly Line[]>
  /** Devices that have a carrier once both ends of their cable are up, by namespace. */
  readonly carriers: ReadonlyMap<number, readonly string[]>
  /** nftables' text for namespace 0, where frames between machines whose link is cut are dropped; empty when none is. */
  readonly cuts: string
  /** IPv6 is off where no device of the network has an IPv6 address. */
  readonly ipv6: boolean
}

/** The namespaces that a network needs: every name once (a hostNetwork pod is its node), numbered from 1. */
export function spacesOf(network: Network, names: readonly string[]): readonly Space[] {
  const programs = new Map<string, Program>()
  for (const name of names) {
    const program = network.program(name)
    if (program) programs.set(program.name, program)
  }
  return [...programs.values()].map((program, i) => ({ number: i + 1, program }))
}

export const textsOf = (program: Program): RuleTexts => ({
  ipset: program.ipsets?.length ? printIpsets(program.ipsets) : null,
  iptables: program.iptables && printIptablesSave(program.iptables),
  ip6tables: program.ip6tables && printIptablesSave(program.ip6tables),
  nftables: program.nftables && countedNft(program.nftables),
  backend: 'nft',
  counted: program.nftables,
})

/** The plan for these spaces of a network. Throws a veth without its other end, and more devices than have numbers. */
export function planOf(network: Network, spaces: readonly Space[], prefix: string): Plan {
  const numbers = new Map(spaces.map(s => [s.program.name, s.number]))
  const problems = spaces.flatMap(s => unbuildable(network, s, numbers))
  if (problems.length > 0) throw new HopspecError(problems)
  const ipv6 = spaces.some(s => s.program.devices.some(d => d.kind !== 'loopback' && d.addresses.some(a => familyOf(a.ip) === 'ipv6')))
  const lans = lansOf(network, spaces)
  const cables = spaces.flatMap(s => s.program.devices.flatMap((d, i) => cableOf(network, s, d, i, numbers, prefix)))
  const own = new Map(spaces.map(s => [s.number, ownLines(s, ipv6)]))
  const rules = (family: Family) => new Map(spaces.map(s => [s.number, ruleLines(s, family)]))
  own.set(0, lanLines(lans))
  const fdb = new Map(
    spaces.map(s => [
      s.number,
      s.program.fdb.map(e =>
        line(`fdb append ${macText(e.mac)} dev ${e.device} dst ${ipText(e.destination)} self permanent`, `${s.program.name} ${e.device}`),
      ),
    ]),
  )
  const carriers = new Map(spaces.map(s => [s.number, s.program.devices.filter(d => hasCarrier(s.program, d)).map(d => d.name)]))
  carriers.set(
    0,
    [...lans.values()].flat().map(p => p.name),
  )
  return {
    prefix,
    spaces,
    cables,
    own,
    rules: { ipv4: rules('ipv4'), ipv6: rules('ipv6') },
    fdb,
    carriers,
    cuts: cutsOf(network, lans),
    ipv6,
  }
}

/** What no kernel would set up, told before anything is made. */
function unbuildable(network: Network, { program }: Space, numbers: ReadonlyMap<string, number>): readonly Problem[] {
  const { name, devices } = program
  const wrong = (message: string): Problem => ({ code: 'NOT_MODELLED', message, place: { file: name } })
  const loose = devices.flatMap(d => {
    if (d.kind !== 'veth') return []
    const far = network.program(d.peer.namespace)
    if (far && numbers.has(far.name) && far.devices.some(p => p.name === d.peer.device)) return []
    return [wrong(`${name} ${d.name}: its other end, ${d.peer.device} of ${d.peer.namespace}, is not among what is built`)]
  })
  const most = `${name} has ${devices.length} devices; of one machine at most ${MOST_DEVICES} are built on the kernel`
  return devices.length > MOST_DEVICES ? [wrong(most), ...loose] : loose
}

const line = (text: string, of: string): Line => ({ text, of })
const addressed = (d: Device): string => (d.mac === 0 ? '' : ` address ${macText(d.mac)}`)
const LAN_MTU_BYTES = 65_000

/**
 * The number of a device, the same nowhere else in the run: the kernel takes its time (up to a second) to bring up a cable
 * whose two ends happen to have the same number (linkwatch_urgent_event).
 */
export const indexOf = (space: number, at: number): number => space * NUMBERS + at + 1

/** Numbers that one namespace has: half for its devices, half for the ends of its cables in namespace 0. */
const NUMBERS = 20_000
/** The kernel's numbers end at 2³¹ − 1. */
const MOST_DEVICES = NUMBERS / 2 - 1

const hasCarrier = (program: Program, d: Device): boolean =>
  d.kind === 'veth' || d.kind === 'ethernet' || (d.kind === 'bridge' && program.devices.some(p => p.port?.bridge === d.name))

/** Where a card's cable ends in namespace 0; the cable of a machine that is lost lies loose there. */
interface Port {
  readonly name: string
  readonly namespace: string
  readonly loose: boolean
}
type Lans = ReadonlyMap<string, readonly Port[]>

const portOf = (space: Space, at: number): string => `p${space.number}.${at}`

/** The ports of each LAN, by card. */
function lansOf(network: Network, spaces: readonly Space[]): Lans {
  const lans = new Map<string, Port[]>()
  for (const s of spaces)
    for (const [i, d] of s.program.devices.entries()) {
      if (d.kind !== 'ethernet') continue
      const { name: namespace } = s.program
      const loose = !network.segment(d.segment).some(e => e.namespace === namespace && e.device === d.name)
      lans.set(d.segment, [...(lans.get(d.segment) ?? []), { name: portOf(s, i), namespace, loose }])
    }
  return lans
}

function cutsOf(network: Network, lans: Lans): string {
  const drops = [...lans.values()].flatMap(ports =>
    ports.flatMap(a =>
      ports.filter(b => network.isCut?.(a.namespace, b.namespace) ?? false).map(b => `    iifname "${a.name}" oifname "${b.name}" drop`),
    ),
  )
  if (drops.length === 0) return ''
  return ['table bridge cuts {', '  chain forward {', '    type filter hook forward priority 0', ...drops, '  }', '}', ''].join('\n')
}

function cableOf(
  network: Network,
  space: Space,
  d: Device,
  at: number,
  numbers: ReadonlyMap<string, number>,
  prefix: string,
): readonly Line[] {
  const end = (name: string, at: number, device: Device, netns: number) =>
    `name ${name} index ${indexOf(netns, at)}${addressed(device)} mtu ${device.mtuBytes} netns ${prefix}-${netns}`
  const of = `${space.program.name} ${d.name}`
  if (d.kind === 'ethernet') {
    return [
      line(
        `link add name ${portOf(space, at)} index ${indexOf(space.number, NUMBERS / 2 + at)} mtu ${LAN_MTU_BYTES} type veth peer ${end(d.name, at, d, space.number)}`,
        of,
      ),
    ]
  }
  if (d.kind !== 'veth') return []
  const far = network.program(d.peer.namespace)!
  const number = numbers.get(far.name)!
  const peerAt = far.devices.findIndex(p => p.name === d.peer.device)
  const first = number > space.number || (number === space.number && peerAt >= at)
  if (!first) return []
  return [
    line(`link add ${end(d.name, at, d, space.number)} type veth peer ${end(d.peer.device, peerAt, far.devices[peerAt]!, number)}`, of),
  ]
}

function lanLines(lans: Lans): readonly Line[] {
  const lines: Line[] = [line('link set lo up', 'lo')]
  for (const [i, [segment, ports]] of [...lans].entries()) {
    lines.push(line(`link add name lan${i} type bridge stp_state 0 mcast_snooping 0 forward_delay 0`, segment))
    for (const { name, loose } of ports) lines.push(line(`link set dev ${name}${loose ? '' : ` master lan${i}`} up`, segment))
    // A frame to a card that is not there reaches nobody, as on a switch that knows all its cards.
    for (const { name, loose } of ports) if (!loose) lines.push(line(`link set dev ${name} type bridge_slave flood off`, segment))
    lines.push(line(`link set dev lan${i} up`, segment))
  }
  return lines
}

function ownLines({ number, program }: Space, ipv6: boolean): readonly Line[] {
  const of = (what: string) => `${program.name} ${what}`
  const lines: Line[] = []
  const say = (text: string, what: string) => lines.push(line(text, of(what)))
  for (const [i, d] of program.devices.entries()) {
    const head = `link add name ${d.name} index ${indexOf(number, i)}${addressed(d)} mtu ${d.mtuBytes} type`
    if (d.kind === 'bridge') say(`${head} bridge stp_state 0 mcast_snooping 0 forward_delay 0`, d.name)
  }
  for (const [i, d] of program.devices.entries())
    if (d.kind === 'vxlan')
      say(
        `link add name ${d.name} index ${indexOf(number, i)}${addressed(d)} mtu ${d.mtuBytes} type vxlan id ${d.id} local ${ipText(d.local)} dev ${d.device} dstport ${d.udpPort} nolearning${d.gbp ? ' gbp' : ''}`,
        d.name,
      )
  for (const d of program.devices) {
    if (d.port === undefined) continue
    const { bridge, hairpin, isolated, flood } = d.port
    const on = (flag: boolean) => (flag ? 'on' : 'off')
    say(`link set dev ${d.name} master ${bridge}`, d.name)
    say(`link set dev ${d.name} type bridge_slave hairpin ${on(hairpin)} isolated ${on(isolated)} flood ${on(flood)}`, d.name)
  }
  for (const d of program.devices) {
    if (d.kind !== 'loopback')
      for (const table of ipv6 && d.mtuBytes >= SMALLEST_MTU6 ? ['arp_cache', 'ndisc_cache'] : ['arp_cache'])
        say(`ntable change name ${table} dev ${d.name} ${PROMPT}`, d.name)
    say(`link set dev ${d.name}${d.kind === 'tun' ? ` mtu ${d.mtuBytes}` : ''} up`, d.name)
  }
  for (const d of program.devices)
    for (const a of d.addresses) {
      const six = familyOf(a.ip) === 'ipv6'
      if ((six && !ipv6) || (d.kind === 'loopback' && isLoopback(a.ip) && (six || a.length === 8))) continue
      say(`address add ${ipText(a.ip)}/${a.length} dev ${d.name}${six ? ' nodad' : ''}`, d.name)
    }
  for (const n of program.neighbours)
    say(`neighbour replace ${ipText(n.ip)} lladdr ${macText(n.mac)} dev ${n.device} nud permanent`, n.device)
  for (const r of routesToAdd(program)) say(`route add ${routeWords(r)}`, `route ${routeText(r)}`)
  return lines
}

/** Neighbours answer within two quick probes or not at all, and are not asked again. In milliseconds. */
const PROMPT = 'retrans 15 mcast_probes 2 ucast_probes 2 base_reachable 36000000 gc_stale 36000000 proxy_delay 0'

/** A device that carries less has no IPv6. */
const SMALLEST_MTU6 = 1280

/** Linux' own three rules, by priority: the table that each looks up for all packets. */
const OWN_RULES: ReadonlyMap<number, number> = new Map([
  [0, 255],
  [32_766, 254],
  [32_767, 253],
])

/** They are there already. */
function isOwnRule({ family: _, priority, not, action, ...selectors }: PolicyRule): boolean {
  const everything = !not && Object.values(selectors).every(v => v === undefined)
  const plain = typeof action === 'object' && 'lookup' in action && action.suppressPrefixLength === undefined
  return everything && plain && action.lookup === OWN_RULES.get(priority)
}

/** Those that the kernel does not make itself for the devices' addresses; those that others' gateways need come first. */
function routesToAdd(program: Program): readonly Route[] {
  const made = (r: Route) =>
    r.protocol === 'kernel' &&
    program.devices.some(
      d => d.name === r.device && d.addresses.some(a => a.length === r.destination.length && contains(r.destination, a.ip)),
    )
  const added = program.routes.filter(r => !made(r))
  return [...added.filter(r => r.gateway === undefined), ...added.filter(r => r.gateway !== undefined)]
}

/** In a batch `default` would be IPv4's. */
const routeWords = (r: Route): string =>
  familyOf(r.destination.ip) === 'ipv6' && r.destination.length === 0
    ? routeText(r).replace('default', cidrText(r.destination))
    : routeText(r)

/** Policy rules come last, because a gateway is looked up by them; `ip` takes one family's at a time. */
const ruleLines = ({ program }: Space, family: Family): readonly Line[] =>
  program.policyRules
    .filter(r => r.family === family && !isOwnRule(r))
    .map(r => line(`rule add ${policyRuleText(r).replace(/^(\d+):/, 'priority $1')}`, `${program.name} rule ${r.priority}`))
