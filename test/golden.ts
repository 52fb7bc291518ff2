// Golden files: the text a test expects, one file each, in the repository.
// If a test fails here, run it with UPDATE=1 and read the diff; commit it only if you can say why every line changed.
import { strict as assert } from 'node:assert'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Compares with test/golden/FILE. */
export function golden(file: string, actual: string): void {
  const path = `test/golden/${file}`
  if (process.env.UPDATE) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, actual)
  }
  assert.ok(existsSync(path), `${path} does not exist; write it with UPDATE=1`)
  assert.equal(actual, readFileSync(path, 'utf8'), `${path} differs; see test/golden.ts`)
}
