// What nftables reads from a packet, as questions compiled once. `undefined` is nft's NFT_BREAK: the rule stops here and the next one is asked.
// Not simulated: fields that a walk does not carry (ids, checksums, windows).
import { bitsOf, familyOf, type Ip } from '../addr/ip'
import { PROTOCOL_NUMBERS } from '../addr/port'
import { never } from '../error'
import { hasPorts, type Packet } from '../linux/packet'
import { fieldText, typesOf } from '../linux/nft-field'
import type { NftField, NftKey } from '../linux/nft-rules'
import { type FieldKey, type NftType, VALUE_NAMES } from '../linux/nft-types'
import type { Entry } from './conntrack'
import { askFib } from './nft-fib'
import { jhash } from './jhash'
import { hasTemplate } from './match-field'
import type { Machine } from './machine'
import { type Asked, Unmodelled } from './asked'
import { countOn } from './match-meter'
import { userOf } from './match-sender'
import type { Skb } from './skb'

/** One value for each part of a concatenation. */
export type Values = readonly NftKey[]
export type Reading = (asked: Asked) => Values | undefined

/** The reading of a field. `maps`: how to look into a map, which the table knows. */
export function compileField(f: NftField, maps: (map: NftField & { readonly read: 'map' }) => Reading): Reading {
  switch (f.read) {
    case 'concat': {
      const parts = f.parts.map(part => compileField(part, maps))
      return asked => {
        const values: NftKey[] = []
        for (const part of parts) {
          const value = part(asked)
          if (value === undefined) return undefined
          values.push(...value)
        }
        return values
      }
    }
    case 'bits': {
      const of = compileField(f.of, maps)
      return asked => of(asked)?.map(value => combine(value, f.op, f.by))
    }
    case 'numgen':
      return numgen(f)
    case 'jhash':
      return hash(f, compileField(f.of, maps))
    case 'constant': {
      const value = f.value.map(part => {
        if (part.is !== 'value') throw new Unmodelled(`the range in ${fieldText(f)}`)
        return part.value
      })
      return () => value
    }
    case 'map':
      return maps(f)
    default: {
      const one = compileKey(f)
      return asked => {
        const value = one(asked)
        return value === undefined ? undefined : [value]
      }
    }
  }
}

function combine(value: NftKey, op: '&' | '|' | '^', by: number | bigint): NftKey {
  if (typeof value === 'string') return value
  if (value === NOBODY_KNOWS) throw new Unmodelled(CHECKSUM)
  if (typeof value === 'bigint' || typeof by === 'bigint') {
    const [a, b] = [BigInt(value), BigInt(by)]
    return op === '&' ? a & b : op === '|' ? a | b : a ^ b
  }
  return (op === '&' ? value & by : op === '|' ? value | by : value ^ by) >>> 0
}

/** `inc` counts from 0 and begins anew at `mod`; the counter belongs to the rule. */
function numgen(f: NftField & { readonly read: 'numgen' }): Reading {
  if (f.mode === 'random') return ({ chooser }) => [chooser.pick(f.mod) + f.offset]
  return asked => [(countOn(asked, f, () => fieldText(f)) % f.mod) + f.offset]
}

/** Of each part's bytes, in registers of four where there are several. */
function hash(f: NftField & { readonly read: 'jhash' }, of: Reading): Reading {
  const { seed } = f
  const types = typesOf(f.of)
  return asked => {
    if (seed === null) throw new Unmodelled(`the seed that a kernel draws for ${fieldText(f)}`)
    const values = of(asked)
    const bytes = values?.map((value, i) => bytesOf(value, types[i]!) ?? unknownBytes(f))
    if (bytes === undefined) return undefined
    const padded = bytes.length === 1 ? bytes[0]! : bytes.flatMap(b => [...b, ...Array<number>((4 - (b.length % 4)) % 4).fill(0)])
    return [Number((BigInt(jhash(padded, seed)) * BigInt(f.mod)) >> 32n) + f.offset]
  }
}

const unknownBytes = (f: NftField): never => {
  throw new Unmodelled(fieldText(f))
}

/** How many bytes a value has in the kernel's registers. */
const BYTES: Partial<Readonly<Record<NftType, number>>> = { ipv4_addr: 4, ipv6_addr: 16, inet_service: 2, inet_proto: 1, mark: 4 }

/** In network order; marks in the machine's own. */
function bytesOf(value: NftKey, type: NftType): readonly number[] | undefined {
  const count = BYTES[type]
  if (count === undefined || typeof value === 'string') return undefined
  const bytes = Array.from({ length: count }, (_, i) => Number((BigInt(value) >> BigInt(8 * (count - 1 - i))) & 255n))
  return type === 'mark' ? bytes.reverse() : bytes
}

type One = (asked: Asked) => NftKey | undefined

function compileKey(f: FieldKey): One {
  switch (f.read) {
    case 'payload':
      return ({ skb }) => readPayload(f, skb.packet)
    case 'meta':
      return asked => readMeta(f.key, asked)
    case 'ct':
      return ({ skb }) => readCt(f, skb)
    case 'fib':
      return asked => askFib(f, asked)
    default:
      return never(f)
  }
}

/** The checksum, where a port is asked of an ICMP packet: a walk has none. One of 65536, so it is taken to be none that a rule names; a range is not compared. */
export const NOBODY_KNOWS = -1
export const CHECKSUM = 'a comparison with the checksum of an ICMP packet'

/** Fragments after the first have no transport header. */
const isLaterFragment = (p: Packet): boolean => p.fragment !== undefined && p.fragment.offset > 0

function readPayload(f: FieldKey & { readonly read: 'payload' }, p: Packet): NftKey | undefined {
  if (f.header === 'ip' || f.header === 'ip6') return (f.header === 'ip') === (typeof p.source === 'number') ? readNetwork(f, p) : undefined
  if (isLaterFragment(p)) return undefined
  if (f.header !== 'th' && f.header !== p.protocol) return undefined
  if (hasPorts(p)) {
    if (f.field === 'sport') return p.sourcePort
    if (f.field === 'dport') return p.destinationPort
    if (f.field === 'flags' && p.protocol === 'tcp') return p.flags.reduce((sum, flag) => sum | VALUE_NAMES.tcp_flag![flag]!, 0)
    if (f.field === 'length' && p.protocol === 'udp') return p.lengthBytes - headerBytes(p)
  } else if (f.field === 'type' || f.field === 'code' || f.field === 'id') return p[f.field]
  else if (f.header === 'th') return f.field === 'sport' ? p.type * 256 + p.code : NOBODY_KNOWS
  throw new Unmodelled(fieldText(f))
}

const headerBytes = (p: Packet): number => (bitsOf(familyOf(p.source)) === 32 ? 20 : 40)

function readNetwork(f: FieldKey & { readonly read: 'payload' }, p: Packet): NftKey {
  switch (f.field) {
    case 'saddr':
      return p.source
    case 'daddr':
      return p.destination
    case 'protocol':
    case 'nexthdr':
      return PROTOCOL_NUMBERS[p.protocol]
    case 'ttl':
    case 'hoplimit':
      return p.ttl
    case 'length':
      return f.header === 'ip' ? p.lengthBytes : p.lengthBytes - 40
    case 'dscp':
      return p.tos >> 2
    case 'ecn':
      return p.tos & 3
    case 'version':
      return f.header === 'ip' ? 4 : 6
    case 'hdrlength':
      return 5
    case 'frag-off':
      return (p.dontFragment ? 0x4000 : 0) | (p.fragment?.more ? 0x2000 : 0) | ((p.fragment?.offset ?? 0) / 8)
    default:
      throw new Unmodelled(fieldText(f))
  }
}

function readMeta(key: (FieldKey & { readonly read: 'meta' })['key'], asked: Asked): NftKey | undefined {
  const { skb, where, machine } = asked
  const four = typeof skb.packet.source === 'number'
  switch (key) {
    case 'mark':
      return skb.mark
    case 'l4proto':
      return PROTOCOL_NUMBERS[skb.packet.protocol]
    case 'nfproto':
      return four ? 2 : 10
    case 'protocol':
      return four ? 0x0800 : 0x86dd
    case 'length':
      return skb.packet.lengthBytes
    case 'iif':
    case 'iifname':
      return where.in
    case 'oif':
    case 'oifname':
      return where.out
    case 'iiftype':
      return deviceType(machine, deviceOf(skb, where))
    case 'oiftype':
      return deviceType(machine, where.out)
    case 'skuid':
    case 'skgid':
      return userOf(asked)
    case 'pkttype':
      return VALUE_NAMES.pkt_type![skb.heardAs ?? 'host']
    default:
      return never(key)
  }
}

/** The device that a packet belongs to just now: `iiftype` asks for it, not for where the packet came in (skb->dev). */
const deviceOf = (skb: Skb, { hook, in: cameBy, out }: Asked['where']): string =>
  hook === 'POSTROUTING' ? out : hook === 'OUTPUT' ? (skb.outOf ?? '') : cameBy

function deviceType(machine: Machine, name: string): number | undefined {
  const device = machine.devices.get(name)
  return device && (device.kind === 'loopback' ? LOOPBACK_TYPE : device.kind === 'tun' ? NO_TYPE : ETHERNET_TYPE)
}

/** include/uapi/linux/if_arp.h */
const [ETHERNET_TYPE, LOOPBACK_TYPE, NO_TYPE] = [1, 772, 65534]

const STATES = VALUE_NAMES.ct_state!

function readCt({ key, direction }: FieldKey & { readonly read: 'ct' }, skb: Skb): NftKey | undefined {
  if (key === 'state' && hasTemplate(skb)) return STATES.new
  if (key === 'state') return skb.tracking === 'NONE' ? STATES.invalid : STATES[skb.tracking.toLowerCase()]
  const { entry } = skb
  if (entry === null) return undefined
  const tuple = direction === 'reply' ? entry.reply : entry.original
  switch (key) {
    case 'zone':
      return direction === 'reply'
        ? entry.zone.reply
        : direction === 'original'
          ? entry.zone.original
          : Math.max(entry.zone.original, entry.zone.reply)
    case 'status':
      return statusOf(entry)
    case 'mark':
      return entry.mark
    case 'direction':
      return skb.direction
    case 'protocol':
      return PROTOCOL_NUMBERS[tuple.protocol]
    case 'l3proto':
      return typeof tuple.source === 'number' ? 2 : 10
    case 'ip saddr':
    case 'ip6 saddr':
      return ofFamily(key, tuple.source)
    case 'ip daddr':
    case 'ip6 daddr':
      return ofFamily(key, tuple.destination)
    case 'proto-src':
      return tuple.sourcePort
    case 'proto-dst':
      return tuple.destinationPort
    default:
      return never(key)
  }
}

const ofFamily = (key: string, ip: Ip): Ip | undefined => (key.startsWith('ip6') === (typeof ip === 'bigint') ? ip : undefined)

/** No helper makes expected connections here, and none lives long enough to be assured. */
const statusOf = (e: Entry): number =>
  (e.seenReply ? 2 : 0) | (e.confirmed ? 8 : 0) | (e.translated.source ? 16 : 0) | (e.translated.destination ? 32 : 0)
