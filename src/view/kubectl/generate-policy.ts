// `kubectl create poddisruptionbudget` and `kubectl create priorityclass`.
import type { State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import type { Passing } from './passing'
import { failed, type Reply } from './reply'
import { send } from './send'
import { labelsOf } from './labels-flag'

const COUNT = /^[0-9]+%?$/

export function budget(state: State, args: Arguments, passing: Passing): Reply {
  const [selector = '', least = '', most = ''] = ['selector', 'min-available', 'max-unavailable'].map(name => flag(args, name))
  const wrong = misuse(selector, least, most)
  if (wrong !== undefined) return failed(state, `error: ${wrong}`)
  const of = (text: string): number | string => (text.endsWith('%') ? text : Number(text))
  return send(
    state,
    args,
    passing,
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: args.words[1] ?? '' },
      spec: {
        ...(least === '' ? { maxUnavailable: of(most) } : { minAvailable: of(least) }),
        selector: { matchLabels: labelsOf(selector) },
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    },
    { refused: 'failed to create poddisruptionbudgets:' },
  )
}

function misuse(selector: string, least: string, most: string): string | undefined {
  if (selector === '') return 'a selector must be specified'
  if (least === '' && most === '') return 'one of min-available or max-unavailable must be specified'
  if (least !== '' && most !== '') return 'min-available and max-unavailable cannot be both specified'
  if (least !== '' && !COUNT.test(least)) return 'invalid format specified for min-available'
  return most !== '' && !COUNT.test(most) ? 'invalid format specified for max-unavailable' : undefined
}

export function priorityClass(state: State, args: Arguments, passing: Passing): Reply {
  const value = flag(args, 'value') ?? '0'
  if (!/^[+-]?\d+$/.test(value))
    return failed(
      state,
      `error: invalid argument ${JSON.stringify(value)} for "--value" flag: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax\nSee 'kubectl create priorityclass --help' for usage.`,
    )
  const description = flag(args, 'description') ?? ''
  const made = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: args.words[1] ?? '' },
    value: Number(value),
    ...(isSet(args, 'global-default') ? { globalDefault: true } : {}),
    ...(description === '' ? {} : { description }),
    preemptionPolicy: flag(args, 'preemption-policy') ?? 'PreemptLowerPriority',
  }
  return send(state, args, passing, made, { refused: 'failed to create priorityclass:' })
}
