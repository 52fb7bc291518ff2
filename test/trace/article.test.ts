// The flows of article 001, hop by hop: sources and ways as they were measured on a kernel, and the whole traces as golden text.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { fraction, plus, ZERO } from '../../src/addr/fraction'
import type { StepKind } from '../../src/linux/step'
import type { HopJson, OutcomeJson, TraceJson } from '../../src/trace/json'
import { traceText } from '../../src/view/trace-text'
import { golden } from '../golden'
import { iptables, matched, type Row, said, star, trace } from '../path/flows'
import { articleState, MYTEST } from './article'

const world = { state: articleState() }
const SERVICE = '10.100.77.149:80'
const [B0, B1, B2] = ['pod/default/busybox0', 'pod/default/busybox1', 'pod/default/busybox2']
const short = (name: string | null) => (name ?? '').replace('pod/default/mytest-', '') as keyof typeof MYTEST

describe('which source the pods of mytest-svc see', () => {
  /** As measured: 3 000 connections of each. */
  const rows: readonly { from: string; to: string; ntd5n: string; fsmcj: string; cd4zk: string }[] = [
    { from: 'node/master', to: SERVICE, ntd5n: '10.244.0.0', fsmcj: '10.244.0.0', cd4zk: '10.244.0.0' },
    { from: 'node/node01', to: SERVICE, ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '10.244.1.0' },
    { from: 'node/node02', to: SERVICE, ntd5n: '10.244.2.0', fsmcj: '10.244.2.0', cd4zk: '10.244.2.1' },
    { from: B0, to: SERVICE, ntd5n: '10.244.0.9', fsmcj: '10.244.0.9', cd4zk: '10.244.0.9' },
    { from: B1, to: SERVICE, ntd5n: '10.244.1.9', fsmcj: '10.244.1.9', cd4zk: '10.244.1.9' },
    { from: B2, to: SERVICE, ntd5n: '10.244.2.9', fsmcj: '10.244.2.9', cd4zk: '10.244.2.9' },
    { from: 'pod/default/mytest-ntd5n', to: SERVICE, ntd5n: '10.244.1.1', fsmcj: '10.244.1.2', cd4zk: '10.244.1.2' },
    { from: 'client/laptop', to: '192.168.1.200:31298', ntd5n: '10.244.0.0', fsmcj: '10.244.0.0', cd4zk: '10.244.0.0' },
    { from: 'client/laptop', to: '192.168.1.201:31298', ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '10.244.1.0' },
    { from: 'client/laptop', to: '192.168.1.202:31298', ntd5n: '10.244.2.0', fsmcj: '10.244.2.0', cd4zk: '10.244.2.1' },
    { from: 'node/master', to: '192.168.1.200:31298', ntd5n: '10.244.0.0', fsmcj: '10.244.0.0', cd4zk: '10.244.0.0' },
    { from: 'node/master', to: '192.168.1.201:31298', ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '10.244.1.0' },
    { from: 'node/master', to: '192.168.1.202:31298', ntd5n: '10.244.2.0', fsmcj: '10.244.2.0', cd4zk: '10.244.2.1' },
    { from: 'node/node01', to: '192.168.1.200:31298', ntd5n: '10.244.0.0', fsmcj: '10.244.0.0', cd4zk: '10.244.0.0' },
    { from: 'node/node01', to: '192.168.1.201:31298', ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '10.244.1.0' },
    { from: 'node/node01', to: '192.168.1.202:31298', ntd5n: '10.244.2.0', fsmcj: '10.244.2.0', cd4zk: '10.244.2.1' },
    { from: B1, to: '192.168.1.201:31298', ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '10.244.1.0' },
    { from: B1, to: '192.168.1.202:31298', ntd5n: '10.244.2.0', fsmcj: '10.244.2.0', cd4zk: '10.244.2.1' },
  ]
  for (const { from, to, ...sources } of rows) test(`${from} → ${to}`, () => seen(world, from, to, sources))

  const gateway = { state: articleState('host-gw') }
  const direct: typeof rows = [
    { from: 'node/master', to: SERVICE, ntd5n: '192.168.1.200', fsmcj: '192.168.1.200', cd4zk: '192.168.1.200' },
    { from: 'node/node01', to: SERVICE, ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '192.168.1.201' },
    { from: B1, to: SERVICE, ntd5n: '10.244.1.9', fsmcj: '10.244.1.9', cd4zk: '10.244.1.9' },
    { from: 'client/laptop', to: '192.168.1.200:31298', ntd5n: '192.168.1.200', fsmcj: '192.168.1.200', cd4zk: '192.168.1.200' },
    { from: 'client/laptop', to: '192.168.1.201:31298', ntd5n: '10.244.1.1', fsmcj: '10.244.1.1', cd4zk: '192.168.1.201' },
    { from: 'client/laptop', to: '192.168.1.202:31298', ntd5n: '192.168.1.202', fsmcj: '192.168.1.202', cd4zk: '10.244.2.1' },
  ]
  for (const { from, to, ...sources } of direct) test(`host-gw: ${from} → ${to}`, () => seen(gateway, from, to, sources))
})

/** Each pod answers a third of the requests, sees this source, and its answer comes back. */
function seen(where: typeof world, from: string, to: string, sources: Readonly<Record<keyof typeof MYTEST, string>>): void {
  const { outcomes } = trace(where, { send: `${from} → ${to}` })
  for (const o of outcomes) {
    const pod = short(o.answeredBy)
    assert.equal(said(o), `pod/default/mytest-${pod} sees ${sources[pod]}:51412 at ${MYTEST[pod]}:8080; answered`, matched(o))
    assert.equal(o.reply?.fate, 'delivered', matched(o))
    assert.ok(Math.abs(o.probability.decimal - 1 / 3) < 1e-4, o.probability.fraction)
  }
  assert.deepEqual(outcomes.map(o => short(o.answeredBy)).sort(), ['cd4zk', 'fsmcj', 'ntd5n'])
  const sum = outcomes.map(o => o.probability.fraction.split('/').map(BigInt)).reduce((s, [of, over]) => plus(s, fraction(of!, over)), ZERO)
  assert.deepEqual(sum, fraction(1))
}

const only = (send: string): OutcomeJson => {
  const { outcomes } = trace(world, { send })
  assert.equal(outcomes.length, 1, send)
  return outcomes[0]!
}
const to = (send: string, pod: keyof typeof MYTEST): OutcomeJson => trace(world, { send }).outcomes.find(o => short(o.answeredBy) === pod)!
const ttl = (o: OutcomeJson) => o.hops.at(-1)!.steps.at(-1)!.packet.ttl
const steps = (o: OutcomeJson, kind: StepKind) => o.hops.flatMap(h => h.steps.flatMap(s => (s.kind === kind ? [{ in: h.in, ...s }] : [])))

describe('the way', () => {
  test('F1 same node: bridged, the TTL stays', () => {
    const o = to(`${B1} → ${SERVICE}`, 'fsmcj')
    assert.deepEqual([ttl(o), steps(o, 'forward').length, steps(o, 'bridge').length], [64, 0, 1], matched(o))
    assert.deepEqual(
      o.conntrack['node/node01']?.map(e => `${e.original}, ${e.reply}`),
      ['10.244.1.9:51412 -> 10.100.77.149:80, 10.244.1.3:8080 -> 10.244.1.9:51412'],
    )
  })
  test('F2 another node: through the vxlan, two routers further', () => {
    const o = to(`${B1} → ${SERVICE}`, 'cd4zk')
    assert.equal(ttl(o), 62)
    const [out] = steps(o, 'encapsulate')
    assert.match((out as unknown as { outer: string }).outer, /^192\.168\.1\.201:\d+ -> 192\.168\.1\.202:8472$/)
    assert.deepEqual(
      o.conntrack['node/node02']?.filter(e => e.original.startsWith('10.')).map(e => e.original),
      ['10.244.1.9:51412 -> 10.244.2.2:8080'],
    )
  })
  test('F3 a pod to itself by its service: masqueraded, out by the port it came in by', () => {
    const o = to(`pod/default/mytest-ntd5n → ${SERVICE}`, 'ntd5n')
    assert.equal(o.source, '10.244.1.1:51412', matched(o))
    const [bridge] = steps(o, 'bridge') as unknown as { from: string; to: string[] }[]
    assert.deepEqual([bridge!.from], bridge!.to)
  })
  test('F5 the outer packet carries the mark again', () => {
    const o = to('client/laptop → 192.168.1.200:31298', 'ntd5n')
    const rules = steps(o, 'rule').filter(s => s.in === 'node/master') as unknown as {
      table: string
      rule: string
      packet: { destination: string }
    }[]
    assert.ok(
      rules.some(r => r.table === 'nat' && r.rule.includes('MASQUERADE') && r.packet.destination === '10.244.1.2:8080'),
      matched(o),
    )
    assert.equal(ttl(o), 62)
  })
  test('F7 a pod to a machine outside is seen as its node', () =>
    assert.deepEqual(
      [only(`${B1} → 192.168.1.50:8080`).source, only(`${B1} → 192.168.1.50:8080`).fate],
      ['192.168.1.201:51412', 'refused'],
    ))
  test('F7 a pod to another node is seen as its node, to its own node as itself', () => {
    assert.equal(only(`${B1} → 192.168.1.202:2222`).source, '192.168.1.201:51412')
    assert.equal(only(`${B1} → 192.168.1.201:2222`).source, '10.244.1.9:51412')
  })
  test('F8 a machine outside knows no way to a pod', () =>
    assert.notEqual(only('client/laptop → 10.244.1.2:8080').client.result, 'answered'))
  test('F9 a pod to a pod: bridged on the node, routed and untranslated between nodes', () => {
    const [near, far] = [only(`${B1} → 10.244.1.3:8080`), only(`${B1} → 10.244.2.2:8080`)]
    assert.deepEqual([said(near), ttl(near)], ['pod/default/mytest-fsmcj sees 10.244.1.9:51412 at 10.244.1.3:8080; answered', 64])
    assert.deepEqual([said(far), ttl(far)], ['pod/default/mytest-cd4zk sees 10.244.1.9:51412 at 10.244.2.2:8080; answered', 62])
    assert.deepEqual(
      [near.translated, far.translated],
      [
        { destination: false, source: false },
        { destination: false, source: false },
      ],
    )
  })
  test('F10 a pod to itself by loopback: lo only', () => {
    const o = only('pod/default/mytest-ntd5n → 127.0.0.1:8080')
    assert.deepEqual([said(o), o.hops.length], ['pod/default/mytest-ntd5n sees 127.0.0.1:51412 at 127.0.0.1:8080; answered', 1])
  })
  test('the port of the pods is not the port of the service', () => assert.equal(only(`${B1} → 10.244.1.2:80`).fate, 'refused'))
  test('a service without endpoints is refused to a process on a node, in the words of its rule', () => {
    const o = only('node/master → 10.100.77.150:80')
    assert.deepEqual([o.fate, o.client.curl?.exit], ['rejected', 7])
    assert.match(o.decidedBy ?? '', /default\/nobody: has no endpoints.*-j REJECT/)
  })
  test('v1.13.0 does not ask that rule for forwarded packets: a pod’s request leaves the cluster', () =>
    assert.equal(only(`${B1} → 10.100.77.150:80`).fate, 'left-the-cluster'))
  test('a port that the service does not have leaves the cluster too', () =>
    assert.equal(only(`${B1} → 10.100.77.149:81`).fate, 'left-the-cluster'))
  test('a nodePort answers on every address of the node', () => {
    for (const address of ['10.244.1.1', '10.244.1.0', '172.17.0.1'])
      assert.equal(trace(world, { send: `${B1} → ${address}:31298` }).outcomes.length, 3, address)
  })
})

/** Every flow that has a golden trace. */
const GOLDEN: readonly { readonly file: string; readonly trace: () => TraceJson }[] = [
  ...(
    [
      ['f1-f2-pod-to-clusterip', `${B1} → ${SERVICE}`],
      ['f3-pod-to-itself', `pod/default/mytest-ntd5n → ${SERVICE}`],
      ['f4-node-to-clusterip', `node/master → ${SERVICE}`],
      ['f5-client-to-nodeport', 'client/laptop → 192.168.1.200:31298'],
      ['f6-pod-to-remote-nodeport', `${B1} → 192.168.1.202:31298`],
      ['f7-pod-to-outside', `${B1} → 192.168.1.50:8080`],
      ['f8-outside-to-pod', 'client/laptop → 10.244.1.2:8080'],
      ['f9-pod-to-pod', `${B1} → 10.244.2.2:8080`],
      ['no-endpoints', 'node/master → 10.100.77.150:80'],
    ] as const
  ).map(([file, send]) => ({ file, trace: () => trace(world, { send } satisfies Row) })),
  {
    file: 'policy-drop',
    trace: () =>
      trace(star({ r: { iptables: iptables(['filter -A FORWARD -p udp -j ACCEPT'], { 'filter FORWARD': 'DROP' }) } }), {
        send: 'a → 10.0.2.2:80',
      }),
  },
]

describe('golden traces', () => {
  for (const { file, trace: walked } of GOLDEN)
    test(file, () => golden(`trace/${file}.txt`, traceText(walked(), { everything: true, rules: true, reply: true })))
  test('f5 as JSON, its first way', () => {
    const { flow, outcomes } = GOLDEN.find(g => g.file === 'f5-client-to-nodeport')!.trace()
    golden(
      'trace/f5-client-to-nodeport.json',
      `${JSON.stringify({ flow, outcomes: outcomes.slice(0, 1) }, null, 1)}
`,
    )
  })

  const hops = GOLDEN.flatMap(g => g.trace().outcomes.flatMap(o => [o.hops, o.reply?.hops ?? []]))
  test('every kind of step occurs in one of them', () => {
    const KINDS: Readonly<Record<StepKind, true>> = {
      send: true,
      receive: true,
      rule: true,
      dnat: true,
      snat: true,
      route: true,
      bridge: true,
      encapsulate: true,
      decapsulate: true,
      conntrack: true,
      policy: true,
      forward: true,
      transmit: true,
      deliver: true,
      reject: true,
      drop: true,
    } // prettier-ignore
    const seen = new Set(hops.flat().flatMap(h => h.steps.map(s => s.kind)))
    assert.deepEqual([...seen].sort(), Object.keys(KINDS).sort())
  })
  test('each hop begins with a packet that the hop before it sent', () => {
    const wire = ({ mark: _, ...packet }: HopJson['steps'][number]['packet']) => JSON.stringify(packet)
    for (const leg of hops)
      for (const [i, hop] of leg.entries()) {
        const before = leg[i - 1]
        if (before === undefined) continue
        assert.equal(hop.steps[0]!.kind, 'receive', `${hop.in} after ${before.in}`)
        assert.ok(
          before.steps.some(s => s.kind === 'transmit' && wire(s.packet) === wire(hop.steps[0]!.packet)),
          `${hop.in} after ${before.in}`,
        )
      }
  })
  test('every way begins with a send and ends with an end', () => {
    for (const leg of hops.filter(l => l.length > 0)) {
      assert.equal(leg[0]!.steps[0]!.kind, 'send')
      assert.ok(['deliver', 'drop', 'reject'].includes(leg.at(-1)!.steps.at(-1)!.kind))
    }
  })
})
