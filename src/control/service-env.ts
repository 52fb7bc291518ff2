// The environment of a container as kubelet makes it when it starts one: a set of variables for each Service that is there by then, and what its manifest says.
// Stands for pkg/kubelet/envvars and kubelet's makeEnvironmentVariables. Not simulated: configMapKeyRef, secretKeyRef, resourceFieldRef, envFrom.
import { readIp, socketText } from '../addr/ip'
import type { Pod, Service } from '../apply/object'
import { timeOf } from '../cluster/clock'
import { objectsOf, type State } from '../cluster/state'

/** `web-db` → `WEB_DB`. */
const variable = (name: string): string => name.toUpperCase().replaceAll('-', '_')

/** The variables of one Service; none without a ClusterIP. Kubelet's own names, and those of docker's links. */
export function serviceVariables(service: Service): readonly (readonly [name: string, value: string])[] {
  const { clusterIP, ports = [] } = service.spec
  const [first] = ports
  const ip = clusterIP === undefined ? undefined : readIp(clusterIP)
  if (clusterIP === undefined || ip === undefined || first === undefined) return []
  const name = variable(service.metadata.name)
  const url = (p: (typeof ports)[number]) => `${(p.protocol ?? 'TCP').toLowerCase()}://${socketText(ip, p.port)}`
  return [
    [`${name}_SERVICE_HOST`, clusterIP],
    [`${name}_SERVICE_PORT`, `${first.port}`],
    ...ports.flatMap(p => (p.name ? [[`${name}_SERVICE_PORT_${variable(p.name)}`, `${p.port}`] as const] : [])),
    [`${name}_PORT`, url(first)],
    ...ports.flatMap(p => {
      const prefix = `${name}_PORT_${p.port}_${(p.protocol ?? 'TCP').toUpperCase()}`
      return [
        [prefix, url(p)],
        [`${prefix}_PROTO`, (p.protocol ?? 'TCP').toLowerCase()],
        [`${prefix}_PORT`, `${p.port}`],
        [`${prefix}_ADDR`, clusterIP],
      ] as const
    }),
  ]
}

/** The whole environment of one of a pod's containers, by name. A Service that came in the same second as the container counts as there. */
export function containerEnv(state: State, pod: Pod, container: string): ReadonlyMap<string, string> {
  const spec = pod.spec.containers.find(c => c.name === container)
  const status = pod.status?.containerStatuses?.find(s => s.name === container)
  const startedMs = timeOf(state, status?.state?.running?.startedAt) ?? state.nowMs
  const links = (pod.spec as { enableServiceLinks?: boolean }).enableServiceLinks !== false
  const env = new Map<string, string>()
  for (const service of objectsOf(state, 'Service')) {
    const { namespace, name, creationTimestamp } = service.metadata
    const isApi = namespace === 'default' && name === 'kubernetes'
    if (!isApi && (!links || namespace !== pod.metadata.namespace)) continue
    if ((timeOf(state, creationTimestamp) ?? 0) > startedMs) continue
    for (const [key, value] of serviceVariables(service)) env.set(key, value)
  }
  for (const { name, value, valueFrom } of spec?.env ?? []) {
    const path = valueFrom?.fieldRef?.fieldPath
    env.set(name, path === undefined ? expanded(value ?? '', env) : (fieldOf(pod, path) ?? ''))
  }
  return new Map([...env].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `$(NAME)` is the value of a variable that is known by then; `$$` is one `$`. */
const expanded = (text: string, env: ReadonlyMap<string, string>): string =>
  text.replace(/\$\$|\$\(([^()]*)\)/g, (all, name: string | undefined) => (name === undefined ? '$' : (env.get(name) ?? all)))

/** The downward API, as far as a network needs it. */
function fieldOf(pod: Pod, path: string): string | undefined {
  const { metadata, spec, status } = pod
  const [, kind, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  if (kind !== undefined) return metadata[kind as 'labels' | 'annotations']?.[key!]
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'status.podIP': status?.podIP,
    'status.podIPs': status?.podIPs?.map(p => p.ip).join(','),
    'status.hostIP': (status as { hostIP?: string } | undefined)?.hostIP,
  }
  return fields[path]
}
