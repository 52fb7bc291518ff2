// What holds for every network: walks end, chances sum to one, answers come from where the request went, the same input gives the same bytes.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { fraction, fractionText, plus, ZERO } from '../../src/addr/fraction'
import type { TraceJson } from '../../src/trace/json'
import { SEED } from '../plan'
import { iptables, matched, type Row, star, trace } from './flows'

const ADDRESSES = [
  '10.0.1.1',
  '10.0.1.2',
  '10.0.2.2',
  '10.0.3.2',
  '10.0.3.99',
  '10.96.0.20',
  '10.96.0.21',
  '127.0.0.1',
  '10.0.2.255',
] as const
const address = fc.constantFrom(...ADDRESSES)
const proto = fc.constantFrom('tcp', 'udp', 'icmp')
const dash = (condition: boolean, text: string) => (condition ? ` ${text}` : '')

/** What a random rule matches on: little, so that rules and packets meet. */
const matches = fc
  .record({
    to: address,
    byTo: fc.boolean(),
    from: address,
    byFrom: fc.integer({ min: 0, max: 4 }),
    p: proto,
    byProto: fc.boolean(),
    state: fc.integer({ min: 0, max: 4 }),
    chance: fc.integer({ min: 0, max: 5 }),
  })
  .map(r =>
    [
      dash(r.byFrom === 0, `-s ${r.from}/32`),
      dash(r.byTo, `-d ${r.to}/32`),
      dash(r.byProto, `-p ${r.p}`),
      dash(r.state === 0, '-m conntrack --ctstate NEW'),
      dash(r.chance === 0, '-m statistic --mode random --probability 0.25'),
    ].join(''),
  )
const line = (place: string, targets: readonly string[]) =>
  fc.tuple(matches, fc.constantFrom(...targets)).map(([m, t]) => `${place}${m} -j ${t}`)
const to = [...ADDRESSES.filter(a => !a.endsWith('255'))]
const rules = fc
  .record({
    pre: fc.array(
      line(
        'nat -A PREROUTING',
        to.map(a => `DNAT --to-destination ${a}`),
      ),
      { maxLength: 3 },
    ),
    out: fc.array(
      line(
        'nat -A OUTPUT',
        to.map(a => `DNAT --to-destination ${a}`),
      ),
      { maxLength: 2 },
    ),
    post: fc.array(line('nat -A POSTROUTING', ['MASQUERADE', 'ACCEPT', 'SNAT --to-source 10.0.3.1']), { maxLength: 2 }),
    forward: fc.array(line('filter -A FORWARD', ['ACCEPT', 'DROP', 'REJECT', 'USER']), { maxLength: 3 }),
    user: fc.array(line('filter -A USER', ['ACCEPT', 'DROP', 'RETURN']), { minLength: 1, maxLength: 2 }),
    input: fc.array(line('filter -A INPUT', ['ACCEPT', 'DROP', 'REJECT']), { maxLength: 2 }),
    mangle: fc.array(line('mangle -A PREROUTING', ['ACCEPT', 'MARK --set-xmark 0x1/0x1']), { maxLength: 2 }),
  })
  .map(r => Object.values(r).flat())
const row: fc.Arbitrary<Row> = fc
  .tuple(fc.constantFrom('a', 'b', 'r'), address, proto, fc.constantFrom(80, 53, 81), fc.constantFrom(undefined, 1, 2))
  .map(([from, ip, p, port, ttl]) => ({
    send: `${from} → ${ip}${p === 'icmp' ? '' : `:${port}`} ${p}`,
    ...(ttl === undefined ? {} : { ttl }),
  }))
const settings = fc.record({
  'net.ipv4.ip_forward': fc.constantFrom(0, 1, 1, 1),
  'net.ipv4.conf.all.route_localnet': fc.constantFrom(0, 1),
  'net.ipv4.conf.all.rp_filter': fc.constantFrom(0, 1, 2),
})

const ground = fc.record({ rules, settings, loop: fc.boolean() })
/** With `loop`, r and c send what nobody has to each other: only the TTL ends it. */
const world = (g: { rules: readonly string[]; settings: Record<string, number>; loop: boolean }) =>
  star({
    r: { iptables: iptables(g.rules), sysctls: g.settings, routes: g.loop ? ['default via 10.0.3.2'] : [] },
    c: { sysctls: { 'net.ipv4.ip_forward': 1 } },
  })

const sum = (t: TraceJson) =>
  t.outcomes.map(o => o.probability.fraction.split('/')).reduce((s, [of, over]) => plus(s, fraction(BigInt(of!), BigInt(over ?? 1))), ZERO)

describe('every flow through every router', () => {
  test('ends, in ways whose chances sum to exactly 1', () => {
    fc.assert(
      fc.property(ground, row, (g, r) => assert.equal(fractionText(sum(trace(world(g), r))), '1')),
      { seed: SEED, numRuns: 400 },
    )
  })
  test('that is answered is answered from the address it was sent to', () => {
    let answered = 0
    fc.assert(
      fc.property(ground, row, (g, r) => {
        for (const o of trace(world(g), r).outcomes) {
          if (o.client.result !== 'answered' || r.send.endsWith('icmp')) continue
          answered++
          const took = o
            .reply!.hops.flatMap(h => h.steps.map(step => ({ in: h.in, step })))
            .filter(({ step }) => step.kind === 'deliver')
            .at(-1)!
          assert.equal(took.step.packet.source, r.send.split(' ')[2], matched(o))
          assert.equal(took.step.packet.destination, o.hops[0]!.steps[0]!.packet.source, matched(o))
        }
      }),
      { seed: SEED, numRuns: 400 },
    )
    assert.ok(answered > 20, `only ${answered} were answered: the property says too little`)
  })
  test('gives the same bytes when it is asked again of a network built anew', () => {
    fc.assert(
      fc.property(ground, row, (g, r) => assert.equal(JSON.stringify(trace(world(g), r)), JSON.stringify(trace(world(g), r)))),
      { seed: SEED, numRuns: 150 },
    )
  })
  test('says who decided when it is lost, and shows the loss as its last step', () => {
    fc.assert(
      fc.property(ground, row, (g, r) => {
        for (const o of trace(world(g), r).outcomes) {
          if (o.fate === 'delivered') continue
          assert.ok(o.decidedBy, JSON.stringify(o.fate))
          assert.ok(['drop', 'reject'].includes(o.hops.at(-1)!.steps.at(-1)!.kind), `${o.fate}: ${o.hops.at(-1)!.steps.at(-1)!.kind}`)
        }
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
