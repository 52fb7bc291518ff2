// What a pod's processes listen on and answer, as listeners of its namespace. Which images are known: control/image.ts.
import { type Ip, ipText } from '../addr/ip'
import type { ClusterConfig, ServerFacts } from '../apply/cluster-config'
import type { Pod } from '../apply/object'
import { keyOf } from '../cluster/state'
import { imageFacts, lastingContainers, listensOf } from '../control/image'
import { heldBy, isHeld } from '../control/missing-config'
import type { Listener } from '../linux/program'

/** The listeners of a pod, each port once; every answer ends its line. `ip` is the pod's address. */
export function listenersOf(pod: Pod, ip: Ip, config: ClusterConfig): readonly Listener[] {
  const hostname = pod.spec.hostname ?? pod.metadata.name
  const found = new Map<string, Listener>()
  for (const container of lastingContainers(pod)) {
    if (isHeld(pod, container.name)) continue
    const answers = imageFacts(config, container.image)?.answers ?? null
    const because = `pod ${keyOf(pod)}, container ${container.name}`
    for (const listener of serving({ listens: listensOf(config, container), answers }, hostname, ip, because)) {
      const key = `${listener.protocol} ${listener.port}`
      if (!found.has(key)) found.set(key, listener)
    }
  }
  return [...found.values()]
}

/** The listeners of one program. */
export function serving({ listens, answers }: ServerFacts, hostname: string, ip: Ip, because: string): readonly Listener[] {
  const text = (answers ?? '{hostname}').replaceAll('{hostname}', hostname).replaceAll('{ip}', ipText(ip))
  const answer = text.endsWith('\n') ? text : `${text}\n`
  return listens.map(({ port, protocol }) => ({ protocol: PROTOCOLS[protocol], port, address: null, answer, because }))
}

const PROTOCOLS = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const

/** Why nothing listens in a pod, as a sentence. */
export const silentText = (pod: Pod): string =>
  heldText(pod) ??
  `No container of pod ${keyOf(pod)} declares a port, and nobody described what its images (${pod.spec.containers
    .map(c => c.image ?? 'none')
    .join(', ')}) listen on; write it under \`images\` in the Cluster document.`

/** That a pod's containers wait for a ConfigMap or Secret, as a sentence; undefined where they do not. */
export function heldText(pod: Pod): string | undefined {
  const why = heldBy(pod)
  return why && `Pod ${keyOf(pod)} is not ready, a container of it does not start: ${why}.`
}
