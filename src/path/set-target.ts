// `-j SET`: what a packet shows goes into an ipset or out of it. Stands for net/netfilter/xt_SET.c and the kadt functions of net/netfilter/ipset.
import { type Cidr, networkOf } from '../addr/cidr'
import { bitsOf, familyOf } from '../addr/ip'
import { type IpSet, type Member, type Part, rangeOf } from '../linux/ipset'
import type { AskedSet, SetChange } from '../linux/set-target'
import { Unmodelled, type Where } from './asked'
import type { Machine } from './machine'
import { setNamed, shownOf } from './match-set'
import type { Memory } from './memory'
import type { Skb } from './skb'

/** Carries it out: first what is added, then what is removed. */
export function changeSets({ add, remove }: SetChange, machine: Machine, memory: Memory, skb: Skb, where: Where): void {
  const inside = (name: string) => setNamed(name, machine.ipsets, memory)
  const change = (asked: AskedSet, one: (set: IpSet, parts: readonly Part[]) => readonly Member[] | undefined): void => {
    const set = inside(asked.name)
    // Of a list's sets the first changes that can.
    for (const name of set?.type === 'list:set' ? set.sets : [asked.name]) {
      const member = inside(name)
      const parts = member && partsOf(member, asked, skb, where)
      const members = parts && one(member, parts)
      if (members === undefined) continue
      memory.ipsets.set(name, { ...member!, members })
      return
    }
  }
  if (add) change(add, (set, parts) => added(set, parts, add, memory.nowSeconds))
  if (remove) change(remove, removed)
}

/** What the packet shows, as a member of the set; undefined where it shows no such thing. Networks are as long as the longest that the set holds. */
function partsOf(set: IpSet, { directions }: AskedSet, { packet }: Skb, where: Where): readonly Part[] | undefined {
  if (directions.length < set.dimensions.length) return undefined
  const range = rangeOf(set)
  const parts = set.dimensions.map((dimension, i): Part | undefined => {
    const shown = shownOf(packet, where, dimension, directions[i]!)
    if (shown === undefined || 'device' in shown) return shown
    if ('port' in shown) {
      if (dimension === 'port') return shown
      const fits =
        (shown.protocol === 'tcp' || shown.protocol === 'udp') && (!range || (shown.port >= range.first && shown.port <= range.last))
      return fits ? { number: shown.port } : undefined
    }
    if (familyOf(shown.ip) !== set.family || !Number(shown.ip) || (range && (shown.ip < range.first || shown.ip > range.last)))
      return undefined
    const most = dimension === 'net' ? longestIn(set, i) : set.netmask
    return { cidr: networkOf(shown.ip, most ?? bitsOf(set.family)) }
  })
  return parts.includes(undefined) ? undefined : (parts as Part[])
}

function longestIn({ members }: IpSet, dimension: number): number | null {
  const lengths = members.flatMap(({ parts }) => {
    const part = parts[dimension]
    return part && 'cidr' in part ? [part.cidr.length] : []
  })
  return lengths.length > 0 ? Math.max(...lengths) : null
}

const isSame = (a: readonly Part[], b: readonly Part[]): boolean => a.every((part, i) => keyOf(part) === keyOf(b[i]!))

function keyOf(part: Part): string {
  if ('cidr' in part) return `${(part.cidr as Cidr).ip}/${part.cidr.length}`
  return 'port' in part ? `${part.protocol}:${part.port}` : 'number' in part ? `${part.number}` : 'device' in part ? part.device : part.word
}

/** The members with one more; undefined where the set does not take it. */
function added(
  set: IpSet,
  parts: readonly Part[],
  { exist, timeoutSeconds = set.timeoutSeconds }: NonNullable<SetChange['add']>,
  nowSeconds: number,
): readonly Member[] | undefined {
  const forgets = / timeout /.test(` ${set.options}`)
  const alive = set.members.filter(m => m.timeoutSeconds === undefined || nowSeconds < m.timeoutSeconds)
  const others = alive.filter(m => !isSame(m.parts, parts))
  if (others.length < alive.length && !exist) return undefined
  const most = /\bmaxelem (\d+)/.exec(set.options)
  if (others.length === alive.length && most && alive.length >= Number(most[1])) {
    if (/\bforceadd\b/.test(set.options)) throw new Unmodelled(`which member a full set forgets (${set.name})`)
    return undefined
  }
  const until = forgets && timeoutSeconds > 0 ? { timeoutSeconds: nowSeconds + timeoutSeconds } : {}
  return [...others, { parts, nomatch: false, ...until, options: [] }]
}

/** The members without it; undefined where it is none. */
function removed({ members }: IpSet, parts: readonly Part[]): readonly Member[] | undefined {
  const others = members.filter(m => !isSame(m.parts, parts))
  return others.length < members.length ? others : undefined
}
