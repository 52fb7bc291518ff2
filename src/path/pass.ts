// A hook with its consequences: a packet goes on, or ends here with the step that says so and, for REJECT, an answer.
import type { Hook, RejectWith } from '../linux/rule'
import { drop } from './drop'
import { runHook } from './hooks'
import type { Verdict, Way } from './verdict'
import type { Machine } from './machine'
import type { Where } from './asked'
import type { Skb } from './skb'
import type { IcmpKind, Walk } from './walk'

/** A place at a hook; what is not said is none. */
export const whereIs = (hook: Hook, { in: cameBy = '', out = '', portIn = '', portOut = '', bridged = false }: Partial<Where>): Where => ({
  hook,
  in: cameBy,
  out,
  portIn,
  portOut,
  bridged,
})

/** Runs a hook; false when the packet ended there. A REJECT sends its answer. */
export function pass(walk: Walk, machine: Machine, skb: Skb, way: Way, between?: (table: string) => Verdict): boolean {
  const verdict = runHook(walk, machine, skb, way, between)
  if (verdict === 'ACCEPT') return true
  if (verdict.reject !== undefined) {
    walk.emit(machine, skb, { kind: 'reject', with: verdict.reject, why: verdict.loss.why })
    walk.lose(machine, skb, verdict.loss)
    answerReject(walk, machine, way.where.hook === 'PREROUTING' ? { ...skb, unrouted: true } : skb, verdict.reject)
  } else drop(walk, machine, skb, verdict.loss)
  return false
}

const REJECT_CODES: Readonly<Record<Exclude<RejectWith, 'tcp-reset'>, IcmpKind>> = {
  'icmp-net-unreachable': [3, 0],
  'icmp-host-unreachable': [3, 1],
  'icmp-proto-unreachable': [3, 2],
  'icmp-port-unreachable': [3, 3],
  'icmp-net-prohibited': [3, 9],
  'icmp-host-prohibited': [3, 10],
  'icmp-admin-prohibited': [3, 13],
  'icmp6-no-route': [1, 0],
  'icmp6-adm-prohibited': [1, 1],
  'icmp6-addr-unreachable': [1, 3],
  'icmp6-port-unreachable': [1, 4],
  'icmp6-policy-fail': [1, 5],
  'icmp6-reject-route': [1, 6],
} // prettier-ignore

function answerReject(walk: Walk, machine: Machine, skb: Skb, reject: RejectWith): void {
  if (reject === 'tcp-reset') walk.reset(machine, skb)
  else walk.icmpError(machine, skb, REJECT_CODES[reject])
}
