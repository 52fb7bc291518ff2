// The real iptables-restore takes our random rules, and the real iptables-save prints them as we do: in a network namespace of its own.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { SEED } from '../plan'
import { ruleSet } from './arbitrary'

/** Runs a shell command in a network namespace that ends with it. */
const alone = (command: string, input: string) => spawnSync('unshare', ['-n', 'sh', '-c', command], { input, encoding: 'utf8' })

/** The legacy back end: the newer one compiles some matches to nft and prints what it made of them (`! --sport 0:9`). */
const able = alone('iptables-legacy-restore --test', '*filter\nCOMMIT\n').status === 0

/** The line of our text that the tool's complaint names. */
const lineNamed = (complaint: string, text: string): string => text.split('\n')[Number(/line:? (\d+)/.exec(complaint)?.[1] ?? 0) - 1] ?? ''

/** The first line that the two print differently. */
function firstDifference(theirs: string, ours: string): { theirs: string | undefined; ours: string | undefined } | null {
  const [a, b] = [theirs.split('\n'), ours.split('\n')]
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find(i => a[i] !== b[i])
  return at === undefined ? null : { theirs: a[at], ours: b[at] }
}

describe.skipIf(!able)(
  `the real iptables${able ? '' : ' (skipped: no iptables-legacy-restore here, or no right to a network namespace)'}`,
  () => {
    for (const [family, tool] of [
      ['ipv4', 'iptables-legacy'],
      ['ipv6', 'ip6tables-legacy'],
    ] as const)
      test(`${tool}-save prints random rules as we do`, { timeout: 120_000 }, () => {
        const samples = fc.sample(ruleSet(family, 3), { seed: SEED, numRuns: 25 })
        for (const [i, rules] of samples.entries()) {
          const text = printIptablesSave(rules)
          const save = rules.tables.map(t => `${tool}-save -t ${t.name}`).join(' && ')
          const run = alone(`${tool}-restore && { ${save}; } | grep -v '^#' | sed '/^:/s/\\[[0-9:]*\\]/[0:0]/'`, text)
          assert.equal(run.stderr, '', `sample ${i}: ${lineNamed(run.stderr, text)}`)
          assert.deepEqual(firstDifference(run.stdout, text), null, `sample ${i}`)
        }
      })
  },
)
