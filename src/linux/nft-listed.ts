// What nft makes of a rule when it lists it: a question about the family or the transport goes where a field of that one is asked anyway, and in a table
// of both families `reject` alone is said in the words of the family, where that is known. nftables 1.0.6: stmt_evaluate_reject_default, payload_dependency_kill.
import { innerFields, someField } from './nft-field'
import type { NftFamily, NftField, NftKey, NftStatement } from './nft-rules'
import { VALUE_NAMES } from './nft-types'

type Network = 'ip' | 'ip6'

const OF_HEADER: Readonly<Record<string, Network>> = { ip: 'ip', icmp: 'ip', ip6: 'ip6', icmpv6: 'ip6' }

/** The family whose header a field reads; undefined when that may be any. */
function networkOf(f: NftField): Network | undefined {
  if (f.read === 'payload') return OF_HEADER[f.header]
  return innerFields(f)
    .map(networkOf)
    .find(n => n !== undefined)
}

function networkRead(s: NftStatement): Network | undefined {
  switch (s.do) {
    case 'match':
    case 'vmap':
      return networkOf(s.of)
    case 'set':
      return networkOf(s.field) ?? networkOf(s.to)
    case 'element':
      return networkOf(s.key)
    case 'nat':
      return s.to?.is === 'computed' ? networkOf(s.to.from) : undefined
    default:
      return undefined
  }
}

/** The family that a `meta nfproto ipv4` asks for. */
function networkAsked(s: NftStatement): Network | undefined {
  if (s.do !== 'match' || s.compare !== '==' || s.with.is !== 'value' || s.of.read !== 'meta' || s.of.key !== 'nfproto') return undefined
  const [part] = s.with.value
  if (part?.is !== 'value') return undefined
  return part.value === VALUE_NAMES.nf_proto!.ipv4 ? 'ip' : part.value === VALUE_NAMES.nf_proto!.ipv6 ? 'ip6' : undefined
}

/** What `reject` alone means after these statements: port unreachable, in the words of the family that they are about. */
export function plainReject(before: readonly NftStatement[]): NftStatement {
  const network = before.map(s => networkRead(s) ?? networkAsked(s)).find(n => n !== undefined)
  return { do: 'reject', with: network ? { by: network === 'ip' ? 'icmp' : 'icmpv6', code: 'port-unreachable' } : null }
}

/** The transport that `meta l4proto tcp` asks for, and in a table of one family `ip protocol tcp`. */
function transportAsked(s: NftStatement, family: NftFamily): NftKey | undefined {
  if (s.do !== 'match' || s.compare !== '==' || s.with.is !== 'value') return undefined
  const { of } = s
  const asks =
    of.read === 'meta' ? of.key === 'l4proto' : family === 'ip' && of.read === 'payload' && of.header === 'ip' && of.field === 'protocol'
  const [part] = s.with.value
  return asks && part?.is === 'value' ? part.value : undefined
}

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 }

/** Whether a field of this transport's header is read. */
const readsTransport = (field: NftField, transport: NftKey): boolean =>
  someField(field, f => f.read === 'payload' && NUMBERS[f.header] === transport)

function asksTransport(s: NftStatement, transport: NftKey, family: NftFamily): boolean {
  if (s.do === 'reject') return family !== 'inet' && s.with?.by === 'tcp' && transport === NUMBERS.tcp
  if (s.do === 'match' || s.do === 'vmap') return readsTransport(s.of, transport)
  if (s.do === 'nat') return s.to?.is === 'computed' && readsTransport(s.to.from, transport)
  return false
}

const ETHER_TYPE: Readonly<Record<NftFamily, number | null>> = { ip: 0x0800, ip6: 0x86dd, inet: null }

/** `meta protocol ip` in a table of that family. */
const isOwnProtocol = (s: NftStatement, family: NftFamily): boolean =>
  s.do === 'match' &&
  s.compare === '==' &&
  s.of.read === 'meta' &&
  s.of.key === 'protocol' &&
  s.with.is === 'value' &&
  s.with.value[0]?.is === 'value' &&
  s.with.value[0].value === ETHER_TYPE[family]

/** Without questions about the family or the transport that a later statement asks anyway; what is done in between keeps them. */
export const withoutImplied = (statements: readonly NftStatement[], family: NftFamily): readonly NftStatement[] =>
  statements.filter((s, i) => {
    if (isOwnProtocol(s, family)) return false
    const rest = statements.slice(i + 1)
    const done = rest.findIndex(r => r.do !== 'match')
    const until = done < 0 ? rest : rest.slice(0, done + 1)
    const transport = transportAsked(s, family)
    if (transport !== undefined) return !until.some(r => asksTransport(r, transport, family))
    const network = family === 'inet' ? networkAsked(s) : undefined
    const by = network === 'ip' ? 'icmp' : 'icmpv6'
    return network === undefined || !until.some(r => networkRead(r) === network || (r.do === 'reject' && r.with?.by === by))
  })
