// What rules remember from one connection to the next: nth counts, recent lists. And a packet that two routers pass to each other.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, star, trace, traceInOrder, walk } from './flows'

const to = (ip: string) => `-j DNAT --to-destination ${ip}:80`
const servers = ['10.0.1.2', '10.0.2.2', '10.0.3.2']
/** Connections of a, each from its own port, to a service of the router with these rules. */
const answers = (rules: readonly string[], times: number) =>
  traceInOrder(
    star({ r: { iptables: iptables(rules) } }),
    Array.from({ length: times }, (_, i) => ({ send: 'b → 10.96.0.20:80', sourcePort: 40000 + i })),
  ).map(t => t.outcomes[0]!.destination.replace(/:80$/, ''))

describe('statistic nth', () => {
  test('every 3 then every 2 is round robin', () => {
    const rules = [
      `nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m statistic --mode nth --every 3 --packet 0 ${to(servers[0]!)}`,
      `nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m statistic --mode nth --every 2 --packet 0 ${to(servers[1]!)}`,
      `nat -A PREROUTING -d 10.96.0.20/32 -p tcp ${to(servers[2]!)}`,
      'nat -A POSTROUTING -j MASQUERADE',
    ]
    assert.deepEqual(
      answers(rules, 7),
      [0, 1, 2, 0, 1, 2, 0].map(i => servers[i]),
    )
  })
  test('every 4, packet 2 is the third and the seventh', () => {
    const rules = [
      `nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m statistic --mode nth --every 4 --packet 2 ${to(servers[0]!)}`,
      `nat -A PREROUTING -d 10.96.0.20/32 -p tcp ${to(servers[2]!)}`,
      'nat -A POSTROUTING -j MASQUERADE',
    ]
    assert.deepEqual(
      answers(rules, 8).flatMap((a, i) => (a === servers[0] ? [i + 1] : [])),
      [3, 7],
    )
  })
})

describe('recent', () => {
  test('a client comes back to the server it was given first, as sessionAffinity has it', () => {
    const rules = [
      'nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m recent --name A --rcheck --seconds 10800 --reap -j SEP-A',
      'nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m recent --name C --rcheck --seconds 10800 --reap -j SEP-C',
      'nat -A PREROUTING -d 10.96.0.20/32 -p tcp -m statistic --mode nth --every 2 --packet 1 -j SEP-A',
      'nat -A PREROUTING -d 10.96.0.20/32 -p tcp -j SEP-C',
      `nat -A SEP-A -p tcp -m recent --name A --set ${to(servers[0]!)}`,
      `nat -A SEP-C -p tcp -m recent --name C --set ${to(servers[2]!)}`,
      'nat -A POSTROUTING -j MASQUERADE',
    ]
    assert.deepEqual(answers(rules, 4), [servers[2], servers[2], servers[2], servers[2]])
  })
  test('--remove forgets', () => {
    const rules = [
      'filter -A FORWARD -s 10.0.2.2/32 -m recent --name L --rcheck -j DROP',
      'filter -A FORWARD -s 10.0.2.2/32 -m recent --name L --set',
      'filter -A FORWARD -d 10.0.3.2/32 -m recent --name L --remove',
    ]
    const world = star({ r: { iptables: iptables(rules) } })
    const fates = traceInOrder(world, [{ send: 'b → 10.0.1.2:80' }, { send: 'b → 10.0.1.2:80', sourcePort: 2 }]).map(
      t => t.outcomes[0]!.fate,
    )
    assert.deepEqual(fates, ['delivered', 'dropped'])
    const forgotten = traceInOrder(world, [{ send: 'b → 10.0.3.2:80' }, { send: 'b → 10.0.1.2:80', sourcePort: 2 }]).map(
      t => t.outcomes[0]!.fate,
    )
    assert.deepEqual(forgotten, ['delivered', 'delivered'])
  })
  test('a flow that is traced alone remembers nothing', () => {
    const world = star({
      r: { iptables: iptables(['filter -A FORWARD -m recent --name L --rcheck -j DROP', 'filter -A FORWARD -m recent --name L --set']) },
    })
    for (const _ of [1, 2]) assert.equal(trace(world, { send: 'b → 10.0.3.2:53 udp' }).outcomes[0]!.fate, 'delivered')
  })
})

describe('two routers that pass a packet to each other', () => {
  const world = star({ r: { routes: ['10.50.0.0/16 via 10.0.3.2'] }, c: { sysctls: { 'net.ipv4.ip_forward': 1 } } })
  test('its TTL ends it', () => expect(world, { send: 'a → 10.50.0.1:80' }, 'ttl-exceeded; icmp 11/0 from 10.0.3.2'))
  test('after as many hops as the TTL has', () => {
    const o = walk(world, { send: 'a → 10.50.0.1:80', ttl: 6 })
    assert.deepEqual(
      o.hops.map(h => h.in.replace('namespace/', '')),
      ['a', 'r', 'c', 'r', 'c', 'r', 'c'],
    )
  })
})
