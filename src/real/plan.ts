// What has to be done so that a Network stands in namespaces of our own, as data: lines for ip and bridge, settings, rule texts. Nothing is run here.
// Each line remembers the object it came from, so that the kernel's refusal can name it.
import { HopspecError, type Problem } from '../error'
import { type Family, familyOf, ipText } from '../addr/ip'
import { macText } from '../addr/mac'
import { printIpsets } from '../linux/ipset'
import { printIptablesSave } from '../linux/iptables-save'
import type { NftRuleSet } from '../linux/nft-rules'
import { countedNft } from './nft-counted'
import type { Device, Network, Program } from '../linux/program'
import { cutsOf, lanLines, lansOf, portOf } from './lans'
import { type Cable, entry, type Line, line } from './line'
import { farIndexOf, MOST_DEVICES, Numbers } from './numbers'
import { addressed, ownLines, ruleLines } from './own-lines'

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
  readonly cables: readonly Cable[]
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
  readonly numbers: Numbers
}

/** The namespaces that a network needs: every name once (a hostNetwork pod is its node), numbered from 1 where nothing stands yet. */
export function spacesOf(network: Network, names: readonly string[], numbers = new Numbers()): readonly Space[] {
  const programs = new Map<string, Program>()
  for (const name of names) {
    const program = network.program(name)
    if (program) programs.set(program.name, program)
  }
  return [...programs.values()].map(program => ({ number: numbers.space(program.name), program }))
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
export function planOf(network: Network, spaces: readonly Space[], prefix: string, numbers = new Numbers()): Plan {
  const known = new Map(spaces.map(s => [s.program.name, s.number]))
  const problems = spaces.flatMap(s => unbuildable(network, s, known))
  if (problems.length > 0) throw new HopspecError(problems)
  for (const s of spaces) for (const d of s.program.devices) numbers.at(s.number, d.name)
  const ipv6 = spaces.some(s => s.program.devices.some(d => d.kind !== 'loopback' && d.addresses.some(a => familyOf(a.ip) === 'ipv6')))
  const lans = lansOf(network, spaces, numbers)
  const cables = spaces.flatMap(s => s.program.devices.flatMap(d => cableOf(network, s, d, numbers, known, prefix)))
  const own = new Map(spaces.map(s => [s.number, ownLines(s, ipv6, numbers)]))
  const rules = (family: Family) => new Map(spaces.map(s => [s.number, ruleLines(s, family)]))
  own.set(0, lanLines(lans))
  const fdb = new Map(
    spaces.map(s => [
      s.number,
      s.program.fdb.map(e =>
        entry(`fdb append ${macText(e.mac)} dev ${e.device} dst ${ipText(e.destination)} self permanent`, `${s.program.name} ${e.device}`, [
          e.device,
        ]),
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
    numbers,
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

const hasCarrier = (program: Program, d: Device): boolean =>
  d.kind === 'veth' || d.kind === 'ethernet' || (d.kind === 'bridge' && program.devices.some(p => p.port?.bridge === d.name))

const LAN_MTU_BYTES = 65_000

function cableOf(
  network: Network,
  { number, program }: Space,
  d: Device,
  numbers: Numbers,
  known: ReadonlyMap<string, number>,
  prefix: string,
): readonly Cable[] {
  const end = (device: Device, netns: number) =>
    `name ${device.name} index ${numbers.index(netns, device.name)}${addressed(device)} mtu ${device.mtuBytes} netns ${prefix}-${netns}`
  const of = `${program.name} ${d.name}`
  const at = numbers.at(number, d.name)
  if (d.kind === 'ethernet') {
    const port = portOf(number, at)
    const text = `link add name ${port} index ${farIndexOf(number, at)} mtu ${LAN_MTU_BYTES} type veth peer ${end(d, number)}`
    const ends = [
      [0, port],
      [number, d.name],
    ] as const
    return [{ ...line(text, of, [port]), ends }]
  }
  if (d.kind !== 'veth') return []
  const far = network.program(d.peer.namespace)!
  const farNumber = known.get(far.name)!
  const first = farNumber > number || (farNumber === number && numbers.at(number, d.peer.device) >= at)
  if (!first) return []
  const peer = far.devices.find(p => p.name === d.peer.device)!
  const ends = [
    [number, d.name],
    [farNumber, peer.name],
  ] as const
  return [{ ...line(`link add ${end(d, number)} type veth peer ${end(peer, farNumber)}`, of, [d.name]), ends }]
}
