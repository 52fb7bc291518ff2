// What kubelets say about pods, in each version's words. Not said: image sizes and pull times; images are always present already.
import type { Pod } from '../apply/object'
import type { Said } from '../cluster/event'
import type { State } from '../cluster/state'
import { CONTROL_PROFILES } from './profile'

const about = (pod: Pod, container: string, type: Said['type'], reason: string, message: string): Said => ({
  about: pod,
  type,
  reason,
  message,
  component: 'kubelet',
  ...(pod.spec.nodeName === undefined ? {} : { host: pod.spec.nodeName }),
  fieldPath: `spec.containers{${container}}`,
})

/** Pulled, Created, Started, for each container. */
export function started(state: State, pod: Pod): readonly Said[] {
  const texts = CONTROL_PROFILES[state.config.profile]
  return pod.spec.containers.flatMap(c => [
    about(pod, c.name, 'Normal', 'Pulled', texts.pulledPresent(c.image ?? '')),
    about(pod, c.name, 'Normal', 'Created', texts.created(c.name)),
    about(pod, c.name, 'Normal', 'Started', texts.started(c.name)),
  ])
}

/** Killing, for each container. */
export const killed = (state: State, pod: Pod): readonly Said[] =>
  pod.spec.containers.map(c => about(pod, c.name, 'Normal', 'Killing', CONTROL_PROFILES[state.config.profile].killing(c.name)))

/** A readiness probe that failed. */
export const unhealthy = (pod: Pod, container: string, output: string): Said =>
  about(pod, container, 'Warning', 'Unhealthy', `Readiness probe failed: ${output}`)
