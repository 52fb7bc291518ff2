// What the operating system refuses is told in one line, with exit code 2.
import { strict as assert } from 'node:assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { main } from '../../src/cli'
import { systemIo } from '../../src/cli/system-io'
import { systemRefusal } from '../../src/cli/system-error'

const folder = mkdtempSync(join(tmpdir(), 'hopspec-refusal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'file')
writeFileSync(file, '')

const ran = async (...argv: readonly string[]) => {
  let said = ''
  const exit = await main(argv, { ...systemIo(), stdout: () => undefined, stderr: text => void (said += text) })
  return { exit, said }
}

test('a folder that cannot be made', async () => {
  const { exit, said } = await ran('rules', '--node', 'worker', '-o', 'texts', '--out', join(file, 'inside'))
  assert.equal(exit, 2)
  assert.equal(said, `hopspec: ${join(file, 'inside')} cannot be made: a part of the path is no folder.\n`)
})

test('a folder in the place of a file', async () => {
  const { exit, said } = await ran('rules', '--node', 'worker', '-o', 'texts', '--out', file)
  assert.equal(exit, 2)
  assert.equal(said, `hopspec: ${file} cannot be made: something else has that name.\n`)
})

test('a file without rights', () => {
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path: 'a.yaml' })
  assert.equal(systemRefusal(refused), 'a.yaml cannot be opened: permission denied.')
})

test('other errors stay what they are', () => assert.equal(systemRefusal(new TypeError('x is not a function')), undefined))
