// A trace written by hand after the lab's recording of article 001: an external client, a NodePort on the master, three pods on two nodes.
import type { HopJson, OutcomeJson, PacketJson, StepJson, TraceJson } from '../../src/trace/json'

const CLIENT = '192.168.1.50:51412'
const NODE_PORT = '192.168.1.200:31298'
const SVC = 'service default/mytest-svc'
const PLACE = 'mytest-svc.yaml:1:1'

export interface Pod {
  readonly name: string
  readonly ip: string
  readonly node: 'node01' | 'node02'
  readonly chain: string
}

export const PODS: readonly Pod[] = [
  { name: 'mytest-88d46bf99-ntd5n', ip: '10.244.1.2', node: 'node01', chain: 'KUBE-SEP-6VUP2B3YLPPLYJJV' },
  { name: 'mytest-88d46bf99-fsmcj', ip: '10.244.1.3', node: 'node01', chain: 'KUBE-SEP-ENVKJLELDEHDNVGK' },
  { name: 'mytest-88d46bf99-cd4zk', ip: '10.244.2.2', node: 'node02', chain: 'KUBE-SEP-IZPSUB6K7QCCEPS3' },
]
const PICK = [
  '-m statistic --mode random --probability 0.33332999982 -j KUBE-SEP-6VUP2B3YLPPLYJJV',
  '-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ENVKJLELDEHDNVGK',
  '-j KUBE-SEP-IZPSUB6K7QCCEPS3',
]

type Detail<T = StepJson> = T extends StepJson ? Omit<T, 'packet'> : never

/** A packet on its way; every step is recorded with the packet after it. */
/** What hopspec would say of these rules: where they go on. */
const saysOf = (rule: string): string => rule.replace(/^.*-j (KUBE-)/, '→ $1').replace(/^.*-j /, '')

function walker(source: string, destination: string, detail: string) {
  let packet: PacketJson = { protocol: 'tcp', source, destination, ttl: 64, lengthBytes: 60, mark: 0, detail }
  const hops: { in: string; node: string | null; steps: StepJson[] }[] = []
  const walk = {
    hops: hops as readonly HopJson[],
    enter: (place: string, node: string | null) => {
      hops.push({ in: place, node, steps: [] })
      return walk
    },
    step: (step: Detail, change: Partial<PacketJson> = {}) => {
      packet = { ...packet, ...change }
      hops.at(-1)!.steps.push({ ...step, packet } as StepJson)
      return walk
    },
    rule: (table: string, chain: string, hook: string, rule: string, because: string | null = null, change: Partial<PacketJson> = {}) =>
      walk.step(
        {
          kind: 'rule',
          family: 'ip',
          table,
          chain,
          hook,
          rule: `-A ${chain} ${rule}`,
          says: saysOf(rule),
          because,
          place: because === SVC ? PLACE : null,
        },
        change,
      ),
  }
  return walk
}

const route = (device: string, gateway: string | null, text: string | null, local = false): Detail => ({
  kind: 'route',
  device,
  gateway,
  source: null,
  local,
  route: text,
})

const netOf = (node: Pod['node']) => (node === 'node01' ? 1 : 2)
const lanOf = (node: Pod['node']) => `192.168.1.20${netOf(node)}`

function request(pod: Pod, i: number, listens: boolean): readonly HopJson[] {
  const to = `${pod.ip}:8080`
  const net = netOf(pod.node)
  const outer = `192.168.1.200:40817 -> ${lanOf(pod.node)}:8472`
  const walk = walker(CLIENT, NODE_PORT, 'syn')
  walk
    .enter('client/laptop', null)
    .step({ kind: 'send' })
    .step(route('eth0', null, '192.168.1.0/24 dev eth0 scope link'))
    .step({ kind: 'transmit', device: 'eth0' })
  walk
    .enter('node/master', 'master')
    .step({ kind: 'receive', device: 'eth0' })
    .step({ kind: 'conntrack', state: 'NEW' })
    .rule('nat', 'PREROUTING', 'PREROUTING', '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES', 'kube-proxy')
    .rule(
      'nat',
      'KUBE-SERVICES',
      'PREROUTING',
      '-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
      'kube-proxy',
    )
    .rule(
      'nat',
      'KUBE-NODEPORTS',
      'PREROUTING',
      '-p tcp -m comment --comment "default/mytest-svc:" -m tcp --dport 31298 -j KUBE-MARK-MASQ',
      SVC,
    )
    .rule('nat', 'KUBE-MARK-MASQ', 'PREROUTING', '-j MARK --set-xmark 0x4000/0x4000', 'kube-proxy', { mark: 0x4000 })
    .rule(
      'nat',
      'KUBE-NODEPORTS',
      'PREROUTING',
      '-p tcp -m comment --comment "default/mytest-svc:" -m tcp --dport 31298 -j KUBE-SVC-XKNZ3BN47GCYFIPJ',
      SVC,
    )
    .rule('nat', 'KUBE-SVC-XKNZ3BN47GCYFIPJ', 'PREROUTING', PICK[i]!, SVC)
    .rule('nat', pod.chain, 'PREROUTING', `-p tcp -m tcp -j DNAT --to-destination ${to}`, SVC)
    .step({ kind: 'dnat', before: NODE_PORT, after: to, by: 'rule' }, { destination: to })
    .step(route('flannel.1', `10.244.${net}.0`, `10.244.${net}.0/24 via 10.244.${net}.0 dev flannel.1 onlink`))
    .step({ kind: 'forward', from: 'eth0', to: 'flannel.1' }, { ttl: 63 })
    .rule('filter', 'FORWARD', 'FORWARD', '-m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD', 'kube-proxy')
    .rule(
      'filter',
      'KUBE-FORWARD',
      'FORWARD',
      '-m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
      'kube-proxy',
    )
    .rule('nat', 'POSTROUTING', 'POSTROUTING', '-m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING', 'kube-proxy')
    .rule(
      'nat',
      'KUBE-POSTROUTING',
      'POSTROUTING',
      '-m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE',
      'kube-proxy',
    )
    .step({ kind: 'snat', before: CLIENT, after: '10.244.0.0:51412', by: 'rule' }, { source: '10.244.0.0:51412' })
    .step(
      { kind: 'encapsulate', device: 'flannel.1', protocol: 'udp', tunnel: 'vxlan', outer },
      { protocol: 'udp', source: '192.168.1.200:40817', destination: `${lanOf(pod.node)}:8472`, ttl: 64, lengthBytes: 110 },
    )
    .step(route('eth0', null, '192.168.1.0/24 dev eth0 scope link src 192.168.1.200'))
    .step({ kind: 'transmit', device: 'eth0' })
  walk
    .enter(`node/${pod.node}`, pod.node)
    .step({ kind: 'receive', device: 'eth0' })
    .step(route('lo', null, null, true))
    .step(
      { kind: 'decapsulate', device: 'flannel.1', protocol: 'udp', tunnel: 'vxlan', outer },
      { protocol: 'tcp', source: '10.244.0.0:51412', destination: to, ttl: 63, mark: 0, lengthBytes: 60 },
    )
    .step({ kind: 'conntrack', state: 'NEW' })
    .step(route('cni0', null, `10.244.${net}.0/24 dev cni0 scope link src 10.244.${net}.1`))
    .step({ kind: 'forward', from: 'flannel.1', to: 'cni0' }, { ttl: 62 })
    .rule('filter', 'FORWARD', 'FORWARD', '-s 10.244.0.0/16 -j ACCEPT', 'flannel')
    .step({ kind: 'bridge', bridge: 'cni0', from: 'cni0', to: [`veth${i}a1b2c3`] })
    .step({ kind: 'transmit', device: `veth${i}a1b2c3` })
  walk
    .enter(`pod/default/${pod.name}`, pod.node)
    .step({ kind: 'receive', device: 'eth0' })
    .step(route('eth0', null, null, true))
  if (listens) walk.step({ kind: 'deliver', listener: 'mytest tcp 8080' })
  else walk.step({ kind: 'reject', with: 'tcp-reset', why: 'nobody listens on tcp 8080' })
  return walk.hops
}

function reply(pod: Pod, i: number, detail: string): readonly HopJson[] {
  const net = netOf(pod.node)
  const outer = `${lanOf(pod.node)}:53201 -> 192.168.1.200:8472`
  const from = `${pod.ip}:8080`
  const walk = walker(from, '10.244.0.0:51412', detail)
  walk
    .enter(`pod/default/${pod.name}`, pod.node)
    .step({ kind: 'send' })
    .step(route('eth0', `10.244.${net}.1`, `default via 10.244.${net}.1 dev eth0`))
    .step({ kind: 'transmit', device: 'eth0' })
  walk
    .enter(`node/${pod.node}`, pod.node)
    .step({ kind: 'receive', device: `veth${i}a1b2c3` })
    .step({ kind: 'bridge', bridge: 'cni0', from: `veth${i}a1b2c3`, to: ['cni0'] })
    .step({ kind: 'conntrack', state: 'ESTABLISHED' })
    .step(route('flannel.1', '10.244.0.0', '10.244.0.0/24 via 10.244.0.0 dev flannel.1 onlink'))
    .step({ kind: 'forward', from: 'cni0', to: 'flannel.1' }, { ttl: 63 })
    .step(
      { kind: 'encapsulate', device: 'flannel.1', protocol: 'udp', tunnel: 'vxlan', outer },
      { protocol: 'udp', source: `${lanOf(pod.node)}:53201`, destination: '192.168.1.200:8472', ttl: 64 },
    )
    .step(route('eth0', null, '192.168.1.0/24 dev eth0 scope link'))
    .step({ kind: 'transmit', device: 'eth0' })
  walk
    .enter('node/master', 'master')
    .step({ kind: 'receive', device: 'eth0' })
    .step(
      { kind: 'decapsulate', device: 'flannel.1', protocol: 'udp', tunnel: 'vxlan', outer },
      { protocol: 'tcp', source: from, destination: '10.244.0.0:51412', ttl: 63 },
    )
    .step({ kind: 'conntrack', state: 'ESTABLISHED' })
    .step({ kind: 'dnat', before: '10.244.0.0:51412', after: CLIENT, by: 'conntrack' }, { destination: CLIENT })
    .step(route('eth0', null, '192.168.1.0/24 dev eth0 scope link'))
    .step({ kind: 'forward', from: 'flannel.1', to: 'eth0' }, { ttl: 62 })
    .step({ kind: 'snat', before: from, after: NODE_PORT, by: 'conntrack' }, { source: NODE_PORT })
    .step({ kind: 'transmit', device: 'eth0' })
  walk
    .enter('client/laptop', null)
    .step({ kind: 'receive', device: 'eth0' })
    .step(route('eth0', null, null, true))
    .step({ kind: 'deliver', listener: null })
  return walk.hops
}

const SHARES = [
  { fraction: '715820723/2147483648', decimal: 0.33332999982 },
  { fraction: '1431662925/4294967296', decimal: 0.33333500009 },
  { fraction: '1431662925/4294967296', decimal: 0.33333500009 },
]

function outcome(pod: Pod, i: number, listens: boolean): OutcomeJson {
  return {
    probability: SHARES[i]!,
    fate: listens ? 'delivered' : 'refused',
    answeredBy: listens ? `pod/default/${pod.name}` : null,
    answer: listens ? `Hello Kubernetes bootcamp! | Running on: ${pod.name} | v=1` : null,
    destination: `${pod.ip}:8080`,
    source: '10.244.0.0:51412',
    translated: { destination: true, source: true },
    decidedBy: listens ? null : 'no listener on tcp 8080 in pod/default/mytest-88d46bf99-cd4zk',
    explanation: listens ? null : `Service default/mytest-svc sends to port 8080; pod ${pod.name} listens on 80, not on 8080.`,
    hops: request(pod, i, listens),
    reply: { fate: 'delivered', decidedBy: null, hops: reply(pod, i, listens ? 'syn ack' : 'rst') },
    client: listens
      ? { result: 'answered', curl: { exit: 0, text: `Hello Kubernetes bootcamp! | Running on: ${pod.name} | v=1` } }
      : { result: 'refused', curl: { exit: 7, text: 'curl: (7) Failed to connect to 192.168.1.200 port 31298: Connection refused' } },
    conntrack: {
      'node/master': [
        {
          protocol: 'tcp',
          original: `${CLIENT} -> ${NODE_PORT}`,
          reply: `${pod.ip}:8080 -> 10.244.0.0:51412`,
          mark: 0,
          zone: 0,
          unreplied: false,
        },
      ],
    },
    wire: [
      `client/laptop/eth0 tx tcp ${CLIENT} > ${NODE_PORT} ttl 64 len 60`,
      `node/master/eth0 rx tcp ${CLIENT} > ${NODE_PORT} ttl 64 len 60`,
    ],
  }
}

const FLOW = { from: 'client/laptop', to: NODE_PORT, protocol: 'tcp' }

/** All three pods answer; `silent` (an index) listens elsewhere and refuses. */
export const nodePortTrace = (silent = -1, pods: readonly Pod[] = PODS): TraceJson => ({
  flow: FLOW,
  outcomes: pods.map((pod, i) => outcome(pod, i, i !== silent)),
})

/** The master's FORWARD chain drops it: one outcome, no reply. */
export function droppedTrace(): TraceJson {
  const whole = nodePortTrace().outcomes[0]!
  const hops = whole.hops.slice(0, 2).map((hop, i) => (i === 0 ? hop : { ...hop, steps: hop.steps.slice(0, 12) }))
  const packet = hops[1]!.steps.at(-1)!.packet
  const steps: StepJson[] = [
    ...hops[1]!.steps,
    { kind: 'policy', table: 'filter', chain: 'FORWARD', policy: 'DROP', packet },
    { kind: 'drop', why: 'policy DROP of chain FORWARD', packet },
  ]
  const decidedBy = 'policy DROP of chain FORWARD (filter, node/master)'
  return {
    flow: FLOW,
    outcomes: [
      {
        ...whole,
        probability: { fraction: '1', decimal: 1 },
        fate: 'dropped',
        answeredBy: null,
        answer: null,
        source: CLIENT,
        decidedBy,
        explanation:
          'docker set the policy of FORWARD to DROP, and no rule accepts packets to 10.244.0.0/16: flannel v0.9 writes no FORWARD rules.',
        hops: [hops[0]!, { ...hops[1]!, steps }],
        reply: null,
        client: { result: 'timeout', curl: { exit: 28, text: 'curl: (28) Connection timed out after 5000 milliseconds' } },
        conntrack: {},
      },
    ],
  }
}
