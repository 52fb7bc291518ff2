// nftables' statements that translate addresses, as text, both ways: `dnat to 10.0.0.1:80`, `masquerade fully-random`.
import type { Ip } from '../addr/ip'
import { ipText, readIp } from '../addr/ip'
import { fieldText, readField } from './nft-field'
import type { NftFamily, NftKey, NftNatTo, NftPart, NftStatement } from './nft-rules'
import type { NftType } from './nft-types'
import type { NftReader } from './nft-words'

type Nat = NftStatement & { readonly do: 'nat' }
const FLAGS = ['random', 'fully-random', 'persistent'] as const

const dataTypes = (family: 'ip' | 'ip6'): readonly NftType[] => [family === 'ip' ? 'ipv4_addr' : 'ipv6_addr', 'inet_service']

/** The family that the statement's addresses have. */
const addressFamily = (s: Pick<Nat, 'family'>, table: NftFamily): 'ip' | 'ip6' => s.family ?? (table === 'ip6' ? 'ip6' : 'ip')

export function natText(s: Nat): string {
  const family = s.family === undefined ? '' : ` ${s.family}`
  const to = s.to === undefined ? '' : `${family} to ${toText(s.to, s.family)}`
  const flags = FLAGS.filter(f => s.flags.includes(f)).join(',')
  return `${s.kind}${to}${flags === '' ? '' : ` ${flags}`}`
}

function toText(to: NftNatTo, family: 'ip' | 'ip6' | undefined): string {
  if (to.is === 'computed') return fieldText(to.from, dataTypes(family ?? 'ip'))
  const address = to.address ? span(to.address, value => ipText(value as Ip), to.ports !== undefined) : ''
  return `${address}${to.ports ? `:${span(to.ports, String, false)}` : ''}`
}

/** IPv6 addresses stand in brackets before a port. */
function span(part: NftPart, text: (value: NftKey) => string, bracket: boolean): string {
  const one = (value: NftKey) => (bracket && typeof value === 'bigint' ? `[${text(value)}]` : text(value))
  return part.is === 'range' ? `${one(part.first)}-${one(part.last)}` : part.is === 'value' ? one(part.value) : ''
}

/** Reads what stands after the statement's name. */
export function readNat(r: NftReader, kind: Nat['kind'], table: NftFamily): Nat {
  const family = kind === 'dnat' || kind === 'snat' ? r.take('ip', 'ip6') : undefined
  r.takeAll('addr', '.', 'port')
  const named = family === undefined ? {} : { family }
  const to = r.take('to') ? { to: readTo(r, addressFamily(named, table)) } : {}
  if (to.to === undefined && (kind === 'dnat' || kind === 'snat')) throw r.wrong(`${kind} needs an address; write ${kind} to ADDRESS.`)
  const flags: Nat['flags'][number][] = []
  for (let flag = r.take(...FLAGS); flag; flag = r.take(...FLAGS)) {
    flags.push(flag)
    if (r.peek() === ',') r.take(',')
  }
  return { do: 'nat', kind, ...named, ...to, flags }
}

function readTo(r: NftReader, family: 'ip' | 'ip6'): NftNatTo {
  const from = readField(r, dataTypes(family))
  if (from) return { is: 'computed', from }
  return r.value('an address, :PORT or ADDRESS:PORT', text => readWritten(text, family))
}

function readWritten(text: string, family: 'ip' | 'ip6'): NftNatTo | undefined {
  const bracketed = /^(\[[^\]]+\](?:-\[[^\]]+\])?)(?::(.+))?$/.exec(text)
  const four = /^([^:]*)(?::([\d-]+))?$/.exec(text)
  const parts = bracketed ?? (family === 'ip6' && !/^:[\d-]+$/.test(text) ? [text, text, undefined] : four)
  if (!parts) return undefined
  const ports =
    parts[2] === undefined ? undefined : readSpan(parts[2], port => (/^\d{1,5}$/.test(port) && +port < 65536 ? +port : undefined))
  const address = parts[1] === '' ? undefined : readSpan(parts[1]!, ip => readIp(ip.replace(/^\[|\]$/g, '')))
  if ((parts[2] !== undefined && !ports) || (parts[1] !== '' && !address) || (!ports && !address)) return undefined
  return { is: 'written', ...(address ? { address } : {}), ...(ports ? { ports } : {}) }
}

function readSpan(text: string, read: (text: string) => number | bigint | undefined): NftPart | undefined {
  const [a, b, more] = text.split('-')
  const first = read(a!)
  const last = b === undefined ? first : read(b)
  if (first === undefined || last === undefined || more !== undefined) return undefined
  return first === last ? { is: 'value', value: first } : { is: 'range', first, last }
}
