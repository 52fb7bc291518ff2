// Which of its addresses a machine sends from when nobody says. IPv4: the first of the device whose network holds the next hop.
// IPv6: RFC 6724 over all devices, as ipv6_dev_get_saddr does. Not simulated: link-local addresses that the kernel makes itself, temporary ones.
import { contains, networkOf } from '../addr/cidr'
import { familyOf, type Ip, isLoopback, parseIp } from '../addr/ip'
import type { Device } from '../linux/program'

/** The address for packets to `destination` that leave by `device` towards `nextHop` (null: nobody in particular); undefined where there is none. */
export const sourceAddress = (devices: readonly Device[], device: string, nextHop: Ip | null, destination: Ip): Ip | undefined =>
  typeof destination === 'bigint' ? bestOfSix(devices, device, destination) : primaryAddress(devices, device, nextHop)

/** Without an address of its own a device gives another's, those of lo before all (inet_select_addr). */
function primaryAddress(devices: readonly Device[], device: string, nextHop: Ip | null): Ip | undefined {
  const own = fourOf(devices.find(d => d.name === device))
  const inNetwork = (nextHop === null ? undefined : own.find(a => contains(networkOf(a.ip, a.length), nextHop))) ?? own[0]
  return inNetwork?.ip ?? devices.flatMap(fourOf)[0]?.ip
}

const fourOf = (device: Device | undefined) => device?.addresses.filter(a => familyOf(a.ip) === 'ipv4' && !isLoopback(a.ip)) ?? []

/** The address that REDIRECT writes for what came in by a device; `link-local`: one that the kernel chooses among those of the link's scope. */
export function redirectAddress(device: Device | undefined, destination: Ip): Ip | 'link-local' | undefined {
  if (typeof destination === 'number') return device?.addresses.find(a => familyOf(a.ip) === 'ipv4')?.ip
  const widest = device && sixOf(device)[0]?.ip
  if (widest !== undefined && scopeOf(widest) === GLOBAL && scopeOf(destination) === GLOBAL) return widest
  return device?.kind === 'loopback' ? device.addresses.find(a => familyOf(a.ip) === 'ipv6')?.ip : 'link-local'
}

interface Candidate {
  readonly ip: bigint & Ip
  readonly length: number
  readonly device: string
}

function bestOfSix(devices: readonly Device[], device: string, destination: bigint & Ip): Ip | undefined {
  if (isLoopback(destination) && device === 'lo') return destination
  const near = scopeOf(destination) === LINK
  const all = devices.filter(d => !near || d.name === device).flatMap(sixOf)
  const better = (a: Candidate, b: Candidate): boolean => {
    const [x, y] = [a, b].map(c => scores(c, device, destination)) as [readonly number[], readonly number[]]
    const at = x.findIndex((score, i) => score !== y[i])
    return at >= 0 && x[at]! > y[at]!
  }
  const best = all.reduce<Candidate | undefined>((best, c) => (best === undefined || better(c, best) ? c : best), undefined)
  return best && (scopeOf(best.ip) === LINK) === near ? best.ip : undefined
}

/** The kernel's own list has wider scopes first, and of one scope the address that came last. */
const sixOf = (d: Device): readonly Candidate[] =>
  d.addresses
    .flatMap((a): Candidate[] => (typeof a.ip === 'bigint' && !isLoopback(a.ip) ? [{ ip: a.ip, length: a.length, device: d.name }] : []))
    .reverse()
    .sort((a, b) => scopeOf(b.ip) - scopeOf(a.ip))

/** By falling weight: the very address, a scope that suffices, the device, the label of RFC 6724, bits in common. */
function scores(c: Candidate, device: string, destination: bigint & Ip): readonly number[] {
  const [own, wanted] = [scopeOf(c.ip), scopeOf(destination)]
  return [
    Number(c.ip === destination),
    own >= wanted ? -own : own - 128,
    Number(c.device === device),
    Number(labelOf(c.ip) === labelOf(destination)),
    Math.min(commonBits(c.ip, destination), c.length),
  ]
}

const LINK = 2
const GLOBAL = 14
const LINK_LOCAL = networkOf(parseIp('fe80::'), 10)
const scopeOf = (ip: Ip): number => (contains(LINK_LOCAL, ip) || isLoopback(ip) ? LINK : GLOBAL)

const LABELS = [
  { of: networkOf(parseIp('2001:10::'), 28), label: 7 },
  { of: networkOf(parseIp('2001::'), 32), label: 6 },
  { of: networkOf(parseIp('2002::'), 16), label: 2 },
  { of: networkOf(parseIp('fc00::'), 7), label: 5 },
  { of: networkOf(parseIp('::ffff:0:0'), 96), label: 4 },
  { of: networkOf(parseIp('::'), 96), label: 3 },
]
const labelOf = (ip: Ip): number => LABELS.find(l => contains(l.of, ip))?.label ?? 1

function commonBits(a: bigint, b: bigint): number {
  const different = a ^ b
  return different === 0n ? 128 : 128 - different.toString(2).length
}
