// Flows as written: what is read, what is refused with what to write instead, whose names are looked up; draws with a seed; the trace's own check.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import { HopspecError, type Problem, problemText } from '../../src/error'
import type { Packet } from '../../src/linux/packet'
import { keyOf, objectsOf } from '../../src/cluster/state'
import { failNode } from '../../src/control/component'
import { readFlowSpec, splitTarget } from '../../src/trace/flow-spec'
import { hopsOf } from '../../src/trace/hops'
import { prepare } from '../../src/trace/prepare'
import { traceOne } from '../../src/trace/trace'
import { parseIp } from '../../src/addr/ip'
import { articleState } from './article'

const place = { file: 'flows.yaml', line: 3, column: 1 }
const world = { state: articleState() }
const read = (flow: unknown) => {
  const problems: Problem[] = []
  return { spec: readFlowSpec(flow, place, problems), says: problems.map(problemText).join('\n') }
}

describe('destinations', () => {
  for (const [text, protocol, host, port] of [
    ['10.0.0.1:80', 'tcp', '10.0.0.1', 80],
    ['[fd00::1]:80', 'tcp', 'fd00::1', 80],
    ['http://10.0.0.1', 'tcp', '10.0.0.1', 80],
    ['https://10.0.0.1/path?x', 'tcp', '10.0.0.1', 443],
    ['http://[fd00::1]:8080/', 'tcp', 'fd00::1', 8080],
    ['service/default/web:80', 'tcp', 'service/default/web', 80],
    ['node/master:30080', 'tcp', 'node/master', 30080],
    ['10.0.0.1', 'icmp', '10.0.0.1', null],
    ['fd00::1', 'icmp', 'fd00::1', null],
  ] as const)
    test(`${text} (${protocol})`, () => assert.deepEqual(splitTarget(text, protocol), { host, port }))
  for (const text of [
    '10.0.0.1',
    'fd00::1:80',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:http',
    ':80',
    'http://:80',
    'http://10.0.0.1:99999',
    '',
  ])
    test(`'${text}' is none`, () => assert.equal(splitTarget(text, 'tcp'), undefined))
})

describe('a flow that is none is refused, with what to write', () => {
  for (const [flow, error] of [
    [{ from: 'node/master' }, /^flows\.yaml:3:1: A flow needs to\. Write to: ADDRESS:PORT\./],
    [{ to: '10.0.0.1:80' }, /A flow needs from\. Write from: pod\/NAMESPACE\/NAME/],
    [{ from: 'a', to: 'b:1', protocl: 'tcp' }, /no field 'protocl'\. Did you mean 'protocol'\?/],
    [{ from: 'a', to: 'b:1', protocol: 'smtp' }, /'smtp' is not a protocol\. Write one of tcp, udp, sctp, icmp/],
    [{ from: 'a', to: 'b:1', ttl: 256 }, /ttl is not a whole number from 0 to 255/],
    [{ from: 'a', to: 'b:1', sourcePort: '80' }, /sourcePort is not a whole number/],
    [{ from: 'a', to: 'b:1', source: '10.1' }, /source '10\.1' is not an address/],
    [{ from: 'a', to: 'b:1', dontFragment: 'yes' }, /dontFragment is neither true nor false\. Write dontFragment: true\./],
    ['a → b', /A flow is a mapping/],
  ] as const)
    test(JSON.stringify(flow), () => {
      const { spec, says } = read(flow)
      assert.equal(spec, undefined)
      assert.match(says, error)
    })
  test('all mistakes of one flow at once', () => assert.equal(read({ protocol: 'x', ttl: -1 }).says.split('\n').length, 4))
})

const looked = (flow: object) => prepare(world, [read(flow).spec!], place)

describe('names become machines and addresses', () => {
  for (const [from, to, namespace, destination] of [
    ['pod/default/busybox1', 'service/default/mytest-svc:80', 'pod/default/busybox1', '10.100.77.149:80'],
    ['node/master', 'node/node01:31298', 'node/master', '192.168.1.201:31298'],
    ['client/laptop', 'pod/default/mytest-ntd5n:8080', 'client/laptop', '10.244.1.2:8080'],
    ['10.244.1.9', '10.100.77.149:80', 'pod/default/busybox1', '10.100.77.149:80'],
    ['192.168.1.50', 'http://192.168.1.200:31298/', 'client/laptop', '192.168.1.200:31298'],
  ] as const)
    test(`${from} → ${to}`, () => {
      const [flow] = looked({ from, to }).flows
      assert.deepEqual(
        [flow!.request.namespace, `${ipText(flow!.request.destination)}:${flow!.request.destinationPort}`],
        [namespace, destination],
      )
    })

  for (const [flow, error] of [
    [
      { from: 'pod/default/busybox9', to: '10.0.0.1:80' },
      /flows\.yaml:3:1: There is no 'pod\/default\/busybox9'\. Did you mean 'pod\/default\/busybox\d'/,
    ],
    [{ from: 'node/mastr', to: '10.0.0.1:80' }, /There is no 'node\/mastr'\. Did you mean 'node\/master'\?/],
    [
      { from: 'node/master', to: 'service/default/mytest:80' },
      /There is no 'service\/default\/mytest'\. Did you mean 'service\/default\/mytest-svc'\?/,
    ],
    [
      { from: 'node/master', to: '1.2.3.4:99999' },
      /'1\.2\.3\.4:99999' is not a destination: a port is at most 65535\. Write ADDRESS:PORT .*service\/NAMESPACE\/NAME:PORT/,
    ],
    [{ from: 'pod/x', to: '10.0.0.1:80' }, /There is no 'pod\/x'\. A pod is written pod\/NAMESPACE\/NAME\./],
    [{ from: 'node/master', to: 'service/shop/web' }, /'service\/shop\/web' has no port\. Write service\/shop\/web:PORT\./],
    [{ from: 'node/master', to: '10.0.0.1' }, /'10\.0\.0\.1' is not a destination\. Write ADDRESS:PORT/],
  ] as const)
    test(`${flow.from} → ${flow.to} is refused`, () => assert.throws(() => looked(flow), error))
  test('all names of all flows at once', () => {
    const specs = ['pod/a/b', 'pod/c/d'].map(from => read({ from, to: '10.0.0.1:80' }).spec!)
    assert.throws(
      () => prepare(world, specs),
      (e: unknown) => e instanceof HopspecError && e.problems.length === 2,
    )
  })
})

describe('draws with a seed', () => {
  const { scene, flows } = looked({ from: 'client/laptop', to: '192.168.1.200:31298' })
  const flow = flows[0]!
  test('600 seeds draw each pod near a third of the time, and the same seed the same pod', () => {
    const draw = (seed: number) => traceOne(scene, flow, seed).outcome.answeredBy ?? 'nobody'
    const drawn = Array.from({ length: 600 }, (_, seed) => draw(seed))
    const pods = ['pod/default/mytest-cd4zk', 'pod/default/mytest-fsmcj', 'pod/default/mytest-ntd5n']
    assert.deepEqual([...new Set(drawn)].sort(), pods)
    const chiSquare = pods.map(pod => (drawn.filter(d => d === pod).length - 200) ** 2 / 200).reduce((a, b) => a + b, 0)
    assert.ok(chiSquare < 27.6, `χ² ${chiSquare}, 2 degrees of freedom`)
    assert.equal(draw(7), drawn[7])
  })
})

test('a trace whose hop begins with a packet that nobody sent is our mistake', () => {
  const packet: Packet = {
    protocol: 'udp',
    source: parseIp('10.0.0.1'),
    destination: parseIp('10.0.0.2'),
    ttl: 64,
    tos: 0,
    dontFragment: false,
    lengthBytes: 37,
    sourcePort: 1,
    destinationPort: 2,
  }
  assert.throws(
    () => hopsOf([{ leg: 'request', step: { kind: 'receive', device: 'eth0', in: 'b', packet, mark: 0 } }], 'request', () => null),
    /begins with a packet that no hop before it sent/,
  )
})

describe('a machine that failed', () => {
  const node = world.state.config.nodes.at(-1)!.name
  const lost = { state: failNode(world.state, node) }
  const pod = objectsOf(world.state, 'Pod').find(p => p.spec.nodeName === node && p.status?.phase === 'Running')!
  const said = (from: string, to = '10.96.0.1:443'): string => {
    try {
      prepare(lost, [read({ from, to }).spec!])
    } catch (error) {
      if (error instanceof HopspecError) return error.message
      throw error
    }
    return ''
  }
  for (const from of [`node/${node}`, `pod/${keyOf(pod)}`])
    test(`sends nothing from ${from.split('/')[0]}`, () =>
      assert.match(said(from), new RegExp(`Node ${node} has failed, so nothing there can send`)))
  test('may be asked, and others still send', () => assert.equal(said('node/master', `${pod.status!.podIP}:8080`), ''))
})
