// How `kubectl drain` gets rid of pods: each is evicted, tried again every five seconds while a budget keeps it, and waited for. With --disable-eviction they are deleted.
import type { Pod } from '../../apply/object'
import { keyOf, objectOf, type State } from '../../cluster/state'
import { deleteObject, isError } from '../../cluster/store'
import { evict } from '../../control/eviction'
import { type Arguments, flag, isSet } from './arguments'
import { durationMs } from './duration'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'

interface Evicted {
  readonly state: State
  readonly stdout: string
  readonly stderr: readonly string[]
  /** Why pods stayed. */
  readonly problems: readonly string[]
}

const RETRY_MS = 5000
/** A drain without a limit would wait for ever; here it gives up after an hour of virtual time. */
const LONGEST_MS = 3_600_000
/** A drain without a limit repeats itself; so many rounds are told. */
const MOST_TOLD = 3

export function evictAll(state: State, pods: readonly Pod[], args: Arguments, passing: Passing): Evicted {
  const grace = Number(flag(args, 'grace-period') ?? -1)
  const timeout = flag(args, 'timeout') ?? '0s'
  const limitMs = durationMs(timeout) || 0
  const endMs = state.nowMs + (limitMs || LONGEST_MS)
  const isTold = (round: number): boolean => limitMs > 0 || round <= MOST_TOLD
  const stderr: string[] = []
  const problems: string[] = []
  let now = state
  let stdout = ''
  let waiting = pods
  const leaving = new Set<Pod>()
  const tellGone = (): void => {
    for (const pod of pods)
      if (leaving.has(pod) && isGone(now, pod)) {
        stdout += `pod/${pod.metadata.name} ${isSet(args, 'disable-eviction') ? 'deleted' : 'evicted'}\n`
        leaving.delete(pod)
      }
  }
  for (let round = 1; waiting.length + leaving.size > 0 && now.nowMs < endMs; round++) {
    const kept: Pod[] = []
    for (const pod of waiting) {
      if (!isSet(args, 'disable-eviction') && isTold(round)) stdout += `evicting pod ${keyOf(pod)}\n`
      const answer = removal(now, pod, args, grace)
      if (!isError(answer)) {
        now = answer.state
        leaving.add(pod)
      } else if (answer.error.reason === 'TooManyRequests') {
        if (isTold(round))
          stderr.push(
            KUBECTL_PROFILES[state.config.profile].willRetry(pod.metadata.name, pod.metadata.namespace ?? '', answer.error.message),
          )
        kept.push(pod)
      } else if (answer.error.reason !== 'NotFound') problems.push(`${whenEvicting(pod)}: ${answer.error.message}`)
    }
    waiting = kept
    const settled = (s: State): boolean => [...leaving].every(p => isGone(s, p))
    const limit = waiting.length > 0 ? Math.min(RETRY_MS, endMs - now.nowMs) : endMs - now.nowMs
    now = passing.until(now, waiting.length > 0 ? () => false : settled, limit)
    tellGone()
  }
  for (const pod of [...waiting, ...leaving]) problems.push(left(pod, limitMs > 0 ? timeout : '1h0m0s', waiting.includes(pod)))
  if (limitMs === 0 && waiting.length + leaving.size > 0) stderr.push(ENDLESS)
  return { state: now, stdout, stderr, problems }
}

const isGone = (state: State, pod: Pod): boolean => objectOf(state, 'Pod', keyOf(pod))?.metadata.uid !== pod.metadata.uid

const removal = (state: State, pod: Pod, args: Arguments, grace: number) => {
  const seconds = grace < 0 ? undefined : grace
  return isSet(args, 'disable-eviction')
    ? deleteObject(state, 'Pod', keyOf(pod), 'kubectl', seconds)
    : evict(state, keyOf(pod), 'kubectl', seconds)
}

const whenEvicting = ({ metadata }: Pod): string =>
  `error when evicting pods/${JSON.stringify(metadata.name)} -n ${JSON.stringify(metadata.namespace)}`

/** Of a pod that is still there when the time is over. */
function left(pod: Pod, timeout: string, isKept: boolean): string {
  const { name, namespace } = pod.metadata
  return isKept
    ? `${whenEvicting(pod)}: global timeout reached: ${timeout}`
    : `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: global timeout reached: ${timeout}`
}
const ENDLESS = 'hopspec: without --timeout this drain would wait for ever; it is given up after an hour of virtual time.'
