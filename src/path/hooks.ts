// What stands at each netfilter hook: tables by priority, connection tracking, nat. Stands for nf_hook_slow and ip_tables' ipt_do_table.
import { familyOf, type Ip, parseIp } from '../addr/ip'
import type { Packet } from '../linux/packet'
import type { Hook, RejectWith, Target, TableName } from '../linux/rule'
import { never } from '../error'
import { begin, relatedTo, tupleOf } from './conntrack'
import { addressOf, type Machine } from './machine'
import { type Asked, Unmodelled, type Where } from './match'
import { change, clampMss, mapped } from './change'
import { setUp, sideAt, translate, type Wanted } from './nat'
import type { Skb } from './skb'
import { sourceAddress } from './source-address'
import type { Station } from './nft-stations'
import type { BaseChain } from './nft-table'
import { runNftChain } from './nft-walk'
import type { CompiledChain, CompiledRule } from './table'
import type { Loss, Walk } from './walk'

/** What a hook says: go on, or the packet ends here. */
export type Verdict = 'ACCEPT' | { readonly loss: Loss; readonly reject?: RejectWith }

/** The next hop a packet is on its way to, for MASQUERADE. */
export interface Way {
  readonly where: Where
  readonly nextHop: Ip | null
}

/** Walks one hook. `between` is called after mangle and nat at OUTPUT, where the packet is routed anew. */
export function runHook(walk: Walk, machine: Machine, skb: Skb, way: Way, between?: (table: TableName) => Verdict): Verdict {
  const hook = way.where.hook
  const family = familyOf(skb.packet.source)
  const tracks = machine.tracks[family]
  for (const station of machine.stations(family, hook)) {
    if (station.is === 'conntrack') {
      if (tracks) track(walk, machine, skb)
      continue
    }
    const verdict = runStation(walk, machine, skb, way, station)
    if (verdict !== 'ACCEPT') return verdict
    const rerouted = between?.(reroutesAs(station)) ?? 'ACCEPT'
    if (rerouted !== 'ACCEPT') return rerouted
  }
  return 'ACCEPT'
}

type Asking = Exclude<Station, { readonly is: 'conntrack' }>

function runStation(walk: Walk, machine: Machine, skb: Skb, way: Way, station: Asking): Verdict {
  switch (station.is) {
    case 'nat':
      return natHook(walk, machine, skb, way, station.chains)
    case 'table':
      return runTable(walk, machine, skb, station.table, way)
    case 'nft':
      return runNft(walk, machine, skb, way, station.chain)
    default:
      return never(station)
  }
}

/** Only mangle's OUTPUT and nftables' chains of type route look at the routes anew when a mark has changed. */
function reroutesAs(station: Asking): TableName {
  if (station.is === 'nft') return station.chain.type === 'route' ? 'mangle' : 'filter'
  return station.is === 'nat' ? 'nat' : station.table
}

const runNft = (walk: Walk, machine: Machine, skb: Skb, way: Way, chain: BaseChain): Verdict =>
  runNftChain(walk, machine, skb, way, chain, (target, rule) => {
    const next = carryOut(walk, machine, skb, target, way, rule, 'nat')
    return typeof next === 'object' && 'loss' in next ? next : next === 'ACCEPT' ? next : 'continue'
  })

/** Finds or begins the packet's connection. */
function track(walk: Walk, machine: Machine, skb: Skb): void {
  if (skb.tracking !== 'NONE') return
  const conntrack = walk.conntrack(machine.name)
  const tuple = tupleOf(skb.packet)
  let found = tuple ? conntrack.find(tuple) : relatedTo(conntrack, skb.packet)
  if (found && found.direction === 0 && found.entry.end === 'closed' && isSyn(skb.packet)) {
    conntrack.delete(found.entry)
    found = undefined
  }
  if (found) {
    skb.entry = found.entry
    skb.direction = found.direction
    if (tuple === undefined) skb.tracking = 'RELATED'
    else {
      if (found.direction === 1 && isRst(skb.packet) && !found.entry.seenReply) conntrack.delete(found.entry)
      if (found.direction === 0 && isRst(skb.packet) && found.entry.seenReply) found.entry.end = 'closed'
      if (found.direction === 1) found.entry.seenReply = true
      skb.tracking = found.entry.seenReply ? 'ESTABLISHED' : 'NEW'
    }
  } else {
    const entry = tuple && begin(skb.packet, tuple)
    skb.entry = entry ?? null
    skb.direction = 0
    skb.tracking = entry ? 'NEW' : 'INVALID'
  }
  walk.emit(machine, skb, { kind: 'conntrack', state: skb.tracking })
}

/** A RST that answers the first packet ends the connection at once. */
const isRst = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('rst')
const isSyn = (p: Packet): boolean => p.protocol === 'tcp' && p.flags.includes('syn') && !p.flags.includes('ack')

/** Makes a new connection known, at the end of its first packet's way through this machine. */
export function confirm(walk: Walk, machine: Machine, skb: Skb): void {
  const { entry } = skb
  if (entry === null) return
  if (skb.tracking === 'NEW') walk.conntrack(machine.name).confirm(entry)
}

/** A RST that a rule sends about a first packet belongs to its connection, and rules are asked about it as about the first. */
const isFirst = ({ tracking, packet }: Skb): boolean => tracking === 'NEW' || (tracking === 'RELATED' && packet.protocol === 'tcp')

/** The rules of the side are asked once for each connection; the first chain that translates wins. */
function natHook(walk: Walk, machine: Machine, skb: Skb, way: Way, chains: readonly (BaseChain | 'iptables')[]): Verdict {
  const entry = skb.entry
  if (!machine.tracks[familyOf(skb.packet.source)] || entry === null) return 'ACCEPT'
  const side = sideAt(way.where.hook)
  let by: 'rule' | 'conntrack' = 'conntrack'
  if (isFirst(skb) && !entry.asked[side] && !entry.confirmed) {
    for (const chain of chains) {
      const verdict = chain === 'iptables' ? runTable(walk, machine, skb, 'nat', way) : runNft(walk, machine, skb, way, chain)
      if (verdict !== 'ACCEPT') return verdict
      if (entry.asked[side]) break
    }
    if (entry.asked[side]) by = 'rule'
    else setUp(walk.conntrack(machine.name), entry, side, {})
  }
  translate(walk, machine, skb, way.where.hook, by)
  return 'ACCEPT'
}

/** How one rule's target goes on. */
type Next = 'continue' | 'return' | Verdict | { readonly jump: CompiledChain; readonly back: boolean }

/** Walks one table's chain of the hook, and the chains it jumps to. */
function runTable(walk: Walk, machine: Machine, skb: Skb, table: TableName, way: Way): Verdict {
  const family = familyOf(skb.packet.source)
  const chains = machine.tables[family].get(table)
  const base = chains?.get(way.where.hook)
  if (chains === undefined || base === undefined) return 'ACCEPT'
  const asked: Asked = {
    skb,
    where: way.where,
    fib: machine.fib,
    ipsets: machine.ipsets,
    chooser: walk.chooser,
    memory: walk.memory(machine.name),
  }
  const stack: { chain: CompiledChain; rules: Iterator<CompiledRule> }[] = []
  let at = { chain: base, rules: base.candidates(skb.packet)[Symbol.iterator]() }
  for (;;) {
    const next = at.rules.next()
    if (next.done) {
      const back = stack.pop()
      if (back === undefined) return policyOf(walk, machine, skb, table, base)
      at = back
      continue
    }
    const { rule } = next.value
    try {
      if (!next.value.matches(asked)) continue
      walk.emit(machine, skb, {
        kind: 'rule',
        family: family === 'ipv4' ? 'ip' : 'ip6',
        table,
        chain: at.chain.name,
        hook: way.where.hook,
        text: next.value.text(),
        because: rule.because ?? null,
        rule,
        place: rule.place ?? null,
      })
      const lossRule = { text: next.value.text(), rule, table, chain: at.chain.name }
      const then = carryOut(walk, machine, skb, rule.target, way, lossRule, table)
      if (then === 'continue') continue
      if (then === 'return') {
        const back = stack.pop()
        if (back === undefined) return policyOf(walk, machine, skb, table, base)
        at = back
      } else if (typeof then === 'object' && 'jump' in then) {
        if (then.back) stack.push(at)
        at = { chain: then.jump, rules: then.jump.candidates(skb.packet)[Symbol.iterator]() }
      } else return then
    } catch (error) {
      if (!(error instanceof Unmodelled)) throw error
      return {
        loss: {
          kind: 'unknown',
          why: `hopspec does not model ${error.message}`,
          rule: { text: next.value.text(), rule, table, chain: at.chain.name },
        },
      }
    }
  }
}

/** What send() is told of a packet that ends here: only on its way out; once it has come in again (by lo) nobody asks any more. */
const toldAt = (hook: Hook): { readonly errno?: 'EPERM' } => (hook === 'OUTPUT' || hook === 'POSTROUTING' ? { errno: 'EPERM' } : {})

function policyOf(walk: Walk, machine: Machine, skb: Skb, table: TableName, base: CompiledChain): Verdict {
  if (base.policy !== 'DROP') return 'ACCEPT'
  walk.emit(machine, skb, { kind: 'policy', table, chain: base.name, policy: 'DROP' })
  return { loss: { kind: 'dropped', why: `policy DROP of chain ${base.name} in table ${table}`, ...toldAt(base.name as Hook) } }
}

function carryOut(
  walk: Walk,
  machine: Machine,
  skb: Skb,
  target: Target | null,
  way: Way,
  rule: NonNullable<Loss['rule']>,
  table: TableName,
): Next {
  if (target === null) return 'continue'
  switch (target.do) {
    case 'ACCEPT':
      return 'ACCEPT'
    case 'DROP':
      return { loss: { kind: 'dropped', why: rule.text, rule, ...toldAt(way.where.hook) } }
    case 'RETURN':
      return 'return'
    case 'jump':
    case 'goto': {
      const jump = machine.tables[familyOf(skb.packet.source)].get(table)?.get(target.chain)
      if (jump === undefined) throw new Unmodelled(`the target ${target.chain}`)
      return { jump, back: target.do === 'jump' }
    }
    case 'MARK':
      skb.mark = ((skb.mark & ~target.mask) ^ target.value) >>> 0
      return 'continue'
    case 'NOTRACK':
      if (skb.tracking === 'NONE') skb.tracking = 'UNTRACKED'
      return 'continue'
    case 'REJECT':
      return { loss: { kind: 'rejected', why: rule.text, rule, ...toldAt(way.where.hook) }, reject: target.with }
    case 'DNAT':
    case 'SNAT':
      return nat(walk, machine, skb, way, rule, { ...target.to, random: target.to.random !== undefined })
    case 'MASQUERADE': {
      const first =
        way.nextHop === null ? undefined : sourceAddress(machine.program.devices, way.where.out, way.nextHop, skb.packet.destination)
      if (first === undefined)
        return { loss: { kind: 'dropped', why: `MASQUERADE found no address on ${way.where.out}`, rule, errno: 'EPERM' } }
      return nat(walk, machine, skb, way, rule, {
        first,
        ...(target.ports ? { ports: target.ports } : {}),
        random: target.random !== undefined,
      })
    }
    case 'REDIRECT': {
      const family = familyOf(skb.packet.source)
      const loopback = parseIp(family === 'ipv4' ? '127.0.0.1' : '::1')
      const first = way.where.hook === 'OUTPUT' ? loopback : addressOf(machine.devices.get(way.where.in), family)
      if (first === undefined) return { loss: { kind: 'dropped', why: `REDIRECT found no address on ${way.where.in}`, rule } }
      return nat(walk, machine, skb, way, rule, { first, ...(target.ports ? { ports: target.ports } : {}) })
    }
    case 'NETMAP': {
      const first = mapped(target.to, skb.packet[sideAt(way.where.hook)])
      return nat(walk, machine, skb, way, rule, { first })
    }
    case 'TCPMSS':
      clampMss(machine, skb, way.where.out, target.mss)
      return 'continue'
    case 'CONNMARK':
    case 'DSCP':
    case 'TOS':
    case 'TTL':
    case 'HL':
    case 'LOG':
    case 'NFLOG':
      change(skb, target)
      return 'continue'
    case 'unmodelled':
      if (INERT.has(target.target)) return 'continue'
      throw new Unmodelled(`-j ${target.target} ${target.words.join(' ')}`.trim())
    default:
      return never(target)
  }
}

/** Targets that are not carried out and do not matter: they log, label or account, and let the packet go on as it is. */
const INERT: ReadonlySet<string> = new Set(['AUDIT', 'CHECKSUM', 'CLASSIFY', 'IDLETIMER', 'LED', 'RATEEST', 'TRACE', 'ULOG'])

function nat(walk: Walk, machine: Machine, skb: Skb, way: Way, rule: NonNullable<Loss['rule']>, wanted: Wanted): Verdict {
  const side = sideAt(way.where.hook)
  if (skb.entry === null || skb.entry.asked[side]) return 'ACCEPT'
  if (setUp(walk.conntrack(machine.name), skb.entry, side, wanted)) return 'ACCEPT'
  return { loss: { kind: 'dropped', why: 'no free port is left for the translation', rule, errno: 'EPERM' } }
}
