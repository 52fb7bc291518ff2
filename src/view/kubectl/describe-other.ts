// `kubectl describe` of Endpoints, EndpointSlices, Nodes, Namespaces and ConfigMaps.
import type { ConfigMap, Namespace, Node, Pod } from '../../apply/object'
import type { Endpoints, EndpointSlice } from '../../apply/object-service'
import { compareText, objectsOf, type State } from '../../cluster/state'
import { timeText } from '../../cluster/clock'
import { kubeletStoppedMs } from '../../control/component'
import { milliValue } from '../../control/quantity'
import { ageText } from './age'
import { rolesText } from './columns'
import { annotationLines, eventLines, labelLines, longTime } from './describe-parts'
import { limitsOf } from './describe-limits'
import { quotasOf } from './describe-quota'
import { KUBECTL_PROFILES } from './profile'

export function describeEndpoints(state: State, e: Endpoints): string {
  const head = `Name:\t${e.metadata.name}\nNamespace:\t${e.metadata.namespace}\n${labelLines('Labels', e.metadata.labels)}${annotationLines(state, e.metadata.annotations)}Subsets:\n`
  const subsets = (e.subsets ?? []).map(s => {
    const ips = (list: readonly { readonly ip: string }[] | undefined) =>
      list === undefined || list.length === 0 ? '<none>' : list.map(a => a.ip).join(',')
    const ports = s.ports ?? []
    const rows = ports.map(p => `    ${p.name || '<unset>'}\t${p.port}\t${p.protocol}\n`).join('')
    const table = ports.length === 0 ? '' : `  Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------\n${rows}`
    return `  Addresses:\t${ips(s.addresses)}\n  NotReadyAddresses:\t${ips(s.notReadyAddresses)}\n${table}\n`
  })
  return `${head}${subsets.join('')}${eventLines(state, e)}`
}

export function describeEndpointSlice(state: State, s: EndpointSlice): string {
  const ports = s.ports ?? []
  const rows = ports.map(p => `  ${p.name || '<unset>'}\t${p.port ?? '*'}\t${p.protocol ?? 'TCP'}\n`).join('')
  const endpoints = (s.endpoints ?? []).map(e => {
    const target = e.targetRef === undefined ? '' : `    TargetRef:\t${e.targetRef.kind}/${e.targetRef.name}\n`
    const hostname = `    Hostname:\t${e.hostname ?? '<unset>'}\n`
    return `  - Addresses:\t${e.addresses.join(', ')}\n    Conditions:\n      Ready:\t${e.conditions?.ready ?? '<unset>'}\n${hostname}${target}    NodeName:\t${e.nodeName ?? '<unset>'}\n    Zone:\t${e.zone ?? '<unset>'}\n`
  })
  return [
    `Name:\t${s.metadata.name}\nNamespace:\t${s.metadata.namespace}\n`,
    labelLines('Labels', s.metadata.labels),
    annotationLines(state, s.metadata.annotations),
    `AddressType:\t${s.addressType}\n`,
    ports.length === 0 ? 'Ports: <unset>\n' : `Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------\n${rows}`,
    endpoints.length === 0 ? 'Endpoints: <none>\n' : `Endpoints:\n${endpoints.join('')}`,
    eventLines(state, s),
  ].join('')
}

export function describeNode(state: State, n: Node): string {
  const info = n.status?.nodeInfo ?? {}
  const taints = [...(n.spec?.taints ?? [])]
    .sort((a, b) => compareText(`${a.effect},${a.key}`, `${b.effect},${b.key}`))
    .map(t => `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`)
  const section = (title: string, values: Readonly<Record<string, string>> | undefined) =>
    values === undefined
      ? ''
      : `${title}:\n${Object.entries(values)
          .sort()
          .map(([k, v]) => `  ${k}:\t${v}\n`)
          .join('')}`
  const conditions = (n.status?.conditions ?? []).map(
    c =>
      `  ${c.type} \t${c.status} \t${longTime(state, c.lastTransitionTime ?? n.metadata.creationTimestamp)} \t${longTime(state, c.lastTransitionTime ?? n.metadata.creationTimestamp)} \t${c.reason ?? ''} \t${c.message ?? ''}\n`,
  )
  const system: readonly (readonly [string, string])[] = [
    ['Machine ID', info.machineID ?? ''],
    ['System UUID', info.systemUUID ?? ''],
    ['Boot ID', info.bootID ?? ''],
    ['Kernel Version', info.kernelVersion ?? ''],
    ['OS Image', info.osImage ?? ''],
    ['Operating System', info.operatingSystem ?? ''],
    ['Architecture', info.architecture ?? ''],
    ['Container Runtime Version', info.containerRuntimeVersion ?? ''],
    ['Kubelet Version', info.kubeletVersion ?? ''],
    ['Kube-Proxy Version', info.kubeProxyVersion ?? ''],
  ]
  return [
    `Name:\t${n.metadata.name}\nRoles:\t${rolesText(n)}\n`,
    labelLines('Labels', n.metadata.labels),
    annotationLines(state, n.metadata.annotations),
    `CreationTimestamp:\t${longTime(state, n.metadata.creationTimestamp)}\n`,
    `Taints:\t${taints.length === 0 ? '<none>' : taints.join('\n\t')}\nUnschedulable:\t${n.spec?.unschedulable ?? false}\n`,
    KUBECTL_PROFILES[state.config.profile].describesLease ? leaseLines(state, n) : '',
    `Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n  ----\t------\t-----------------\t------------------\t------\t-------\n${conditions.join('')}`,
    `Addresses:\n${(n.status?.addresses ?? []).map(a => `  ${a.type}:\t${a.address}\n`).join('')}`,
    section('Capacity', n.status?.capacity),
    section('Allocatable', n.status?.allocatable),
    `System Info:\n${system.map(([k, v]) => `  ${k}:\t${v}\n`).join('')}`,
    n.spec?.podCIDR ? `PodCIDR:\t${n.spec.podCIDR}\n` : '',
    n.spec?.podCIDRs ? `PodCIDRs:\t${n.spec.podCIDRs.join(',')}\n` : '',
    podsOn(state, n),
    eventLines(state, n),
  ].join('')
}

/** The Lease that a node's kubelet renews while it runs. */
function leaseLines(state: State, n: Node): string {
  const renewed = timeText(state, kubeletStoppedMs(state, n.metadata.name))
  return `Lease:\n  HolderIdentity:\t${n.metadata.name}\n  AcquireTime:\t<unset>\n  RenewTime:\t${longTime(state, renewed)}\n`
}

function podsOn(state: State, n: Node): string {
  const pods = objectsOf(state, 'Pod').filter(
    p => p.spec.nodeName === n.metadata.name && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed',
  )
  const modern = state.config.profile !== 'v1.13'
  const cell = (pod: Pod, part: 'requests' | 'limits', what: 'cpu' | 'memory') =>
    share(
      pod.spec.containers.reduce((sum, c) => sum + milliValue(c.resources?.[part]?.[what]), 0),
      n.status?.allocatable?.[what],
      what,
    )
  const rows = pods.map(
    p =>
      `  ${p.metadata.namespace}\t${p.metadata.name}\t\t${cell(p, 'requests', 'cpu')}\t${cell(p, 'limits', 'cpu')}\t${cell(p, 'requests', 'memory')}\t${cell(p, 'limits', 'memory')}${modern ? `\t${ageText(state, p.metadata.creationTimestamp)}` : ''}\n`,
  )
  const head = `  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits${modern ? '\tAge' : ''}\n  ---------\t----\t\t------------\t----------\t---------------\t-------------${modern ? '\t---' : ''}\n`
  const total = (part: 'requests' | 'limits', what: 'cpu' | 'memory') =>
    share(
      pods.reduce((sum, p) => sum + p.spec.containers.reduce((s, c) => s + milliValue(c.resources?.[part]?.[what]), 0), 0),
      n.status?.allocatable?.[what],
      what,
    )
  const sums = (['cpu', 'memory'] as const).map(what => `  ${what}\t${total('requests', what)}\t${total('limits', what)}\n`).join('')
  return `Non-terminated Pods:\t(${pods.length} in total)\n${head}${rows.join('')}Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n  Resource\tRequests\tLimits\n  --------\t--------\t------\n${sums}  ephemeral-storage\t0 (0%)\t0 (0%)\n`
}

/** `100m (5%)`, `70Mi (1%)`. */
function share(milli: number, of: string | undefined, what: 'cpu' | 'memory'): string {
  const percent = of === undefined || milliValue(of) === 0 ? 0 : Math.floor((milli * 100) / milliValue(of))
  const mebi = milli / 1000 / 2 ** 20
  const text =
    what === 'cpu'
      ? milli % 1000 === 0
        ? String(milli / 1000)
        : `${milli}m`
      : milli === 0
        ? '0'
        : Number.isInteger(mebi)
          ? `${mebi}Mi`
          : String(milli / 1000)
  return `${text} (${percent}%)`
}

export function describeNamespace(state: State, n: Namespace): string {
  return `Name:\t${n.metadata.name}\n${labelLines('Labels', n.metadata.labels)}${annotationLines(state, n.metadata.annotations)}Status:\t${n.status?.phase ?? 'Active'}\n\n${quotasOf(state, n.metadata.name)}\n${limitsOf(state, n.metadata.name, KUBECTL_PROFILES[state.config.profile].noLimits)}`
}

export function describeConfigMap(state: State, c: ConfigMap): string {
  const data = Object.entries(c.data ?? {})
    .sort()
    .map(([k, v]) => `${k}:\n----\n${v}\n\n`)
  return `Name:\t${c.metadata.name}\nNamespace:\t${c.metadata.namespace}\n${labelLines('Labels', c.metadata.labels)}${annotationLines(state, c.metadata.annotations)}\nData\n====\n${data.join('')}\nBinaryData\n====\n\n${eventLines(state, c)}`
}
