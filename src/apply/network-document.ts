// `kind: Network`: namespaces, devices, routes and rules written by hand become a Network. What is not modelled is refused by name.
import { readIp, type Ip } from '../addr/ip'
import { type Mac, readMac } from '../addr/mac'
import { PROTOCOLS } from '../addr/port'
import { HopspecError, type Place } from '../error'
import { readRoute } from '../linux/ip-route'
import { readPolicyRule } from '../linux/ip-rule'
import { readIpsets } from '../linux/ipset'
import type { NftRuleSet } from '../linux/nft-rules'
import { readNft } from '../linux/nft-ruleset'
import { readIptablesSave } from '../linux/iptables-save'
import type { FdbEntry, Listener, Neighbour, Network, PolicyRule, Program } from '../linux/program'
import type { RuleSet } from '../linux/rule'
import { Complaints } from './complaints'
import type { Doc } from './documents'
import { checkDeviceAddresses, connectedRoutes, readDevice, withinLowerMtu, withinPortsMtu, withLoopback } from './network-device'
import { withNexthops } from './network-routes'
import type { Path } from './path'
import { readList, readMapping, readNumber, readWord } from './written-value'

/** Whether a document is one. */
export const isNetworkDocument = (doc: Doc): boolean => {
  const value = doc.value as { apiVersion?: unknown; kind?: unknown } | null
  return typeof value === 'object' && value !== null && value.apiVersion === 'hopspec/v1' && value.kind === 'Network'
}

const SPACE_FIELDS = [
  'devices',
  'routes',
  'policyRules',
  'neighbours',
  'fdb',
  'sysctls',
  'listeners',
  'ipset',
  'iptables',
  'ip6tables',
  'nftables',
  'iptablesBackend',
]

/** The kernel settings that the walk knows. */
const MODELLED_SYSCTLS =
  /^net\.(?:ipv4\.ip_forward|ipv4\.ip_default_ttl|ipv4\.icmp_echo_ignore_broadcasts|ipv4\.conf\.[^/]+\.(?:forwarding|rp_filter|route_localnet|accept_local|src_valid_mark|arp_ignore|proxy_arp)|ipv6\.conf\.[^/]+\.(?:forwarding|hop_limit)|bridge\.bridge-nf-call-ip6?tables)$/

/** The network of the document; throws all its problems at once. */
export function readNetwork(doc: Doc): Network {
  const complaints = new Complaints(path => doc.placeOf(path))
  const top = readMapping(complaints, doc.value, [], ['apiVersion', 'kind', 'metadata', 'namespaces'])
  const spaces = readMapping(complaints, top.namespaces, ['namespaces'], null)
  const read = Object.entries(spaces).map(([name, space]) => readProgram(complaints, name, space))
  const programs = new Map(withMacs(read).map(program => [program.name, program]))
  for (const program of programs.values()) checkPeers(complaints, program, programs)
  if (complaints.problems.length > 0) throw new HopspecError(complaints.problems)
  return networkOfPrograms(programs)
}

/** Devices without a MAC get one of their own, as the kernel would draw it. */
function withMacs(programs: readonly Program[]): readonly Program[] {
  const taken = new Set(programs.flatMap(p => p.devices.map(d => d.mac)))
  let next = FIRST_MAC
  const draw = (): Mac => {
    while (taken.has(next as Mac)) next++
    return next++ as Mac
  }
  return programs.map(p => ({ ...p, devices: p.devices.map(d => (d.kind === 'loopback' || d.mac !== 0 ? d : { ...d, mac: draw() })) }))
}

/** 02:68:70:00:00:01. */
const FIRST_MAC = 0x026870000001

function networkOfPrograms(programs: ReadonlyMap<string, Program>): Network {
  const owners = new Map<Ip, string | null>()
  for (const program of programs.values())
    for (const device of program.devices)
      for (const { ip } of device.addresses)
        if (device.kind !== 'loopback') owners.set(ip, owners.has(ip) && owners.get(ip) !== program.name ? null : program.name)
  return {
    names: [...programs.keys()],
    program: name => programs.get(name),
    segment: () => [],
    owner: ip => owners.get(ip) ?? undefined,
    outside: { segment: null, known: [] },
  }
}

function readProgram(complaints: Complaints, name: string, space: unknown): Program {
  const path: Path = ['namespaces', name]
  const fields = readMapping(complaints, space, path, SPACE_FIELDS)
  refuseUnmodelled(complaints, fields, path)
  const written = Object.entries(readMapping(complaints, fields.devices, [...path, 'devices'], null))
  const devices = withLoopback(
    withinPortsMtu(
      withinLowerMtu(written.map(([n, device]) => readDevice(complaints, n, device, [...path, 'devices', n])).filter(d => d !== undefined)),
    ),
  )
  const texts = <T>(field: string, read: (text: string, place: Place) => T) =>
    readList(complaints, fields[field], [...path, field])
      .map((text, i) => attempt(complaints, [...path, field, i], place => read(String(text), place)))
      .filter(v => v !== null)
  checkDeviceAddresses(complaints, devices, path)
  const connected = connectedRoutes(devices)
  const listed = readList(complaints, fields.routes, [...path, 'routes']).map((text, i) => {
    const at = [...path, 'routes', i]
    return { path: at, route: attempt(complaints, at, place => readRoute(String(text), place)) }
  })
  const routes = withNexthops(complaints, devices, connected, listed)
  return {
    name: `namespace/${name}`,
    devices,
    routes: [...connected, ...routes],
    policyRules: withPriorities(texts('policyRules', (text, place) => readPolicyRule(text, place, NO_PRIORITY))),
    neighbours: texts('neighbours', readNeighbour),
    fdb: texts('fdb', readFdb),
    sysctls: readSysctls(complaints, fields.sysctls, [...path, 'sysctls']),
    iptables: readRules(complaints, fields.iptables, [...path, 'iptables'], name, 'ipv4'),
    ip6tables: readRules(complaints, fields.ip6tables, [...path, 'ip6tables'], name, 'ipv6'),
    nftables: readNftables(complaints, fields.nftables, [...path, 'nftables'], name),
    ...readSets(complaints, fields.ipset, [...path, 'ipset'], name),
    listeners: readList(complaints, fields.listeners, [...path, 'listeners']).flatMap(
      (l, i) => readListener(complaints, l, [...path, 'listeners', i], name) ?? [],
    ),
  }
}

const NO_PRIORITY = -1

/** A rule without a priority comes right before all that its family has by then, as `ip rule add` puts it. */
function withPriorities(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const lowest = { ipv4: 32766, ipv6: 32766 }
  return rules.map(rule => {
    const priority = rule.priority === NO_PRIORITY ? lowest[rule.family] - 1 : rule.priority
    lowest[rule.family] = Math.min(lowest[rule.family], priority)
    return { ...rule, priority }
  })
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function refuseUnmodelled(complaints: Complaints, fields: Readonly<Record<string, unknown>>, path: Path): void {
  const backend = fields.iptablesBackend ?? 'legacy'
  if (backend === 'nft')
    complaints.add(
      'NOT_MODELLED',
      [...path, 'iptablesBackend'],
      'hopspec does not model the nft back end of iptables yet.',
      "Write 'legacy'.",
    )
  else complaints.oneOf([...path, 'iptablesBackend'], String(backend), ['legacy'])
}

/** A reader of text that throws problems: they are kept, and null is given. */
function attempt<T>(complaints: Complaints, path: Path, read: (place: Place) => T): T | null {
  try {
    return read(complaints.placeOf(path))
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    complaints.problems.push(...error.problems)
    return null
  }
}

function readRules(complaints: Complaints, value: unknown, path: Path, name: string, family: 'ipv4' | 'ipv6'): RuleSet | null {
  const text = readWord(complaints, value, path) ?? ''
  if (text.trim() === '') return null
  return attempt(complaints, path, place => readIptablesSave(text, `${place.file} ${path.at(-1)} of ${name}`, family))
}

function readNftables(complaints: Complaints, value: unknown, path: Path, name: string): NftRuleSet | null {
  const text = readWord(complaints, value, path) ?? ''
  if (text.trim() === '') return null
  return attempt(complaints, path, place => readNft(text, `${place.file} nftables of ${name}`))
}

function readSets(complaints: Complaints, value: unknown, path: Path, name: string): Pick<Program, 'ipsets'> {
  const text = isEmpty(value) ? undefined : readWord(complaints, value, path)
  if (text === undefined) return {}
  return { ipsets: attempt(complaints, path, place => readIpsets(text, `${place.file} ipset of ${name}`)) ?? [] }
}

function readSysctls(complaints: Complaints, value: unknown, path: Path): Readonly<Record<string, number>> {
  const written = Object.entries(readMapping(complaints, value, path, null))
  return Object.fromEntries(
    written.map(([name, setting]) => {
      if (!MODELLED_SYSCTLS.test(name))
        complaints.add('NOT_MODELLED', [...path, name], `hopspec does not model the setting ${name}.`, 'Leave it out.')
      return [name, readNumber(complaints, setting, [...path, name], 0, 255, 0)]
    }),
  )
}

const LISTENER_PROTOCOLS = PROTOCOLS.filter(p => p !== 'icmp' && p !== 'icmpv6')

function readListener(complaints: Complaints, value: unknown, path: Path, answer: string): Listener | undefined {
  const l = readMapping(complaints, value, path, ['protocol', 'port', 'address'])
  const protocol = LISTENER_PROTOCOLS.find(p => p === l.protocol)
  const address = l.address === undefined ? null : readIp(String(l.address))
  const port = readNumber(complaints, l.port, [...path, 'port'], 1, 65535, 0)
  if (protocol !== undefined && l.port !== undefined && address !== undefined) return { protocol, port, address, answer: `${answer}\n` }
  complaints.add('INVALID_VALUE', path, 'This is not a listener.', 'Write {protocol: tcp, port: 80}.')
  return undefined
}

/** Each end of a veth pair names the other. */
function checkPeers(complaints: Complaints, program: Program, all: ReadonlyMap<string, Program>): void {
  for (const device of program.devices) {
    if (device.kind !== 'veth') continue
    const far = all.get(device.peer.namespace)?.devices.find(d => d.name === device.peer.device)
    const path = ['namespaces', program.name.replace('namespace/', ''), 'devices', device.name, 'peer']
    if (far?.kind !== 'veth')
      complaints.add(
        'INVALID_VALUE',
        path,
        `${device.name} has the peer ${device.peer.namespace.replace('namespace/', '')}/${device.peer.device}, which is no veth device.`,
        'Write peer: NAMESPACE/DEVICE of a device of kind veth.',
      )
    else if (far.peer.namespace !== program.name || far.peer.device !== device.name)
      complaints.add(
        'INVALID_VALUE',
        path,
        `${device.name} and ${device.peer.device} do not name each other as peers.`,
        'Give each of the two the other as its peer.',
      )
  }
}

/** The words of a line after the first: each option's value by its name; undefined where one is none of `options` or has no value. */
function optionsOf(text: string, options: readonly string[], flags: readonly string[] = []): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  const words = text.trim().split(/\s+/).slice(1)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (flags.includes(word)) continue
    const value = words[++i]
    if (!options.includes(word) || value === undefined) return undefined
    found.set(word, value)
  }
  return found
}

function readNeighbour(text: string, place: Place): Neighbour {
  const options = optionsOf(text, ['lladdr', 'dev', 'nud'], ['permanent', 'PERMANENT'])
  const ip = readIp(text.trim().split(/\s+/)[0]!)
  const mac = readMac(options?.get('lladdr') ?? '')
  const device = options?.get('dev')
  if (ip === undefined || mac === undefined || !device)
    throw new HopspecError([
      { code: 'INVALID_VALUE', message: `'${text}' is not a neighbour.`, place, fix: 'Write ADDRESS lladdr MAC dev DEVICE.' },
    ])
  return { ip, mac, device }
}

function readFdb(text: string, place: Place): FdbEntry {
  const options = optionsOf(text, ['dev', 'dst'], ['self', 'permanent'])
  const mac = readMac(text.trim().split(/\s+/)[0]!)
  const destination = readIp(options?.get('dst') ?? '')
  const device = options?.get('dev')
  if (mac === undefined || destination === undefined || !device)
    throw new HopspecError([
      { code: 'INVALID_VALUE', message: `'${text}' is not an FDB entry.`, place, fix: 'Write MAC dev DEVICE dst ADDRESS self permanent.' },
    ])
  return { mac, device, destination }
}
