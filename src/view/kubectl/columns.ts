// The columns of `kubectl get` for each kind. Stands for the API server's printers/internalversion.
import type { Event, Kind, Kinds, Node } from '../../apply/object'
import type { Endpoints, EndpointSlice, Service } from '../../apply/object-service'
import type { State } from '../../cluster/state'
import type { ResourceQuota } from '../../apply/object-quota'
import { compareText } from '../../cluster/state'
import { labelsText } from '../../control/selector'
import { age, ageText } from './age'
import { quotaRows } from './describe-quota'
import { fewOf } from './few'
import { OTHER_CELLS } from './columns-other'
import { NETWORK_CELLS } from './columns-network'
import { WORKLOAD_CELLS } from './columns-workload'
import { podCells } from './pod-columns'
import { KUBECTL_PROFILES } from './profile'

export interface Columns {
  readonly head: readonly string[]
  /** The columns that `-o wide` adds. */
  readonly wide: readonly string[]
  /** So many of those stand not behind the others, but before the column with this number. */
  readonly inside?: { readonly at: number; readonly count: number }
}

/** Cells in the order in which they are printed. */
export function arranged({ head, wide, inside }: Columns, cells: readonly string[], isWide: boolean): readonly string[] {
  if (!isWide || inside === undefined) return cells.slice(0, head.length + (isWide ? wide.length : 0))
  const [basic, more] = [cells.slice(0, head.length), cells.slice(head.length)]
  return [...basic.slice(0, inside.at), ...more.slice(0, inside.count), ...basic.slice(inside.at), ...more.slice(inside.count)]
}

const plain = (head: string, wide = ''): Columns => ({ head: head.split('|'), wide: wide === '' ? [] : wide.split('|') })
const WORKLOAD = 'CONTAINERS|IMAGES|SELECTOR'

const COLUMNS: Readonly<Record<Kind, Columns>> = {
  Pod: plain('NAME|READY|STATUS|RESTARTS|AGE', 'IP|NODE|NOMINATED NODE|READINESS GATES'),
  Service: plain('NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE', 'SELECTOR'),
  Endpoints: plain('NAME|ENDPOINTS|AGE'),
  EndpointSlice: plain('NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE'),
  Node: plain('NAME|STATUS|ROLES|AGE|VERSION', 'INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME'),
  Deployment: plain('NAME|READY|UP-TO-DATE|AVAILABLE|AGE', WORKLOAD),
  ReplicaSet: plain('NAME|DESIRED|CURRENT|READY|AGE', WORKLOAD),
  ReplicationController: plain('NAME|DESIRED|CURRENT|READY|AGE', WORKLOAD),
  StatefulSet: plain('NAME|READY|AGE', 'CONTAINERS|IMAGES'),
  DaemonSet: plain('NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE', WORKLOAD),
  ControllerRevision: plain('NAME|CONTROLLER|REVISION|AGE'),
  Job: plain('NAME|STATUS|COMPLETIONS|DURATION|AGE', WORKLOAD),
  CronJob: plain('NAME|SCHEDULE|TIMEZONE|SUSPEND|ACTIVE|LAST SCHEDULE|AGE', WORKLOAD),
  PodTemplate: plain('NAME|CONTAINERS|IMAGES|POD LABELS'),
  Ingress: plain('NAME|CLASS|HOSTS|ADDRESS|PORTS|AGE'),
  IngressClass: plain('NAME|CONTROLLER|PARAMETERS|AGE'),
  NetworkPolicy: plain('NAME|POD-SELECTOR|AGE'),
  IPAddress: plain('NAME|PARENTREF'),
  ServiceCIDR: plain('NAME|CIDRS|AGE'),
  ServiceAccount: plain('NAME|SECRETS|AGE'),
  ResourceQuota: plain('NAME|REQUEST|LIMIT|AGE'),
  Namespace: plain('NAME|STATUS|AGE'),
  ConfigMap: plain('NAME|DATA|AGE'),
  LimitRange: plain('NAME|CREATED AT'),
  PersistentVolume: plain(
    'NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|VOLUMEATTRIBUTESCLASS|REASON|AGE',
    'VOLUMEMODE',
  ),
  PersistentVolumeClaim: plain('NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|VOLUMEATTRIBUTESCLASS|AGE', 'VOLUMEMODE'),
  StorageClass: plain('NAME|PROVISIONER|RECLAIMPOLICY|VOLUMEBINDINGMODE|ALLOWVOLUMEEXPANSION|AGE'),
  Role: plain('NAME|CREATED AT'),
  RoleBinding: plain('NAME|ROLE|AGE', 'USERS|GROUPS|SERVICEACCOUNTS'),
  ClusterRole: plain('NAME|CREATED AT'),
  ClusterRoleBinding: plain('NAME|ROLE|AGE', 'USERS|GROUPS|SERVICEACCOUNTS'),
  HorizontalPodAutoscaler: plain('NAME|REFERENCE|TARGETS|MINPODS|MAXPODS|REPLICAS|AGE'),
  PodDisruptionBudget: plain('NAME|MIN AVAILABLE|MAX UNAVAILABLE|ALLOWED DISRUPTIONS|AGE'),
  PriorityClass: plain('NAME|VALUE|GLOBAL-DEFAULT|AGE|PREEMPTIONPOLICY'),
  Secret: plain('NAME|TYPE|DATA|AGE'),
  Event: { ...plain('LAST SEEN|TYPE|REASON|OBJECT|MESSAGE', 'SUBOBJECT|SOURCE|FIRST SEEN|COUNT|NAME'), inside: { at: 4, count: 2 } },
}

/** The head of a kind's table. */
export function columnsOf(state: State, kind: Kind): Columns {
  if (kind === 'Event' && !KUBECTL_PROFILES[state.config.profile].eventsObjectColumn)
    return plain('LAST SEEN|TYPE|REASON|KIND|MESSAGE', 'SOURCE|FIRST SEEN|COUNT|NAME')
  const without = KUBECTL_PROFILES[state.config.profile].withoutColumns[kind] ?? []
  const { head, wide } = COLUMNS[kind]
  return without.length === 0 ? COLUMNS[kind] : { head: head.filter(c => !without.includes(c)), wide }
}

/** The cells of one object, those of `-o wide` last. `name` may carry a prefix (`pod/web`). */
export function cellsOf<K extends Kind>(state: State, kind: K, object: Kinds[K], name: string): readonly string[] {
  const cells = CELLS[kind](state, object, name)
  const without = KUBECTL_PROFILES[state.config.profile].withoutColumns[kind]
  return without === undefined ? cells : cells.filter((_, i) => !without.includes(COLUMNS[kind].head[i] ?? ''))
}

const CELLS: { readonly [K in Kind]: (state: State, object: Kinds[K], name: string) => readonly string[] } = {
  Pod: podCells,
  Service: (state, s, name) => [
    name,
    s.spec.type,
    clusterIPText(s),
    externalIPs(s),
    servicePorts(s),
    age(state, s),
    labelsText(s.spec.selector),
  ],
  Endpoints: (state, e, name) => [name, endpointsText(e), age(state, e)],
  EndpointSlice: (state, s, name) => [name, s.addressType, slicePorts(s), sliceAddresses(s), age(state, s)],
  Node: nodeCells,
  ...WORKLOAD_CELLS,
  ...NETWORK_CELLS,
  ...OTHER_CELLS,
  Namespace: (state, n, name) => [name, n.status?.phase ?? 'Active', age(state, n)],
  ConfigMap: (state, c, name) => [name, String(Object.keys(c.data ?? {}).length), age(state, c)],
  PodDisruptionBudget: (state, b, name) => [
    name,
    String(b.spec?.minAvailable ?? 'N/A'),
    String(b.spec?.maxUnavailable ?? 'N/A'),
    String(b.status?.disruptionsAllowed ?? 0),
    age(state, b),
  ],
  PriorityClass: (state, c, name) => [name, String(c.value), String(c.globalDefault ?? false), age(state, c), c.preemptionPolicy ?? ''],
  LimitRange: (_state, l, name) => [name, l.metadata.creationTimestamp ?? '<unknown>'],
  Secret: (state, s, name) => [name, s.type ?? '', String(Object.keys(s.data ?? {}).length), age(state, s)],
  ResourceQuota: (state, q, name) => [name, quotaText(q, false), quotaText(q, true), age(state, q)],
  Event: eventCells,
}

/** `pods: 2/4, services: 1/5`: what is used of what, of limits or of all else. */
const quotaText = (q: ResourceQuota, ofLimits: boolean): string =>
  quotaRows(q)
    .filter(([name]) => name.startsWith('limits.') === ofLimits)
    .map(([name, used, hard]) => `${name}: ${used}/${hard}`)
    .join(', ')

/** CLUSTER-IP, or what stands there without one. */
const clusterIPText = (s: Service): string => (s.spec.type === 'ExternalName' ? '<none>' : s.spec.clusterIP || '<none>')

function externalIPs(s: Service): string {
  const given = s.spec.externalIPs ?? []
  if (s.spec.type === 'ExternalName') return s.spec.externalName ?? ''
  if (s.spec.type !== 'LoadBalancer') return given.length === 0 ? '<none>' : given.join(',')
  const ingress = (s.status?.loadBalancer?.ingress ?? []).map(i => i.ip ?? i.hostname ?? '')
  const all = ingress.length === 0 ? given : [...new Set(ingress)].sort(compareText).concat(given)
  return all.length === 0 ? '<pending>' : all.join(',')
}

function servicePorts(s: Service): string {
  const ports = s.spec.ports ?? []
  return ports.length === 0 ? '<none>' : ports.map(p => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol}`).join(',')
}

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

/** The ready addresses of Endpoints, `<none>` when there is nothing at all; of one port only, when named. */
export function endpointsText(e: Endpoints | undefined, onlyPort?: string): string {
  const subsets = e?.subsets ?? []
  if (subsets.length === 0) return '<none>'
  const all: string[] = []
  for (const subset of subsets) {
    const ports = subset.ports ?? []
    if (ports.length === 0) all.push(...(subset.addresses ?? []).map(a => a.ip))
    for (const port of ports) {
      if (onlyPort === undefined || (port.name ?? '') === onlyPort)
        all.push(...(subset.addresses ?? []).map(a => hostPort(a.ip, port.port)))
    }
  }
  return fewOf(all)
}

function slicePorts(s: EndpointSlice): string {
  const ports = (s.ports ?? []).map(p => (p.port === undefined ? '*' : String(p.port)))
  return ports.length === 0 ? '<unset>' : fewOf(ports)
}

function sliceAddresses(s: EndpointSlice): string {
  const all = (s.endpoints ?? []).flatMap(e => e.addresses)
  return all.length === 0 ? '<unset>' : fewOf(all)
}

function nodeCells(state: State, n: Node, name: string): readonly string[] {
  const ready = n.status?.conditions?.find(c => c.type === 'Ready')
  const status = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  const address = (type: string) => n.status?.addresses?.find(a => a.type === type)?.address ?? '<none>'
  const info = n.status?.nodeInfo ?? {}
  const words = [status, ...(n.spec?.unschedulable ? ['SchedulingDisabled'] : [])].join(',')
  return [
    name,
    words,
    rolesText(n),
    age(state, n),
    info.kubeletVersion ?? '',
    address('InternalIP'),
    address('ExternalIP'),
    info.osImage || '<unknown>',
    info.kernelVersion || '<unknown>',
    info.containerRuntimeVersion || '<unknown>',
  ]
}

/** The roles in a node's labels, sorted; `<none>`. */
export function rolesText(n: Node): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.entries(n.metadata.labels ?? {}).flatMap(([k, v]) =>
    k.startsWith(prefix) && k.length > prefix.length ? [k.slice(prefix.length)] : k === 'kubernetes.io/role' && v ? [v] : [],
  )
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort(compareText).join(',')
}

function eventCells(state: State, e: Event, name: string): readonly string[] {
  const modern = KUBECTL_PROFILES[state.config.profile].eventsObjectColumn
  const source = [e.source?.component || e.reportingComponent, e.source?.host || e.reportingInstance].filter(Boolean).join(', ')
  const last = ageText(state, e.lastTimestamp ?? e.eventTime)
  const first = ageText(state, e.firstTimestamp ?? e.eventTime)
  const object = modern ? `${e.involvedObject.kind.toLowerCase()}/${e.involvedObject.name}` : e.involvedObject.kind
  const basic = [last, e.type, e.reason, object, e.message.trim()]
  return [...basic, ...(modern ? [e.involvedObject.fieldPath ?? ''] : []), source, first, String(e.count ?? 1), name]
}
