// One node's rules serve the others only where they would be the same: each node's, asked for together and alone.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { KubeObject } from '../../src/apply/object'
import type { Service } from '../../src/apply/object-service'
import { objectsOf } from '../../src/cluster/state'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { networkOf, programOf } from '../../src/node/network'
import { PODS, articleConfig, articleState, stateOf } from './article'

const config = { ...articleConfig, kubernetesVersion: 'v1.35.4', profile: 'v1.35' as const }
const [service] = objectsOf(articleState, 'Service') as [Service]
const endpoints = objectsOf(articleState, 'Endpoints')
const slice = (name: string, hints: boolean): KubeObject & Record<string, unknown> => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': 'mytest-svc' } },
  addressType: 'IPv4',
  ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  endpoints: PODS.map(p => ({ addresses: [p.ip], nodeName: p.node, ...(hints && { hints: { forNodes: [{ name: p.node }] } }) })),
})
const withSpec = (spec: Partial<Service['spec']>, status?: Service['status']): Service => ({
  ...service,
  spec: { ...service.spec, ...spec },
  ...(status && { status }),
})
const balancer = { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } }

const rows: readonly { name: string; objects: readonly KubeObject[]; config?: typeof config; differ: boolean }[] = [
  { name: 'a plain NodePort', objects: [service, ...endpoints], differ: false },
  { name: 'externalTrafficPolicy Local', objects: [withSpec({ externalTrafficPolicy: 'Local' }), ...endpoints], differ: true },
  { name: 'internalTrafficPolicy Local', objects: [withSpec({ internalTrafficPolicy: 'Local' }), ...endpoints], differ: true },
  { name: 'node hints', objects: [service, slice('s', true)], differ: true },
  { name: 'an address twice', objects: [service, slice('s', false), slice('t', false)], differ: false },
  {
    name: 'source ranges that hold one node',
    objects: [withSpec({ type: 'LoadBalancer', loadBalancerSourceRanges: ['192.168.1.201/32'] }, balancer), ...endpoints],
    differ: true,
  },
  {
    name: 'nodePortAddresses',
    objects: [service, ...endpoints],
    config: { ...config, proxy: { ...config.proxy, nodePortAddresses: ['192.168.1.0/24'] } },
    differ: true,
  },
  {
    name: 'detectLocalMode NodeCIDR',
    objects: [service, ...endpoints],
    config: { ...config, proxy: { ...config.proxy, detectLocalMode: 'NodeCIDR' as const } },
    differ: true,
  },
]

describe('nodes asked for together have the rules that each has alone', () => {
  for (const row of rows)
    test(`${row.name}: ${row.differ ? 'not the same' : 'the same'} on every node`, () => {
      const state = stateOf(row.config ?? config, row.objects)
      const network = networkOf(state)
      const nodes = ['master', 'node01', 'node02']
      const together = nodes.map(n => printIptablesSave(network.program(`node/${n}`)!.iptables!))
      assert.deepEqual(
        together,
        nodes.map(n => printIptablesSave(programOf(state, n).iptables!)),
      )
      const kube = together.map(text =>
        text
          .split('\n')
          .filter(l => l.includes('KUBE-') && !l.includes('FLANNEL'))
          .join('\n'),
      )
      assert.equal(new Set(kube).size > 1, row.differ)
    })
})
