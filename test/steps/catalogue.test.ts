// docs/steps.md is what `hopspec steps` prints: every step has its row, and the other way round.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'

test('docs/steps.md is the output of hopspec steps', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/hopspec', 'steps'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.equal(readFileSync('docs/steps.md', 'utf8'), stdout, 'docs/steps.md is stale: run `bin/hopspec steps > docs/steps.md`')
})

test('every shipped step is used by a shipped feature, or waits for its room', () => {
  const steps = readFileSync('docs/steps.md', 'utf8').split('\n- `').slice(1)
  const idle = steps.filter(s => !s.includes('```gherkin')).map(s => s.split('`')[0]!)
  assert.deepEqual(
    idle.filter(s => !WITHOUT_FEATURE.has(s)),
    [],
  )
})

/** A Then that any misspelt word meets: a shipped feature that uses it would hold less than it seems to. Its words are held by test/verify. */
const WITHOUT_FEATURE = new Set(['its output does not contain {string}'])
