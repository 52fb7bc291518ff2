// `kind: Network`: namespaces, devices, routes and rules written by hand become a Network. What is not modelled is refused by name.
import { distance } from 'fastest-levenshtein'
import { networkOf, readInterfaceAddress } from '../addr/cidr'
import { familyOf, type Ip, parseIp, readIp } from '../addr/ip'
import { type Mac, readMac } from '../addr/mac'
import { PROTOCOLS } from '../addr/port'
import { HopspecError, type Place, type Problem } from '../error'
import { readRoute } from '../linux/ip-route'
import { readPolicyRule } from '../linux/ip-rule'
import { readIpsets } from '../linux/ipset'
import { readIptablesSave } from '../linux/iptables-save'
import type { Device, FdbEntry, InterfaceAddress, Listener, Neighbour, Network, PolicyRule, Program, Route } from '../linux/program'
import type { Doc } from './documents'
import type { Path } from './path'

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
const DEVICE_FIELDS = ['kind', 'peer', 'mac', 'mtu', 'addresses', 'master', 'hairpin', 'isolated', 'flood', 'id', 'local', 'device', 'port']

/** The kernel settings that the walk knows. */
const MODELLED_SYSCTLS =
  /^net\.(?:ipv4\.ip_forward|ipv4\.ip_default_ttl|ipv4\.conf\.[^/]+\.(?:forwarding|rp_filter|route_localnet|accept_local|src_valid_mark|arp_ignore|proxy_arp)|ipv6\.conf\.[^/]+\.(?:forwarding|hop_limit)|bridge\.bridge-nf-call-ip6?tables)$/

/** The network of the document; throws all its problems at once. */
export function readNetwork(doc: Doc): Network {
  const reader = new NetworkReader(doc)
  const spaces = reader.mapping((doc.value as { namespaces?: unknown }).namespaces, ['namespaces'], null)
  const programs = new Map(Object.entries(spaces).map(([name, space]) => [`namespace/${name}`, reader.program(name, space)]))
  for (const program of programs.values()) reader.checkPeers(program, programs)
  if (reader.problems.length > 0) throw new HopspecError(reader.problems)
  return networkOfPrograms(programs)
}

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

class NetworkReader {
  readonly problems: Problem[] = []
  constructor(private readonly doc: Doc) {}

  private wrong(path: Path, message: string, fix?: string, code: Problem['code'] = 'INVALID_VALUE'): undefined {
    this.problems.push({ code, message, place: this.doc.placeOf(path), ...(fix === undefined ? {} : { fix }) })
    return undefined
  }

  /** A mapping; unknown keys are problems unless any is allowed (`allowed` null). */
  mapping(value: unknown, path: Path, allowed: readonly string[] | null): Record<string, unknown> {
    if (value === undefined || value === null) return {}
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.wrong(path, `${path.at(-1)} is not a mapping.`, undefined, 'WRONG_TYPE')
      return {}
    }
    for (const key of Object.keys(value)) {
      if (allowed === null || allowed.includes(key)) continue
      const near = [...allowed].sort((a, b) => distance(a, key) - distance(b, key))[0]
      this.wrong([...path, key], `There is no field '${key}' here.`, `Did you mean '${near}'?`, 'UNKNOWN_FIELD')
    }
    return value as Record<string, unknown>
  }

  private list(value: unknown, path: Path): readonly unknown[] {
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return value
    this.wrong(path, `${path.at(-1)} is not a list.`, undefined, 'WRONG_TYPE')
    return []
  }

  program(name: string, space: unknown): Program {
    const path: Path = ['namespaces', name]
    const fields = this.mapping(space, path, SPACE_FIELDS)
    for (const unmodelled of ['nftables'] as const)
      if (
        fields[unmodelled] !== undefined &&
        fields[unmodelled] !== '' &&
        !(Array.isArray(fields[unmodelled]) && (fields[unmodelled] as unknown[]).length === 0)
      )
        this.wrong([...path, unmodelled], `hopspec does not model ${unmodelled} yet.`, undefined, 'NOT_MODELLED')
    const devices = Object.entries(this.mapping(fields.devices, [...path, 'devices'], null)).map(([n, d]) =>
      this.device(n, d, [...path, 'devices', n]),
    )
    const all = withLoopback(devices.filter(d => d !== undefined))
    const rules = (field: 'iptables' | 'ip6tables') => {
      const text = fields[field]
      if (typeof text !== 'string' || text.trim() === '') return null
      return this.attempt([...path, field], place =>
        readIptablesSave(text, `${place.file} ${field} of ${name}`, field === 'iptables' ? 'ipv4' : 'ipv6'),
      )
    }
    const texts = <T>(field: string, read: (text: string, place: Place) => T) =>
      this.list(fields[field], [...path, field])
        .map((text, i) => this.attempt([...path, field, i], place => read(String(text), place)))
        .filter(v => v !== null)
    const routes = texts('routes', readRoute).map(r => ({
      ...r,
      ...(r.device === undefined && r.gateway !== undefined ? deviceTowards(all, r.gateway) : {}),
    }))
    return {
      name: `namespace/${name}`,
      devices: all,
      routes: [...connected(all), ...routes],
      policyRules: texts('policyRules', (text, place) => readPolicyRule(text, place, 32765)).map(lastFirst),
      neighbours: texts('neighbours', readNeighbour),
      fdb: texts('fdb', readFdb),
      sysctls: this.sysctls(fields.sysctls, [...path, 'sysctls']),
      iptables: rules('iptables'),
      ip6tables: rules('ip6tables'),
      ...(typeof fields.ipset === 'string'
        ? { ipsets: this.attempt([...path, 'ipset'], place => readIpsets(String(fields.ipset), `${place.file} ipset of ${name}`)) ?? [] }
        : {}),
      listeners: this.list(fields.listeners, [...path, 'listeners']).flatMap(
        (l, i) => this.listener(l, [...path, 'listeners', i], name) ?? [],
      ),
    }
  }

  /** A reader of text that throws problems: they are kept, and null is given. */
  private attempt<T>(path: Path, read: (place: Place) => T): T | null {
    try {
      return read(this.doc.placeOf(path))
    } catch (error) {
      if (!(error instanceof HopspecError)) throw error
      this.problems.push(...error.problems)
      return null
    }
  }

  private device(name: string, value: unknown, path: Path): Device | undefined {
    const d = this.mapping(value, path, DEVICE_FIELDS)
    const addresses = this.list(d.addresses, [...path, 'addresses']).flatMap((text, i): InterfaceAddress[] => {
      const written = String(text)
      const address = readInterfaceAddress(written.includes('/') ? written : `${written}/${written.includes(':') ? 128 : 32}`)
      return address
        ? [address]
        : (this.wrong([...path, 'addresses', i], `'${written}' is not an address with a prefix length.`, 'Write 10.0.0.1/24.') ?? [])
    })
    const mac =
      d.mac === undefined
        ? (0 as Mac)
        : (readMac(String(d.mac)) ??
          this.wrong([...path, 'mac'], `'${String(d.mac)}' is not a MAC address.`, 'Write 02:00:00:00:00:01.') ??
          (0 as Mac))
    const mtuBytes = typeof d.mtu === 'number' ? d.mtu : d.kind === 'loopback' ? 65536 : d.kind === 'vxlan' ? 1450 : 1500
    const port =
      typeof d.master === 'string'
        ? { port: { bridge: d.master, hairpin: d.hairpin === true, isolated: d.isolated === true, flood: d.flood !== false } }
        : {}
    const common = { name, mac, mtuBytes, addresses, ...port }
    switch (d.kind) {
      case 'loopback':
        return { ...common, kind: 'loopback' }
      case 'bridge':
        return { ...common, kind: 'bridge' }
      case 'veth': {
        const peer = /^([^/]+)\/(.+)$/.exec(String(d.peer ?? ''))
        return peer
          ? { ...common, kind: 'veth', peer: { namespace: `namespace/${peer[1]}`, device: peer[2]! } }
          : this.wrong([...path, 'peer'], `${name} needs a peer.`, 'Write peer: NAMESPACE/DEVICE.')
      }
      case 'vxlan': {
        const local = readIp(String(d.local))
        if (local === undefined)
          return this.wrong([...path, 'local'], `${name} needs the address of its machine.`, 'Write local: 192.168.1.201.')
        return { ...common, kind: 'vxlan', id: Number(d.id ?? 1), local, device: String(d.device ?? ''), udpPort: Number(d.port ?? 8472) }
      }
      default:
        return this.wrong(
          [...path, 'kind'],
          `'${String(d.kind)}' is not a kind of device that hopspec models.`,
          'Write veth, bridge, vxlan or loopback.',
        )
    }
  }

  private sysctls(value: unknown, path: Path): Readonly<Record<string, number>> {
    const written = this.mapping(value, path, null)
    for (const [name, v] of Object.entries(written)) {
      if (!MODELLED_SYSCTLS.test(name))
        this.wrong([...path, name], `hopspec does not model the setting ${name}.`, undefined, 'NOT_MODELLED')
      else if (typeof v !== 'number') this.wrong([...path, name], `${name} is not a number.`, `Write ${name}: 1.`, 'WRONG_TYPE')
    }
    return written as Readonly<Record<string, number>>
  }

  private listener(value: unknown, path: Path, answer: string): Listener | undefined {
    const l = this.mapping(value, path, ['protocol', 'port', 'address'])
    const protocol = PROTOCOLS.find(p => p === l.protocol && p !== 'icmp' && p !== 'icmpv6') as Listener['protocol'] | undefined
    const address = l.address === undefined ? null : readIp(String(l.address))
    if (protocol === undefined || typeof l.port !== 'number' || address === undefined)
      return this.wrong(path, 'This is not a listener.', 'Write {protocol: tcp, port: 80}.')
    return { protocol, port: l.port, address, answer: `${answer}\n` }
  }

  /** Each end of a veth pair names the other. */
  checkPeers(program: Program, all: ReadonlyMap<string, Program>): void {
    for (const device of program.devices) {
      if (device.kind !== 'veth') continue
      const far = all.get(device.peer.namespace)?.devices.find(d => d.name === device.peer.device)
      const path = ['namespaces', program.name.replace('namespace/', ''), 'devices', device.name, 'peer']
      if (far?.kind !== 'veth')
        this.wrong(
          path,
          `${device.name} has the peer ${device.peer.namespace.replace('namespace/', '')}/${device.peer.device}, which is no veth device.`,
        )
      else if (far.peer.namespace !== program.name || far.peer.device !== device.name)
        this.wrong(path, `${device.name} and ${device.peer.device} do not name each other as peers.`)
    }
  }
}

/** lo is in every namespace; IPv6 loopback only where IPv6 is in use. */
function withLoopback(devices: readonly Device[]): readonly Device[] {
  const six = devices.some(d => d.addresses.some(a => familyOf(a.ip) === 'ipv6'))
  const own = [{ ip: parseIp('127.0.0.1'), length: 8 }, ...(six ? [{ ip: parseIp('::1'), length: 128 }] : [])]
  const given = devices.find(d => d.kind === 'loopback')
  const lo: Device = given
    ? { ...given, addresses: [...own, ...given.addresses] }
    : { kind: 'loopback', name: 'lo', mac: 0 as Mac, mtuBytes: 65536, addresses: own }
  return [lo, ...devices.filter(d => d.kind !== 'loopback')]
}

/** The routes that the kernel makes for the devices' addresses. */
function connected(devices: readonly Device[]): readonly Route[] {
  const seen = new Set<string>()
  return devices
    .filter(d => d.kind !== 'loopback')
    .flatMap(d =>
      d.addresses.flatMap((a): Route[] => {
        const destination = networkOf(a.ip, a.length)
        const key = `${d.name} ${destination.ip} ${a.length}`
        if (seen.has(key) || (typeof a.ip === 'number' && a.length === 32)) return []
        seen.add(key)
        return [
          {
            type: 'unicast',
            destination,
            device: d.name,
            protocol: 'kernel',
            ...(typeof a.ip === 'number' ? { scope: 'link', source: a.ip } : { metric: 256 }),
          },
        ]
      }),
    )
}

/** A rule without a priority comes before those added earlier, as `ip rule add` puts it. */
const lastFirst = (rule: PolicyRule, index: number): PolicyRule => (rule.priority === 32765 ? { ...rule, priority: 32765 - index } : rule)

/** The device whose network holds the gateway, as `ip route add` finds it. */
function deviceTowards(devices: readonly Device[], gateway: Ip): { device: string } | object {
  const found = devices.find(d =>
    d.addresses.some(a => familyOf(a.ip) === familyOf(gateway) && networkOf(gateway, a.length).ip === networkOf(a.ip, a.length).ip),
  )
  return found ? { device: found.name } : {}
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const words = text.trim().split(/\s+/)
  return new Map(words.flatMap((word, i) => (['lladdr', 'dev', 'dst'].includes(word) ? [[word, words[i + 1] ?? '']] : [])))
}

function readNeighbour(text: string, place: Place): Neighbour {
  const ip = readIp(text.trim().split(/\s+/)[0]!)
  const mac = readMac(fieldsOf(text).get('lladdr') ?? '')
  const device = fieldsOf(text).get('dev')
  if (ip === undefined || mac === undefined || !device)
    throw new HopspecError([
      { code: 'INVALID_VALUE', message: `'${text}' is not a neighbour.`, place, fix: 'Write ADDRESS lladdr MAC dev DEVICE.' },
    ])
  return { ip, mac, device }
}

function readFdb(text: string, place: Place): FdbEntry {
  const mac = readMac(text.trim().split(/\s+/)[0]!)
  const destination = readIp(fieldsOf(text).get('dst') ?? '')
  const device = fieldsOf(text).get('dev')
  if (mac === undefined || destination === undefined || !device)
    throw new HopspecError([
      { code: 'INVALID_VALUE', message: `'${text}' is not an FDB entry.`, place, fix: 'Write MAC dev DEVICE dst ADDRESS self permanent.' },
    ])
  return { mac, device, destination }
}
