// What a pod's processes listen on and answer, as listeners of its namespace. Which images are known: control/image.ts.
import { type Ip, ipText } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import type { Pod } from '../apply/object'
import { keyOf } from '../cluster/state'
import { imageFacts, lastingContainers, listensOf } from '../control/image'
import type { Listener } from '../linux/program'

/** The listeners of a pod, each port once; every answer ends its line. `ip` is the pod's address. */
export function listenersOf(pod: Pod, ip: Ip, config: ClusterConfig): readonly Listener[] {
  const hostname = pod.spec.hostname ?? pod.metadata.name
  const found = new Map<string, Listener>()
  for (const container of lastingContainers(pod)) {
    const answers = imageFacts(config, container.image)?.answers ?? '{hostname}'
    const text = answers.replaceAll('{hostname}', hostname).replaceAll('{ip}', ipText(ip))
    for (const { port, protocol } of listensOf(config, container)) {
      const key = `${protocol} ${port}`
      if (found.has(key)) continue
      found.set(key, {
        protocol: (protocol ?? 'TCP').toLowerCase() as Listener['protocol'],
        port,
        address: null,
        answer: text.endsWith('\n') ? text : `${text}\n`,
        because: `pod ${keyOf(pod)}, container ${container.name}`,
      })
    }
  }
  return [...found.values()]
}

/** Why nothing listens in a pod, as a sentence. */
export const silentText = (pod: Pod): string =>
  `No container of pod ${keyOf(pod)} declares a port, and nobody described what its images (${pod.spec.containers
    .map(c => c.image ?? 'none')
    .join(', ')}) listen on; write it under \`images\` in the Cluster document.`
