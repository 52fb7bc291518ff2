// Resolvers against servers that fail: who is asked again, how long it takes, what ends the search. The facts of glibc 2.36 and musl 1.2.3.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import { bareAnswer, type Answer, type RecordType } from '../../src/dns/record'
import { readHosts } from '../../src/dns/hosts-lines'
import { readResolvConf } from '../../src/dns/resolv-conf'
import { type Lookup, lookUp, type Reply, type ResolverName } from '../../src/dns/resolver'

const CONF = 'nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local\noptions ndots:5\n'
const found = (name: string, type: RecordType, data: string): Answer => ({
  ...bareAnswer('NOERROR', ''),
  answers: [{ name, type, ttl: 30, data }],
})

type Says = (name: string, type: RecordType, server: string, transport: string) => Answer | 'lost' | 'refused'

function looked(resolver: ResolverName, name: string, says: Says, conf = CONF, types: readonly RecordType[] = ['A', 'AAAA']): Lookup {
  const reply = (answer: ReturnType<Says>, question: { name: string; type: RecordType }): Reply =>
    typeof answer === 'string' ? { kind: answer, why: 'test' } : { kind: 'answered', log: [{ question, answer }] }
  return lookUp(resolver, name, types, {
    conf: readResolvConf(conf),
    hosts: readHosts('127.0.0.1 localhost\n10.0.0.5 known'),
    families: { ipv4: true, ipv6: false },
    ask: ({ question, server, transport }) =>
      reply(says(question.name, question.type, server === parseIp('10.96.0.10') ? 'first' : 'second', transport), question),
  })
}

const asked = (lookup: Lookup) => lookup.queries.map(q => `${q.question.name} ${q.question.type}`)
const NX: Says = () => bareAnswer('NXDOMAIN', '')
const EMPTY: Says = () => bareAnswer('NOERROR', '')

describe('glibc', () => {
  test('nobody answers: two attempts for the first domain, then two as it stands, 20 s', () => {
    const lookup = looked('glibc', 'web', () => 'lost')
    assert.equal(lookup.queries.length, 8)
    assert.deepEqual([lookup.failure, lookup.tookMs], ['try-again', 20_000])
  })
  test('refused by everybody: two attempts, and no other name is tried', () => {
    const lookup = looked('glibc', 'web', () => 'refused')
    assert.deepEqual(asked(lookup), ['web.default.svc.cluster.local. A', 'web.default.svc.cluster.local. A'])
    assert.deepEqual([lookup.failure, lookup.tookMs], ['try-again', 0])
  })
  test('the second server answers where the first does not', () => {
    const says: Says = (name, type, server) =>
      server === 'first' ? 'lost' : type === 'A' ? found(name, 'A', '10.0.0.1') : bareAnswer('NOERROR', '')
    const lookup = looked('glibc', 'web', says, `${CONF}nameserver 10.96.0.11\n`)
    assert.deepEqual([lookup.queries.length, lookup.tookMs, lookup.addresses], [4, 5000, [parseIp('10.0.0.1')]])
  })
  test('SERVFAIL is asked for again, and the search goes on', () => {
    const lookup = looked('glibc', 'web', () => bareAnswer('SERVFAIL', ''))
    assert.equal(lookup.queries.length, 12)
    assert.equal(lookup.failure, 'try-again')
  })
  test('a name without data goes on to the next domain', () => {
    assert.equal(new Set(looked('glibc', 'web', EMPTY).queries.map(q => q.question.name)).size, 3)
    assert.equal(looked('glibc', 'web', EMPTY).failure, 'no-data')
  })
  test('what is cut is asked for over TCP', () => {
    const says: Says = (name, type, _, transport) =>
      transport === 'udp' && type === 'A'
        ? { ...bareAnswer('NOERROR', ''), flags: ['qr', 'tc', 'rd'] }
        : found(name, type, type === 'A' ? '10.0.0.1' : 'fd00::1')
    assert.deepEqual(
      looked('glibc', 'web', says).queries.map(q => `${q.question.type} ${q.transport}`),
      ['A udp', 'A tcp', 'AAAA udp'],
    )
  })
  test('timeout and attempts of resolv.conf', () =>
    assert.equal(looked('glibc', 'web.', () => 'lost', `${CONF}options timeout:1 attempts:3\n`).tookMs, 3000))
  test('no-tld-query: a name without dots is not asked as it stands', () =>
    assert.equal(looked('glibc', 'web', NX, `${CONF}options no-tld-query\n`).queries.length, 4))
  test('a domain of the path that is the root is the name itself, and that is not asked twice', () =>
    assert.deepEqual(asked(looked('glibc', 'web', NX, 'nameserver 10.96.0.10\nsearch a.example .\n', ['A'])), [
      'web.a.example. A',
      'web. A',
    ]))
})

describe('musl', () => {
  test('nobody answers: twice in 5 s, and the search ends', () => {
    const lookup = looked('musl', 'web', () => 'lost')
    assert.deepEqual([new Set(asked(lookup)).size, lookup.queries.length, lookup.tookMs, lookup.failure], [2, 4, 5000, 'try-again'])
  })
  test('a name without data ends the search', () => {
    const lookup = looked('musl', 'web', EMPTY)
    assert.deepEqual([lookup.queries.length, lookup.failure], [2, 'no-data'])
  })
  test('all servers are asked at once', () => assert.equal(looked('musl', 'web.', NX, `${CONF}nameserver 10.96.0.11\n`).queries.length, 4))
  test('SERVFAIL is repeated until the time is over', () =>
    assert.equal(looked('musl', 'web.', () => bareAnswer('SERVFAIL', '')).tookMs, 5000))
})

describe('before any question', () => {
  for (const [name, by] of [
    ['known', 'hosts'],
    ['10.0.0.9', 'number'],
    ['localhost', 'hosts'],
  ] as const)
    test(`${name} is from ${by}`, () => {
      for (const resolver of ['glibc', 'musl'] as const) {
        const lookup = looked(resolver, name, () => 'lost')
        assert.deepEqual([lookup.by, lookup.queries.length, lookup.failure], [by, 0, null])
      }
    })
  test('nslookup reads no /etc/hosts', () => assert.equal(looked('busybox', 'known', NX).failure, 'not-found'))
  test('nslookup turns an address round', () =>
    assert.deepEqual(asked(looked('busybox', '10.96.0.1', NX)), ['1.0.96.10.in-addr.arpa. PTR']))
})
