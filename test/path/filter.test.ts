// What rules that say no do, where they stand, and what the client sees of it.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, star, walk } from './flows'

const router = (...lines: readonly string[]) => star({ r: { iptables: iptables(lines) } })

describe('REJECT in a router', () => {
  for (const [word, tcp, udp] of [
    ['icmp-port-unreachable', 'icmp 3/3 from 10.0.1.1', 'icmp 3/3 from 10.0.1.1'],
    ['icmp-net-unreachable', 'icmp 3/0 from 10.0.1.1', 'icmp 3/0 from 10.0.1.1'],
    ['icmp-host-unreachable', 'icmp 3/1 from 10.0.1.1', 'icmp 3/1 from 10.0.1.1'],
    ['icmp-proto-unreachable', 'icmp 3/2 from 10.0.1.1', 'icmp 3/2 from 10.0.1.1'],
    ['icmp-net-prohibited', 'icmp 3/9 from 10.0.1.1', 'icmp 3/9 from 10.0.1.1'],
    ['icmp-host-prohibited', 'icmp 3/10 from 10.0.1.1', 'icmp 3/10 from 10.0.1.1'],
    ['icmp-admin-prohibited', 'icmp 3/13 from 10.0.1.1', 'icmp 3/13 from 10.0.1.1'],
  ] as const)
    test(word, () => {
      const world = router(`filter -A FORWARD -j REJECT --reject-with ${word}`)
      expect(world, { send: 'a → 10.0.2.2:80' }, `rejected; ${tcp}`)
      expect(world, { send: 'a → 10.0.2.2:53 udp' }, `rejected; ${udp}`)
    })
  test('tcp-reset', () =>
    expect(router('filter -A FORWARD -p tcp -j REJECT --reject-with tcp-reset'), { send: 'a → 10.0.2.2:80' }, 'rejected; refused'))
  test('the trace names the rule', () => {
    const o = walk(router('filter -A FORWARD -p tcp -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable'), {
      send: 'a → 10.0.2.2:80',
    })
    assert.match(o.decidedBy ?? '', /filter: -A FORWARD -p tcp -m tcp --dport 80 -j REJECT/)
  })
  test('a rejected packet of a DNATed connection is told from the virtual address', () =>
    expect(
      router(
        'nat -A PREROUTING -d 10.96.0.20/32 -p tcp -j DNAT --to-destination 10.0.2.2',
        'filter -A FORWARD -j REJECT --reject-with icmp-port-unreachable',
      ),
      { send: 'a → 10.96.0.20:80' },
      'rejected; icmp 3/3 from 10.96.0.20',
    ))
  test('the error itself can be dropped in OUTPUT', () =>
    expect(router('filter -A FORWARD -j REJECT', 'filter -A OUTPUT -p icmp -j DROP'), { send: 'a → 10.0.2.2:80' }, 'rejected; timeout'))
})

describe('DROP by the place it stands at', () => {
  for (const { where, from, tcp, udp } of [
    { where: 'raw -A PREROUTING', from: 'a', tcp: 'dropped; timeout', udp: 'dropped; timeout' },
    { where: 'mangle -A FORWARD', from: 'a', tcp: 'dropped; timeout', udp: 'dropped; timeout' },
    { where: 'filter -A FORWARD', from: 'a', tcp: 'dropped; timeout', udp: 'dropped; timeout' },
    { where: 'mangle -A POSTROUTING', from: 'a', tcp: 'dropped; timeout', udp: 'dropped; timeout' },
    { where: 'filter -A OUTPUT', from: 'r', tcp: 'dropped; timeout', udp: 'dropped; EPERM' },
    { where: 'mangle -A OUTPUT', from: 'r', tcp: 'dropped; timeout', udp: 'dropped; EPERM' },
    { where: 'raw -A OUTPUT', from: 'r', tcp: 'dropped; timeout', udp: 'dropped; EPERM' },
    { where: 'mangle -A POSTROUTING', from: 'r', tcp: 'dropped; timeout', udp: 'dropped; EPERM' },
  ])
    test(`${where}, sent by ${from}`, () => {
      const world = router(`${where} -j DROP`)
      expect(world, { send: `${from} → 10.0.2.2:80` }, tcp)
      expect(world, { send: `${from} → 10.0.2.2:53 udp` }, udp)
    })
  test('INPUT of a packet to oneself: the sender is told nothing', () => {
    const world = star({ r: { iptables: iptables(['filter -A INPUT -j DROP']), listeners: [{ protocol: 'udp', port: 53 }] } })
    expect(world, { send: 'r → 10.0.1.1:53 udp' }, 'dropped; timeout')
    expect(world, { send: 'r → 10.0.1.1 icmp' }, 'dropped; timeout')
  })
  test('PREROUTING of a packet to oneself: the sender is told nothing', () => {
    const world = star({ r: { iptables: iptables(['raw -A PREROUTING -i lo -j DROP']) } })
    expect(world, { send: 'r → 10.0.1.1 icmp' }, 'dropped; timeout')
  })
  test('the policy of a chain', () => {
    const world = star({
      r: {
        iptables: iptables(['filter -A FORWARD -d 10.0.2.0/24 -j ACCEPT', 'filter -A FORWARD -s 10.0.2.0/24 -j ACCEPT'], {
          'filter FORWARD': 'DROP',
        }),
      },
    })
    expect(world, { send: 'a → 10.0.2.2:80' }, 'b sees 10.0.1.2:51412 at 10.0.2.2:80; answered')
    expect(world, { send: 'a → 10.0.3.2:80' }, 'dropped; timeout')
  })
})

describe("REJECT in the sender's own OUTPUT", () => {
  for (const [word, tcp] of [
    ['icmp-port-unreachable', 'ECONNREFUSED'],
    ['icmp-net-unreachable', 'ENETUNREACH'],
    ['icmp-host-unreachable', 'EHOSTUNREACH'],
    ['icmp-proto-unreachable', 'ENOPROTOOPT'],
    ['icmp-net-prohibited', 'ENETUNREACH'],
    ['icmp-host-prohibited', 'EHOSTUNREACH'],
    ['icmp-admin-prohibited', 'EHOSTUNREACH'],
  ] as const)
    test(word, () => {
      const world = router(`filter -A OUTPUT -d 10.0.2.2/32 -j REJECT --reject-with ${word}`)
      const o = walk(world, { send: 'r → 10.0.2.2:80' })
      if (tcp === 'ECONNREFUSED') assert.deepEqual([o.fate, o.client.result], ['rejected', 'refused'])
      else assert.deepEqual([o.fate, o.client.errno], ['rejected', tcp])
      expect(world, { send: 'r → 10.0.2.2:53 udp' }, 'rejected; EPERM')
    })
})

describe('matches', () => {
  /** Whether a rule of these words in r's FORWARD (or the hook named) drops the packet from a. */
  const drops = (match: string, send = 'a → 10.0.2.2:80', hook = 'FORWARD'): boolean => {
    const table = hook === 'PREROUTING' || hook === 'POSTROUTING' ? 'mangle' : 'filter'
    const o = walk(router(`${table} -A ${hook} ${match} -j DROP`), { send })
    if (o.fate !== 'dropped' && o.fate !== 'delivered' && o.fate !== 'refused') throw new Error(`${o.fate}: ${o.decidedBy}`)
    return o.fate === 'dropped'
  }
  const rows: readonly [match: string, holds: boolean, send?: string, hook?: string][] = [
    ['-s 10.0.1.0/24', true],
    ['! -s 10.0.1.0/24', false],
    ['-i eth1', true],
    ['-i eth+', true],
    ['! -i eth1', false],
    ['-o eth2', true],
    ['-o eth1', false],
    ['-p tcp', true],
    ['-p udp', false],
    ['! -p udp', true],
    ['-p tcp -m tcp --dport 80', true],
    ['-p tcp -m tcp --dport 79:81', true],
    ['-p tcp -m tcp ! --dport 80', false],
    ['-p tcp -m tcp --dport 1024:', false],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN', true],
    ['-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK', false],
    ['-p tcp -m multiport --dports 79,80,81', true],
    ['-p tcp -m multiport ! --dports 79,80', false],
    ['-p tcp -m multiport --sports 80', false],
    ['-p tcp -m multiport --ports 51412', true],
    ['-m conntrack --ctstate NEW', true],
    ['-m conntrack --ctstate RELATED,ESTABLISHED', false],
    ['-m conntrack ! --ctstate INVALID', true],
    ['-m state --state NEW', true],
    ['-m mark --mark 0x0/0x4000', true],
    ['-m mark --mark 0x4000/0x4000', false],
    ['-m mark ! --mark 0x4000/0x4000', true],
    ['-m addrtype --dst-type LOCAL', false],
    ['-m addrtype --dst-type UNICAST', true],
    ['-m addrtype ! --dst-type LOCAL', true],
    ['-m addrtype --dst-type LOCAL', true, 'a → 10.0.2.1:80', 'INPUT'],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', false, 'a → 10.0.2.1:80', 'INPUT'],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', true, 'a → 10.0.1.1:80', 'INPUT'],
    ['-m addrtype --dst-type UNICAST --limit-iface-in', true, 'a → 10.0.2.1:80', 'PREROUTING'],
    ['-m addrtype --src-type LOCAL --limit-iface-out', false, 'a → 10.0.2.2:80', 'POSTROUTING'],
    ['-p icmp -m icmp --icmp-type 8', true, 'a → 10.0.2.2 icmp'],
    ['-p icmp -m icmp --icmp-type 8/1', false, 'a → 10.0.2.2 icmp'],
    ['-p icmp -m icmp --icmp-type any', true, 'a → 10.0.2.2 icmp'],
    ['-p icmp -m icmp ! --icmp-type 8', false, 'a → 10.0.2.2 icmp'],
    ['-m physdev --physdev-is-bridged', false],
    ['-m statistic --mode random --probability 1', true],
    ['-m statistic --mode nth --every 2 --packet 0', true],
    ['-m statistic --mode nth --every 2 --packet 1', false],
    ['-m recent --name L --set', true],
    ['-m recent --name L --rcheck', false],
    ['-m comment --comment "a b"', true],
  ]
  for (const [match, holds, send, hook] of rows)
    test(`${match} ${holds ? 'holds' : 'does not hold'} for ${send ?? 'a → 10.0.2.2:80'}${hook ? ` in ${hook}` : ''}`, () =>
      assert.equal(drops(match, send, hook), holds))
})

describe('chains', () => {
  const world = router(
    'filter -A FORWARD -j USER',
    'filter -A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT',
    'filter -A FORWARD -j DROP',
    'filter -A USER -p tcp -m tcp --dport 80 -j RETURN',
    'filter -A USER -p tcp -m tcp --dport 8080 -g LAST',
    'filter -A USER -p tcp -m tcp --dport 8080 -j DROP',
    'filter -A LAST -s 10.0.1.0/24 -p tcp -m tcp --dport 8080 -m comment --comment "goes back to FORWARD, not to USER"',
  )
  const visited = (send: string) => walk(world, { send }).hops.flatMap(h => h.steps.flatMap(s => (s.kind === 'rule' ? [s.chain] : [])))
  test('RETURN goes back to the rule after the jump', () => assert.deepEqual(visited('a → 10.0.2.2:80'), ['FORWARD', 'USER', 'FORWARD']))
  test('goto does not come back to the chain it left', () =>
    assert.deepEqual(visited('a → 10.0.2.2:8080'), ['FORWARD', 'USER', 'LAST', 'FORWARD']))
})

describe('what hopspec does not model', () => {
  const line = '-A FORWARD -p tcp -m string --string hello --algo bm -j DROP'
  const world = router('filter -A FORWARD -d 10.0.3.0/24 -j ACCEPT', `filter ${line}`)
  test('ends as unknown, and the trace names the line', () => {
    const o = walk(world, { send: 'a → 10.0.2.2:80' })
    assert.equal(o.fate, 'unknown')
    assert.ok(o.decidedBy?.includes(line) && o.decidedBy.includes('does not model -m string'), o.decidedBy ?? '')
  })
  test('stands in nobody’s way who never reaches it', () => {
    expect(world, { send: 'a → 10.0.3.2:80' }, 'c sees 10.0.1.2:51412 at 10.0.3.2:80; timeout')
    assert.equal(walk(world, { send: 'a → 10.0.2.2:53 udp' }).fate, 'delivered')
  })
  test('a target too', () =>
    assert.equal(walk(router('mangle -A FORWARD -j NFQUEUE --queue-num 1'), { send: 'a → 10.0.2.2:80' }).fate, 'unknown'))
  test('but for one that only labels or accounts', () =>
    assert.equal(walk(router('mangle -A FORWARD -j CLASSIFY --set-class 1:1'), { send: 'a → 10.0.2.2:80' }).fate, 'delivered'))
})
