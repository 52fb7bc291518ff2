// ipset's text both ways, and what a set holds.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import { HopspecError } from '../../src/error'
import { printIpsets, readIpsets, setHolds, type Shown } from '../../src/linux/ipset'

const KERNEL = '../shared/oracles/kernel'

test.skipIf(!existsSync(KERNEL))('every recorded set prints as it was read (skipped without the recordings)', () => {
  let texts = 0
  for (const file of readdirSync(KERNEL).filter(f => f.endsWith('.jsonl')))
    for (const line of readFileSync(`${KERNEL}/${file}`, 'utf8').split('\n').filter(Boolean))
      for (const space of Object.values(
        (JSON.parse(line) as { network: { namespaces: Record<string, { ipset?: string }> } }).network.namespaces,
      )) {
        if (!space.ipset) continue
        assert.equal(printIpsets(readIpsets(space.ipset, file)), space.ipset)
        texts++
      }
  assert.ok(texts > 10)
})

const at = (text: string): Shown => ({ ip: parseIp(text) })
const udp = (port: number): Shown => ({ protocol: 'udp', port })

describe('what a set holds', () => {
  const rows: { says: string; set: string; shown: Shown[]; holds: 'yes' | 'no' | 'nomatch' }[] = [
    { says: 'a host', set: 'create S hash:ip family inet\nadd S 10.0.0.1', shown: [at('10.0.0.1')], holds: 'yes' },
    { says: 'not its neighbour', set: 'create S hash:ip family inet\nadd S 10.0.0.1', shown: [at('10.0.0.2')], holds: 'no' },
    {
      says: 'the whole net where a netmask cuts',
      set: 'create S hash:ip family inet netmask 24\nadd S 10.0.0.1',
      shown: [at('10.0.0.77')],
      holds: 'yes',
    },
    { says: 'a network', set: 'create S hash:net family inet\nadd S 10.0.0.0/8', shown: [at('10.9.9.9')], holds: 'yes' },
    {
      says: 'the longest network decides',
      set: 'create S hash:net family inet\nadd S 10.0.0.0/8\nadd S 10.1.0.0/16 nomatch',
      shown: [at('10.1.2.3')],
      holds: 'nomatch',
    },
    {
      says: 'address and port together',
      set: 'create S hash:ip,port family inet\nadd S 10.0.0.1,udp:53',
      shown: [at('10.0.0.1'), udp(53)],
      holds: 'yes',
    },
    {
      says: 'not another port',
      set: 'create S hash:ip,port family inet\nadd S 10.0.0.1,udp:53',
      shown: [at('10.0.0.1'), udp(54)],
      holds: 'no',
    },
    { says: 'a port of any protocol', set: 'create S bitmap:port range 0-65535\nadd S 50-60', shown: [udp(53)], holds: 'yes' },
    {
      says: 'a network by its device',
      set: 'create S hash:net,iface family inet\nadd S 10.0.0.0/8,eth0',
      shown: [at('10.1.1.1'), { device: 'eth0' }],
      holds: 'yes',
    },
    {
      says: 'not by another device',
      set: 'create S hash:net,iface family inet\nadd S 10.0.0.0/8,eth0',
      shown: [at('10.1.1.1'), { device: 'eth1' }],
      holds: 'no',
    },
    {
      says: 'only the longest network is asked for its device',
      set: 'create S hash:net,iface family inet\nadd S 10.0.0.0/8,eth0\nadd S 10.1.1.1,eth2',
      shown: [at('10.1.1.1'), { device: 'eth0' }],
      holds: 'no',
    },
    { says: 'not another family', set: 'create S hash:net family inet\nadd S 0.0.0.0/1', shown: [at('fd00::1')], holds: 'no' },
  ]
  for (const { says, set, shown, holds } of rows) test(says, () => assert.equal(setHolds(readIpsets(set, 'sets')[0]!, shown), holds))
})

test('a member with a timeout is forgotten when it has passed, one with none stays', () => {
  const set = readIpsets('create S hash:ip family inet timeout 60\nadd S 10.0.0.1\nadd S 10.0.0.2 timeout 0', 'sets')[0]!
  assert.deepEqual(
    [59, 60].flatMap(now => ['10.0.0.1', '10.0.0.2'].map(ip => setHolds(set, [at(ip)], now))),
    ['yes', 'yes', 'no', 'yes'],
  )
})

test('what members carry beside their parts is printed as ipset saves it', () => {
  const text = [
    'create A hash:net,iface family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12',
    'add A 10.0.1.0/24,eth1 timeout 0 nomatch packets 0 bytes 0',
    'add A 10.0.0.0/24,eth0 timeout 299 packets 0 bytes 0 comment "a b"',
    'create B bitmap:port range 30000-32767',
    'add B 30080',
    'create C hash:ip family inet hashsize 1024 maxelem 65536 counters skbinfo bucketsize 12',
    'add C 10.0.0.9 packets 0 bytes 0 skbmark 0x11',
    '',
  ].join('\n')
  assert.equal(printIpsets(readIpsets(text, 'sets')), text)
})

describe('what is refused, with its line', () => {
  const rows = [
    { says: 'a type that is not modelled', text: 'create S hash:mac', error: "sets:1: hopspec does not model sets of type 'hash:mac'." },
    {
      says: 'an option that is not modelled',
      text: 'create S hash:ip family inet bitmask 255.255.0.255',
      error: "sets:1: hopspec does not model the option 'bitmask' of set 'S'.",
    },
    {
      says: 'a member of no set',
      text: 'create S hash:ip family inet\nadd T 10.0.0.1',
      error: "sets:2: there is no set 'T'; create it first.",
    },
    {
      says: 'a member of the wrong family',
      text: 'create S hash:ip family inet\nadd S fd00::1',
      error: "sets:2: 'fd00::1' is not a member of a set of type hash:ip.",
    },
  ]
  for (const { says, text, error } of rows)
    test(says, () =>
      assert.throws(
        () => readIpsets(text, 'sets'),
        (e: unknown) => e instanceof HopspecError && e.message === error,
      ),
    )
})
