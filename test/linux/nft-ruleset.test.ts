// nftables' text both ways: recorded dumps, kube-proxy's transactions, what nft normalises, what the real nft prints, and errors with their place.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { HopspecError, problemText } from '../../src/error'
import type { NftRuleSet } from '../../src/linux/nft-rules'
import { printNft, readNft } from '../../src/linux/nft-ruleset'
import { nftRuleText } from '../../src/linux/nft-statement'
import { goldenRules, normalised } from './nft-samples'

const ORACLES = join(process.cwd(), '../shared/oracles')

/** Rules without the places they were read at. */
const bare = (rules: NftRuleSet): NftRuleSet =>
  JSON.parse(JSON.stringify(rules, (key, value) => (key === 'place' ? undefined : typeof value === 'bigint' ? `${value}n` : value)))

/** Every recorded text of `nft list ruleset`, by a name. */
function recorded(): readonly (readonly [string, string])[] {
  const kernel = readdirSync(join(ORACLES, 'kernel')).filter(f => f.endsWith('.jsonl'))
  const networks = kernel.flatMap(f =>
    readFileSync(join(ORACLES, 'kernel', f), 'utf8')
      .split('\n')
      .filter(Boolean),
  )
  return [
    ...networks.flatMap(line => {
      const { id, network } = JSON.parse(line) as { id: string; network: { namespaces: Record<string, { nftables?: string }> } }
      return Object.entries(network.namespaces).flatMap(([name, { nftables }]) => (nftables ? [[`${id} ${name}`, nftables] as const] : []))
    }),
    ...['kube-proxy-rules', 'pod-network'].flatMap(folder =>
      readdirSync(join(ORACLES, folder), { recursive: true, encoding: 'utf8' })
        .filter(f => f.endsWith('.ruleset'))
        .map(f => [f, readFileSync(join(ORACLES, folder, f), 'utf8')] as const),
    ),
  ]
}

describe.skipIf(!existsSync(ORACLES))(`recorded rule sets (skipped when ${ORACLES} is absent)`, () => {
  test('every dump is printed as it was', () => {
    const texts = recorded()
    for (const [name, text] of texts) {
      const rules = readNft(text, name)
      assert.equal(printNft(rules).trimEnd(), text.trimEnd(), name)
      assert.deepEqual(bare(readNft(printNft(rules), name)), bare(rules), name)
    }
    assert.ok(texts.length > 190, `${texts.length}`)
  })

  test("kube-proxy's transactions make the rule sets that nft lists afterwards", () => {
    const folder = join(ORACLES, 'kube-proxy-rules')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(f => /(?:^|\/)nftables6?\.transaction$/.test(f))
    for (const file of files) {
      const ruleset = join(folder, file.replace('.transaction', '.ruleset'))
      if (existsSync(ruleset))
        assert.equal(printNft(readNft(readFileSync(join(folder, file), 'utf8'), file)), readFileSync(ruleset, 'utf8'), file)
    }
    assert.ok(files.length > 140, `${files.length}`)
  })
})

describe('what nft makes of a rule', () => {
  for (const [family, written, printed] of normalised)
    test(`${family}: ${written}`, () => {
      const { tables } = readNft(`table ${family} t {\n chain z { }\n chain c {\n  ${written}\n }\n}\n`, 'rules.nft')
      assert.equal(nftRuleText(tables[0]!.chains[1]!.rules[0]!), printed)
    })
})

const able = spawnSync('unshare', ['-n', 'nft', '--version'], { encoding: 'utf8' }).stdout?.includes('v1.0.6') === true
describe.skipIf(!able)(`the real nft 1.0.6${able ? '' : ' (skipped: it is not here, or there is no right to a network namespace)'}`, () => {
  const alone = (input: string) => spawnSync('unshare', ['-n', 'sh', '-c', 'nft -f - && nft list ruleset'], { input, encoding: 'utf8' })
  test('prints the sample as we do', () => {
    const run = alone(goldenRules)
    assert.equal(run.stderr, '')
    assert.equal(run.stdout, printNft(readNft(goldenRules, 'sample.nft')))
  })
  for (const family of ['ip', 'ip6', 'inet'] as const)
    test(`prints every normalised rule of an ${family} table as the tables of this test say`, () => {
      const rows = normalised.filter(([f]) => f === family)
      const run = alone(
        `table ${family} t {\n chain z { }\n chain c {\n type nat hook prerouting priority dstnat;\n${rows.map(([, written]) => `${written}\n`).join('')} }\n}\n`,
      )
      assert.equal(run.stderr, '')
      const lines = run.stdout.split('\n').map(l => l.trim().replace(/counter packets \d+ bytes \d+ /, ''))
      for (const [, written, printed] of rows) assert.ok(lines.includes(printed), `${written} is printed otherwise:\n${run.stdout}`)
    })
})

describe('mistakes are named with their place', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['table ip t {\n\tchain c {\n\t\tip sadr 10.0.0.1 accept\n\t}\n}', "rules.nft:3:3: ip has no field 'sadr'; it has saddr, daddr,"],
    ['table ip t {\n\tchain c {\n\t\tdestroy\n\t}\n}', "rules.nft:3:3: nft has no statement 'destroy'."],
    [
      'table ip t {\n\tchain c {\n\t\tip saddr 10.0.0.300 accept\n\t}\n}',
      "rules.nft:3:12: '10.0.0.300' is not a value of the type ipv4_addr.",
    ],
    ['table ip t {\n\tchain c {\n\t\ttcp dport 80 jump d\n\t}\n}', "rules.nft:3:3: table ip t has no chain 'd'."],
    ['table ip t {\n\tchain c {\n\t\tip saddr @s drop\n\t}\n}', "rules.nft:3:3: table ip t has no set 's'."],
    [
      'table ip t {\n\tchain c {\n\t\ttype filter hook ingress priority 0;\n\t}\n}',
      "rules.nft:3:20: 'ingress' is not a hook that hopspec models",
    ],
    ['table bridge t {\n}', 'rules.nft:1:7: hopspec does not model tables of the family bridge.'],
    ['table inet t {\n\tchain fwd {\n\t}\n}', "rules.nft:2:8: 'fwd' is a word of nft's own language and cannot name a chain;"],
    ['add table ip log', "rules.nft:1:14: 'log' is a word of nft's own language and cannot name a table;"],
    ['table ip t {\n\tset mark {\n\t\ttype mark\n\t}\n}', "rules.nft:2:6: 'mark' is a word of nft's own language and cannot name a set;"],
    ['add table t\nadd chain t drop', "rules.nft:2:13: 'drop' is a word of nft's own language and cannot name a chain;"],
    ['define x = 1', "rules.nft:1:1: hopspec does not model 'define' here."],
    ['add rule ip t c accept', 'rules.nft:1:1: there is no table ip t; write add table ip t.'],
    ['table ip t {\n\tchain c {\n\t\tlog prefix "x\n\t}\n}', 'rules.nft:3:14: a quote is opened here and never closed.'],
    ['table ip t {\n\tchain c {\n\t\taccept\n', 'rules.nft:3:9: the chain c is not closed'],
  ]
  for (const [text, message] of rows)
    test(message, () => {
      try {
        readNft(text, 'rules.nft')
      } catch (error) {
        assert.ok(error instanceof HopspecError)
        return assert.ok(error.problems.map(problemText).join('\n').startsWith(message), error.problems.map(problemText).join('\n'))
      }
      assert.fail('it was read')
    })
  test('all mistakes of a text are told at once', () => {
    assert.throws(
      () => readNft('table ip t {\n chain c {\n  ip saddr x\n  tcp dport y\n }\n}\n', 'rules.nft'),
      (error: HopspecError) => error.problems.length === 2,
    )
  })
})
