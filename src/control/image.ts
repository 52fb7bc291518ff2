// What the process in a container listens on: the scenario's own description, a few images that the articles name, else the ports that the container declares.
import type { ClusterConfig } from '../apply/cluster-config'
import type { Container, Pod } from '../apply/object'

interface Listening {
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
}

interface KnownImage {
  /** Repository names without registry and tag. */
  readonly name: RegExp
  readonly listens: readonly Listening[]
  readonly answers: string | null
  /** What it runs, as its Dockerfile says. */
  readonly command?: string
}

const tcp = (...ports: number[]): readonly Listening[] => ports.map(port => ({ port, protocol: 'TCP' }))

/** Images whose processes are known, whatever their manifests declare. */
const KNOWN: readonly KnownImage[] = [
  { name: /(^|\/)mytest$/, listens: tcp(8080), answers: 'Hello Kubernetes bootcamp! | Running on: {hostname} | v=1' },
  { name: /(^|\/)kubernetes-bootcamp$/, listens: tcp(8080), answers: 'Hello Kubernetes bootcamp! | Running on: {hostname} | v=1' },
  { name: /(^|\/)mysql$/, listens: tcp(3306), answers: null },
  { name: /(^|\/)tomcat-app$/, listens: tcp(8080), answers: null },
  { name: /(^|\/)kubia(-pet)?$/, listens: tcp(8080), answers: "You've hit {hostname}", command: 'node app.js' },
  { name: /(^|\/)coredns$/, listens: [{ port: 53, protocol: 'UDP' }, ...tcp(53, 8080, 8181, 9153)], answers: null },
]

/** What an image is known to do: by the Cluster document (with or without a tag), by our own list, or null. */
export function imageFacts(
  config: ClusterConfig,
  image: string | undefined,
): { readonly listens: readonly Listening[]; readonly answers: string | null } | null {
  if (image === undefined) return null
  const bare = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  const described = config.images.find(i => i.image === image) ?? config.images.find(i => i.image === bare)
  return described ?? KNOWN.find(k => k.name.test(bare)) ?? null
}

/** The ports on which the container's process accepts; empty: it listens nowhere. */
export function listensOf(config: ClusterConfig, container: Container): readonly Listening[] {
  const facts = imageFacts(config, container.image)
  return facts?.listens ?? (container.ports ?? []).map(p => ({ port: p.containerPort, protocol: p.protocol }))
}

/** The containers that run as long as the pod: its own, then init containers that are restarted always (sidecars). */
export const lastingContainers = (pod: Pod): readonly Container[] => [
  ...pod.spec.containers,
  ...(pod.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always'),
]

/** Everything that listens in a pod, each port once. */
export function podListens(config: ClusterConfig, pod: Pod): readonly Listening[] {
  const all = lastingContainers(pod).flatMap(c => listensOf(config, c))
  return all.filter((l, i) => all.findIndex(o => o.port === l.port && o.protocol === l.protocol) === i)
}

/** What the image runs where the pod does not say; empty where nobody knows. */
export const commandOf = (image: string | undefined): string => {
  const bare = (image ?? '').replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  return KNOWN.find(k => k.name.test(bare))?.command ?? ''
}
