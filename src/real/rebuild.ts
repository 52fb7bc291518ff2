// Namespaces that stand become another network: what is the same stays, with its devices, rules and listeners; what differs goes and is made anew.
// Only where nothing of the past could show: what a kernel does not give back (settings, tables, sets), or a TUN device's holder, is made in a new namespace, or with all else.
import { ipText } from '../addr/ip'
import type { Network } from '../linux/program'
import type { Job } from './agent'
import { type Built, builtOf, namespaces, textsFor } from './build'
import { Builder } from './builder'
import { beings, type Difference, differenceOf } from './difference'
import type { Line } from './line'
import { type Plan, planOf, type RuleTexts, type Space, spacesOf } from './plan'

/**
 * The network in the namespaces of another one; null where all of it is better built anew. Throws what the kernel refuses: then neither network stands,
 * and what was built can only be closed.
 */
export function rebuilt(was: Built, network: Network): Built | null {
  const { standing, agent } = was
  const { numbers, alive } = standing
  const planned = () => {
    const spaces = spacesOf(network, network.names, numbers)
    return planOf(network, spaces, standing.run.prefix, numbers)
  }
  const first = planned()
  if (first.ipv6 !== was.plan.ipv6 || [was.plan, first].some(hasTun)) return null
  const before = new Map(was.plan.spaces.map(s => [s.number, s]))
  const firstTexts = textsFor(first.spaces, standing.options)
  const stays = (s: Space) => before.has(s.number) && isKept(was, first, before.get(s.number)!, s, firstTexts.get(s.number)!)
  const renewed = first.spaces.filter(s => before.has(s.number) && !stays(s))
  const kept = first.spaces.filter(stays)
  if (kept.length === 0) return null
  for (const s of renewed) numbers.renew(s.program.name)
  const plan = renewed.length > 0 ? planned() : first
  const texts = textsFor(plan.spaces, standing.options)
  const difference = differenceOf(
    was.plan,
    plan,
    kept.map(s => s.number),
  )
  takeAway(was, difference)
  const isThere = new Set(kept.map(s => s.number))
  const fresh = plan.spaces.filter(s => !isThere.has(s.number))
  const left = was.plan.spaces.filter(s => !isThere.has(s.number))
  swap(was, left, fresh)
  const listening = plan.spaces.filter(
    s => !isThere.has(s.number) || keyed(before.get(s.number)!.program.listeners) !== keyed(s.program.listeners),
  )
  const deaf = listening.filter(s => isThere.has(s.number))
  if (deaf.length > 0) agent.ask(['deaf', ...deaf.map(s => s.number)].join('\t'))
  const builder = new Builder(agent, {
    plan: { ...difference.plan, cuts: '' },
    first: false,
    fresh,
    settled: plan.spaces.filter(s => (difference.plan.own.get(s.number) ?? []).length > 0),
    loaded: new Map(
      plan.spaces.flatMap(s => loadedIn(s.number, isThere.has(s.number) ? was.texts.get(s.number)! : null, texts.get(s.number)!)),
    ),
    listening,
  })
  builder.build()
  for (const n of builder.legacy) {
    if (isThere.has(n)) return null
    texts.set(n, { ...texts.get(n)!, backend: 'legacy' })
  }
  recut(was, plan)
  const everyDevice = kept.flatMap(({ number, program }) => program.devices.map(d => `${number}/${numbers.index(number, d.name)}`))
  agent.ask(['strangers', ...everyDevice].join('\t'))
  for (const n of [...alive]) if (n !== 0 && !plan.spaces.some(s => s.number === n)) throw new Error(`namespace ${n} is nobody's`)
  return builtOf(network, plan, texts, agent, standing, was.close)
}

const hasTun = (plan: Plan): boolean => plan.spaces.some(s => s.program.devices.some(d => d.kind === 'tun'))

const keyed = (value: unknown): string => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v))

/** What packets put into sets stays there. */
const FILLS_SETS = /-j SET /

/** What a namespace can become without being made anew. */
function isKept(was: Built, now: Plan, { number, program }: Space, after: Space, texts: RuleTexts): boolean {
  const loaded = was.texts.get(number)!
  const lines = (plan: Plan) => [plan.rules.ipv4, plan.rules.ipv6].map(rules => rules.get(number)?.map(l => l.text))
  const tables = (text: string | null) => [...(text ?? '').matchAll(/^\*(\S+)/gm)].map(([, table]) => table!)
  const hasAll = (a: string | null, b: string | null) => tables(a).every(table => tables(b).includes(table))
  return (
    loaded.backend === texts.backend &&
    loaded.backend === 'nft' &&
    loaded.ipset === texts.ipset &&
    !FILLS_SETS.test(`${loaded.iptables}${loaded.ip6tables}`) &&
    hasAll(loaded.iptables, texts.iptables) &&
    hasAll(loaded.ip6tables, texts.ip6tables) &&
    keyed(program.sysctls) === keyed(after.program.sysctls) &&
    keyed(lines(was.plan)) === keyed(lines(now)) &&
    beings(was.plan.own.get(number) ?? []).get('lo') === beings(now.own.get(number) ?? []).get('lo')
  )
}

/** Entries and devices that are no more, and the neighbours that stood for nobody. */
function takeAway({ agent, nobody, plan, network }: Built, { unmade, unplugged, strangers, gone }: Difference): void {
  const jobs = (tool: string, batches: ReadonlyMap<number, readonly Line[]>): readonly Job[] =>
    [...batches].flatMap(([space, lines]) =>
      lines.length > 0 ? [{ space, argv: [tool, '-batch', '-'], stdin: lines.map(l => `${l.text}\n`).join('') }] : [],
    )
  const cards = plan.spaces.flatMap(({ number, program }) =>
    program.devices.flatMap(d =>
      d.kind === 'ethernet' && d.segment === network.outside.segment && gone.get(number)?.has(d.name) !== true
        ? [{ number, name: d.name }]
        : [],
    ),
  )
  const strays = cards.map(({ number, name }): Job => {
    const lines = [...nobody].filter(([, refused]) => refused.length === 0).map(([ip]) => `neighbour del ${ipText(ip)} dev ${name}\n`)
    return { space: number, argv: ['ip', '-force', '-batch', '-'], stdin: lines.join('') }
  })
  agent.jobs(strays.filter(j => j.stdin !== ''))
  for (const round of [jobs('bridge', strangers), jobs('ip', unmade), jobs('ip', unplugged)])
    for (const [i, done] of agent.jobs(round).entries())
      if (done.exit !== 0) throw new Error(`${round[i]!.stdin.trim()}: ${done.stderr.trim()}`)
}

/** Namespaces that go, and those that come. */
function swap({ agent, standing }: Built, left: readonly Space[], fresh: readonly Space[]): void {
  const { prefix } = standing.run
  if (left.length > 0) agent.ask(['leave', ...left.map(s => s.number)].join('\t'))
  for (const s of fresh) standing.alive.add(s.number)
  const lines = [...left.map(s => `del ${prefix}-${s.number}`), ...fresh.map(s => `add ${prefix}-${s.number}`)]
  if (lines.length > 0) namespaces(standing, lines)
  for (const s of left) standing.alive.delete(s.number)
}

/** Rules with a memory begin anew with each network. */
const REMEMBERS =
  /--mode nth|-m (?:recent|limit|hashlimit|quota|connlimit) |\b(?:limit rate|quota|ct count|numgen inc)\b|\b(?:update|add) @/

/** What is to be loaded in a namespace: in one that has rules already, only what differs, in the place of what is there. */
function loadedIn(number: number, before: RuleTexts | null, after: RuleTexts): readonly (readonly [number, RuleTexts])[] {
  if (before === null) return [[number, after]]
  const other = (a: string | null, b: string | null) => (a === b && !REMEMBERS.test(b ?? '') ? null : b)
  const tables = [...(before.nftables ?? '').matchAll(/^table (\S+ \S+) \{/gm)].map(([, table]) => `delete table ${table}\n`)
  const same = before.nftables === after.nftables && !REMEMBERS.test(after.nftables ?? '')
  const nftables = same || (!before.nftables && !after.nftables) ? null : `${tables.join('')}${after.nftables ?? ''}`
  const texts = {
    ...after,
    ipset: null,
    iptables: other(before.iptables, after.iptables),
    ip6tables: other(before.ip6tables, after.ip6tables),
    nftables,
  }
  return texts.iptables === null && texts.ip6tables === null && texts.nftables === null ? [] : [[number, texts]]
}

/** Which frames pass between machines. */
function recut({ agent, plan: { cuts } }: Built, now: Plan): void {
  if (cuts === now.cuts) return
  const stdin = `${cuts === '' ? '' : 'delete table bridge cuts\n'}${now.cuts}`
  const [done] = agent.jobs([{ space: 0, argv: ['nft', '-f', '-'], stdin }])
  if (done!.exit !== 0) throw new Error(`nft -f -: ${done!.stderr.trim()}`)
}
