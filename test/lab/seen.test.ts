// What a kernel showed becomes a fate, or the fates that it leaves open: rows of what the sender saw and which rules counted.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { Apart } from '../../src/lab/apart'
import { possibleFates } from '../../src/lab/seen-fate'
import { manyOutcomes, type Seen } from '../../src/lab/seen-many'
import { fateFindings } from '../../src/lab/seen-thens'
import type { Network } from '../../src/linux/program'
import { parseIp } from '../../src/addr/ip'
import type { Packet } from '../../src/linux/packet'
import type { ClientSees } from '../../src/path/client'
import type { RealExchange } from '../../src/real/observed'
import { seenBy } from '../../src/real/client-line'
import type { OutcomeJson } from '../../src/trace/json'

const RULES = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m comment --comment "never drop or -j DROP this" -j ACCEPT
-A INPUT -p udp -j DROP
-A INPUT -p sctp -j REJECT --reject-with icmp-port-unreachable
COMMIT
`
const network: Network = readNetwork(
  readDocuments([
    {
      name: 'network.yaml',
      text: JSON.stringify({
        apiVersion: 'hopspec/v1',
        kind: 'Network',
        namespaces: { a: { devices: { lo: { kind: 'loopback' } }, iptables: RULES } },
      }),
    },
  ]).documents[0]!,
)
const SAYS_DROP = '-A INPUT -p tcp -m comment --comment "never drop or -j DROP this" -j ACCEPT'
const DROPS = '-A INPUT -p udp -j DROP'
const REJECTS = '-A INPUT -p sctp -j REJECT --reject-with icmp-port-unreachable'

function seen(client: ClientSees, hits: readonly string[] = [], packets: readonly Partial<Packet>[] = []): RealExchange {
  const rules = { 'namespace/a': hits.map(text => ({ family: 'ip' as const, table: 'filter', text, packets: 1 })) }
  const captured = packets.map(packet => ({ namespace: 'namespace/a', device: 'eth0', way: 'rx' as const, packet: packet as Packet }))
  const none = { received: [], halfOpen: [], conntrack: {}, wire: [], absent: [] }
  return { ...none, client, connected: false, sourcePort: 0, rules, packets: captured }
}

const LOST = ['refused', 'rejected', 'dropped', 'no-route', 'host-unreachable', 'left-the-cluster', 'mtu-exceeded', 'ttl-exceeded']
const icmp = (type: number, code: number) => ({ result: 'icmp', icmp: { type, code, from: parseIp('10.0.0.1') } }) as const
const timeout = { result: 'timeout' } as const

describe('a kernel leaves open', () => {
  const rows: readonly { readonly name: string; readonly is: RealExchange; readonly fates: readonly string[] }[] = [
    { name: 'nothing of a timeout, where a rule dropped', is: seen(timeout, [DROPS]), fates: ['dropped'] },
    { name: 'nothing, where a policy dropped', is: seen(timeout, ['policy FORWARD DROP']), fates: ['dropped'] },
    { name: 'all of a timeout, where a rule only speaks of dropping', is: seen(timeout, [SAYS_DROP]), fates: LOST },
    { name: 'all of a timeout, where nothing counted', is: seen(timeout), fates: LOST },
    {
      name: 'all, where the word that refused it may be what was dropped',
      is: seen(timeout, [DROPS], [{ protocol: 'icmp', type: 3, code: 1 }]),
      fates: LOST,
    },
    { name: 'nothing of a refusal, where a rule rejected', is: seen({ result: 'refused', icmp: null }, [REJECTS]), fates: ['rejected'] },
    { name: 'nothing of a refusal without a rule', is: seen({ result: 'refused', icmp: null }), fates: ['refused'] },
    { name: 'nothing of ICMP 11/0', is: seen(icmp(11, 0)), fates: ['ttl-exceeded'] },
    { name: 'all of an ICMP message that is not known', is: seen(icmp(3, 5)), fates: LOST },
    { name: 'nothing of ENETUNREACH', is: seen({ result: 'error', errno: 'ENETUNREACH' }), fates: ['no-route'] },
    { name: 'what takes a packet to no place, of EINVAL', is: seen({ result: 'error', errno: 'EINVAL' }), fates: ['dropped', 'no-route'] },
    { name: 'all of an errno that is not known', is: seen({ result: 'error', errno: 'EKEYEXPIRED' }), fates: LOST },
    { name: 'nothing of a connection that the server closed', is: seen({ result: 'closed' }), fates: ['delivered'] },
  ]
  for (const { name, is, fates } of rows) test(name, () => assert.deepEqual(possibleFates(network, is), fates))
})

describe('what the helper says of the sender', () => {
  const program = network.program('namespace/a')!
  for (const result of ['closed', 'reset'] as const)
    test(`${result} is no errno`, () => assert.deepEqual(seenBy(program, ['client', result, ''], []), { result }))
  test('an error without an errno is ours', () => assert.throws(() => seenBy(program, ['client', 'error', ''], []), /without an errno/))
})

const first = (source: string, more: Partial<OutcomeJson> = {}): Seen => ({
  outcome: {
    probability: { fraction: '1', decimal: 1 },
    fate: 'delivered',
    answeredBy: 'namespace/a',
    answer: 'a\n',
    destination: '10.0.0.9:80',
    source,
    translated: { destination: false, source: false },
    decidedBy: null,
    explanation: null,
    hops: [{ in: 'namespace/a', node: null, steps: [] }],
    reply: null,
    client: { result: 'answered', curl: null },
    conntrack: {},
    wire: [],
    ...more,
  },
  possible: [more.fate ?? 'delivered'],
})
const answered = (source: string, count: number) => ({ namespace: 'namespace/a', source, destination: '10.0.0.9:80', count })

describe('many connections', () => {
  const hopsOf = (socket: string, source: string) =>
    manyOutcomes(network, first(socket), { result: 'answered' }, { answered: [answered(source, 2)], failed: {}, portKept: 0 }, 2).map(
      s => s.outcome.hops.length,
    )
  const rows = [
    { name: 'from the address that was looked at keep what was seen', socket: '10.244.1.1:4000', source: '10.244.1.1', hops: [1] },
    { name: 'from an address that only begins like it do not', socket: '10.244.1.12:4000', source: '10.244.1.1', hops: [0] },
    { name: 'over IPv6 are the same by value', socket: '[fd00::1]:4000', source: 'fd00:0:0::1', hops: [1] },
  ]
  for (const { name, socket, source, hops } of rows) test(name, () => assert.deepEqual(hopsOf(socket, source), hops))

  test('each failure is an outcome of its own, and only the one that was looked at has its fate', () => {
    const lost = first('', {
      fate: 'no-route',
      answeredBy: null,
      answer: null,
      client: { result: 'error', errno: 'ENETUNREACH', curl: null },
    })
    const failed = { ENETUNREACH: 1, EPERM: 1, timeout: 2 }
    const seen = manyOutcomes(network, lost, { result: 'error', errno: 'ENETUNREACH' }, { answered: [], failed, portKept: 0 }, 4)
    assert.deepEqual(
      seen.map(s => [s.outcome.fate, s.outcome.client.errno ?? s.outcome.client.result, s.outcome.probability.fraction]),
      [
        ['no-route', 'ENETUNREACH', '1/4'],
        ['dropped', 'EPERM', '1/4'],
        ['unknown', 'timeout', '2/4'],
      ],
    )
    assert.match(seen[2]!.outcome.decidedBy!, /^the sender sees timeout, and a kernel does not show why: delivered, refused/)
  })

  const probe = (seen: readonly Seen[]) =>
    ({
      title: '',
      trace: { flow: { from: 'a', to: 'b', protocol: 'tcp' }, outcomes: seen.map(s => s.outcome) },
      chosen: null,
      sample: null,
      dataplane: 'real',
      possible: seen.map(s => s.possible),
    }) as const
  const open: Seen = { ...first('', { fate: 'unknown', answeredBy: null }), possible: ['dropped', 'no-route'] }
  test('whose ends could all be the fate are counted apart', () => assert.throws(() => fateFindings(probe([open, open]), 'dropped'), Apart))
  test('of which one surely has another fate are no such thing', () =>
    assert.equal(
      fateFindings(probe([open, first('10.0.0.2:1')]), 'dropped').some(f => !f.met),
      true,
    ))
})
