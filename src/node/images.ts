// What containers listen on and answer: the cluster's own image facts, a few images that hopspec knows, and else the ports that a container declares.
import { ipText, type Ip } from '../addr/ip'
import type { ImageFacts } from '../apply/cluster-config'
import type { Container, Pod } from '../apply/object'
import { keyOf } from '../cluster/state'
import type { Listener } from '../linux/program'

/** Images of the articles: what their processes really do, whatever the manifest declares. */
const KNOWN: readonly ImageFacts[] = [
  {
    image: 'wangzan18/mytest:v1',
    listens: [{ port: 8080, protocol: 'TCP' }],
    answers: 'Hello Kubernetes bootcamp! | Running on: {hostname} | v=1\n',
  },
]

const withTag = (image: string): string => (/:[^/]*$/.test(image) || image.includes('@') ? image : `${image}:latest`)

/** `mytest:v1` describes `wangzan18/mytest:v1` too; no tag is `latest`. */
const describes = (facts: ImageFacts, image: string): boolean => {
  const [a, b] = [withTag(facts.image), withTag(image)]
  return a === b || b.endsWith(`/${a}`)
}

/** The facts of a container's image, if anybody described it. */
export const imageFacts = (image: string | undefined, described: readonly ImageFacts[]): ImageFacts | undefined =>
  image === undefined ? undefined : [...described, ...KNOWN].find(f => describes(f, image))

/** What the processes of a pod listen on. `ip` is the pod's address. */
export function listenersOf(pod: Pod, ip: Ip, described: readonly ImageFacts[]): readonly Listener[] {
  const hostname = pod.spec.hostname ?? pod.metadata.name
  const fill = (text: string) => text.replaceAll('{hostname}', hostname).replaceAll('{ip}', ipText(ip))
  const found = new Map<string, Listener>()
  for (const container of pod.spec.containers) {
    const facts = imageFacts(container.image, described)
    for (const { port, protocol } of facts?.listens ?? declared(container)) {
      const answer = facts?.answers == null ? `${hostname}\n` : fill(facts.answers)
      const key = `${protocol} ${port}`
      if (found.has(key)) continue
      const because = `pod ${keyOf(pod)}, container ${container.name}`
      found.set(key, { protocol: protocol.toLowerCase() as Listener['protocol'], port, address: null, answer, because })
    }
  }
  return [...found.values()]
}

const declared = (container: Container): ImageFacts['listens'] =>
  (container.ports ?? []).map(p => ({ port: p.containerPort, protocol: p.protocol ?? 'TCP' }))

/** Why nothing listens in a pod, as a sentence. */
export const silentText = (pod: Pod): string =>
  `No container of pod ${keyOf(pod)} declares a port, and nobody described what its images (${pod.spec.containers
    .map(c => c.image ?? 'none')
    .join(', ')}) listen on; write it under \`images\` in the Cluster document.`
