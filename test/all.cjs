// `npm test`: every check one after another, then one line with what passed and what failed. Fails when anything fails, and when nothing ran.
'use strict'
const { spawnSync } = require('node:child_process')
const { mkdtempSync, readFileSync, existsSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const root = join(__dirname, '..')
const out = mkdtempSync(join(tmpdir(), 'hopspec-test-'))
const tool = name => join(root, 'node_modules', '.bin', name)
let passed = 0
let failed = 0
let skipped = 0

/** Runs a program of ours; its output goes where ours goes. */
function run(title, command, args) {
  console.log(`\n== ${title}`)
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' } }).status
}

/** A check that passes or fails as a whole. */
function check(title, command, args) {
  if (run(title, command, args) === 0) passed++
  else {
    failed++
    console.log(`FAILED: ${title}`)
  }
}

/** Scenarios, counted one by one from the run's own summary. */
function features() {
  const status = run('features: every shipped scenario', process.execPath, ['bin/hopspec', 'run'])
  const summary = join(root, 'reports', 'summary.yaml')
  const counts = existsSync(summary) ? readFileSync(summary, 'utf8') : ''
  const count = word => Number(new RegExp(`^\\s*${word}: (\\d+)`, 'm').exec(counts)?.[1] ?? 0)
  passed += count('passed')
  failed += count('failed')
  if (status !== 0 && count('failed') === 0) failed++
}

/** vitest's tests, counted one by one. */
function units() {
  const json = join(out, 'vitest.json')
  const status = run('unit, layer, property and golden tests', process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${json}`,
  ])
  if (!existsSync(json)) {
    failed++
    return
  }
  const result = JSON.parse(readFileSync(json, 'utf8'))
  passed += result.numPassedTests
  failed += result.numFailedTests
  skipped += result.numPendingTests + result.numTodoTests
  if (status !== 0 && result.numFailedTests === 0) failed++
}

features()
check('types', tool('tsc'), ['--noEmit'])
check('style', tool('biome'), ['check', '.'])
units()
rmSync(out, { recursive: true, force: true })
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
