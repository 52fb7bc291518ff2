// How long a pod takes to end after its deletion: hooks first, then the processes, both within the grace. Stands for killContainer of the kubelet.
// A hook's time is known where it sleeps; what any other command would take is not, and counts as nothing.
import type { Container, Pod } from '../apply/object'

/** What a process has at least after its hook, in seconds. Source: minimumGracePeriodInSeconds. */
const LEAST_AFTER_HOOK = 2

interface Hook {
  readonly sleep?: { readonly seconds: number }
  readonly exec?: { readonly command?: readonly string[] }
}

/** `sleep 10`, also within `sh -c "… sleep 10 …"`. */
const SLEEP = /(?:^|[\s;&(])sleep\s+(\d+(?:\.\d+)?)(?=$|[\s;&)])/

/** Seconds that a container's preStop hook takes. */
function hookSeconds(container: Container): number {
  const { preStop = {} } = (container as { readonly lifecycle?: { readonly preStop?: Hook } }).lifecycle ?? {}
  if (preStop.sleep !== undefined) return preStop.sleep.seconds
  return Number(SLEEP.exec((preStop.exec?.command ?? []).join(' '))?.[1] ?? 0)
}

/** Seconds from the deletion to the end of the last container; `stopSeconds` is what processes take after SIGTERM. */
export function endingSeconds(pod: Pod, graceSeconds: number, stopSeconds: number): number {
  return Math.max(
    0,
    ...pod.spec.containers.map(container => {
      const hook = Math.min(hookSeconds(container), graceSeconds)
      if (hook === 0) return Math.min(graceSeconds, stopSeconds)
      return hook + Math.min(Math.max(graceSeconds - hook, LEAST_AFTER_HOOK), stopSeconds)
    }),
  )
}
