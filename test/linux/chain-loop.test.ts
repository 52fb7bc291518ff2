// Rule sets in which a packet would go round for ever are refused, as the kernel refuses them.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { HopspecError } from '../../src/error'
import { chainLoop } from '../../src/linux/chain-loop'
import { readIptablesSave } from '../../src/linux/iptables-save'
import { readNft } from '../../src/linux/nft-ruleset'

const refusal = (read: () => unknown): readonly string[] => {
  try {
    read()
    return []
  } catch (error) {
    assert.ok(error instanceof HopspecError)
    return error.problems.map(p => `${p.place?.line ?? ''} ${p.message}`)
  }
}

const iptables = (...rules: readonly string[]) =>
  refusal(() =>
    readIptablesSave(['*filter', ':INPUT ACCEPT [0:0]', ':A - [0:0]', ':B - [0:0]', ...rules, 'COMMIT', ''].join('\n'), 'rules', 'ipv4'),
  )
const nft = (...lines: readonly string[]) =>
  refusal(() =>
    readNft(
      ['table ip t {', 'chain in {', 'type filter hook input priority 0; policy accept;', 'jump a', '}', ...lines, '}', ''].join('\n'),
      'rules',
    ),
  )

describe('iptables', () => {
  test('a chain that jumps to itself', () =>
    assert.deepEqual(iptables('-A INPUT -j A', '-A A -p tcp -j A'), [
      '6 table filter leads a packet in a circle, which the kernel refuses: A -> A.',
    ]))
  test('a circle of two, by a goto', () =>
    assert.deepEqual(iptables('-A INPUT -j A', '-A A -j B', '-A B -g A'), [
      '7 table filter leads a packet in a circle, which the kernel refuses: A -> B -> A.',
    ]))
  test('a circle that no packet can enter is let be, as the kernel does', () => assert.deepEqual(iptables('-A A -j B', '-A B -j A'), []))
  test('one chain by two ways is no circle', () => assert.deepEqual(iptables('-A INPUT -j A', '-A INPUT -j B', '-A A -j B'), []))
})

describe('nftables', () => {
  test('a goto to the chain itself', () =>
    assert.deepEqual(nft('chain a {', 'goto a', '}'), ['7 table ip t leads a packet in a circle, which the kernel refuses: a -> a.']))
  test('a circle by the elements of a verdict map', () =>
    assert.deepEqual(
      nft(
        'map m {',
        'type inet_service : verdict',
        'elements = { 80 : jump b }',
        '}',
        'chain a {',
        'tcp dport vmap @m',
        '}',
        'chain b {',
        'jump a',
        '}',
      ),
      ['14 table ip t leads a packet in a circle, which the kernel refuses: a -> b -> a.'],
    ))
  test('a map to two chains is no circle', () =>
    assert.deepEqual(
      nft('chain a {', 'tcp dport vmap { 80 : jump b, 81 : jump c }', '}', 'chain b {', 'jump c', '}', 'chain c {', 'accept', '}'),
      [],
    ))
})

test('a long row of chains is looked through without a stack', () => {
  const next = (name: string) => (Number(name) < 100_000 ? [{ to: String(Number(name) + 1), by: null }] : [])
  assert.equal(chainLoop(['0'], next), undefined)
})
