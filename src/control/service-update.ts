// An update of a Service: what it keeps of the stored one, and what a new type may not have. Stands for PatchAllocatedValues and dropTypeDependentFields of the service registry.
import type { Service, ServicePort } from '../apply/object-service'
import { sameValue } from '../cluster/equal'
import type { State } from '../cluster/state'
import { REQUEST_PROFILES } from './profile'

/** What an update leaves out but the stored Service has: its addresses, and the node ports of the same ports. What the new type may not have goes. */
export function carriedOver(state: State, service: Service, old: Service): Service {
  const spec = REQUEST_PROFILES[state.config.profile].dropsTypeFields ? withoutTypeFields(service.spec, old.spec) : service.spec
  if (spec.type === 'ExternalName') return { ...service, spec }
  const unnamed = !spec.clusterIP || (!(spec.clusterIPs?.length ?? 0) && spec.clusterIP === old.spec.clusterIP)
  const keepsIP = unnamed && old.spec.type !== 'ExternalName' && old.spec.clusterIP
  return {
    ...service,
    spec: {
      ...spec,
      ...(keepsIP ? addressesOf(spec, old.spec) : {}),
      ...(spec.ports === undefined ? {} : { ports: spec.ports.map(p => carriedPort(p, spec, old.spec)) }),
    },
  }
}

type Spec = Service['spec']

const addressesOf = (spec: Spec, old: Spec): Partial<Spec> => ({
  clusterIP: old.clusterIP!,
  ...(old.clusterIPs === undefined
    ? {}
    : {
        clusterIPs: old.clusterIPs,
        ipFamilies: spec.ipFamilies ?? old.ipFamilies!,
        ipFamilyPolicy: spec.ipFamilyPolicy ?? old.ipFamilyPolicy!,
      }),
})

const isExternal = (type: Spec['type']): boolean => type === 'NodePort' || type === 'LoadBalancer'

/** Fields that are as they were and that the new type may not have. Stands for dropTypeDependentFields. */
function withoutTypeFields(given: Spec, old: Spec): Spec {
  const spec = checksHealth(old) && !checksHealth(given) ? withoutHealthCheck(given, old) : given
  if (spec.type === old.type) return spec
  const dropped = new Set<keyof Spec>()
  const drop = (field: keyof Spec, when: boolean) => when && sameValue(spec[field], old[field]) && dropped.add(field)
  const named = spec.type === 'ExternalName'
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'] as const) drop(field, named)
  drop('externalTrafficPolicy', !isExternal(spec.type) && !(spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0))
  drop('allocateLoadBalancerNodePorts', spec.type !== 'LoadBalancer')
  drop('loadBalancerClass', spec.type !== 'LoadBalancer')
  const kept = Object.fromEntries(Object.entries(spec).filter(([field]) => !dropped.has(field as keyof Spec))) as unknown as Spec
  if (isExternal(spec.type) || !isExternal(old.type) || kept.ports === undefined) return kept
  return { ...kept, ports: kept.ports.map(p => withoutNodePort(p, old)) }
}

const checksHealth = (spec: Spec): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

function withoutHealthCheck(spec: Spec, old: Spec): Spec {
  const { healthCheckNodePort, ...rest } = spec
  return healthCheckNodePort === old.healthCheckNodePort ? rest : spec
}

const samePort = (p: ServicePort, old: Spec): ServicePort | undefined =>
  old.ports?.find(o => o.port === p.port && o.protocol === p.protocol)

function withoutNodePort(port: ServicePort, old: Spec): ServicePort {
  if (port.nodePort === undefined || samePort(port, old)?.nodePort !== port.nodePort) return port
  const { nodePort: _, ...rest } = port
  return rest
}

function carriedPort(port: ServicePort, spec: Spec, old: Spec): ServicePort {
  const before = isExternal(spec.type) ? samePort(port, old)?.nodePort : undefined
  return port.nodePort || before === undefined ? port : { ...port, nodePort: before }
}
