// The recordings of the real kube-proxy as inputs of ours: node settings and objects of a case, and the texts that it wrote.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Cidr } from '../../src/addr/cidr'
import { readCidr } from '../../src/addr/cidr'
import { type Family, type Ip, familyOf, readIp } from '../../src/addr/ip'
import type { ProxyConfig } from '../../src/apply/cluster-config'
import type { EndpointSlice, Service } from '../../src/apply/object-service'
import { compareText, keyOf } from '../../src/cluster/state'
import type { ProxyView } from '../../src/node/kube-proxy/view'
import { servicePorts } from '../../src/node/kube-proxy/service-port'
import { kubeProxyFacts } from '../../src/node/profile'

export const RECORDINGS = join(process.cwd(), '../shared/oracles/kube-proxy-rules')

interface RecordedNode {
  readonly nodeName: string
  readonly ipFamily: 'IPv4' | 'IPv6' | 'DualStack'
  readonly nodeInterfaceIPs: readonly string[]
  readonly nodeIP: string
  readonly nodeIP6: string
  readonly masqueradeAll: boolean
  readonly masqueradeBit: number
  readonly localDetector: { mode: string; cidr?: string; cidr6?: string; interface?: string; prefix?: string }
  readonly nodePortAddresses: readonly string[]
  readonly localhostNodePorts: boolean
  readonly nfacctCounters: boolean
  readonly conntrackTCPLiberal: boolean
  readonly nodeLabels?: Readonly<Record<string, string>>
}
type Recorded = Service | EndpointSlice
export interface RecordedStep {
  readonly note?: string
  readonly apply?: readonly Recorded[]
  readonly delete?: readonly { kind: string; namespace: string; name: string }[]
  readonly nodeLabels?: Readonly<Record<string, string>>
  readonly forceFullSync?: boolean
}
export interface Recording {
  readonly node: RecordedNode
  readonly services?: readonly Service[]
  readonly endpointSlices?: readonly EndpointSlice[]
  readonly steps?: readonly RecordedStep[]
}

export const cases = (): readonly string[] =>
  existsSync(RECORDINGS)
    ? readdirSync(RECORDINGS)
        .filter(d => existsSync(join(RECORDINGS, d, 'input.json')))
        .sort()
    : []
export const recording = (name: string): Recording => JSON.parse(readFileSync(join(RECORDINGS, name, 'input.json'), 'utf8')) as Recording

/** The folders that hold a version's texts, the first wins. */
export const FOLDERS = { 'v1.35.4': [''], 'v1.36.3': ['v1.36', ''], 'v1.13.12': ['v1.13'], 'v1.13.0': ['v1.13.0', 'v1.13'] } as const
export type RecordedVersion = keyof typeof FOLDERS

/** One text of a case, undefined when none was recorded. */
export function recordedText(name: string, version: RecordedVersion, file: string): string | undefined {
  for (const folder of file.endsWith('.calls') ? FOLDERS[version].slice(0, 1) : FOLDERS[version]) {
    const path = join(RECORDINGS, name, folder, file)
    if (existsSync(path)) return readFileSync(path, 'utf8')
  }
  return undefined
}

/** Objects as the API server would hold them, by kind and key, after some steps. */
export function objectsAfter(r: Recording, steps: number): { services: readonly Service[]; slices: readonly EndpointSlice[] } {
  const held = new Map<string, Recorded>()
  const put = (o: Recorded) => held.set(`${o.kind} ${keyOf(o)}`, o)
  for (const o of [...(r.services ?? []), ...(r.endpointSlices ?? [])]) put(o)
  for (const step of (r.steps ?? []).slice(0, steps)) {
    for (const o of step.apply ?? []) put(o)
    for (const d of step.delete ?? []) held.delete(`${d.kind} ${d.namespace}/${d.name}`)
  }
  const all = [...held.values()].sort(
    (a, b) => compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareText(a.metadata.name, b.metadata.name),
  )
  return {
    services: all.filter((o): o is Service => o.kind === 'Service'),
    slices: all.filter((o): o is EndpointSlice => o.kind === 'EndpointSlice'),
  }
}

const settingsOf = (n: RecordedNode): ProxyConfig => ({
  mode: 'iptables',
  clusterCIDRs: [n.localDetector.cidr, n.localDetector.cidr6]
    .map(c => (c ? readCidr(c) : undefined))
    .filter((c): c is Cidr => c !== undefined),
  detectLocalMode: n.localDetector.mode === 'none' ? '' : (n.localDetector.mode as ProxyConfig['detectLocalMode']),
  bridgeInterface: n.localDetector.interface ?? '',
  interfaceNamePrefix: n.localDetector.prefix ?? '',
  nodePortAddresses: n.nodePortAddresses,
  masqueradeAll: n.masqueradeAll,
  masqueradeBit: n.masqueradeBit,
  localhostNodePorts: n.localhostNodePorts,
  ipvs: { scheduler: 'rr', strictARP: false },
  conntrackTcpBeLiberal: n.conntrackTCPLiberal,
  featureGates: {},
})

/** What the recorded node's kube-proxy sees after some steps. */
export function viewOf(r: Recording, version: RecordedVersion, family: Family, steps: number): ProxyView {
  const n = r.node
  const facts = kubeProxyFacts({ profile: version.startsWith('v1.13') ? 'v1.13' : 'v1.35', kubernetesVersion: version })
  const { services, slices } = objectsAfter(r, steps)
  const labels = (r.steps ?? []).slice(0, steps).reduce((l, s) => s.nodeLabels ?? l, n.nodeLabels ?? {})
  const address = readIp(family === 'ipv4' ? n.nodeIP : n.nodeIP6)
  return {
    family,
    facts,
    settings: settingsOf(n),
    topology: { nodeName: n.nodeName, zone: labels['topology.kubernetes.io/zone'], nodeHints: true },
    nodeIP: address,
    addresses: n.nodeInterfaceIPs.map(readIp).filter((ip): ip is Ip => ip !== undefined && familyOf(ip) === family),
    podCIDRs: [],
    nfacct: n.nfacctCounters,
    ports: servicePorts({ services, slices, endpoints: [], placeOf: () => undefined }, family, n.nodeName, facts),
  }
}
