// What nft makes of a rule in a table of both families when it lists it: a question about the family goes where a field of that family is asked anyway,
// and `reject` alone is said in the words of the family, where that is known. nftables 1.0.6: stmt_evaluate_reject_default, payload_dependency_kill.
import type { NftField, NftStatement } from './nft-rules'
import { VALUE_NAMES } from './nft-types'

type Network = 'ip' | 'ip6'

const OF_HEADER: Readonly<Record<string, Network>> = { ip: 'ip', icmp: 'ip', ip6: 'ip6', icmpv6: 'ip6' }

/** The family whose header a field reads; undefined when that may be any. */
function networkOf(f: NftField): Network | undefined {
  switch (f.read) {
    case 'payload':
      return OF_HEADER[f.header]
    case 'concat':
      return f.parts.map(networkOf).find(n => n !== undefined)
    case 'bits':
    case 'jhash':
      return networkOf(f.of)
    case 'map':
      return networkOf(f.key)
    default:
      return undefined
  }
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

/** Without questions about the family that a later statement asks anyway; what is done in between keeps them. */
export const withoutImplied = (statements: readonly NftStatement[]): readonly NftStatement[] =>
  statements.filter((s, i) => {
    const asked = networkAsked(s)
    if (asked === undefined) return true
    const rest = statements.slice(i + 1)
    const done = rest.findIndex(r => r.do !== 'match')
    const until = done < 0 ? rest : rest.slice(0, done + 1)
    return !until.some(r => networkRead(r) === asked || (r.do === 'reject' && r.with?.by === (asked === 'ip' ? 'icmp' : 'icmpv6')))
  })
