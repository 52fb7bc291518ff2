// The objects that the API server keeps by itself: the ServiceCIDR `kubernetes`, an IPAddress for each ClusterIP, two PriorityClasses. Nobody here reads them, so they are
// not stored; they are made where kubectl shows them. Given ones are shown as they are.
import { cidrText } from '../../addr/cidr'
import { ipText, readIpLeniently } from '../../addr/ip'
import type { KubeObject, Kind } from '../../apply/object'
import type { Service } from '../../apply/object-service'
import type { PriorityClass } from '../../apply/object-policy'
import { SYSTEM_CLASSES } from '../../apply/validate-disruption'
import { CLUSTER_PROFILES } from '../../cluster/profile'
import { uuid } from '../../cluster/random'
import { objectOf, objectsOf, type State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'

const NAMED = /^(ip|ipaddress|ipaddresses|servicecidr|servicecidrs|pc|priorityclass|priorityclasses)$/

/** The State with those objects, where a command names their kind and the version has it. */
export function withServerObjects(state: State, args: Arguments): State {
  const named = args.words.some(word => word.split(',').some(w => NAMED.test(w.toLowerCase().replace(/[./].*$/, ''))))
  if (!named || isSet(args, 'watch') || isSet(args, 'watch-only')) return state
  if (state.config.builtins === 'none') return state
  const objects = new Map(state.objects)
  const add = (kind: Kind, made: readonly KubeObject[]) => {
    const map = new Map(made.map(o => [o.metadata.name, o]))
    for (const [key, given] of state.objects.get(kind) ?? []) map.set(key, given)
    objects.set(kind, map)
  }
  add('PriorityClass', priorityClasses(state))
  if (CLUSTER_PROFILES[state.config.profile].ipFamilies) {
    add('ServiceCIDR', serviceCidrs(state))
    add(
      'IPAddress',
      objectsOf(state, 'Service').flatMap(s => addressesOf(state, s)),
    )
  }
  return { ...state, objects }
}

/** When the API server came up. */
const begun = (state: State): KubeObject['metadata'] | undefined => objectOf(state, 'Namespace', 'default')?.metadata

function serviceCidrs(state: State): readonly KubeObject[] {
  const since = begun(state)?.creationTimestamp
  const times = since === undefined ? {} : { creationTimestamp: since }
  const condition = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: {
        name: 'kubernetes',
        ...times,
        finalizers: ['networking.k8s.io/service-cidr-finalizer'],
        uid: uuid(state.seed, 'ServiceCIDR kubernetes'),
        resourceVersion: '1',
      },
      spec: { cidrs: state.config.serviceSubnets.map(cidrText) },
      status: { conditions: [{ ...condition, ...(since === undefined ? {} : { lastTransitionTime: since }) }] },
    } as KubeObject,
  ]
}

const priorityClasses = (state: State): readonly PriorityClass[] =>
  Object.entries(SYSTEM_CLASSES).map(([name, { value, description }]) => {
    const since = begun(state)?.creationTimestamp
    const times = since === undefined ? {} : { creationTimestamp: since }
    const metadata = { name, generation: 1, ...times, uid: uuid(state.seed, `PriorityClass ${name}`), resourceVersion: '1' }
    const policy = CLUSTER_PROFILES[state.config.profile].ipFamilies ? { preemptionPolicy: 'PreemptLowerPriority' } : {}
    return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata, value, description, ...policy } as PriorityClass
  })

function addressesOf(state: State, service: Service): readonly KubeObject[] {
  const { name, namespace, creationTimestamp, resourceVersion } = service.metadata
  const { clusterIP, clusterIPs = clusterIP === undefined ? [] : [clusterIP] } = service.spec
  return clusterIPs.flatMap(text => {
    const ip = readIpLeniently(text)
    if (ip === undefined) return []
    return [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IPAddress',
        metadata: {
          name: ipText(ip),
          labels: {
            'ipaddress.kubernetes.io/ip-family': typeof ip === 'bigint' ? 'IPv6' : 'IPv4',
            'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
          },
          ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
          uid: uuid(state.seed, `IPAddress ${ipText(ip)} ${service.metadata.uid}`),
        },
        spec: { parentRef: { group: '', resource: 'services', namespace, name } },
      } as KubeObject,
    ]
  })
}
