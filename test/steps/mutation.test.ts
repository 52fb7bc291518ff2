// Every expectation of every shipped feature can break, and says the right value when it does.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { test } from 'vitest'

test('no mutation of a Then survives', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-r', 'ts-node/register', 'test/mutation.ts'], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
  assert.match(stdout, /^[1-9]\d{2,} mutations, 0 survived$/m)
}, 120_000)
