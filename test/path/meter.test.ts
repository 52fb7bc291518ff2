// Rules that count (limit, hashlimit, connlimit, quota), and that ask who sends, who waits and where a packet should come from. As measured on Linux 6.18.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, star, trace, traceInOrder } from './flows'

const router = (...lines: readonly string[]) => star({ r: { iptables: iptables(lines), listeners: [{ protocol: 'udp', port: 53 }] } })
const DNS = { send: 'a → 10.0.2.2:53 udp' }
const DELIVERED = 'b sees 10.0.1.2:40000 at 10.0.2.2:53; answered'
const from40000 = { ...DNS, sourcePort: 40000 }

describe('what is counted', () => {
  for (const { says, rules, ends } of [
    { says: 'a limit lets its burst pass', rules: ['-m limit --limit 1/hour --limit-burst 2 -j ACCEPT', '-j DROP'], ends: DELIVERED },
    {
      says: 'each source has a limit of its own',
      rules: ['-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name h -j ACCEPT', '-j DROP'],
      ends: DELIVERED,
    },
    {
      says: 'nothing is above a limit at first',
      rules: ['-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-name h -j DROP'],
      ends: DELIVERED,
    },
    {
      says: 'one connection is more than none',
      rules: ['-m connlimit --connlimit-above 0 --connlimit-mask 32 --connlimit-saddr -j DROP'],
      ends: 'dropped; timeout',
    },
    {
      says: 'one connection is not more than one',
      rules: ['-m connlimit --connlimit-upto 1 --connlimit-mask 0 --connlimit-daddr -j ACCEPT', '-j DROP'],
      ends: DELIVERED,
    },
    { says: 'a quota that is too small for the packet', rules: ['-m quota --quota 36 -j ACCEPT', '-j DROP'], ends: 'dropped; timeout' },
    {
      says: 'a quota for the request alone',
      rules: ['-m quota --quota 40 -j ACCEPT', '-s 10.0.2.2 -j DROP'],
      ends: 'b sees 10.0.1.2:40000 at 10.0.2.2:53; timeout',
    },
    { says: 'what is over a quota', rules: ['-m quota ! --quota 40 -j DROP'], ends: 'b sees 10.0.1.2:40000 at 10.0.2.2:53; timeout' },
  ])
    test(says, () => {
      const o = trace(router(...rules.map(r => `filter -A FORWARD ${r}`)), from40000).outcomes[0]!
      assert.equal(
        ends.startsWith('b sees') ? `b sees ${o.source} at ${o.destination}; ${o.client.result}` : `${o.fate}; ${o.client.result}`,
        ends,
      )
    })

  test('what depends on the time between packets is unknown, and says so', () => {
    const world = router('filter -A FORWARD -m limit --limit 1/hour --limit-burst 2 -j ACCEPT', 'filter -A FORWARD -j DROP')
    const [first, second] = traceInOrder(world, [DNS, DNS]).map(t => t.outcomes[0]!)
    assert.equal(first!.fate, 'delivered')
    assert.equal(second!.fate, 'unknown')
    assert.match(JSON.stringify(second), /the time between packets: -m limit --limit 1\/hour --limit-burst 2/)
  })
  test('nobody knows how many packets a TCP connection was', () => {
    const world = router('filter -A FORWARD -m limit --limit 1/hour --limit-burst 50 -j ACCEPT', 'filter -A FORWARD -j DROP')
    const fates = traceInOrder(world, [{ send: 'a → 10.0.2.2:80' }, DNS]).map(t => t.outcomes[0]!.fate)
    assert.deepEqual(fates, ['delivered', 'unknown'])
  })
  test('later packets of a connection count, too', () =>
    assert.equal(
      trace(router('filter -A FORWARD -m limit --limit 1/hour --limit-burst 2 -j ACCEPT', 'filter -A FORWARD -j DROP'), {
        send: 'a → 10.0.2.2:80',
      }).outcomes[0]!.fate,
      'unknown',
    ))
})

describe('who sends and who waits', () => {
  for (const { says, rule, row, ends } of [
    {
      says: 'a program of root',
      rule: 'filter -A OUTPUT -m owner --uid-owner 0 -j DROP',
      row: 'r → 10.0.2.2:53 udp',
      ends: 'dropped; EPERM',
    },
    {
      says: 'no other user',
      rule: 'filter -A OUTPUT -m owner ! --uid-owner 0 -j DROP',
      row: 'r → 10.0.2.2:53 udp',
      ends: 'b sees 10.0.2.1:51412 at 10.0.2.2:53; answered',
    },
    {
      says: 'the kernel itself has no user',
      rule: 'filter -A OUTPUT -m owner ! --uid-owner 0 -j DROP',
      row: 'a → 10.0.1.1:99 udp',
      ends: 'refused; timeout',
    },
    {
      says: 'but a socket',
      rule: 'filter -A OUTPUT -m owner ! --socket-exists -j DROP',
      row: 'a → 10.0.1.1:99 udp',
      ends: 'refused; icmp 3/3 from 10.0.1.1',
    },
    {
      says: 'what passes through has no sender here',
      rule: 'mangle -A POSTROUTING -m owner --socket-exists -j DROP',
      row: 'a → 10.0.2.2:53 udp',
      ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered',
    },
    {
      says: 'a listener of every address does not count',
      rule: 'mangle -A PREROUTING -m socket -j DROP',
      row: 'a → 10.0.1.1:53 udp',
      ends: 'r sees 10.0.1.2:51412 at 10.0.1.1:53; answered',
    },
    {
      says: 'unless it is asked for',
      rule: 'mangle -A PREROUTING -m socket --nowildcard -j DROP',
      row: 'a → 10.0.1.1:53 udp',
      ends: 'dropped; timeout',
    },
    {
      says: 'the socket that waits for an answer',
      rule: 'mangle -A PREROUTING -m socket -j DROP',
      row: 'r → 10.0.2.2:53 udp',
      ends: 'b sees 10.0.2.1:51412 at 10.0.2.2:53; timeout',
    },
    {
      says: 'no socket here is transparent',
      rule: 'mangle -A PREROUTING -p udp -j TPROXY --on-port 53 --on-ip 10.0.1.1 --tproxy-mark 0x1/0x1',
      row: 'a → 10.0.2.2:53 udp',
      ends: 'dropped; timeout',
    },
    {
      says: 'the way back',
      rule: 'raw -A PREROUTING -m rpfilter --invert -j DROP',
      row: 'a → 10.0.2.2:53 udp',
      ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered',
    },
  ])
    test(`${says}: ${rule}`, () => expect(router(rule), { send: row }, ends))

  test('a packet whose answer would leave elsewhere comes the wrong way', () => {
    const world = star({
      a: { devices: { eth0: { kind: 'veth', peer: 'r/eth1', mac: '02:00:00:00:01:02', addresses: ['10.0.1.2/24', '10.9.0.1/32'] } } },
      r: { routes: ['10.9.0.0/16 dev eth2'], iptables: iptables(['raw -A PREROUTING -m rpfilter --invert -j DROP']) },
    })
    expect(world, { ...DNS, source: '10.9.0.1' }, 'dropped; timeout')
  })
})

describe('zones of connections', () => {
  const states = (zone: string) =>
    router(
      `raw -A PREROUTING -i eth1 -j CT ${zone}`,
      'filter -A FORWARD -i eth2 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      'filter -A FORWARD -i eth2 -j DROP',
    )
  test('an answer in another zone belongs to no connection', () =>
    expect(states('--zone 5'), from40000, 'b sees 10.0.1.2:40000 at 10.0.2.2:53; timeout'))
  test('a zone for one direction alone does', () => expect(states('--zone-orig 5'), from40000, DELIVERED))
  for (const [zone, listed] of [
    ['--zone 5', 5],
    ['--zone-orig 5', 0],
  ] as const)
    test(`a connection tracked with ${zone} is listed with zone=${listed}`, () =>
      assert.deepEqual(
        trace(router(`raw -A PREROUTING -j CT ${zone}`), from40000).outcomes[0]!.conntrack.r?.map(c => c.zone),
        [listed],
      ))
  test('the first rule that says how to track is the one', () =>
    expect(
      router(
        'raw -A PREROUTING -j CT --zone 5',
        'raw -A PREROUTING -j CT --notrack',
        'filter -A FORWARD -m conntrack --ctstate UNTRACKED -j DROP',
      ),
      from40000,
      DELIVERED,
    ))
})
