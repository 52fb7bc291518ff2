// Hop tables: which steps they speak of, what a cell may leave out, and which row is named as the first that differs.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { hopRows } from '../../src/verify/hop-rows'
import { type CellTable, pathIs, unknownWords } from '../../src/verify/hop-table'
import { answered, hop, packet } from './traces'

const before = packet('10.244.1.9:51412', '10.96.0.20:80')
const after = packet('10.244.1.9:51412', '10.244.2.2:8080')
const forwarded = packet('10.244.1.9:51412', '10.244.2.2:8080', 63)
const rule = {
  kind: 'rule',
  family: 'ip',
  table: 'nat',
  hook: 'PREROUTING',
  says: null,
  because: 'service default/web',
  place: null,
} as const

const way = hopRows({
  ...answered('web', '1'),
  hops: [
    hop('pod/default/client', 'node01', [
      { kind: 'send', packet: before },
      { kind: 'transmit', device: 'eth0', packet: before },
    ]),
    hop('node/node01', 'node01', [
      { kind: 'receive', device: 'veth1', packet: before },
      { ...rule, chain: 'KUBE-SERVICES', rule: '-A KUBE-SERVICES -d 10.96.0.20/32 -j KUBE-SVC-A', packet: before },
      { ...rule, chain: 'KUBE-SVC-A', rule: '-A KUBE-SVC-A -j DNAT --to-destination 10.244.2.2:8080', packet: before },
      { kind: 'dnat', before: '10.96.0.20:80', after: '10.244.2.2:8080', by: 'rule', packet: after },
      { kind: 'route', device: 'flannel.1', gateway: '10.244.2.0', source: null, local: false, route: null, packet: after },
      {
        kind: 'encapsulate',
        device: 'flannel.1',
        protocol: 'udp',
        tunnel: 'vxlan',
        outer: '192.168.1.201:4000 -> 192.168.1.202:8472',
        packet: forwarded,
      },
      { kind: 'transmit', device: 'eth0', packet: forwarded },
    ]),
    hop('pod/default/web', 'node02', [{ kind: 'deliver', listener: 'tcp 8080', packet: forwarded }]),
  ],
})

const table = (head: string, ...rows: readonly string[]): CellTable => {
  const cells = (line: string) => line.split('|').map(c => c.trim())
  return { head: cells(head), rows: rows.map(cells) }
}

const rows: readonly { name: string; table: CellTable; why: RegExp | null }[] = [
  {
    name: 'all steps of the kinds that it names',
    table: table('node | step', 'node01 | send', 'node01 | dnat', 'node02 | deliver'),
    why: null,
  },
  { name: 'a port may be left out', table: table('step | destination', 'dnat | 10.244.2.2'), why: null },
  {
    name: "the tunnel's own port may be left out",
    table: table('step | outer', 'encapsulate | 192.168.1.201 -> 192.168.1.202:8472'),
    why: null,
  },
  { name: 'a place may leave out its kind', table: table('in | step', 'client | send', 'web | deliver'), why: null },
  { name: 'an empty cell says nothing', table: table('node | step | ttl', ' | send | 64'), why: null },
  { name: 'any steps between', table: table('node | step', 'node01 | send', '… | ', 'node02 | deliver'), why: null },
  { name: 'any steps at the end', table: table('in | device', 'client | eth0', '… | '), why: null },
  { name: 'chains alone', table: table('chain', 'KUBE-SERVICES', 'KUBE-SVC-A'), why: null },
  { name: 'a part of a rule', table: table('chain | rule', 'KUBE-SERVICES | -d 10.96.0.20/32', 'KUBE-SVC-A | -j DNAT'), why: null },
  { name: 'the hook that a packet enters', table: table('node | step', 'node01 | prerouting', 'node02 | deliver'), why: null },
  { name: 'one row for each place without a step column', table: table('in | ttl', 'client | 64', 'node01 | 63', 'web | 63'), why: null },
  { name: 'another node', table: table('node | step', 'node01 | send', 'node02 | dnat'), why: /row 2 differs: node is node01, not node02/ },
  { name: 'another ttl', table: table('step | ttl', 'encapsulate | 62'), why: /row 1 differs: ttl is 63, not 62/ },
  { name: 'a row too few', table: table('chain', 'KUBE-SERVICES'), why: /row 2 differs: the path goes on with chain KUBE-SVC-A/ },
  { name: 'a row too many', table: table('chain', 'KUBE-SERVICES', 'KUBE-SVC-A', 'KUBE-SEP-A'), why: /row 3 differs: the path has ended/ },
  { name: 'a row that never comes', table: table('chain', '…', 'KUBE-SEP-A'), why: /row 2 differs: no later step is like it/ },
  { name: 'another kind of step', table: table('node | step', 'node01 | snat'), why: /row 1 differs: the path has ended/ },
]

describe('a hop table', () => {
  for (const row of rows)
    test(row.name, () => {
      const found = pathIs(row.table, way)
      assert.equal(found.met, row.why === null, found.why ?? '')
      if (row.why !== null) assert.match(found.why!, row.why)
    })

  test('a failed comparison shows both tables with the same head', () => {
    const { hops } = pathIs(table('node | step', 'node02 | send'), way)
    assert.deepEqual(hops, {
      expected: [
        ['node', 'step'],
        ['node02', 'send'],
      ],
      actual: [
        ['node', 'step'],
        ['node01', 'send'],
      ],
      first: 0,
    })
  })

  test('words that mean nothing are named', () => {
    const unknown = unknownWords(table('node | port | step', 'a | 1 | send', 'a | 1 | dnatt'))
    assert.deepEqual(
      unknown.map(u => u.word),
      ['port', 'dnatt'],
    )
  })
})
