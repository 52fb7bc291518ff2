// The variables that Services bring to containers: a set of them for each Service that is there when the container starts. Stands for pkg/kubelet/envvars.
import { readIp, socketText } from '../addr/ip'
import type { Pod } from '../apply/object'
import type { Service } from '../apply/object-service'
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

/** The variables of all Services that a container which started then was told of. One that came in the same second counts as there. */
export function linkedVariables(state: State, pod: Pod, startedMs: number): ReadonlyMap<string, string> {
  const links = (pod.spec as { enableServiceLinks?: boolean }).enableServiceLinks !== false
  const variables = new Map<string, string>()
  for (const service of objectsOf(state, 'Service')) {
    const { namespace, name, creationTimestamp } = service.metadata
    const isApi = namespace === 'default' && name === 'kubernetes'
    if (!isApi && (!links || namespace !== pod.metadata.namespace)) continue
    if ((timeOf(state, creationTimestamp) ?? 0) > startedMs) continue
    for (const [key, value] of serviceVariables(service)) variables.set(key, value)
  }
  return variables
}
