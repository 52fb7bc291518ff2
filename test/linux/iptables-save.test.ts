// iptables-save's text both ways: recorded dumps, random rules, what the tool normalises, and errors with their place.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { HopspecError, problemText } from '../../src/error'
import { printIptablesSave, readIptablesSave } from '../../src/linux/iptables-save'
import { readProbability } from '../../src/linux/match-read'
import type { RuleSet } from '../../src/linux/rule'
import { SEED } from '../plan'
import { ruleSet } from './arbitrary'

const PROXY_RULES = join(process.cwd(), '../shared/oracles/kube-proxy-rules')
const KERNEL = join(process.cwd(), '../shared/oracles/kernel')

/** Rules without the places they were read at. */
const bare = (rules: RuleSet): RuleSet =>
  ({
    ...rules,
    tables: rules.tables.map(t => ({ ...t, chains: t.chains.map(c => ({ ...c, rules: c.rules.map(({ place: _, ...rule }) => rule) })) })),
  }) as RuleSet

describe.skipIf(!existsSync(PROXY_RULES))(`every recorded dump of kube-proxy (skipped when ${PROXY_RULES} is absent)`, () => {
  const all = existsSync(PROXY_RULES)
    ? readdirSync(PROXY_RULES, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.save'))
    : []
  const folders = [...new Set(all.map(f => f.split('/')[0]!))].sort()
  for (const folder of folders)
    test(folder, () => {
      for (const file of all.filter(f => f.split('/')[0] === folder)) {
        const text = readFileSync(join(PROXY_RULES, file), 'utf8')
        assert.equal(printIptablesSave(readIptablesSave(text, file, /ip6|6\.save/.test(file) ? 'ipv6' : 'ipv4')), text, file)
      }
    })
  test('there are dumps', () => assert.ok(all.length > 300, `${all.length}`))
})

describe.skipIf(!existsSync(KERNEL))(`every rule set that the kernel was recorded with (skipped when ${KERNEL} is absent)`, () => {
  for (const file of existsSync(KERNEL) ? readdirSync(KERNEL).filter(f => f.endsWith('.jsonl')) : [])
    test(file, () => {
      type Space = { iptables?: string; ip6tables?: string }
      let count = 0
      for (const line of readFileSync(join(KERNEL, file), 'utf8').split('\n').filter(Boolean)) {
        const { id, network } = JSON.parse(line) as { id: string; network: { namespaces: Record<string, Space> } }
        for (const [name, space] of Object.entries(network.namespaces))
          for (const field of ['iptables', 'ip6tables'] as const) {
            const text = space[field]
            if (!text) continue
            count++
            assert.equal(printIptablesSave(readIptablesSave(text, id, field === 'iptables' ? 'ipv4' : 'ipv6')), text, `${id} ${name}`)
          }
      }
      assert.ok(count > 0 || file === 'nft.jsonl', `${file} has no rules`)
    })
})

describe('reading what was printed gives the same rules', () => {
  for (const family of ['ipv4', 'ipv6'] as const)
    test(`random rules, ${family}`, () => {
      fc.assert(
        fc.property(ruleSet(family), rules => {
          const text = printIptablesSave(rules)
          const read = readIptablesSave(text, 'dump', family)
          assert.deepEqual(bare(read), rules)
          assert.equal(printIptablesSave(read), text)
        }),
        { seed: SEED, numRuns: 200 },
      )
    })
})

/** What iptables-save prints after this line was given to iptables. */
function saved(table: string, line: string, family: 'ipv4' | 'ipv6' = 'ipv4'): string {
  const chains = [...new Set(['PREROUTING', 'POSTROUTING', 'INPUT', 'OUTPUT', 'FORWARD', /(?:-j|-g) (USER\S*)/.exec(line)?.[1] ?? 'USER'])]
  const text = `*${table}\n${chains.map(c => `:${c} ${c.startsWith('USER') ? '-' : 'ACCEPT'} [0:0]\n`).join('')}${line}\nCOMMIT\n`
  return (
    printIptablesSave(readIptablesSave(text, 'row', family))
      .split('\n')
      .find(l => l.startsWith('-A')) ?? ''
  ) // prettier-ignore
}

describe('what iptables-save makes of what was written', () => {
  const rows: readonly [says: string, table: string, written: string, printed: string][] = [
    ['--or-mark is --set-xmark', 'nat', '-j MARK --or-mark 0x4000', '-j MARK --set-xmark 0x4000/0x4000'],
    ['--xor-mark is --set-xmark without a mask', 'nat', '-j MARK --xor-mark 0x4000', '-j MARK --set-xmark 0x4000/0x0'],
    ['--and-mark is --set-xmark of the others', 'nat', '-j MARK --and-mark 0xffffbfff', '-j MARK --set-xmark 0x0/0x4000'],
    ['--set-mark sets all bits', 'nat', '-j MARK --set-mark 1', '-j MARK --set-xmark 0x1/0xffffffff'],
    ['--set-mark with a mask', 'nat', '-j MARK --set-mark 0x2/0x1', '-j MARK --set-xmark 0x2/0x3'],
    ['a host gets its /32', 'nat', '-d 10.96.0.20 -j ACCEPT', '-d 10.96.0.20/32 -j ACCEPT'],
    ['host bits are cut off', 'nat', '-s 10.244.1.7/16 -j ACCEPT', '-s 10.244.0.0/16 -j ACCEPT'],
    ['a netmask is a prefix length', 'nat', '-s 10.244.0.0/255.255.0.0 -j ACCEPT', '-s 10.244.0.0/16 -j ACCEPT'],
    ['0/0 is left out', 'nat', '-s 0.0.0.0/0 -j ACCEPT', '-j ACCEPT'],
    ['the protocol in lower case', 'nat', '-p TCP -j ACCEPT', '-p tcp -j ACCEPT'],
    ['the protocol by number', 'nat', '-p 6 -j ACCEPT', '-p tcp -j ACCEPT'],
    ['-p all is left out', 'nat', '-p all -j ACCEPT', '-j ACCEPT'],
    ['--dport loads -m tcp', 'nat', '-p tcp --dport 80 -j ACCEPT', '-p tcp -m tcp --dport 80 -j ACCEPT'],
    ['--dport loads -m udp', 'nat', '-p udp --dport 53 -j ACCEPT', '-p udp -m udp --dport 53 -j ACCEPT'],
    [
      'a --dport behind another module stays with -m tcp',
      'nat',
      '-m tcp -p tcp -d 10.0.0.1/32 -m comment --comment x --dport 80 -j ACCEPT',
      '-d 10.0.0.1/32 -p tcp -m tcp --dport 80 -m comment --comment x -j ACCEPT',
    ],
    ['a port range', 'nat', '-p tcp --sport 1024: -j ACCEPT', '-p tcp -m tcp --sport 1024:65535 -j ACCEPT'],
    ['--syn', 'filter', '-p tcp --syn -j ACCEPT', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT'],
    [
      'connection states in their own order',
      'filter',
      '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
    [
      'all states',
      'filter',
      '-m conntrack --ctstate DNAT,SNAT,UNTRACKED,ESTABLISHED,RELATED,NEW,INVALID',
      '-m conntrack --ctstate INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED,SNAT,DNAT',
    ],
    [
      'addrtype prints src before dst',
      'nat',
      '-m addrtype --dst-type LOCAL --src-type LOCAL',
      '-m addrtype --src-type LOCAL --dst-type LOCAL',
    ],
    ['REJECT says with what', 'filter', '-j REJECT', '-j REJECT --reject-with icmp-port-unreachable'],
    ['REJECT in its long words', 'filter', '-j REJECT --reject-with tcp-rst', '-j REJECT --reject-with tcp-reset'],
    ['a comment of one word is not quoted', 'nat', '-m comment --comment "web" -j ACCEPT', '-m comment --comment web -j ACCEPT'],
    ['a comment with blanks is quoted', 'nat', '-m comment --comment "a b" -j ACCEPT', '-m comment --comment "a b" -j ACCEPT'],
    [
      'the order of modules is kept',
      'nat',
      '-m mark --mark 1 -m comment --comment x -j ACCEPT',
      '-m mark --mark 0x1 -m comment --comment x -j ACCEPT',
    ],
    ['-m mark without bits that its mask lacks', 'nat', '-m mark --mark 0x4000/0x4000 -j RETURN', '-m mark --mark 0x4000/0x4000 -j RETURN'],
    ['counters before a rule are forgotten', 'nat', '-j USER', '-j USER'],
    ['MASQUERADE with ports', 'nat', '-p tcp -j MASQUERADE --to-ports 1024-65535', '-p tcp -j MASQUERADE --to-ports 1024-65535'],
    [
      'recent has its defaults',
      'nat',
      '-m recent --name L --rcheck --seconds 10800 --reap',
      '-m recent --rcheck --seconds 10800 --reap --name L --mask 255.255.255.255 --rsource',
    ],
    ['nth says its packet', 'nat', '-m statistic --mode nth --every 3', '-m statistic --mode nth --every 3 --packet 0'],
    ['NOTRACK is CT', 'raw', '-j NOTRACK', '-j CT --notrack'],
  ] // prettier-ignore
  for (const [says, table, written, printed] of rows)
    test(says, () => {
      assert.equal(saved(table, `-A USER ${written}`), `-A USER ${printed}`)
      assert.equal(saved(table, `-A USER ${printed}`), `-A USER ${printed}`, 'printed once more')
      assert.equal(saved(table, `[7:420] -A USER ${written}`), `-A USER ${printed}`, 'with counters')
    })
})

describe('probabilities of a statistic rule', () => {
  /** n, stored and printed for `%0.5f` (v1.13), stored and printed for `%0.10f`: as two kernels' tools gave them. */
  const rows: readonly [n: number, five: number, fivePrinted: string, ten: number, tenPrinted: string][] = [
    [1, 2147483648, '1.00000000000', 2147483648, '1.00000000000'],
    [2, 1073741824, '0.50000000000', 1073741824, '0.50000000000'],
    [3, 715820724, '0.33332999982', 715827883, '0.33333333349'],
    [4, 536870912, '0.25000000000', 536870912, '0.25000000000'],
    [5, 429496730, '0.20000000019', 429496730, '0.20000000019'],
    [6, 357921100, '0.16667000018', 357913941, '0.16666666651'],
    [7, 306789514, '0.14286000002', 306783378, '0.14285714272'],
    [8, 268435456, '0.12500000000', 268435456, '0.12500000000'],
    [9, 238606908, '0.11110999994', 238609294, '0.11111111101'],
    [10, 214748365, '0.10000000009', 214748365, '0.10000000009'],
    [11, 195227738, '0.09090999980', 195225786, '0.09090909082'],
    [12, 178949812, '0.08332999982', 178956971, '0.08333333349'],
    [13, 165184442, '0.07691999990', 165191050, '0.07692307699'],
    [14, 153394757, '0.07143000001', 153391689, '0.07142857136'],
    [15, 143172735, '0.06667000009', 143165577, '0.06666666688'],
    [16, 134217728, '0.06250000000', 134217728, '0.06250000000'],
    [17, 126314988, '0.05881999992', 126322568, '0.05882352963'],
    [18, 119314191, '0.05555999978', 119304647, '0.05555555550'],
    [19, 113022064, '0.05262999982', 113025455, '0.05263157887'],
    [20, 107374182, '0.04999999981', 107374182, '0.04999999981'],
  ]
  for (const [n, five, fivePrinted, ten, tenPrinted] of rows)
    for (const [digits, stored, printed] of [
      [5, five, fivePrinted],
      [10, ten, tenPrinted],
    ] as const)
      test(`1/${n} with ${digits} digits is ${stored} of 2^31 and is printed ${printed}`, () => {
        const written = (1 / n).toFixed(digits)
        assert.equal(readProbability(written), stored)
        const line = (p: string) => `-A USER -m statistic --mode random --probability ${p} -j ACCEPT`
        assert.equal(saved('nat', line(written)), line(printed))
        assert.equal(readProbability(printed), stored)
      })
})

describe("a table's own chains are there as soon as the table is named", () => {
  const printed = (text: string) => printIptablesSave(readIptablesSave(text, 'f', 'ipv4'))
  const nat = (rest: string) =>
    `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rest}COMMIT\n`
  const rows: readonly [what: string, text: string, saved: string][] = [
    ['a rule in one that no line declares', '*nat\n-A PREROUTING -p tcp -j ACCEPT\nCOMMIT\n', nat('-A PREROUTING -p tcp -j ACCEPT\n')],
    ['no line at all', '*nat\nCOMMIT\n', nat('')],
    ['one with `-` for its policy', '*nat\n:OUTPUT - [0:0]\nCOMMIT\n', nat('')],
    [
      'a policy of its own',
      '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n',
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    ],
  ]
  for (const [what, text, saved] of rows) test(what, () => assert.equal(printed(text), saved))
})

describe('what is no rule is refused, with its place', () => {
  const wrong = (lines: string): string => {
    try {
      readIptablesSave(`*nat\n:PREROUTING ACCEPT [0:0]\n:USER - [0:0]\n${lines}\nCOMMIT\n`, 'rules.save', 'ipv4')
    } catch (error) {
      if (error instanceof HopspecError) return error.problems.map(problemText).join('\n')
      throw error
    }
    return 'no error'
  }
  const rows: readonly [lines: string, error: RegExp][] = [
    ['-A USER -d 10.1 -j ACCEPT', /^rules\.save:4:12: '10\.1' is not an IPv4 address or network\./],
    ['-A USER -d fd00::1/128 -j ACCEPT', /^rules\.save:4:12: 'fd00::1\/128' is not an IPv4/],
    ['-A USER -p tcp -m tcp --dport 70000 -j ACCEPT', /^rules\.save:4:31: '70000' is not a port or range/],
    ['-A USER -p tcp --dport 90:80 -j ACCEPT', /^rules\.save:4:24: '90:80' is not a port or range/],
    ['-A USER -m statistic --mode random --probability 1.5', /^rules\.save:4:50: '1\.5' is not a probability/],
    ['-A USER --dport 80 -j ACCEPT', /^rules\.save:4:9: iptables has no option '--dport' here/],
    ['-A NOPE -j ACCEPT', /^rules\.save:4:4: table nat has no chain 'NOPE'; declare it with a line :NOPE - \[0:0\]/],
    ['-A USER -j NOPE', /^rules\.save:4: table nat has no chain or target 'NOPE'/],
    ['-A USER -s', /^rules\.save:4:\d+: the line ends where an IPv4 address or network should stand/],
    ['-I USER -j ACCEPT', /^rules\.save:4:1: hopspec reads only -A lines here/],
    ['-A USER -j REJECT --reject-with constructor', /^rules\.save:4:\d+: 'constructor' is not a REJECT type of its family/],
    ['-A USER -j REJECT --reject-with icmp6-no-route', /^rules\.save:4:\d+: 'icmp6-no-route' is not a REJECT type of its family/],
    ['-A USER -m conntrack --ctstate OLD', /^rules\.save:4:32: 'OLD' is not a list of connection states/],
    [':USER2 MAYBE [0:0]', /^rules\.save:4: ':USER2 MAYBE \[0:0\]' is not a chain line/],
    ['*squirrel', /^rules\.save:4: '\*squirrel' is not a table of iptables/],
  ]
  for (const [lines, error] of rows) test(lines, () => assert.match(wrong(lines), error))
  test('all of them at once, in the order of the text', () =>
    assert.match(
      wrong('-A USER -d 10.1\n-A USER -p nope\n-A USER -j ACCEPT\n-A NOPE -j ACCEPT'),
      /^rules\.save:4:.*\nrules\.save:5:.*\nrules\.save:7:[^\n]*$/,
    ))
  test('a rule outside a table', () =>
    assert.throws(() => readIptablesSave('-A INPUT -j ACCEPT\n', 'f', 'ipv4'), /f:1: .*stands outside a table/))
  test('a module that hopspec does not model is kept word for word', () =>
    assert.equal(
      saved('nat', '-A USER -m string --string "a b" --algo bm -j ACCEPT'),
      '-A USER -m string --string "a b" --algo bm -j ACCEPT',
    ))
})
