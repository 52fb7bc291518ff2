// The condition by which a pod that others make leave says why.
import type { Pod } from '../apply/object'
import { timeText } from '../cluster/clock'
import type { State } from '../cluster/state'

/** The pod with `DisruptionTarget`; one that had it says the new reason. */
export const disrupted = (state: State, pod: Pod, why: { readonly reason: string; readonly message: string }): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    conditions: [
      ...(pod.status?.conditions ?? []).filter(c => c.type !== 'DisruptionTarget'),
      { type: 'DisruptionTarget', status: 'True', ...why, lastTransitionTime: timeText(state) },
    ],
  },
})
