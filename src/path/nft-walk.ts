// Walks one base chain of nftables and the chains it jumps to. Stands for nft_do_chain.
import type { Hook, Target } from '../linux/rule'
import { toldAt, type Verdict, type Way } from './verdict'
import { whatIsAsked, type Asked, Unmodelled } from './asked'
import type { Machine } from './machine'
import type { CompiledNftRule, Then } from './nft-rule'
import type { BaseChain, CompiledNftChain } from './nft-table'
import type { Skb } from './skb'
import type { Loss, Walk } from './walk'

type LossRule = NonNullable<Loss['rule']>
/** Does what a target of iptables does: nftables' nat and reject are the same code in the kernel. */
type CarryOut = (target: Target, rule: LossRule) => Verdict | 'continue'

interface Position {
  readonly chain: CompiledNftChain
  next: number
}

/** Runs the chain; `accept` ends only this chain, a drop everything. */
export function runNftChain(walk: Walk, machine: Machine, skb: Skb, way: Way, base: BaseChain, carryOut: CarryOut): Verdict {
  const asked = whatIsAsked(walk, machine, skb, way.where, base.type !== 'nat')
  const stack: Position[] = []
  let at: Position | undefined = { chain: base.at, next: 0 }
  while (at !== undefined) {
    const compiled: CompiledNftRule | undefined = at.chain.rules()[at.next++]
    if (compiled === undefined) {
      at = stack.pop()
      continue
    }
    const rule = (): LossRule => ({ text: compiled.text(), rule: compiled.rule, table: base.table.name, chain: at!.chain.name })
    let then: Then
    try {
      then = runRule(walk, machine, compiled, asked, base, at.chain.name)
      if (typeof then === 'object' && 'target' in then) {
        const verdict = carryOut(then.target, rule())
        if (verdict !== 'continue') return verdict
        continue
      }
    } catch (error) {
      if (!(error instanceof Unmodelled)) throw error
      return { loss: { kind: 'unknown', why: `hopspec does not model ${error.message}`, rule: rule() } }
    }
    if (typeof then === 'string') continue
    const { verdict } = then
    if (verdict.is === 'accept') return 'ACCEPT'
    if (verdict.is === 'drop') return { loss: { kind: 'dropped', why: compiled.text(), rule: rule(), ...toldAt(way.where.hook) } }
    if (verdict.is === 'return') at = stack.pop()
    else if ('chain' in verdict) {
      if (verdict.is === 'jump') stack.push(at)
      at = { chain: base.table.chains.get(verdict.chain)!, next: 0 }
    }
  }
  return policyOf(walk, machine, skb, base)
}

/** Asks and does what the rule says; it has matched when its first statement is reached. */
function runRule(walk: Walk, machine: Machine, compiled: CompiledNftRule, asked: Asked, base: BaseChain, chain: string): Then {
  const { steps, rule } = compiled
  let told = false
  const tell = () => {
    if (told) return
    told = true
    walk.emit(machine, asked.skb, {
      kind: 'rule',
      family: 'nft',
      table: base.table.name,
      chain,
      hook: asked.where.hook,
      text: compiled.text(),
      because: rule.because ?? null,
      rule: null,
      place: rule.place ? { file: rule.place.file, ...(rule.place.line === undefined ? {} : { line: rule.place.line }) } : null,
    })
  }
  for (const step of steps) {
    if (step.is === 'question') {
      if (!step.holds(asked)) return 'break'
      continue
    }
    tell()
    const then = step.act(asked)
    if (then !== 'next') return then
  }
  tell()
  return 'next'
}

function policyOf(walk: Walk, machine: Machine, skb: Skb, base: BaseChain): Verdict {
  if (base.policy !== 'drop') return 'ACCEPT'
  const { name } = base.at
  walk.emit(machine, skb, { kind: 'policy', table: base.table.name, chain: name, policy: 'DROP' })
  const hook = base.hook.toUpperCase() as Hook
  return { loss: { kind: 'dropped', why: `policy drop of chain ${name} in table ${base.table.name}`, ...toldAt(hook) } }
}
