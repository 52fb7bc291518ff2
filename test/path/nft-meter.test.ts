// nftables' limits, quotas, counts of connections and hashes, as measured on Linux 6.18.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import { printNft, readNft } from '../../src/linux/nft-ruleset'
import { jhash } from '../../src/path/jhash'
import { star, trace, traceInOrder } from './flows'

const SETS = 'set d { type ipv4_addr; size 128; flags dynamic; }'
const forward = (rules: string) => `table ip t {\n${SETS}\nchain f { type filter hook forward priority filter;\n${rules}\n}\n}\n`
/** Of 10.0.1.2 with the seed 0xdeadbeef: the kernel takes 5 of 8 by it. */
const HASH = 3061596793
const DNS = { send: 'a → 10.0.2.2:53 udp', sourcePort: 40000 }
const ends = (rules: string) => {
  const o = trace(star({ r: { nftables: forward(rules) } }), DNS).outcomes[0]!
  return `${o.fate}; ${o.client.result}`
}

describe('what is counted', () => {
  for (const { says, rules, ending } of [
    { says: 'a limit lets its burst pass', rules: 'limit rate 1/hour burst 2 packets accept\ndrop', ending: 'delivered; answered' },
    {
      says: 'a limit of bytes lets its rate and its burst pass',
      rules: 'limit rate 1 bytes/hour burst 300 bytes accept\ndrop',
      ending: 'delivered; answered',
    },
    { says: 'nothing is over a limit of bytes at first', rules: 'limit rate over 300 bytes/hour drop', ending: 'delivered; answered' },
    { says: 'nothing is over a limit at first', rules: 'limit rate over 1/hour burst 2 packets drop', ending: 'delivered; answered' },
    { says: 'a quota smaller than the packet', rules: 'quota 36 bytes accept\ndrop', ending: 'dropped; timeout' },
    { says: 'a quota as great as both packets', rules: 'quota 67 bytes accept\ndrop', ending: 'delivered; answered' },
    { says: 'what is over a quota', rules: 'quota over 36 bytes drop', ending: 'dropped; timeout' },
    { says: 'no more connections than one', rules: 'ct count 1 accept\ndrop', ending: 'delivered; answered' },
    { says: 'more connections than none', rules: 'ct count over 0 drop', ending: 'dropped; timeout' },
    {
      says: 'each element has a limit of its own',
      rules: 'add @d { ip saddr limit rate over 1/hour burst 1 packets } drop',
      ending: 'delivered; answered',
    },
    { says: 'an element with too many connections', rules: 'add @d { ip saddr ct count over 0 } drop', ending: 'dropped; timeout' },
  ])
    test(`${says}: ${rules.replace('\n', '; ')}`, () => assert.equal(ends(rules), ending))

  test('what depends on the time between packets is unknown', () => {
    const world = star({ r: { nftables: forward('limit rate 1/hour burst 2 packets accept\ndrop') } })
    assert.deepEqual(
      traceInOrder(world, [DNS, DNS]).map(t => t.outcomes[0]!.fate),
      ['delivered', 'unknown'],
    )
    assert.match(JSON.stringify(traceInOrder(world, [DNS, DNS])[1]), /the time between packets: limit rate 1\/hour burst 2 packets/)
  })
})

describe('hashes', () => {
  test('are those of the kernel', () => {
    const a = parseIp('10.0.1.2') as number
    const bytes = [24, 16, 8, 0].map(by => (a >>> by) & 255)
    assert.equal(jhash(bytes, 0xdeadbeef), HASH)
  })
  test('choose the same for the same address', () => {
    const marks = ends(
      `meta mark set jhash ip saddr mod 8 seed 0xdeadbeef\nip saddr 10.0.1.2 meta mark != ${Math.floor((HASH * 8) / 2 ** 32)} drop`,
    )
    assert.equal(marks, 'delivered; answered')
  })
  test('without a seed are unknown', () => assert.equal(ends('meta mark set jhash ip saddr mod 8'), 'unknown; timeout'))
})

test('programs are root, and what passes through is nobody', () => {
  const nftables =
    'table ip t {\nchain o { type filter hook output priority filter;\nmeta skuid 0 meta l4proto udp drop\n}\nchain f { type filter hook postrouting priority filter;\nmeta skuid 0 drop\n}\n}\n'
  const world = star({ r: { nftables } })
  const said = (send: string) => trace(world, { send }).outcomes[0]!.fate
  assert.deepEqual([said('r → 10.0.2.2:53 udp'), said('a → 10.0.2.2:53 udp')], ['dropped', 'delivered'])
})

test('are printed as nft lists them', () => {
  const lines = [
    'limit rate 10/second accept',
    'limit rate over 10/minute burst 7 packets drop',
    'limit rate 10 kbytes/second accept',
    'limit rate over 2 mbytes/minute burst 1500 bytes drop',
    'quota 1000 bytes accept',
    'quota over 25 mbytes drop',
    'ct count over 2 drop',
    'add @d { ip saddr limit rate 10/second burst 3 packets } accept',
    'update @d { ip saddr ct count over 1 } drop',
    'meta mark set jhash ip saddr . ip daddr mod 7 seed 0xdeadbeef offset 100',
    'meta skuid 1-5 drop',
    'ct original zone 3 accept',
  ]
  const printed = printNft(readNft(forward(lines.join('\n')), 'rules'))
  assert.deepEqual(
    printed
      .split('\n')
      .filter(l => lines.includes(l.trim()))
      .map(l => l.trim()),
    lines,
  )
})
