// What became of a request, as far as a kernel shows it: the fates that its errno or ICMP message, the packets on devices and the rules that counted
// leave open. A rule is judged by what it does, never by its words.
import { never } from '../error'
import type { Network, Program } from '../linux/program'
import { printRule } from '../linux/iptables-save'
import { nftRuleText } from '../linux/nft-statement'
import { type ClientSees, errnoOf } from '../path/client'
import type { RealExchange, RuleHit } from '../real/observed'
import type { Fate } from '../trace/fate'

/** How a request can end without a word, once nobody took it: any word about it may be lost too. In the order of docs/fates.md. */
const LOST: readonly Fate[] = [
  'refused',
  'rejected',
  'dropped',
  'no-route',
  'host-unreachable',
  'left-the-cluster',
  'mtu-exceeded',
  'ttl-exceeded',
]

/** What an errno leaves open where it is not known which rules matched. */
const BY_ERRNO: Readonly<Record<string, readonly Fate[]>> = {
  ECONNREFUSED: ['refused', 'rejected'],
  ENETUNREACH: ['rejected', 'no-route'],
  EHOSTUNREACH: ['rejected', 'host-unreachable', 'ttl-exceeded'],
  EMSGSIZE: ['mtu-exceeded'],
  EPERM: ['dropped'],
  EACCES: ['rejected', 'no-route'],
  EINVAL: ['dropped', 'no-route'],
  ECONNRESET: ['delivered'],
  closed: ['delivered'],
  timeout: ['delivered', ...LOST],
}

const BY_ICMP: Readonly<Record<string, readonly Fate[]>> = {
  '4 3/0': ['no-route'],
  '4 3/1': ['host-unreachable'],
  '4 3/4': ['mtu-exceeded'],
  '4 3/13': ['rejected'],
  '4 11/0': ['ttl-exceeded'],
  '6 1/0': ['no-route'],
  '6 1/1': ['rejected'],
  '6 1/3': ['host-unreachable'],
  '6 2/0': ['mtu-exceeded'],
  '6 3/0': ['ttl-exceeded'],
}

/** Routes refuse by these too, so that no rule need have matched. */
const ROUTES_REFUSE = new Set(['EACCES'])

/** The causes that what was seen leaves open; in the order of docs/fates.md. */
export function possibleFates(network: Network, real: RealExchange): readonly Fate[] {
  const { client } = real
  const ended = endings(network, real)
  switch (client.result) {
    case 'answered':
    case 'closed':
    case 'reset':
      return ['delivered']
    case 'timeout':
      return ended.has('drop') && !ended.has('reject') && !refusalSeen(real) ? ['dropped'] : LOST
    case 'refused':
      return [ended.has('reject') ? 'rejected' : 'refused']
    case 'error':
      return ended.has('reject') ? ['rejected'] : byOwnKernel(client.errno)
    case 'icmp':
      return ended.has('reject') ? ['rejected'] : byMessage(client)
    default:
      return never(client)
  }
}

/** What the failure of one of many connections leaves open: its errno, `timeout` or `closed`. */
export const fatesOfFailure = (errno: string): readonly Fate[] => BY_ERRNO[errno] ?? LOST

/** Why the fate is open, with what the sender was told. */
export const openText = (told: string, fates: readonly Fate[]): string =>
  `the sender sees ${told}, and a kernel does not show why: ${fates.join(', ')}`

/** The sender's own kernel refused it; no rule that rejects had counted. */
function byOwnKernel(errno: string): readonly Fate[] {
  const fates = BY_ERRNO[errno]
  if (fates === undefined) return LOST
  return ROUTES_REFUSE.has(errno) ? fates : fates.filter(f => f !== 'rejected' && f !== 'ttl-exceeded')
}

function byMessage(client: ClientSees & { readonly result: 'refused' | 'icmp' }): readonly Fate[] {
  const { icmp } = client
  if (icmp === null) return LOST
  return BY_ICMP[`${typeof icmp.from === 'bigint' ? 6 : 4} ${icmp.type}/${icmp.code}`] ?? LOST
}

/** How one of many fails where this is what the sender saw of one: the errno of its socket, `timeout` or `closed`. */
export function failureOf(client: ClientSees): string {
  switch (client.result) {
    case 'refused':
      return 'ECONNREFUSED'
    case 'reset':
      return 'ECONNRESET'
    case 'error':
      return client.errno
    case 'icmp':
      return client.icmp === null
        ? 'EHOSTUNREACH'
        : errnoOf({ ...client.icmp, protocol: typeof client.icmp.from === 'bigint' ? 'icmpv6' : 'icmp' })
    case 'answered':
    case 'closed':
    case 'timeout':
      return client.result
    default:
      return never(client)
  }
}

/** A word that refuses the request was on some device: then a rule that dropped may have dropped that. */
const refusalSeen = ({ packets }: RealExchange): boolean =>
  packets.some(({ packet: p }) => {
    if (p.protocol === 'tcp') return p.flags.includes('rst')
    if (p.protocol === 'icmp') return p.type === 3 || p.type === 11
    return p.protocol === 'icmpv6' && p.type >= 1 && p.type <= 4
  })

type Ending = 'drop' | 'reject'

/** What the rules and policies that counted do to a packet, where that ends it. */
function endings(network: Network, { rules }: RealExchange): ReadonlySet<Ending> {
  const found = Object.entries(rules).flatMap(([name, hits]) => {
    const program = network.program(name)
    const known = program ? endingRules(program) : new Map<string, Ending>()
    return hits.map(h => (isDropPolicy(h) ? 'drop' : known.get(`${h.family} ${h.text}`)))
  })
  return new Set(found.filter(e => e !== undefined))
}

/** Counters name a policy `policy FORWARD DROP`. */
const isDropPolicy = ({ family, text }: RuleHit): boolean => {
  const [head, , policy] = text.split(' ')
  return family !== 'nft' && head === 'policy' && policy === 'DROP'
}

/** The rules of a Program that end a packet, by family and text as counters have them. */
function endingRules(program: Program): ReadonlyMap<string, Ending> {
  const { iptables, ip6tables, nftables } = program
  const xtables = [iptables, ip6tables].flatMap(set =>
    (set?.tables ?? []).flatMap(t =>
      t.chains.flatMap(c =>
        c.rules.flatMap((r): readonly (readonly [string, Ending])[] => {
          const ending = r.target?.do === 'DROP' ? 'drop' : r.target?.do === 'REJECT' ? 'reject' : null
          return ending === null ? [] : [[`${set!.family === 'ipv4' ? 'ip' : 'ip6'} ${printRule(c.name, r)}`, ending]]
        }),
      ),
    ),
  )
  const nft = (nftables?.tables ?? []).flatMap(t =>
    t.chains.flatMap(c =>
      c.rules.flatMap(r =>
        r.statements.flatMap((s): readonly (readonly [string, Ending])[] => {
          const ending = s.do === 'reject' ? 'reject' : s.do === 'verdict' && s.verdict.is === 'drop' ? 'drop' : null
          return ending === null ? [] : [[`nft ${nftRuleText(r)}`, ending]]
        }),
      ),
    ),
  )
  return new Map([...xtables, ...nft])
}
