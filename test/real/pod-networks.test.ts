// Every pod network on both dataplanes: the same pods and the same flows under each CNI, backend and mode; nothing may differ, and nothing be counted apart.
import { strict as assert } from 'node:assert'
import { afterAll, describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import type { State } from '../../src/cluster/state'
import { kernelFindings, probeOnKernel } from '../../src/lab/kernel'
import { networkOf } from '../../src/node/network'
import { noTun, unavailable } from '../../src/real/rights'
import { KernelSession } from '../../src/real/session'
import { clusterOf } from '../dns/cluster'

const why = unavailable()
const session = new KernelSession()
afterAll(() => session.close())

interface Row {
  readonly network: string
  readonly cni: object
  /** Only what differs from `ANSWERS`, by the flow's name. */
  readonly but?: Readonly<Record<string, string>>
  /** docker's own bridge has no hostPorts here, and is of older clusters. */
  readonly docker?: true
  /** Both families: the flows that say so go over IPv6, too. */
  readonly dual?: true
}

const NO_WAY = {
  'pod to a pod of another node': 'timeout',
  'datagram to a pod of another node': 'timeout',
  'ping of a pod of another node': 'timeout',
}
/** A frame does not go back where it came from. */
const NO_HAIRPIN = { 'pod to itself by its Service': 'timeout' }
/** Nobody outside has a route back to a pod's own address. */
const UNMASKED = { 'pod to outside': 'timeout' }
const NO_PORTS = {
  'hostPort from outside': 'refused',
  'hostPort from another node': 'refused',
  'UDP hostPort from outside': 'refused 3/3 from 192.168.1.201',
}
const ROUTED_DOCKER = { name: 'docker0', nodeRoutes: true, forwardPolicy: 'ACCEPT' }
const UNDER_DOCKER = { name: 'flannel', bridge: 'docker0' }
const ROUTED_BRIDGE = { name: 'bridge', nodeRoutes: true }
const networks: readonly Row[] = [
  { network: 'docker0 without routes', cni: { name: 'docker0' }, docker: true, but: { ...NO_WAY, ...NO_HAIRPIN } },
  { network: 'docker0 with routes', cni: ROUTED_DOCKER, docker: true, but: NO_HAIRPIN },
  { network: 'docker0 with routes, unmasked', cni: { ...ROUTED_DOCKER, ipMasq: false }, docker: true, but: { ...UNMASKED, ...NO_HAIRPIN } },
  { network: 'flannel udp', cni: { name: 'flannel', backend: 'udp' } },
  { network: 'flannel vxlan', cni: { name: 'flannel' } },
  { network: 'flannel vxlan, DirectRouting', cni: { name: 'flannel', directRouting: true } },
  { network: 'flannel vxlan with GBP', cni: { name: 'flannel', gbp: true } },
  { network: 'flannel host-gw', cni: { name: 'flannel', backend: 'host-gw' } },
  { network: 'flannel alloc', cni: { name: 'flannel', backend: 'alloc' }, but: NO_WAY },
  { network: 'flannel udp under docker', cni: { ...UNDER_DOCKER, backend: 'udp' }, docker: true, but: NO_HAIRPIN },
  { network: 'flannel vxlan under docker', cni: UNDER_DOCKER, docker: true, but: NO_HAIRPIN },
  { network: 'flannel host-gw under docker', cni: { ...UNDER_DOCKER, backend: 'host-gw' }, docker: true, but: NO_HAIRPIN },
  { network: 'flannel with nftables', cni: { name: 'flannel', nftables: true } },
  { network: 'flannel host-gw with nftables', cni: { name: 'flannel', backend: 'host-gw', nftables: true } },
  { network: 'flannel and portmap with nftables', cni: { name: 'flannel', nftables: true, portmap: 'nftables' } },
  { network: 'flannel without portmap', cni: { name: 'flannel', portmap: 'none' }, but: NO_PORTS },
  { network: 'flannel without masquerading', cni: { name: 'flannel', ipMasq: false } },
  { network: 'a bridge without routes', cni: { name: 'bridge' }, but: { ...NO_WAY, ...NO_HAIRPIN } },
  { network: 'a bridge with routes, as kubenet has', cni: ROUTED_BRIDGE, but: NO_HAIRPIN },
  { network: 'a bridge with nftables', cni: { ...ROUTED_BRIDGE, ipMasqBackend: 'nftables', portmap: 'nftables' }, but: NO_HAIRPIN },
  { network: 'a bridge with hairpins, unmasked', cni: { ...ROUTED_BRIDGE, ipMasq: false, hairpinMode: true }, but: UNMASKED },
]

type Flow = readonly [name: string, from: string, to: string, protocol: 'tcp' | 'udp' | 'icmp' | 'sctp']
const FLOWS: readonly Flow[] = [
  ['pod to a pod of its node', 'pod/default/a', 'pod/default/b:8080', 'tcp'],
  ['pod to a pod of another node', 'pod/default/a', 'pod/default/c:8080', 'tcp'],
  ['datagram to a pod of another node', 'pod/default/a', 'pod/default/c:5300', 'udp'],
  ['ping of a pod of another node', 'pod/default/a', 'pod/default/c', 'icmp'],
  ['one container to another', 'pod/default/a', '127.0.0.1:9000', 'tcp'],
  ['pod to its own node', 'pod/default/a', 'node/node1:10250', 'tcp'],
  ['node to its own pod', 'node/node1', 'pod/default/a:5300', 'udp'],
  ['pod to a hostNetwork pod', 'pod/default/a', 'pod/default/host:7000', 'tcp'],
  ['pod to outside', 'pod/default/a', 'client/laptop', 'icmp'],
  ['outside to a pod', 'client/laptop', 'pod/default/a', 'icmp'],
  ['pod to a Service', 'pod/default/a', 'service/default/web:80', 'tcp'],
  ['pod to itself by its Service', 'pod/default/b', 'service/default/web:80', 'tcp'],
  ['outside to a node port', 'client/laptop', '192.168.1.201:30080', 'tcp'],
  ['hostPort from outside', 'client/laptop', '192.168.1.201:8090', 'tcp'],
  ['hostPort from another node', 'node/node2', '192.168.1.201:8090', 'tcp'],
  ['UDP hostPort from outside', 'client/laptop', '192.168.1.201:5353', 'udp'],
]
/** What becomes of the flows that do not come back answered, where nothing else is said. */
const ANSWERS: Readonly<Record<string, string>> = { 'outside to a pod': 'timeout' }

/** Where both families are. */
const DUAL: readonly Row[] = [
  { network: 'flannel vxlan', cni: { name: 'flannel' } },
  { network: 'flannel vxlan, DirectRouting', cni: { name: 'flannel', directRouting: true } },
  { network: 'flannel host-gw', cni: { name: 'flannel', backend: 'host-gw' } },
  { network: 'flannel with nftables', cni: { name: 'flannel', nftables: true, portmap: 'nftables' } },
  { network: 'flannel without masquerading', cni: { name: 'flannel', ipMasq: false } },
  { network: 'a bridge without routes', cni: { name: 'bridge' }, but: { ...NO_WAY, ...NO_HAIRPIN } },
  { network: 'a bridge with routes', cni: ROUTED_BRIDGE, but: NO_HAIRPIN },
  { network: 'a bridge with hairpins, unmasked', cni: { ...ROUTED_BRIDGE, ipMasq: false, hairpinMode: true }, but: UNMASKED },
].map(row => ({ ...row, network: `${row.network}, over IPv6`, dual: true }))

/** The same flows over IPv6, where they have addresses of it. */
function over6(state: State): readonly Flow[] {
  const network = networkOf(state)
  const six = (name: string) => {
    const own = network.program(name)!.devices.flatMap(d => (d.kind === 'loopback' ? [] : d.addresses.map(a => ipText(a.ip))))
    return own.find(ip => ip.includes(':') && !ip.startsWith('fe80'))!
  }
  const [a, b, c] = ['a', 'b', 'c'].map(name => six(`pod/default/${name}`))
  return [
    ['pod to a pod of its node', 'pod/default/a', `[${b}]:8080`, 'tcp'],
    ['pod to a pod of another node', 'pod/default/a', `[${c}]:8080`, 'tcp'],
    ['datagram to a pod of another node', 'pod/default/a', `[${c}]:5300`, 'udp'],
    ['ping of a pod of another node', 'pod/default/a', c!, 'icmp'],
    ['pod to its own node', 'pod/default/a', '[fd00:1::201]:10250', 'tcp'],
    ['node to its own pod', 'node/node1', `[${a}]:5300`, 'udp'],
    ['pod to outside', 'pod/default/a', 'fd00:1::50', 'icmp'],
    ['outside to a pod', 'client/laptop6', a!, 'icmp'],
    ['pod to a Service', 'pod/default/a', `[${SERVICE6}]:80`, 'tcp'],
    ['pod to itself by its Service', 'pod/default/b', `[${SERVICE6}]:80`, 'tcp'],
    ['outside to a node port', 'client/laptop6', '[fd00:1::201]:30080', 'tcp'],
    ['hostPort from outside', 'client/laptop6', '[fd00:1::201]:8090', 'tcp'],
    ['hostPort from another node', 'node/node2', '[fd00:1::201]:8090', 'tcp'],
    ['UDP hostPort from outside', 'client/laptop6', '[fd00:1::201]:5353', 'udp'],
  ]
}
const SERVICE6 = 'fd00:10:96::50'

function stateOf({ cni, docker, dual }: Row): State {
  const both = (four: string, six: string) => (dual ? [four, six] : [four])
  const hostPort = (n: number) => (docker ? {} : { hostPort: n })
  const pod = (name: string, nodeName: string, spec: object, labels: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { nodeName, ...spec },
  })
  const web = (ports: readonly object[]) => ({ name: 'c', image: 'web', ports })
  return clusterOf(
    {
      apiVersion: 'hopspec/v1',
      kind: 'Cluster',
      kubernetesVersion: docker ? 'v1.13.0' : 'v1.35.4',
      networking: dual ? { ipFamily: 'dual', podSubnet: '10.244.0.0/16,fd00:10:244::/56', cni } : { podSubnet: '10.244.0.0/16', cni },
      nodes: [
        { name: 'node1', addresses: both('192.168.1.201', 'fd00:1::201') },
        { name: 'node2', addresses: both('192.168.1.202', 'fd00:1::202') },
      ],
      externalClients: [{ name: 'laptop', address: '192.168.1.50' }, ...(dual ? [{ name: 'laptop6', address: 'fd00:1::50' }] : [])],
    },
    pod('a', 'node1', {
      containers: [
        web([
          { containerPort: 8080, ...hostPort(8090) },
          { containerPort: 5300, protocol: 'UDP', ...hostPort(5353) },
        ]),
        { name: 'd', image: 'side', ports: [{ containerPort: 9000 }] },
      ],
    }),
    pod('b', 'node1', { containers: [web([{ containerPort: 8080 }])] }, { app: 'web' }),
    pod('c', 'node2', { containers: [web([{ containerPort: 8080 }, { containerPort: 5300, protocol: 'UDP' }])] }),
    pod('host', 'node2', { hostNetwork: true, containers: [web([{ containerPort: 7000 }])] }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
        ...(dual && { ipFamilyPolicy: 'RequireDualStack', clusterIPs: ['10.96.0.50', SERVICE6] }),
      },
    },
  )
}

describe.skipIf(why !== undefined)(`every pod network on the kernel${why ? ` (skipped: ${why})` : ''}`, () => {
  for (const row of [...networks, ...DUAL])
    test.skipIf(row.network.startsWith('flannel udp') && noTun() !== undefined)(row.network, { timeout: 120_000 }, () => {
      const state = stateOf(row)
      const flows = row.dual ? over6(state) : FLOWS.filter(([name]) => !(row.docker && name.includes('hostPort')))
      const found: Record<string, string> = {}
      for (const [name, from, to, protocol] of flows) {
        const kernel = probeOnKernel(state, { from, to, protocol, times: 1 }, session)
        assert.ok(kernel.compared, `${name}: ${JSON.stringify(kernel)}`)
        for (const f of kernelFindings(kernel)) assert.ok(f.met, `${name}: ${f.why}\n${f.happened}\n${f.expected}`)
        found[name] = kernel.saw[0]!
      }
      assert.deepEqual(found, Object.fromEntries(flows.map(([name]) => [name, row.but?.[name] ?? ANSWERS[name] ?? 'answered'])))
    })
})
