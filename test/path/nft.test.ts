// nftables in a router: where base chains stand, what verdicts end, sets and maps, translations, and what is not modelled.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect as expectSaid, iptables, matched, star, trace, traceInOrder, walk } from './flows'

const table = (text: string, family = 'ip') => `table ${family} t {\n${text}\n}\n`
const router = (text: string, family?: string) => star({ r: { nftables: table(text, family) } })
const forward = (rules: string, policy = 'accept') => `chain f { type filter hook forward priority filter; policy ${policy};\n${rules}\n}`
const prerouting = (rules: string) => `chain pre { type nat hook prerouting priority dstnat;\n${rules}\n}`
const WEB = { send: 'a → 10.0.2.2:80' }
const DNS = { send: 'a → 10.0.2.2:53 udp' }
const DELIVERED = 'delivered; answered'

/** As the other tables of rows, but whoever answers will do. */
function expect(world: Parameters<typeof walk>[0], row: Parameters<typeof walk>[1], ends: string): void {
  if (ends !== DELIVERED) return expectSaid(world, row, ends)
  const o = walk(world, row)
  assert.equal(`${o.fate}; ${o.client.result}`, ends, matched(o))
}

/** The rules of nftables that the request passed, in order. */
const rulesOf = (...args: Parameters<typeof walk>) =>
  walk(...args).hops.flatMap(h =>
    h.steps.flatMap(s => (s.kind === 'rule' && s.family === 'nft' ? [`${s.table} ${s.chain}: ${s.rule}`] : [])),
  )

test('a rule that matched tells the line it stands in', () => {
  const steps = walk(router(forward('tcp dport 80 counter')), WEB).hops.flatMap(h => h.steps)
  assert.deepEqual(
    steps.flatMap(s => (s.kind === 'rule' ? [s.place] : [])),
    ['network.yaml nftables of r:3'],
  )
})

describe('verdicts', () => {
  for (const { says, rules, policy, ends } of [
    { says: 'drop ends the packet', rules: 'tcp dport 80 drop', ends: 'dropped; timeout' },
    { says: 'accept ends the chain', rules: 'accept\ndrop', ends: DELIVERED },
    { says: 'a rule without statements only matches', rules: 'tcp dport 80', ends: DELIVERED },
    { says: 'return at the top is the policy', rules: 'return\naccept', policy: 'drop', ends: 'dropped; timeout' },
    { says: 'continue goes on', rules: 'continue\ntcp dport 80 drop', ends: 'dropped; timeout' },
    { says: 'the policy is what is left', rules: 'tcp dport 81 accept', policy: 'drop', ends: 'dropped; timeout' },
    { says: 'reject tells the sender', rules: 'reject', ends: 'rejected; icmp 3/3 from 10.0.1.1' },
    { says: 'a reset tells TCP', rules: 'reject with tcp reset', ends: 'rejected; refused' },
  ])
    test(says, () => expect(router(forward(rules, policy)), WEB, ends))

  test('a jump comes back, a goto does not', () => {
    const chains = 'chain x { tcp dport 80 return\n tcp dport 81 drop; }\n'
    expect(router(`${chains}${forward('ct state established accept\njump x\ntcp dport 80 accept', 'drop')}`), WEB, DELIVERED)
    expect(router(`${chains}${forward('goto x\ntcp dport 80 accept', 'drop')}`), WEB, 'dropped; timeout')
  })
  test('accept in one table does not keep another one from dropping', () => {
    const nftables = `${table(forward('accept'))}table inet u {\n${forward('tcp dport 80 drop')}\n}\n`
    expect(star({ r: { nftables } }), WEB, 'dropped; timeout')
  })
  test('a table of IPv6 does not see IPv4', () => expect(router(forward('drop'), 'ip6'), WEB, DELIVERED))
  test('accept in iptables does not keep nftables from dropping, and the other way round', () => {
    const nftables = table(forward('tcp dport 80 drop\naccept'))
    const rules = iptables(['filter -A FORWARD -p udp -j DROP', 'filter -A FORWARD -j ACCEPT'])
    expect(star({ r: { nftables, iptables: rules } }), WEB, 'dropped; timeout')
    expect(star({ r: { nftables, iptables: rules } }), DNS, 'dropped; timeout')
  })
  test('send() is told of a drop on the way out', () =>
    expect(router('chain o { type filter hook output priority 0; udp dport 53 drop; }'), { send: 'r → 10.0.2.2:53 udp' }, 'dropped; EPERM'))
})

describe('the order at a hook', () => {
  const chain = (name: string, priority: string) => `chain ${name} { type filter hook forward priority ${priority}; counter; }`
  test('chains come by priority, whatever the order in the text', () => {
    const text = [chain('late', 'filter + 1'), chain('early', 'mangle - 1'), chain('middle', '-5')].join('\n')
    assert.deepEqual(rulesOf(router(text), WEB), ['ip t early: counter', 'ip t middle: counter', 'ip t late: counter'])
  })
  test('what was loaded later comes first among equals: nftables before iptables, the last chain before the others', () => {
    const rules = iptables(['filter -A FORWARD -j REJECT'])
    expect(star({ r: { nftables: table(forward('drop')), iptables: rules } }), WEB, 'dropped; timeout')
    const text = [chain('one', 'filter'), chain('two', 'filter')].join('\n')
    assert.deepEqual(rulesOf(router(text), WEB), ['ip t two: counter', 'ip t one: counter'])
  })
  test('a chain before conntrack knows no connection', () => {
    const early = 'chain e { type filter hook prerouting priority -250; ct state new drop; ct mark 0 drop; }'
    expect(router(`${early}\n${forward('ct state new counter')}`), WEB, DELIVERED)
    expect(router('chain e { type filter hook prerouting priority -250; ct state invalid drop; }'), WEB, 'dropped; timeout')
  })
  test('nat chains are asked in turn, and the first that translates wins', () => {
    const nat = (name: string, priority: number, to: string) =>
      `chain ${name} { type nat hook prerouting priority ${priority}; tcp dport 80 dnat to ${to}; }`
    const world = router(`${nat('x', -90, '10.0.2.2')}\n${nat('y', -110, '10.0.3.2')}`)
    assert.equal(walk(world, { send: 'a → 10.9.9.9:80' }).destination, '10.0.3.2:80')
  })
  test("iptables' nat is asked last of those with its priority", () => {
    const rules = iptables(['nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.3.2'])
    const world = star({ r: { nftables: table(prerouting('dnat to 10.0.2.2')), iptables: rules } })
    assert.equal(walk(world, { send: 'a → 10.9.9.9:80' }).destination, '10.0.2.2:80')
  })
})

describe('what a rule can ask', () => {
  for (const [holds, question] of [
    [true, 'ip saddr 10.0.1.2'],
    [true, 'ip saddr != 10.0.2.0/24'],
    [true, 'ip daddr 10.0.2.0-10.0.2.9'],
    [true, 'ip daddr { 10.0.2.2, 10.0.9.0/24 }'],
    [false, 'ip daddr != { 10.0.2.2, 10.0.9.0/24 }'],
    [true, 'ip saddr & 0.0.0.255 == 0.0.0.2'],
    [true, 'ip daddr . tcp dport { 10.0.2.0/24 . 79-81 }'],
    [false, 'ip daddr . tcp dport { 10.0.2.0/24 . 81-82 }'],
    [true, 'meta l4proto { tcp, udp } th dport 80'],
    [false, 'udp dport 80'],
    [false, 'udp dport != 80'],
    [true, 'tcp flags syn / fin,syn,rst,ack'],
    [true, 'tcp flags syn,ack'],
    [false, 'tcp flags == 18'],
    [true, 'iifname "eth*" oifname != "eth1"'],
    [true, 'iif "eth1" oif "eth2"'],
    [true, 'meta nfproto ipv4 meta protocol ip'],
    [true, 'ip ttl < 64 ip length > 40'],
    [true, 'ct state new ct direction original ct protocol tcp'],
    [true, 'ct state new,established'],
    [true, 'ct state != established | related'],
    [true, 'ct original ip daddr 10.0.2.2 ct original proto-dst 80'],
    [false, 'ct status dnat'],
    [true, 'fib daddr type unicast'],
    [true, 'fib saddr . iif oif exists'],
    [true, 'fib daddr oifname "eth2"'],
    [false, 'fib daddr type { local, broadcast }'],
    [true, 'meta mark & 0xff == 0'],
    [true, 'meta pkttype host'],
    [false, 'ip6 saddr fd00::1'],
    [false, 'icmp type echo-request'],
    [true, 'numgen random mod 1 0'],
  ] as const)
    test(`${question} ${holds ? 'holds' : 'does not hold'}`, () =>
      expect(router(forward(`iifname != "eth1" accept\n${question} drop`), 'inet'), WEB, holds ? 'dropped; timeout' : DELIVERED))
})

test('ct state { established, related } holds for what follows a first packet', () => {
  const world = router(forward('iifname != "eth1" accept\nct state { established, related } drop'), 'inet')
  expect(world, DNS, DELIVERED)
  expect(world, WEB, 'dropped; timeout')
})

describe('sets and maps', () => {
  const verdicts =
    'map v { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 10.0.2.2 . tcp . 80 : drop, 10.0.2.2 . udp . 53 : goto x } }\nchain x { reject; }\n'
  const byMap = `${verdicts}${forward('ip daddr . meta l4proto . th dport vmap @v')}`
  test('a verdict map decides', () => {
    expect(router(byMap), WEB, 'dropped; timeout')
    expect(router(byMap), DNS, 'rejected; icmp 3/3 from 10.0.1.1')
    expect(router(byMap), { send: 'a → 10.0.2.2:8080' }, DELIVERED)
  })
  test('a rule has matched where its map finds nothing', () =>
    assert.deepEqual(rulesOf(router(byMap), { send: 'a → 10.0.2.2:8080' }), ['ip t f: ip daddr . meta l4proto . th dport vmap @v']))
  test('a map gives marks', () => {
    const marks = 'map m { type ipv4_addr : mark; flags interval; elements = { 10.0.1.0/24 : 7, 10.0.3.0/24 : 9 } }\n'
    const world = router(`${marks}${forward('meta mark set ip saddr map @m\nmeta mark 7 drop')}`)
    expect(world, WEB, 'dropped; timeout')
    expect(world, { send: 'c → 10.0.2.2:80' }, DELIVERED)
  })
  test('a rule fills a set, and other rules see it', () => {
    const text = `set seen { type ipv4_addr; flags dynamic,timeout; timeout 1m; }\n${forward('udp dport 53 update @seen { ip saddr }\nip saddr @seen tcp dport 80 drop')}`
    const [first, , third, other] = traceInOrder(router(text), [WEB, DNS, WEB, { send: 'c → 10.0.2.2:80' }])
    assert.deepEqual(
      [first, third, other].map(t => t!.outcomes[0]!.fate),
      ['delivered', 'dropped', 'delivered'],
    )
  })
  test('ten thousand elements are not gone through one by one', () => {
    const elements = Array.from({ length: 10_000 }, (_, i) => `172.${16 + (i >> 12)}.${(i >> 4) & 255}.${i & 15} . tcp . 80 : drop`)
    const world = router(
      `map v { type ipv4_addr . inet_proto . inet_service : verdict; elements = { ${elements.join(', ')}, 10.0.2.2 . tcp . 80 : drop } }\n${forward('ip daddr . meta l4proto . th dport vmap @v')}`,
    )
    expect(world, WEB, 'dropped; timeout')
    const begin = performance.now()
    for (let i = 0; i < 200; i++) trace(world, DNS)
    assert.ok(performance.now() - begin < 2000)
  })
})

describe('translations', () => {
  const masquerade = 'chain post { type nat hook postrouting priority srcnat; oifname "eth3" masquerade; }'
  const rows = [
    {
      says: 'dnat with a port',
      rules: 'tcp dport 80 dnat to 10.0.3.2:8080',
      send: 'a → 10.9.9.9:80',
      destination: '10.0.3.2:8080',
      source: '10.0.3.1',
    },
    {
      says: 'dnat of an address',
      rules: 'ip daddr 10.9.9.9 dnat to 10.0.2.2',
      send: 'a → 10.9.9.9:80',
      destination: '10.0.2.2:80',
      source: '10.0.1.2',
    },
    { says: 'redirect', rules: 'tcp dport 81 redirect to :22', send: 'a → 10.0.2.2:81', destination: '10.0.1.1:22', source: '10.0.1.2' },
    {
      says: 'a map of addresses and ports',
      rules: 'meta l4proto tcp dnat to tcp dport map { 81 : 10.0.2.2 . 80, 82 : 10.0.3.2 . 8080 }',
      send: 'a → 10.9.9.9:82',
      destination: '10.0.3.2:8080',
      source: '10.0.3.1',
    },
  ]
  for (const { says, rules, send, destination, source } of rows)
    test(says, () => {
      const world = star({ r: { nftables: table(`${prerouting(rules)}\n${masquerade}`), listeners: [{ protocol: 'tcp', port: 22 }] } })
      const o = walk(world, { send })
      assert.deepEqual(
        [o.fate, o.client.result, o.destination, o.source.replace(/:\d+$/, '')],
        ['delivered', 'answered', destination, source],
      )
    })
  test('a statement of the other family lets the packet pass', () =>
    expect(router(prerouting('dnat ip6 to fd00::1\ndnat ip to 10.0.3.2'), 'inet'), { send: 'a → 10.9.9.9:80' }, DELIVERED))
  test("kube-proxy v1.36's way to choose: every endpoint, with the kernel's weights", () => {
    const rule = 'meta l4proto tcp dnat ip to numgen random mod 3 map { 0 : 10.0.1.2 . 80, 1 : 10.0.2.2 . 80, 2 : 10.0.3.2 . 8080 }'
    const { outcomes } = trace(router(prerouting(rule)), { send: 'b → 10.9.9.9:80' })
    assert.deepEqual(
      outcomes.map(o => [o.destination, o.probability.fraction]),
      [
        ['10.0.1.2:80', '715827883/2147483648'],
        ['10.0.2.2:80', '1431655765/4294967296'],
        ['10.0.3.2:8080', '1431655765/4294967296'],
      ],
    )
  })
  test('numgen inc is round robin', () => {
    const world = router(prerouting('tcp dport 80 dnat to numgen inc mod 2 map { 0 : 10.0.1.2, 1 : 10.0.3.2 }'))
    const send = (sourcePort: number) => ({ send: 'b → 10.9.9.9:80', sourcePort })
    const destinations = traceInOrder(world, [40000, 40001, 40002].map(send)).map(t => t.outcomes[0]!.destination)
    assert.deepEqual(destinations, ['10.0.1.2:80', '10.0.3.2:80', '10.0.1.2:80'])
  })
  test('nothing is tracked where no rule needs it: an empty nat chain does not', () => {
    const { conntrack } = walk(router(prerouting('accept')), WEB)
    assert.deepEqual(conntrack, {})
  })
})

describe('what rules change', () => {
  test('a route chain sends marked packets another way', () => {
    const text = 'chain o { type route hook output priority mangle; udp dport 53 ip daddr set 10.0.3.2; }'
    assert.equal(walk(router(text), { send: 'r → 10.0.2.2:53 udp' }).destination, '10.0.3.2:53')
  })
  test('notrack leaves the packet untracked', () =>
    expect(
      router(`chain raw { type filter hook prerouting priority raw; udp dport 53 notrack; }\n${forward('ct state untracked drop')}`),
      DNS,
      'dropped; timeout',
    ))
  test('marks of connections and packets', () =>
    expect(router(forward('ct mark set 9\nmeta mark set ct mark\nmeta mark set meta mark ^ 1\nmeta mark 8 drop')), WEB, 'dropped; timeout'))
  test('ttl and dscp', () => expect(router(forward('ip ttl set 9\nip dscp set cs1\nip ttl 9 ip dscp cs1 drop')), WEB, 'dropped; timeout'))
})

describe('what is not modelled ends as unknown, by name', () => {
  for (const words of ['ct helper "ftp"', 'meta cpu 0', 'tcp option maxseg size 1460'])
    test(words, () => {
      const o = walk(router(forward(`tcp dport 80 ${words} drop`)), WEB)
      assert.equal(o.fate, 'unknown')
      assert.ok(o.decidedBy?.includes(`does not model ${words}`), o.decidedBy ?? '')
      expect(router(forward(`tcp dport 81 ${words} drop`)), WEB, DELIVERED)
    })
})
