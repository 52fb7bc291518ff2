// A node with a bridge and pods, and two nodes with a vxlan between them: hairpin, br_netfilter, tunnels, and chance with exact fractions.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { fraction, fractionText, minus, ONE, times } from '../../src/addr/fraction'
import type { OutcomeJson } from '../../src/trace/json'
import { expect, iptables, matched, network, type Row, said, SERVERS, type Space, trace, walk } from './flows'

// p1 10.244.1.2 and p2 10.244.1.3 on node1 (192.168.1.201), q1 10.244.2.2 on node2 (192.168.1.202); each service has one endpoint.
const TO_P1 = '10.96.0.1'
const TO_P2 = '10.96.0.2'
const TO_Q1 = '10.96.0.3'

const pod = (node: number, n: number): Space => ({
  devices: {
    eth0: {
      kind: 'veth',
      peer: `node${node}/veth${n}`,
      mac: `0a:58:0a:f4:0${node}:0${n + 1}`,
      mtu: 1450,
      addresses: [`10.244.${node}.${n + 1}/24`],
    },
  },
  routes: [`default via 10.244.${node}.1`],
  listeners: SERVERS,
})

interface Settings {
  readonly bridgeNf?: number
  readonly hairpin?: boolean
  readonly forward?: number
  readonly masquerade?: boolean
  readonly fdb?: boolean
  readonly neighbours?: boolean
}

function node(n: 1 | 2, pods: number, s: Settings): Space {
  const far = n === 1 ? 2 : 1
  const service = (vip: string, pod: string) => `nat -A KUBE-SERVICES -d ${vip}/32 -p tcp -m tcp --dport 80 -j SEP-${pod}`
  const endpoint = (pod: string, ip: string) => [
    ...(s.masquerade === false ? [] : [`nat -A SEP-${pod} -s ${ip}/32 -j MARK --set-xmark 0x4000/0x4000`]),
    `nat -A SEP-${pod} -p tcp -m tcp -j DNAT --to-destination ${ip}:8080`,
  ]
  const ports = Array.from({ length: pods }, (_, i) => [
    `veth${i + 1}`,
    {
      kind: 'veth',
      peer: `${n === 1 ? 'p' : 'q'}${i + 1}/eth0`,
      mac: `02:00:00:00:1${n}:0${i + 1}`,
      mtu: 1450,
      master: 'cni0',
      hairpin: s.hairpin ?? true,
    },
  ])
  return {
    devices: {
      eth0: { kind: 'veth', peer: `node${far}/eth0`, mac: `02:00:00:00:00:0${n}`, addresses: [`192.168.1.20${n}/24`] },
      cni0: { kind: 'bridge', mac: `0a:58:0a:f4:0${n}:01`, mtu: 1450, addresses: [`10.244.${n}.1/24`] },
      ...Object.fromEntries(ports),
      'flannel.1': {
        kind: 'vxlan',
        mac: `02:00:00:00:20:0${n}`,
        id: 1,
        local: `192.168.1.20${n}`,
        device: 'eth0',
        port: 8472,
        mtu: 1450,
        addresses: [`10.244.${n}.0/32`],
      },
    },
    routes: [`10.244.${far}.0/24 via 10.244.${far}.0 dev flannel.1 onlink`, `default via 192.168.1.20${far}`],
    neighbours: s.neighbours === false ? [] : [`10.244.${far}.0 lladdr 02:00:00:00:20:0${far} dev flannel.1`],
    fdb: s.fdb === false ? [] : [`02:00:00:00:20:0${far} dev flannel.1 dst 192.168.1.20${far}`],
    sysctls: { 'net.ipv4.ip_forward': s.forward ?? 1, 'net.bridge.bridge-nf-call-iptables': s.bridgeNf ?? 1 },
    iptables: iptables([
      'nat -A PREROUTING -j KUBE-SERVICES',
      'nat -A OUTPUT -j KUBE-SERVICES',
      'nat -A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE',
      service(TO_P1, 'P1'),
      service(TO_P2, 'P2'),
      service(TO_Q1, 'Q1'),
      ...endpoint('P1', '10.244.1.2'),
      ...endpoint('P2', '10.244.1.3'),
      ...endpoint('Q1', '10.244.2.2'),
    ]),
  } // prettier-ignore
}

const cluster = (s: Settings = {}) => network({ p1: pod(1, 1), p2: pod(1, 2), q1: pod(2, 1), node1: node(1, 2, s), node2: node(2, 1, s) })
const ttlAtServer = (o: OutcomeJson): number => o.hops.at(-1)!.steps.at(-1)!.packet.ttl

const SAME_NODE: Row = { send: `p1 → ${TO_P2}:80` }
const ITSELF: Row = { send: `p1 → ${TO_P1}:80` }
const OTHER_NODE: Row = { send: `p1 → ${TO_Q1}:80` }
const bridged = 'p2 sees 10.244.1.2:51412 at 10.244.1.3:8080'
const hairpin = 'p1 sees 10.244.1.1:51412 at 10.244.1.2:8080'

describe('what br_netfilter and hairpin decide, measured on a kernel', () => {
  const rows: readonly { says: string; settings: Settings; sameNode: string; ttl: number; itself: string }[] = [
    { says: 'bridge-nf 1, hairpin on', settings: {}, sameNode: `${bridged}; answered`, ttl: 64, itself: `${hairpin}; answered` },
    {
      says: 'bridge-nf 1, hairpin off',
      settings: { hairpin: false },
      sameNode: `${bridged}; answered`,
      ttl: 64,
      itself: 'dropped; timeout',
    },
    {
      says: 'bridge-nf 0, hairpin on',
      settings: { bridgeNf: 0 },
      sameNode: 'dropped; timeout',
      ttl: 63,
      itself: `${hairpin}; answered`,
    },
    {
      says: 'bridge-nf 0, hairpin off',
      settings: { bridgeNf: 0, hairpin: false },
      sameNode: 'dropped; timeout',
      ttl: 63,
      itself: `${hairpin}; answered`,
    },
    {
      says: 'bridge-nf 1, hairpin on, no masquerade of the pod to itself',
      settings: { masquerade: false },
      sameNode: `${bridged}; answered`,
      ttl: 64,
      itself: 'dropped; timeout',
    },
  ] // prettier-ignore
  for (const { says, settings, sameNode, ttl, itself } of rows) {
    const world = cluster(settings)
    test(`${says}: a service on the same node`, () => {
      expect(world, SAME_NODE, sameNode)
      assert.equal(ttlAtServer(walk(world, SAME_NODE)), ttl)
    })
    test(`${says}: a pod to itself by its service`, () => expect(world, ITSELF, itself))
    test(`${says}: a service on another node`, () => expect(world, OTHER_NODE, 'q1 sees 10.244.1.2:51412 at 10.244.2.2:8080; answered'))
    test(`${says}: a pod to its neighbour's address`, () =>
      expect(world, { send: 'p1 → 10.244.1.3:80' }, 'p2 sees 10.244.1.2:51412 at 10.244.1.3:80; answered'))
  }
  test('without forwarding neighbours reach each other, and no service', () => {
    const world = cluster({ forward: 0 })
    expect(world, { send: 'p1 → 10.244.1.3:80' }, 'p2 sees 10.244.1.2:51412 at 10.244.1.3:80; answered')
    for (const row of [SAME_NODE, OTHER_NODE]) expect(world, row, 'dropped; timeout')
  })
})

describe('a vxlan between nodes', () => {
  const world = cluster()
  test('a pod on the other node sees the pod, two routers further', () => {
    expect(world, { send: 'p1 → 10.244.2.2:80' }, 'q1 sees 10.244.1.2:51412 at 10.244.2.2:80; answered')
    assert.equal(ttlAtServer(walk(world, { send: 'p1 → 10.244.2.2:80' })), 62)
  })
  test('the outer packet goes from node to node', () => {
    const o = walk(world, { send: 'p1 → 10.244.2.2:80' })
    const outer = o.hops.flatMap(h =>
      h.steps.flatMap(s =>
        s.kind === 'encapsulate' || s.kind === 'decapsulate' ? [`${h.in} ${s.kind} ${s.outer.replace(/:\d+ ->/, ':* ->')}`] : [],
      ),
    )
    const between = '192.168.1.201:* -> 192.168.1.202:8472'
    assert.deepEqual(outer, [`namespace/node1 encapsulate ${between}`, `namespace/node2 decapsulate ${between}`], matched(o))
  })
  test('the node itself is seen by the address of its tunnel', () =>
    expect(world, { send: `node1 → 10.244.2.2:80` }, 'q1 sees 10.244.1.0:51412 at 10.244.2.2:80; answered'))
  test('the largest packet that fits is the tunnel’s own 1450 bytes', () => {
    expect(world, { send: 'p1 → 10.244.2.2:53 udp', size: 1450, dontFragment: true }, 'q1 sees 10.244.1.2:51412 at 10.244.2.2:53; answered')
    expect(world, { send: 'p1 → 10.244.2.2:53 udp', size: 1451, dontFragment: true }, 'mtu-exceeded; EMSGSIZE')
  })
  test('without an FDB entry the tunnel loses it and tells nobody', () =>
    expect(cluster({ fdb: false }), { send: 'p1 → 10.244.2.2:80' }, 'host-unreachable; timeout'))
  test('without a neighbour the node says host unreachable', () =>
    expect(cluster({ neighbours: false }), { send: 'p1 → 10.244.2.2:80' }, 'host-unreachable; icmp 3/1 from 10.244.1.1'))
})

describe('chance has exact fractions', () => {
  /** A service of the router with three endpoints, as kube-proxy writes it with this many digits. */
  const three = (digits: number) =>
    network({
      p1: pod(1, 1),
      p2: pod(1, 2),
      q1: pod(2, 1),
      node2: node(2, 1, {}),
      node1: {
        ...node(1, 2, {}),
        iptables: iptables([
          `nat -A PREROUTING -d 10.96.0.9/32 -p tcp -j SVC`,
          `nat -A SVC -m statistic --mode random --probability ${(1 / 3).toFixed(digits)} -j DNAT --to-destination 10.244.1.2:8080`,
          `nat -A SVC -m statistic --mode random --probability ${(1 / 2).toFixed(digits)} -j DNAT --to-destination 10.244.1.3:8080`,
          'nat -A SVC -p tcp -j DNAT --to-destination 10.244.2.2:8080',
        ]),
      },
    })
  for (const [digits, stored] of [
    [5, 715820724],
    [10, 715827883],
  ] as const)
    test(`three endpoints, thresholds of ${digits} digits`, () => {
      const { outcomes } = trace(three(digits), { send: 'p2 → 10.96.0.9:80' })
      const first = fraction(stored, 2 ** 31)
      const second = times(minus(ONE, first), fraction(1, 2))
      assert.deepEqual(
        outcomes.map(o => `${o.probability.fraction} ${o.destination}`),
        [`${fractionText(first)} 10.244.1.2:8080`, `${fractionText(second)} 10.244.1.3:8080`, `${fractionText(second)} 10.244.2.2:8080`],
        outcomes.map(o => said(o)).join('\n'),
      )
      for (const o of outcomes) assert.ok(Math.abs(o.probability.decimal - 1 / 3) < 1e-4)
    })
})
