// docs/errors.md has one row for each error code, in the order of src/error.ts, with its sentence and an example.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { ERRORS } from '../../src/error'

const rows = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(m =>
  m.slice(1),
)

test('every error code has its row, and every row its code', () => {
  assert.deepEqual(
    rows.map(([code, what]) => [code, what]),
    Object.entries(ERRORS),
  )
})

test('every row has an example and a way out', () => {
  for (const [code, , example, fix] of rows) {
    assert.match(example!, /^`.+`$/, code)
    assert.match(fix!, /\.$/, code)
  }
})
