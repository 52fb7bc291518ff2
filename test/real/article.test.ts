// Article 001's cluster on the kernel of this machine: every flow agrees with the simulator, and 3,000 connections go with the exact shares.
import { strict as assert } from 'node:assert'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { waysOf } from '../../src/path/ways'
import type { Network } from '../../src/linux/program'
import { type Built, build } from '../../src/real/build'
import { check, distribution } from '../../src/real/check'
import { differenceText } from '../../src/real/compare'
import { Observatory } from '../../src/real/observe'
import { unavailable } from '../../src/real/rights'
import type { FlowSpec } from '../../src/trace/flow-spec'
import { prepare } from '../../src/trace/prepare'
import { chiSquareTail } from '../../src/verify/sample'
import { articleState } from '../trace/article'

const why = unavailable()
const SERVICE = '10.100.77.149:80'

const flows: readonly (FlowSpec & { readonly name: string })[] = [
  { name: 'a pod to the ClusterIP', from: 'pod/default/busybox1', to: SERVICE, protocol: 'tcp' },
  { name: 'a pod that is a backend to its own Service', from: 'pod/default/mytest-ntd5n', to: SERVICE, protocol: 'tcp' },
  { name: 'a node to the ClusterIP', from: 'node/master', to: SERVICE, protocol: 'tcp' },
  { name: 'a client to the NodePort of a node without backends', from: 'client/laptop', to: '192.168.1.200:31298', protocol: 'tcp' },
  { name: 'a client to the NodePort of a node with backends', from: 'client/laptop', to: '192.168.1.201:31298', protocol: 'tcp' },
  { name: 'a client beyond the router to the NodePort', from: 'client/phone', to: '192.168.1.202:31298', protocol: 'tcp' },
  { name: 'a pod to another node’s NodePort', from: 'pod/default/busybox1', to: '192.168.1.202:31298', protocol: 'tcp' },
  { name: 'a pod to a pod on another node', from: 'pod/default/busybox0', to: '10.244.2.2:8080', protocol: 'tcp' },
  { name: 'a pod pings a pod on another node', from: 'pod/default/busybox0', to: '10.244.2.2', protocol: 'icmp' },
  { name: 'a pod pings a pod of its own node', from: 'pod/default/busybox1', to: '10.244.1.2', protocol: 'icmp' },
  { name: 'a pod pings a client', from: 'pod/default/busybox1', to: '192.168.1.50', protocol: 'icmp' },
  { name: 'a pod asks a port where nobody listens', from: 'pod/default/busybox1', to: '10.244.2.2:9', protocol: 'udp' },
  { name: 'a pod asks for a pod that nobody is', from: 'pod/default/busybox1', to: '10.244.2.77:53', protocol: 'udp' },
  { name: 'a pod sends out of the cluster', from: 'pod/default/busybox1', to: '198.51.100.1:53', protocol: 'udp' },
  { name: 'a Service without endpoints', from: 'pod/default/busybox1', to: '10.100.77.150:80', protocol: 'tcp' },
  { name: 'a port that the Service has not', from: 'pod/default/busybox1', to: '10.100.77.149:81', protocol: 'tcp' },
]

for (const backend of ['vxlan', 'host-gw'] as const)
  describe.skipIf(why !== undefined)(`article 001 with ${backend}, on both dataplanes${why ? ` (skipped: ${why})` : ''}`, () => {
    const { scene, flows: ready } = prepare({ state: articleState(backend) }, flows)
    const network: Network = scene.network
    let built: Built
    let eyes: Observatory
    beforeAll(() => {
      built = build(network)
      eyes = new Observatory(built)
    })
    afterAll(() => built?.close())

    for (const [i, { name }] of flows.entries())
      test(name, () => {
        const checked = check(network, eyes, ready[i]!.request)
        assert.ok(checked.compared, checked.compared ? '' : checked.why)
        assert.deepEqual(checked.comparison.differences.map(differenceText), [])
      })

    for (const i of [1, 2, 4, 6])
      test(`3,000 times: ${flows[i]!.name}`, () => {
        const d = distribution(waysOf(network, ready[i]!.request), eyes, ready[i]!.request, 3000, chiSquareTail)
        assert.ok(d.agrees, JSON.stringify(d, null, 1))
        assert.ok(d.p !== null && d.shares.length >= 2)
      })

    test('a simulator that were wrong about the shares would be found out', () => {
      const request = ready[0]!.request
      const lame = { ...network, program: (name: string) => withoutChance(network, name) }
      const d = distribution(waysOf(lame, request), eyes, request, 300, chiSquareTail)
      assert.equal(d.agrees, false)
    })
  })

/** The simulator's network with every `statistic` rule gone: all requests go to one backend. */
function withoutChance(network: Network, name: string) {
  const program = network.program(name)
  if (!program?.iptables) return program
  const tables = program.iptables.tables.map(t => ({
    ...t,
    chains: t.chains.map(c => ({ ...c, rules: c.rules.filter(r => !r.matches.some(m => m.match === 'statistic')) })),
  }))
  return { ...program, iptables: { ...program.iptables, tables } }
}
