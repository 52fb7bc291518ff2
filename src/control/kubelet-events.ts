// What kubelets say about pods, in each version's words. Not said: how long real pulls take and how large images are; a pull takes the start's time.
import type { Container, Node, Pod } from '../apply/object'
import type { Said } from '../cluster/event'
import type { State } from '../cluster/state'
import { podCidrsOf } from './ipam'
import { rangeOf } from '../addr/cidr'
import { addToIp, ipText } from '../addr/ip'
import { CONTROL_PROFILES } from './profile'

const about = (pod: Pod, fieldPath: string | undefined, type: Said['type'], reason: string, message: string): Said => ({
  about: pod,
  type,
  reason,
  message,
  component: 'kubelet',
  ...(pod.spec.nodeName === undefined ? {} : { host: pod.spec.nodeName }),
  ...(fieldPath === undefined ? {} : { fieldPath }),
})

const inContainer = (name: string): string => `spec.containers{${name}}`

const NONE_HELD: ReadonlyMap<string, string> = new Map()

/** Pulling and Pulled, or Pulled where the image is there already; Created; Started: for each container, in their order. Failed for those that are held, by why. */
export const started = (state: State, pod: Pod, held = NONE_HELD): readonly Said[] =>
  pod.spec.containers.flatMap(c => ofContainer(state, pod, c, inContainer(c.name), held.get(c.name)))

/** The same for the init containers, which ran before. */
export const initDone = (state: State, pod: Pod): readonly Said[] =>
  (pod.spec.initContainers ?? []).flatMap(c => ofContainer(state, pod, c, `spec.initContainers{${c.name}}`))

/** An init container that cannot start. */
export const initFailed = (state: State, pod: Pod, container: string, why: string): readonly Said[] =>
  (pod.spec.initContainers ?? []).flatMap(c =>
    c.name === container ? ofContainer(state, pod, c, `spec.initContainers{${container}}`, why) : [],
  )

/** A volume that cannot be mounted. */
export const failedMount = (pod: Pod, why: string): Said => about(pod, undefined, 'Warning', 'FailedMount', why)

function ofContainer(state: State, pod: Pod, c: Container, path: string, held?: string): readonly Said[] {
  const texts = CONTROL_PROFILES[state.config.profile]
  const image = c.image ?? ''
  const say = (reason: string, message: string) => about(pod, path, 'Normal', reason, message)
  const pulls = [say('Pulling', texts.pulling(image)), say('Pulled', texts.pulled(image, state.config.kubelets.startSeconds * 1000))]
  return [
    ...(isPulled(state, pod, c) ? pulls : [say('Pulled', texts.pulledPresent(image))]),
    ...(held === undefined
      ? [say('Created', texts.created(c.name)), say('Started', texts.started(c.name))]
      : [about(pod, path, 'Warning', 'Failed', `Error: ${held}`)]),
  ]
}

/** Always, or when the node does not have the image yet. */
const isPulled = (state: State, pod: Pod, c: Container): boolean =>
  c.imagePullPolicy === 'Always' ||
  (c.imagePullPolicy !== 'Never' && state.memory[`image ${pod.spec.nodeName} ${c.image ?? ''}`] === undefined)

/** Killing, for each container. */
export const killed = (state: State, pod: Pod): readonly Said[] =>
  pod.spec.containers.map(c => about(pod, inContainer(c.name), 'Normal', 'Killing', CONTROL_PROFILES[state.config.profile].killing(c.name)))

/** A readiness probe that did not succeed: what became of it, `failed: …`. */
export const unhealthy = (pod: Pod, container: string, outcome: string): Said =>
  about(pod, inContainer(container), 'Warning', 'Unhealthy', `Readiness probe ${outcome}`)

/** A liveness probe that failed as often as it may: the container is killed; from the second time on its next start is put off. */
export function livenessFailed(state: State, pod: Pod, container: string, output: string, backOff: boolean): readonly Said[] {
  const path = inContainer(container)
  const uid = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
  return [
    about(pod, path, 'Warning', 'Unhealthy', `Liveness probe failed: ${output}`),
    about(pod, path, 'Normal', 'Killing', `Container ${container} failed liveness probe, will be restarted`),
    ...(backOff
      ? [about(pod, path, 'Warning', 'BackOff', `Back-off restarting failed container ${container} in pod ${uid}`)]
      : started(state, pod).filter(s => s.fieldPath === path)),
  ]
}

/** No address is left on the node; `missing`: what its CNI plugin says where the node has no network at all. */
export function failedSandbox(pod: Pod, node: Node, missing: string | null): Said {
  const [range] = podCidrsOf(node)
  const { first, last } = range === undefined ? { first: undefined, last: undefined } : rangeOf(range)
  const span = first === undefined ? '' : `${ipText(addToIp(first, 1)!)}-${ipText(addToIp(last!, -1)!)}`
  const why =
    missing ??
    (range === undefined
      ? `node ${node.metadata.name} has no podCIDR`
      : `failed to allocate for range 0: no IP addresses available in range set: ${span}`)
  return about(
    pod,
    undefined,
    'Warning',
    'FailedCreatePodSandBox',
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container network for pod "${pod.metadata.name}": ${why}`,
  )
}
