// A Program made ready to walk: routes in tables, rules compiled, devices by name. Made once per Program.
import { networkOf } from '../addr/cidr'
import type { Family, Ip } from '../addr/ip'
import type { IpSet } from '../linux/ipset'
import type { Device, InterfaceAddress, Program } from '../linux/program'
import type { Hook, RuleSet, TableName } from '../linux/rule'
import { Fib } from './fib'
import { type CompiledNft, compileNft, nftNeedsTracking } from './nft-table'
import { type Station, stationsAt } from './nft-stations'
import { forwards } from './sysctl'
import { type CompiledTable, compileTables, needsTracking } from './table'

export interface Machine {
  readonly name: string
  readonly program: Program
  readonly devices: ReadonlyMap<string, Device>
  /** Every address that is on a device here. */
  readonly addresses: ReadonlySet<Ip>
  /** The first address of each IPv6 network here: where this machine forwards, it is one of those who have it. */
  readonly anycast: ReadonlySet<Ip>
  readonly fib: Fib
  readonly ipsets: ReadonlyMap<string, IpSet>
  readonly tables: Readonly<Record<'ipv4' | 'ipv6', ReadonlyMap<TableName, CompiledTable>>>
  /** What stands at a hook, in order. */
  stations(family: Family, hook: Hook): readonly Station[]
  readonly tracks: Readonly<Record<'ipv4' | 'ipv6', boolean>>
  /** The ports of each bridge, in the order of the devices. */
  ports(bridge: string): readonly Device[]
}

const made = new WeakMap<Program, Machine>()

/** Networks of one or two addresses have none (addrconf_join_anycast). */
const routersOf = ({ ip, length }: InterfaceAddress): readonly Ip[] =>
  typeof ip === 'bigint' && length < 127 ? [networkOf(ip, length).ip] : []
const NO_TABLES: ReadonlyMap<TableName, CompiledTable> = new Map()

/** The machine of a Program; the same one every time. */
export function machineOf(program: Program): Machine {
  let machine = made.get(program)
  if (machine === undefined) made.set(program, (machine = make(program)))
  return machine
}

interface Rules {
  readonly tables: ReadonlyMap<TableName, CompiledTable>
  readonly tracks: boolean
}

/** A Program may make its rules when they are first asked for: neighbours that only share a LAN never do. */
const rulesOf = (rules: RuleSet | null): Rules =>
  rules ? { tables: compileTables(rules), tracks: needsTracking(rules) } : { tables: NO_TABLES, tracks: false }

function make(program: Program): Machine {
  const ports = portsByBridge(program)
  let fib: Fib | undefined
  return {
    name: program.name,
    program,
    devices: new Map(program.devices.map(d => [d.name, d])),
    addresses: new Set(program.devices.flatMap(d => d.addresses.map(a => a.ip))),
    get fib() {
      return (fib ??= new Fib(program))
    },
    anycast: new Set(program.devices.filter(d => forwards(program, 'ipv6', d.name)).flatMap(d => d.addresses.flatMap(routersOf))),
    ipsets: new Map((program.ipsets ?? []).map(s => [s.name, s])),
    ports: bridge => ports.get(bridge) ?? [],
    ...rulesWhenAsked(program),
  }
}

function portsByBridge({ devices }: Program): ReadonlyMap<string, readonly Device[]> {
  const byBridge = new Map<string, Device[]>()
  for (const device of devices) {
    if (device.port === undefined) continue
    const ports = byBridge.get(device.port.bridge)
    if (ports) ports.push(device)
    else byBridge.set(device.port.bridge, [device])
  }
  return byBridge
}

/** A value for each family, made when it is first asked for. */
function byFamily<T>(make: (family: Family) => T): Readonly<Record<Family, T>> {
  const made: { [F in Family]?: { readonly value: T } } = {}
  const of = (family: Family): T => (made[family] ??= { value: make(family) }).value
  return {
    get ipv4() {
      return of('ipv4')
    },
    get ipv6() {
      return of('ipv6')
    },
  }
}

function rulesWhenAsked(program: Program): Pick<Machine, 'tables' | 'tracks' | 'stations'> {
  const own = byFamily(family => rulesOf(family === 'ipv4' ? program.iptables : program.ip6tables))
  let nft: CompiledNft | undefined
  const stations = new Map<string, readonly Station[]>()
  return {
    tables: byFamily(family => own[family].tables),
    tracks: byFamily(family => own[family].tracks || (program.nftables !== null && nftNeedsTracking(program.nftables, family))),
    stations(family, hook) {
      const name = `${family} ${hook}`
      let found = stations.get(name)
      if (found === undefined) {
        if (program.nftables !== null) nft ??= compileNft(program.nftables)
        const { tracks, tables } = own[family]
        stations.set(name, (found = stationsAt(hook, family, nft ?? null, { tracks, translates: tables.has('nat') })))
      }
      return found
    },
  }
}

/** Whether the address is one of this machine's own, 127/8 of lo included. */
export function isLocal(machine: Machine, ip: Ip): boolean {
  return machine.addresses.has(ip) || machine.fib.look({ destination: ip, source: null, in: null, mark: 0 }).to === 'local'
}
