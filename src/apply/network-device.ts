// One device of a `kind: Network` namespace, and what the kernel adds by itself: lo, connected routes, each address once.
import { networkOf, readCidr, readInterfaceAddress } from '../addr/cidr'
import { familyOf, ipText, parseIp, readIp } from '../addr/ip'
import { type Mac, readMac } from '../addr/mac'
import { never } from '../error'
import type { Device, InterfaceAddress, Route } from '../linux/program'
import type { Complaints } from './complaints'
import type { Path } from './path'
import { readFlag, readList, readMapping, readNumber, readWord } from './written-value'

const KINDS = ['veth', 'bridge', 'vxlan', 'tun', 'loopback'] as const
const COMMON_FIELDS = ['kind', 'mac', 'mtu', 'addresses', 'master', 'hairpin', 'isolated', 'flood'] as const
const OWN_FIELDS: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  veth: ['peer'],
  bridge: [],
  vxlan: ['id', 'local', 'device', 'port', 'gbp'],
  tun: ['program', 'local', 'port', 'leases'],
  loopback: [],
}
const MTU_BYTES: Readonly<Record<(typeof KINDS)[number], number>> = { veth: 1500, bridge: 1500, vxlan: 1450, tun: 1500, loopback: 65536 }

/** The device that a namespace writes under a name; complaints and undefined where it is none. */
export function readDevice(complaints: Complaints, name: string, value: unknown, path: Path): Device | undefined {
  const written = readMapping(complaints, value, path, null)
  const kind = KINDS.find(k => k === written.kind)
  if (kind === undefined) {
    const wrong = `'${String(written.kind)}' is not a kind of device that hopspec models.`
    complaints.add('INVALID_VALUE', [...path, 'kind'], wrong, `Write ${KINDS.join(', ')}.`)
    return undefined
  }
  const d = readMapping(complaints, written, path, [...COMMON_FIELDS, ...OWN_FIELDS[kind]])
  const bridge = readWord(complaints, d.master, [...path, 'master'])
  const flag = (field: 'hairpin' | 'isolated' | 'flood', otherwise: boolean) => readFlag(complaints, d[field], [...path, field], otherwise)
  const port = { hairpin: flag('hairpin', false), isolated: flag('isolated', false), flood: flag('flood', true) }
  const common = {
    name,
    mac: readDeviceMac(complaints, d.mac, [...path, 'mac']),
    mtuBytes: readNumber(complaints, d.mtu, [...path, 'mtu'], 68, 65536, MTU_BYTES[kind]),
    addresses: readAddresses(complaints, d.addresses, [...path, 'addresses']),
    ...(bridge === undefined ? {} : { port: { bridge, ...port } }),
  }
  switch (kind) {
    case 'loopback':
    case 'bridge':
      return { ...common, kind }
    case 'veth': {
      const peer = /^([^/]+)\/(.+)$/.exec(String(d.peer ?? ''))
      if (peer) return { ...common, kind, peer: { namespace: `namespace/${peer[1]}`, device: peer[2]! } }
      complaints.add('INVALID_VALUE', [...path, 'peer'], `${name} needs a peer.`, 'Write peer: NAMESPACE/DEVICE.')
      return undefined
    }
    case 'vxlan':
      return readVxlan(complaints, common, d, path)
    case 'tun':
      return readTun(complaints, common, d, path)
    default:
      return never(kind)
  }
}

function readVxlan(
  complaints: Complaints,
  common: Omit<Device & { kind: 'bridge' }, 'kind'>,
  d: Readonly<Record<string, unknown>>,
  path: Path,
): Device | undefined {
  const local = readIp(String(d.local))
  if (local === undefined) {
    complaints.add('INVALID_VALUE', [...path, 'local'], `${common.name} needs the address of its machine.`, 'Write local: 192.168.1.201.')
    return undefined
  }
  return {
    ...common,
    kind: 'vxlan',
    id: readNumber(complaints, d.id, [...path, 'id'], 0, 2 ** 24 - 1, 1),
    local,
    device: readWord(complaints, d.device, [...path, 'device']) ?? '',
    udpPort: readNumber(complaints, d.port, [...path, 'port'], 1, 65535, 8472),
    ...(readFlag(complaints, d.gbp, [...path, 'gbp'], false) && { gbp: true as const }),
  }
}

/** The device of a process like flanneld: `leases: [10.0.90.0/24 via 192.168.8.228]`. */
function readTun(
  complaints: Complaints,
  common: Omit<Device & { kind: 'bridge' }, 'kind'>,
  d: Readonly<Record<string, unknown>>,
  path: Path,
): Device | undefined {
  const local = readIp(String(d.local))
  if (local === undefined) {
    complaints.add(
      'INVALID_VALUE',
      [...path, 'local'],
      `${common.name} needs the address that its program is bound to.`,
      'Write local: 192.168.8.227.',
    )
    return undefined
  }
  const leases = readList(complaints, d.leases, [...path, 'leases']).flatMap((text, i) => {
    const [, cidr = '', via = ''] = /^(\S+) via (\S+)$/.exec(String(text)) ?? []
    const [network, machine] = [readCidr(cidr), readIp(via)]
    if (network !== undefined && machine !== undefined) return [{ network, machine }]
    const wrong = `'${String(text)}' is not a network and the machine that has it.`
    complaints.add('INVALID_VALUE', [...path, 'leases', i], wrong, 'Write 10.0.90.0/24 via 192.168.8.228.')
    return []
  })
  const udpPort = readNumber(complaints, d.port, [...path, 'port'], 1, 65535, 8285)
  return {
    ...common,
    kind: 'tun',
    relay: { program: readWord(complaints, d.program, [...path, 'program']) ?? 'flanneld', local, udpPort, leases },
  }
}

function readDeviceMac(complaints: Complaints, value: unknown, path: Path): Mac {
  const mac = value === undefined ? (0 as Mac) : readMac(String(value))
  if (mac === undefined) complaints.add('INVALID_VALUE', path, `'${String(value)}' is not a MAC address.`, 'Write "02:00:00:00:00:01".')
  return mac ?? (0 as Mac)
}

function readAddresses(complaints: Complaints, value: unknown, path: Path): readonly InterfaceAddress[] {
  return readList(complaints, value, path).flatMap((text, i): InterfaceAddress[] => {
    const written = String(text)
    const address = readInterfaceAddress(written.includes('/') ? written : `${written}/${written.includes(':') ? 128 : 32}`)
    if (!address)
      complaints.add('INVALID_VALUE', [...path, i], `'${written}' is not an address with a prefix length.`, 'Write 10.0.0.1/24.')
    return address ? [address] : []
  })
}

/** A tunnel takes no more than its device has room for, whatever it was told (vxlan_config_apply). */
export const withinLowerMtu = (devices: readonly Device[]): readonly Device[] =>
  devices.map(d => {
    const lower = d.kind === 'vxlan' ? devices.find(other => other.name === d.device) : undefined
    if (d.kind !== 'vxlan' || lower === undefined) return d
    return { ...d, mtuBytes: Math.min(d.mtuBytes, lower.mtuBytes - VXLAN_BYTES[familyOf(d.local)]) }
  })

/** A bridge takes the least of what its ports do, whatever it was made with (br_mtu_auto_adjust). */
export const withinPortsMtu = (devices: readonly Device[]): readonly Device[] =>
  devices.map(d => {
    const ports = d.kind === 'bridge' ? devices.filter(other => other.port?.bridge === d.name) : []
    return ports.length === 0 ? d : { ...d, mtuBytes: Math.min(...ports.map(p => p.mtuBytes)) }
  })

/** Of a frame inside a tunnel's packet: Ethernet 14, vxlan 8, UDP 8, and the outer IP header. */
const VXLAN_BYTES = { ipv4: 50, ipv6: 70 } as const

/** lo is in every namespace; IPv6 loopback only where IPv6 is in use. */
export function withLoopback(devices: readonly Device[]): readonly Device[] {
  const six = devices.some(d => d.addresses.some(a => familyOf(a.ip) === 'ipv6'))
  const own = [{ ip: parseIp('127.0.0.1'), length: 8 }, ...(six ? [{ ip: parseIp('::1'), length: 128 }] : [])]
  const given = devices.find(d => d.kind === 'loopback')
  const lo: Device = given
    ? { ...given, addresses: [...own, ...given.addresses] }
    : { kind: 'loopback', name: 'lo', mac: 0 as Mac, mtuBytes: MTU_BYTES.loopback, addresses: own }
  return [lo, ...devices.filter(d => d.kind !== 'loopback')]
}

/** The routes that the kernel makes for the devices' addresses: of lo only those of IPv6, which reject what they take. */
export function connectedRoutes(devices: readonly Device[]): readonly Route[] {
  const seen = new Set<string>()
  return devices.flatMap(d =>
    d.addresses.flatMap((a): Route[] => {
      const destination = networkOf(a.ip, a.length)
      const key = `${d.name} ${destination.ip} ${a.length}`
      const made = typeof a.ip === 'number' ? d.kind !== 'loopback' && a.length < 32 : d.kind !== 'loopback' || a.length < 128
      if (seen.has(key) || !made) return []
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

/** A device takes an address once: IPv4 once with each length, IPv6 once at all. */
export function checkDeviceAddresses(complaints: Complaints, devices: readonly Device[], path: Path): void {
  for (const { name, kind, addresses } of devices) {
    const seen = new Set<string>()
    for (const { ip, length } of addresses) {
      const key = typeof ip === 'number' ? `${ip}/${length}` : `${ip}`
      if (seen.has(key) && kind !== 'loopback')
        complaints.add(
          'INVALID_VALUE',
          [...path, 'devices', name, 'addresses'],
          `${name} has the address ${ipText(ip)} twice; the kernel says 'address already assigned'.`,
          'Write each address once.',
        )
      seen.add(key)
    }
  }
}
