// What the real dataplane reads and writes as text, without any kernel.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { HopspecError } from '../../src/error'
import { captureText } from '../../src/linux/packet'
import type { Network } from '../../src/linux/program'
import { readNft } from '../../src/linux/nft-ruleset'
import { networkOf } from '../../src/node/network'
import { readConntrackLine } from '../../src/real/conntrack-lines'
import { grown, readCounters } from '../../src/real/counters'
import { otherProtocol, readFrame } from '../../src/real/frame'
import { countedNft } from '../../src/real/nft-counted'
import { indexOf } from '../../src/real/numbers'
import { planOf, spacesOf } from '../../src/real/plan'
import { nftPlaces, savedPlaces } from '../../src/real/rule-counters'
import { settingPath, settingsOf } from '../../src/real/settings'
import { articleState } from '../trace/article'

const frames = [
  {
    name: 'a SYN',
    hex: '4500003c1c4640004006b1e60a0000010a000002c8d40050000000000000000050020000000000000',
    is: 'tcp 10.0.0.1:51412 > 10.0.0.2:80 ttl 64 len 60',
  },
  {
    name: 'a datagram',
    hex: '450000250000400040110000c0a801c9c0a801ca9c4100350011',
    is: 'udp 192.168.1.201:40001 > 192.168.1.202:53 ttl 64 len 37',
  },
  {
    name: 'an echo request',
    hex: '4500002500004000400100000a0000010a000002080000000007',
    is: 'icmp 8/0 10.0.0.1 > 10.0.0.2 ttl 64 len 37',
  },
  {
    name: 'a later fragment, which has no ports',
    hex: '450000980001009640110000c0a801c9c0a801ca61626364',
    is: 'fragment 192.168.1.201 > 192.168.1.202 ttl 64 len 152',
  },
  {
    name: 'an IPv6 datagram',
    hex: '600000000011113ffd000000000000000000000000000001fd0000000000000000000000000000029c4100350011',
    is: 'udp [fd00::1]:40001 > [fd00::2]:53 ttl 63 len 57',
  },
] as const

describe('a captured packet reads as a line of a capture', () => {
  for (const { name, hex, is } of frames) test(name, () => assert.equal(captureText(readFrame(hex)!), is))

  test('neighbour discovery is no traffic', () => {
    const solicitation = `6000000000203aff${'fe80'.padEnd(32, '0')}${'ff02'.padEnd(32, '0')}87000000`
    assert.equal(readFrame(solicitation), null)
  })
  test('an MTU stands in the error that says a packet is too big', () => {
    const packet = readFrame('45000038000040004001000 0c0a80101c0a8010203040000000005dc'.replace(' ', ''))
    assert.equal(packet?.protocol === 'icmp' ? packet.mtuBytes : null, 1500)
  })
})

describe('a line of connections', () => {
  test('of TCP, as /proc/net/nf_conntrack has it', () =>
    assert.deepEqual(
      readConntrackLine(
        'ipv4     2 tcp      6 432000 ESTABLISHED src=10.244.2.2 dst=10.100.77.149 sport=58354 dport=80 src=10.244.2.2 dst=10.244.2.1 sport=8080 dport=58354 [ASSURED] mark=0 zone=0 use=2',
      ),
      {
        protocol: 'tcp',
        original: '10.244.2.2:58354 -> 10.100.77.149:80',
        reply: '10.244.2.2:8080 -> 10.244.2.1:58354',
        mark: 0,
        zone: 0,
        unreplied: false,
      },
    ))
  test('of an IPv6 echo without an answer, as conntrack -L has it', () => {
    const line =
      'icmpv6   58 29 src=fd00:0000:0000:0000:0000:0000:0000:0001 dst=fd00::2 type=128 code=0 id=7 [UNREPLIED] src=fd00::2 dst=fd00::1 type=129 code=0 id=7 mark=16 use=1'
    const seen = readConntrackLine(line)
    assert.deepEqual([seen?.original, seen?.unreplied, seen?.mark], ['fd00::1 -> fd00::2 id 7', true, 16])
  })
  test('of a protocol without ports is none', () =>
    assert.equal(readConntrackLine('ipv4 2 gre 47 179 src=10.0.0.1 dst=10.0.0.2 srckey=0x0'), undefined))
})

test('only what grew is told, and twins are told apart by their place', () => {
  const saved = (first: number, second: number) =>
    `*nat\n:PREROUTING ACCEPT [${first}:60]\n[${first}:60] -A PREROUTING -j ACCEPT\n[${second}:60] -A PREROUTING -j ACCEPT\nCOMMIT\n`
  assert.deepEqual(grown(readCounters(saved(1, 1)), readCounters(saved(1, 3))), [
    { table: 'nat', text: '-A PREROUTING -j ACCEPT', packets: 2 },
  ])
})

describe('counters that do not line up are no guess', () => {
  const saved = (...lines: readonly string[]) => readCounters(`*nat\n${lines.join('\n')}\nCOMMIT\n`)
  const one = '[1:60] -A PREROUTING -j ACCEPT'
  test('of more rules than before', () => assert.throws(() => grown(saved(one), saved(one, one)), /of other rules than before/))
  test('of another chain', () =>
    assert.throws(() => grown(saved(one), saved('[2:60] -A OUTPUT -j ACCEPT')), /of other rules than before: nat -A OUTPUT/))
  test('of a rule whose text the kernel writes anew is the same rule', () =>
    assert.deepEqual(
      grown(saved('[1:60] -A OUTPUT -m quota --quota 9 -j ACCEPT'), saved('[3:60] -A OUTPUT -m quota --quota 7 -j ACCEPT')).map(
        c => c.packets,
      ),
      [2],
    ))
})

describe('packets of other protocols', () => {
  const rows = [
    { name: 'GRE is named', hex: '4500001400000000402f00000a0000010a000002', is: 47 },
    { name: 'IGMP belongs to the link', hex: '4500001400000000400200000a0000010a000002', is: undefined },
    { name: 'UDP is read', hex: '4500001400000000401100000a0000010a000002', is: undefined },
    { name: 'MLD belongs to the link', hex: `6000000000000001${'fd00'.padEnd(32, '0')}${'ff02'.padEnd(32, '0')}`, is: undefined },
  ]
  for (const { name, hex, is } of rows) test(name, () => assert.equal(otherProtocol(hex), is))
})

describe('a plan', () => {
  const pods = (n: number): Network => {
    const veth = (i: number) => ({ kind: 'veth', peer: `pod${i}/eth0` })
    const node = Object.fromEntries(Array.from({ length: n }, (_, i) => [`veth${i}`, veth(i)]))
    const pod = (i: number) => ({ devices: { eth0: { kind: 'veth', peer: `node/veth${i}` } } })
    const all = Object.fromEntries(Array.from({ length: n }, (_, i) => [`pod${i}`, pod(i)]))
    const text = JSON.stringify({ apiVersion: 'hopspec/v1', kind: 'Network', namespaces: { node: { devices: node }, ...all } })
    return readNetwork(readDocuments([{ name: 'network.yaml', text }]).documents[0]!)
  }
  test('gives 600 pods of one node, and their other ends, a number of their own each', () => {
    const network = pods(600)
    const { cables } = planOf(network, spacesOf(network, network.names), 'hopspec-x')
    const numbers = cables.flatMap(l => [...l.text.matchAll(/ index (\d+)/g)].map(m => m[1]!))
    assert.equal(numbers.length, 1200)
    assert.equal(new Set(numbers).size, 1200)
  })
  test('gives the cards of two machines other numbers than anything else', () => {
    const [a, b] = [1, 2].map(space => Array.from({ length: 600 }, (_, at) => indexOf(space, at))) as [number[], number[]]
    assert.equal(new Set([...a, ...b]).size, 1200)
  })
  test('refuses a veth whose other end is not built', () => {
    const network = pods(1)
    assert.throws(
      () => planOf(network, spacesOf(network, ['namespace/node']), 'hopspec-x'),
      (e: Error) =>
        e instanceof HopspecError && /namespace\/node veth0: its other end, eth0 of .*pod0, is not among what is built/.test(e.message),
    )
  })
  test('leaves out Linux’ own policy rules, and only those', () => {
    const network = readNetwork(
      readDocuments([
        {
          name: 'network.yaml',
          text: JSON.stringify({
            apiVersion: 'hopspec/v1',
            kind: 'Network',
            namespaces: {
              a: {
                devices: { lo: { kind: 'loopback' } },
                policyRules: [
                  'pref 0 from all lookup local',
                  'pref 32766 from 10.0.0.1 lookup main',
                  'pref 32766 from all lookup main',
                  'pref 32767 from all lookup default',
                ],
              },
            },
          }),
        },
      ]).documents[0]!,
    )
    const { rules } = planOf(network, spacesOf(network, network.names), 'hopspec-x')
    assert.deepEqual(
      [...rules.ipv4.values()].flat().map(l => l.text),
      ['rule add priority 32766 from 10.0.0.1 lookup main'],
    )
  })
})

describe('nftables rules get a counter', () => {
  const text =
    'table ip t {\n\tchain c {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tip daddr 10.0.0.9 tcp dport 80 dnat to 10.0.0.2:8080\n\t\tudp dport 53\n\t}\n}\n'
  const rules = readNft(text, 'rules.nft')

  test('where their effect begins', () => {
    assert.match(countedNft(rules), /tcp dport 80 counter dnat to 10\.0\.0\.2:8080/)
    assert.match(countedNft(rules), /udp dport 53 counter/)
  })
  test('and are told without it, by their place in the chain', () => {
    const { lines, at, sizes } = nftPlaces(rules)
    assert.deepEqual(lines[at.get('ip t c 0')!], { table: 'ip t', text: 'ip daddr 10.0.0.9 tcp dport 80 dnat to 10.0.0.2:8080' })
    assert.deepEqual(lines[at.get('ip t c 1')!], { table: 'ip t', text: 'udp dport 53' })
    assert.deepEqual([...sizes], [['ip t c', 2]])
  })
})

test('what iptables-save prints has a place for each rule and each policy', () => {
  const { lines, at, sizes } = savedPlaces(
    '*nat\n:PREROUTING ACCEPT [0:0]\n:A - [0:0]\n[0:0] -A PREROUTING -j A\n[0:0] -A A -j ACCEPT\n[0:0] -A PREROUTING -j ACCEPT\nCOMMIT\n',
  )
  assert.deepEqual(lines[at.get('nat PREROUTING 1')!], { table: 'nat', text: '-A PREROUTING -j ACCEPT' })
  assert.deepEqual(lines[at.get('nat PREROUTING policy')!], { table: 'nat', text: 'policy PREROUTING ACCEPT' })
  assert.deepEqual(
    [...sizes],
    [
      ['nat PREROUTING', 2],
      ['nat A', 1],
    ],
  )
})

describe('the plan of a network', () => {
  const network = networkOf(articleState())
  const spaces = spacesOf(network, network.names)
  const plan = planOf(network, spaces, 'hopspec-x')
  const lines = [...plan.cables, ...[...plan.own.values()].flat(), ...[...plan.fdb.values()].flat()]

  test('is the same twice', () => assert.deepEqual(planOf(network, spaces, 'hopspec-x'), plan))
  test('lays every cable once', () => {
    const ends = plan.cables.flatMap(l => [...l.text.matchAll(/name (\S+) index \d+.*? netns (\S+)/g)].map(m => `${m[2]} ${m[1]}`))
    assert.equal(new Set(ends).size, ends.length)
  })
  test('numbers no two devices alike', () => {
    const numbers = lines.flatMap(l => [...l.text.matchAll(/ index (\d+)/g)].map(m => m[1]))
    assert.equal(new Set(numbers).size, numbers.length)
  })
  test('adds neighbours before the routes that need them', () => {
    const own = plan.own.get(1)!.map(l => l.text)
    assert.ok(own.findIndex(t => t.startsWith('neighbour ')) < own.findIndex(t => t.startsWith('route add 10.244.1.0/24')))
  })
  test('leaves the routes to the kernel that it makes itself', () =>
    assert.deepEqual(
      plan.own.get(1)!.filter(l => / proto kernel/.test(l.text)),
      [],
    ))
  test('says whose every line is', () => assert.ok(lines.every(l => l.of !== '')))
})

describe('settings', () => {
  test('of a device with a dot in its name', () =>
    assert.equal(settingPath('net.ipv4.conf.flannel.1.rp_filter'), 'net/ipv4/conf/flannel.1/rp_filter'))
  test('are written in the order that the kernel needs', () => {
    const sysctls = {
      'net.ipv4.conf.eth0.rp_filter': 1,
      'net.ipv4.conf.all.rp_filter': 1,
      'net.ipv4.ip_forward': 1,
      'net.netfilter.nf_conntrack_max': 9,
    }
    assert.deepEqual(settingsOf({ ...spacesOf(networkOf(articleState()), ['node/master'])[0]!.program, sysctls }), {
      beforeDevices: ['net/ipv4/ip_forward=1', 'net/ipv4/conf/all/rp_filter=1'],
      afterDevices: ['net/ipv4/conf/eth0/rp_filter=1'],
      afterRules: ['net/netfilter/nf_conntrack_max=9'],
    })
  })
})
