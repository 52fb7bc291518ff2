// What must hold for any Services and endpoints: syncs one after another end where a fresh kube-proxy begins; what is printed reads back; every jump has its chain.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import type { EndpointSlice, Service } from '../../src/apply/object-service'
import { printIptablesSave, readIptablesSave } from '../../src/linux/iptables-save'
import { type KernelTables, emptyTables, ruleSetOf } from '../../src/node/kernel-tables'
import { type ProxyMemory, syncIptables } from '../../src/node/kube-proxy/sync'
import { servicePorts } from '../../src/node/kube-proxy/service-port'
import type { ProxyView } from '../../src/node/kube-proxy/view'
import { writeMarkDrop } from '../../src/node/kubelet-rules'
import { kubeProxyFacts } from '../../src/node/profile'
import { articleConfig } from './article'

const PLAN = { seed: 20_260_101, numRuns: 60 }
const policy = fc.constantFrom('Cluster' as const, 'Local' as const)

/** One Service, drawn small so that things collide: four names, four ports, few endpoints on two nodes. */
const drawn = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
  external: policy,
  internal: policy,
  affinity: fc.boolean(),
  externalIP: fc.boolean(),
  ranges: fc.boolean(),
  endpoints: fc.array(
    fc.record({ host: fc.integer({ min: 1, max: 5 }), local: fc.boolean(), ready: fc.boolean(), terminating: fc.boolean() }),
    { maxLength: 4 },
  ),
})
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never
const cluster = fc.uniqueArray(drawn, { selector: d => d.name, maxLength: 4 })

const number = (d: Drawn) => 'abcd'.indexOf(d.name) + 1
const service = (d: Drawn): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'ns', name: d.name },
  spec: {
    type: d.type,
    clusterIP: `10.96.0.${number(d)}`,
    ports: [
      { name: 'p', protocol: d.protocol, port: 80, targetPort: 8080, ...(d.type !== 'ClusterIP' && { nodePort: 30_000 + number(d) }) },
    ],
    ...(d.type !== 'ClusterIP' && { externalTrafficPolicy: d.external }),
    internalTrafficPolicy: d.internal,
    sessionAffinity: d.affinity ? 'ClientIP' : 'None',
    ...(d.externalIP && { externalIPs: [`198.51.100.${number(d)}`] }),
    ...(d.ranges && { loadBalancerSourceRanges: ['203.0.113.0/24', '192.168.1.0/24'] }),
  },
  ...(d.type === 'LoadBalancer' && { status: { loadBalancer: { ingress: [{ ip: `203.0.113.${number(d)}` }] } } }),
})
const slice = (d: Drawn): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'ns', name: `${d.name}-1`, labels: { 'kubernetes.io/service-name': d.name } },
  addressType: 'IPv4',
  ports: [{ name: 'p', port: 8080, protocol: d.protocol }],
  endpoints: d.endpoints.map(e => ({
    addresses: [`10.244.1.${e.host}`],
    nodeName: e.local ? 'here' : 'there',
    conditions: { ready: e.ready && !e.terminating, serving: e.ready, terminating: e.terminating },
  })),
})

const versions = ['v1.13.0', 'v1.13.12', 'v1.35.4', 'v1.36.3'] as const
type Version = (typeof versions)[number]

function viewOf(services: readonly Drawn[], version: Version): ProxyView {
  const profile = version.startsWith('v1.13') ? ('v1.13' as const) : ('v1.35' as const)
  const facts = kubeProxyFacts({ profile, kubernetesVersion: version })
  const sorted = [...services].sort((a, b) => (a.name < b.name ? -1 : 1))
  const watched = { services: sorted.map(service), slices: sorted.map(slice), endpoints: [], placeOf: () => undefined }
  return {
    family: 'ipv4',
    facts,
    settings: articleConfig.proxy,
    topology: { nodeName: 'here', zone: undefined, nodeHints: true },
    nodeIP: parseIp('192.168.1.200'),
    addresses: [parseIp('127.0.0.1'), parseIp('192.168.1.200')],
    podCIDRs: [],
    nfacct: true,
    ports: servicePorts(watched, 'ipv4', 'here', facts),
  }
}

/** The tables after syncing once for each cluster of the list. */
function tablesAfter(clusters: readonly (readonly Drawn[])[], version: Version): string {
  let kernel: KernelTables = emptyTables('ipv4')
  if (version.startsWith('v1.13')) writeMarkDrop(kernel)
  let memory: ProxyMemory | null = null
  for (const [i, services] of clusters.entries())
    ({ kernel, memory } = syncIptables(viewOf(services, version), { kernel, memory, full: false, nowMs: i * 1200 }))
  return printIptablesSave(ruleSetOf(kernel))
}

for (const version of versions)
  describe(`kube-proxy ${version}`, () => {
    test('syncs one after another end where a fresh one begins', () => {
      fc.assert(
        fc.property(fc.array(cluster, { minLength: 2, maxLength: 4 }), clusters => {
          assert.equal(tablesAfter(clusters, version), tablesAfter(clusters.slice(-1), version))
        }),
        PLAN,
      )
    })
    test('what is printed reads back as it was, so every jump has its chain', () => {
      fc.assert(
        fc.property(cluster, services => {
          const text = tablesAfter([services], version)
          assert.equal(printIptablesSave(readIptablesSave(text, 'dump', 'ipv4')), text)
        }),
        PLAN,
      )
    })
    test('the restore text says the same whether its lines were kept or made again', () => {
      fc.assert(
        fc.property(cluster, services => {
          const start = { kernel: emptyTables('ipv4'), memory: null, full: true, nowMs: 0 }
          const view = viewOf(services, version)
          assert.equal(syncIptables(view, start).restore(), syncIptables(view, { ...start, keepText: true }).restore())
        }),
        PLAN,
      )
    })
  })
