// Virtual time in the shell: letting it pass, telling it, and what happened in it.
import { epochMs } from '../../cluster/clock'
import { settle, passTime } from '../../control/settle'
import { never, problem } from '../../error'
import { timelineText } from '../../view/timeline-text'
import { timelineOf } from '../../control/timeline'
import { tooMany } from './options'
import { type Ran, refused, said, type Session, stateOf, withState } from './session'

export const TIME_COMMANDS = ['wait', 'sleep', 'settle', 'time', 'date', 'timeline'] as const
export type TimeWord = (typeof TIME_COMMANDS)[number]

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** The longest wait in one command: ten years. */
const LONGEST_MS = 315_360_000_000

/** `30s`, `1m30s`, `0.5s`, `250ms`, or seconds without a unit. */
export function readDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  const ms = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!]!, 0)
  return ms <= LONGEST_MS ? ms : undefined
}

export function timeCommand(session: Session, word: TimeWord, rest: readonly string[]): Ran {
  const state = stateOf(session)
  if (state === undefined) return refused(session, `hopspec: ${word}: no time passes in a network without Kubernetes.`, 2)
  const most = word === 'wait' || word === 'sleep' || word === 'timeline' ? 1 : 0
  if (rest[most] !== undefined) throw tooMany(word, rest[most])
  switch (word) {
    case 'wait':
    case 'sleep': {
      return said(withState(session, passTime(state, durationOf(word, rest[0] ?? ''))), '')
    }
    case 'settle':
      return said(withState(session, settle(state)), '')
    case 'timeline': {
      const from = rest[0] === undefined ? 0 : Math.max(0, state.nowMs - durationOf(word, rest[0]))
      return said(session, timelineText(timelineOf(state, from)))
    }
    case 'time':
    case 'date':
      return said(session, `${new Date(epochMs(state) + state.nowMs).toISOString()} (${state.nowMs / 1000} s since the cluster began)\n`)
    default:
      return never(word)
  }
}

function durationOf(word: string, text: string): number {
  const ms = readDuration(text)
  if (ms !== undefined) return ms
  throw problem('USAGE', `${word} '${text}' is no duration.`, { fix: `Write one as in ${word} 30s, ${word} 1m30s or ${word} 200ms.` })
}
