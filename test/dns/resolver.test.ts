// Resolvers against servers that fail: who is asked again, how long it takes, what ends the search. The facts of glibc 2.36 and musl 1.2.3.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { ipText, parseIp } from '../../src/addr/ip'
import { bareAnswer, type Answer, type RecordType } from '../../src/dns/record'
import { readHosts } from '../../src/dns/hosts-lines'
import { readResolvConf } from '../../src/dns/resolv-conf'
import { type Lookup, lookUp } from '../../src/dns/resolver'
import type { Reply, ResolverName } from '../../src/dns/query'

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

/** `A 0`: type and socket of each question. */
const sockets = (lookup: Lookup) => lookup.queries.map(q => `${q.question.type} ${q.socket}`)

describe('sockets', () => {
  test('glibc keeps its socket to a server that says nothing', () =>
    assert.deepEqual(sockets(looked('glibc', 'web.', () => 'lost')), ['A 0', 'AAAA 0', 'A 0', 'AAAA 0']))
  test('has one for each server', () =>
    assert.deepEqual(sockets(looked('glibc', 'web.', () => 'lost', `${CONF}nameserver 10.96.0.11\n`, ['A'])), ['A 0', 'A 1', 'A 0', 'A 1']))
  test('and another for each name', () => assert.deepEqual(sockets(looked('glibc', 'web', NX, CONF, ['A'])), ['A 0', 'A 1', 'A 2']))
  test('closes it when the server refuses, and when all it says is SERVFAIL', () => {
    assert.deepEqual(sockets(looked('glibc', 'web.', () => 'refused')), ['A 0', 'A 1'])
    assert.deepEqual(sockets(looked('glibc', 'web.', () => bareAnswer('SERVFAIL', ''), CONF, ['A'])), ['A 0', 'A 1'])
  })
  test('musl and busybox have one for all that they ask a server about a name', () => {
    for (const resolver of ['musl', 'busybox'] as const)
      assert.deepEqual(sockets(looked(resolver, 'web.', () => 'lost')), ['A 0', 'AAAA 0', 'A 0', 'AAAA 0'])
  })
  test('busybox asks the second server where the first says nothing, 5 s later', () => {
    const lookup = looked(
      'busybox',
      'web.',
      (_, __, server) => (server === 'first' ? 'lost' : bareAnswer('NXDOMAIN', '')),
      `${CONF}nameserver 10.96.0.11\n`,
    )
    assert.deepEqual([lookup.queries.length, lookup.tookMs, lookup.failure], [6, 5000, 'not-found'])
  })
})

describe('options of resolv.conf', () => {
  const onlyA: Says = (name, type) => (type === 'A' ? found(name, 'A', '10.0.0.1') : 'lost')
  test('where one of two answers stays away, glibc asks one after the other, then from two sockets, then takes what it has', () => {
    const lookup = looked('glibc', 'web.', onlyA)
    assert.deepEqual(sockets(lookup), ['A 0', 'AAAA 0', 'A 0', 'AAAA 0', 'A 1', 'AAAA 2'])
    assert.deepEqual([lookup.tookMs, lookup.addresses], [15_000, [parseIp('10.0.0.1')]])
  })
  test('single-request: the second question waits for the first answer', () =>
    assert.deepEqual(sockets(looked('glibc', 'web.', () => 'lost', `${CONF}options single-request\n`)), ['A 0', 'A 0']))
  test('single-request-reopen: and has a socket of its own', () =>
    assert.deepEqual(sockets(looked('glibc', 'web.', NX, `${CONF}options single-request-reopen\n`)), ['A 0', 'AAAA 1']))
  test('no-aaaa: nothing of IPv6 is asked', () => {
    assert.deepEqual(asked(looked('glibc', 'web.', NX, `${CONF}options no-aaaa\n`)), ['web. A'])
    assert.equal(looked('glibc', 'web.', onlyA, `${CONF}options no-aaaa\n`, ['AAAA']).failure, 'no-data')
  })
  test('rotate: each name begins with the next server', () => {
    const first: string[] = []
    const says: Says = (_, __, server) => {
      first.push(server)
      return bareAnswer('NXDOMAIN', '')
    }
    looked('glibc', 'web', says, `${CONF}nameserver 10.96.0.11\noptions rotate\n`, ['A'])
    assert.deepEqual(first, ['first', 'second', 'first'])
  })
  test('edns0 is refused where it would matter', () => {
    const cut: Says = () => ({ ...bareAnswer('NOERROR', ''), flags: ['qr', 'tc', 'rd'] })
    assert.throws(() => looked('glibc', 'web.', cut, `${CONF}options edns0\n`), /`options edns0` of resolv\.conf is not modelled/)
    assert.equal(looked('glibc', 'web.', NX, `${CONF}options edns0\n`).failure, 'not-found')
  })
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

describe('names that are addresses', () => {
  const ROWS: readonly (readonly [ResolverName, string, readonly RecordType[], readonly string[]])[] = [
    ['glibc', '10.1', ['A', 'AAAA'], ['10.0.0.1']],
    ['musl', '0x7f.1', ['A'], ['127.0.0.1']],
    ['musl', '017.0.0.010', ['A'], ['15.0.0.8']],
    ['glibc', '4294967295', ['A'], ['255.255.255.255']],
    ['glibc', '10.1', ['AAAA'], []],
    ['glibc', '::ffff:1.2.3.4', ['A'], ['1.2.3.4']],
    ['musl', '::ffff:1.2.3.4', ['A'], []],
  ]
  for (const [resolver, name, types, addresses] of ROWS)
    test(`${resolver} takes ${name} for ${types.join(' and ')}`, () => {
      const lookup = looked(resolver, name, NX, CONF, types)
      assert.deepEqual([lookup.addresses.map(ipText), lookup.queries.length], [addresses, 0])
    })
  for (const name of ['256.1.1.1', '1.2.3.4.5', '08'])
    test(`glibc asks for ${name} only where IPv6 is wanted too`, () => {
      assert.equal(looked('glibc', name, NX, CONF, ['A']).queries.length, 0)
      assert.equal(looked('glibc', name, NX, CONF, ['A', 'AAAA']).queries.length, 6)
      assert.equal(looked('musl', name, NX, CONF, ['A']).queries.length, 3)
    })
  for (const name of ['-x', 'a/b', '*', 'b\u00fccher.test', 'abc:1'])
    test(`glibc takes ${name} for no hostname, musl asks`, () => {
      assert.deepEqual([looked('glibc', name, NX).queries.length, looked('glibc', name, NX).failure], [0, 'not-found'])
      assert.equal(looked('musl', name, NX).queries.length, 6)
    })
  test('dig asks for anything, since its names are whole', () => {
    assert.deepEqual(asked(looked('glibc', '*.default.svc.cluster.local.', NX, CONF, ['A'])), ['*.default.svc.cluster.local. A'])
    assert.deepEqual(asked(looked('glibc', '10.1.2.3.', NX, CONF, ['A'])), ['10.1.2.3. A'])
  })
})

describe('the search path', () => {
  const DOMAIN = CONF.replace('search', 'domain')
  test('of a domain line is one name for glibc, all for musl and busybox', () => {
    const names = (resolver: ResolverName) => [...new Set(looked(resolver, 'web', NX, DOMAIN).queries.map(q => q.question.name))]
    assert.deepEqual(names('glibc'), ['web.default.svc.cluster.local.', 'web.'])
    assert.deepEqual(names('musl'), ['web.default.svc.cluster.local.', 'web.svc.cluster.local.', 'web.'])
    assert.deepEqual(names('busybox'), ['web.default.svc.cluster.local.', 'web.svc.cluster.local.'])
  })
  test('with a dot in it ends musl, whose question is malformed', () => {
    const lookup = looked('musl', 'web', NX, CONF.replace('svc.cluster.local\n', 'svc.cluster.local .\n'))
    assert.deepEqual([lookup.queries.length, lookup.failure, lookup.tookMs], [4, 'try-again', 5000])
    assert.equal(looked('glibc', 'web', NX, CONF.replace('svc.cluster.local\n', 'svc.cluster.local .\n')).failure, 'not-found')
    assert.deepEqual(asked(looked('busybox', 'web', NX, CONF.replace(/search .*/, 'search .'), ['A'])), ['web. A'])
  })
  test('in a line that is too long is none for musl', () => {
    const path = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)} ${'d'.repeat(60)}`
    const line = (letters: number) => `nameserver 10.96.0.10\n${`search ${path}.`.padEnd(letters, 'e')}\n`
    assert.equal(looked('musl', 'web', NX, line(255)).queries.length, 2)
    assert.equal(looked('musl', 'web', NX, line(254)).queries.length, 6)
  })
})

test('musl: a denial of one question is one of the name, whatever the other found', () => {
  const says: Says = (name, type) => (type === 'A' ? found(name, 'A', '10.0.0.1') : bareAnswer('NXDOMAIN', ''))
  assert.deepEqual([looked('musl', 'web.', says).addresses, looked('musl', 'web.', says).failure], [[], 'not-found'])
  assert.deepEqual(looked('glibc', 'web.', says).addresses, [parseIp('10.0.0.1')])
})

test('musl: what fails is asked again in turn', () => {
  const lookup = looked('musl', 'web.', () => bareAnswer('SERVFAIL', ''))
  assert.deepEqual(asked(lookup).slice(0, 6), ['web. A', 'web. AAAA', 'web. A', 'web. AAAA', 'web. A', 'web. AAAA'])
  assert.deepEqual([lookup.queries.length, lookup.failure], [12, 'try-again'])
})

test('glibc: of two questions in turn the second is not asked of a server that failed the first', () => {
  const conf = `${CONF}options single-request\n`
  assert.deepEqual(asked(looked('glibc', 'web.', () => bareAnswer('SERVFAIL', ''), conf)), ['web. A', 'web. A'])
  assert.equal(looked('glibc', 'web.', () => bareAnswer('SERVFAIL', ''), `${conf}options use-vc\n`).queries.length, 4)
})

test('busybox nslookup asks for the name of an address, unless a type is said', () => {
  assert.deepEqual(asked(looked('busybox', '10.1.2.3', NX)), ['3.2.1.10.in-addr.arpa. PTR'])
  assert.deepEqual(asked(looked('busybox', '10.1.2.3', NX, CONF, ['A'])), ['10.1.2.3. A'])
})
