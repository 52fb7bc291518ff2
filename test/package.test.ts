// The package as a user gets it: packed, put into an empty project beside its dependencies, run with features and steps of the user's own.
// No network: the dependencies are those of this checkout, linked.
import { strict as assert } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'

let project = ''
const write = (path: string, text: string) => {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), text)
}
const hopspec = (...args: string[]) =>
  spawnSync(process.execPath, [join(project, 'node_modules/hopspec/bin/hopspec'), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: project },
  })

/** Links every package of ours, so that those that the package asks for are found. */
function linkPackages(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name.startsWith('.') || name === 'hopspec') continue
    if (name.startsWith('@')) {
      mkdirSync(join(to, name), { recursive: true })
      linkPackages(join(from, name), join(to, name))
    } else if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name))
  }
}

const FEATURE = `Feature: A project of one's own

  Scenario: ours and theirs
    Given 2 "web" replicas behind the NodePort service "web" on port 30080
    When node "worker" curls http://192.168.1.201:30080
    Then each of the 2 pods answers 1/2 of the requests
    And the answer is 42
    And the other answer is 43
`

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'hopspec-package-'))
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).replace(/^[^[]*/, ''),
  ) as [{ filename: string }]
  const home = join(project, 'node_modules', 'hopspec')
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, packed.filename), '-C', home, '--strip-components=1'])
  const run = Object.keys(
    (JSON.parse(execFileSync('cat', [join(home, 'package.json')], { encoding: 'utf8' })) as { dependencies: object }).dependencies,
  )
  assert.ok(run.length > 0)
  linkPackages(resolve('node_modules'), join(project, 'node_modules'))
  for (const dev of ['typescript', 'ts-node', 'vitest', '@swc/core', '@biomejs/biome'])
    rmSync(join(project, 'node_modules', dev), { recursive: true, force: true })
}, 300_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('the packed package in an empty project', () => {
  test('has no sources, only compiled files with types', () => {
    const home = join(project, 'node_modules', 'hopspec')
    assert.deepEqual(
      readdirSync(home).filter(name => ['src', 'steps', 'test', 'node_modules'].includes(name)),
      [],
    )
    assert.ok(existsSync(join(home, 'dist/src/index.d.ts')))
  })

  test("runs the user's features with steps in JavaScript and TypeScript beside ours, and writes the report", () => {
    write('features/own.feature', FEATURE)
    write(
      'steps/own.js',
      "const { Then } = require('hopspec')\nconst { expect } = require('chai')\nThen('the answer is {int}', function (n) { expect(n).to.equal(42) })\n",
    )
    write(
      'steps/other.ts',
      "import { Then } from 'hopspec'\nimport { strict as assert } from 'node:assert'\nThen('the other answer is {int}', (n: number): void => { assert.equal(n, 43) })\n",
    )
    const run = hopspec('run')
    assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`)
    assert.match(run.stdout, /1 scenario \(5 steps\): 1 passed/)
    assert.ok(existsSync(join(project, 'reports/index.html')))
  })

  test('a failing step of the user turns the run red', () => {
    write('features/own.feature', FEATURE.replace('answer is 42', 'answer is 41'))
    const run = hopspec('run')
    assert.equal(run.status, 1, run.stdout)
  })

  test('traces from the command line', () => {
    const run = hopspec('trace', '--from', 'node/worker', '--to', 'service/default/kubernetes:443')
    assert.equal(run.status, 0, run.stderr)
    assert.match(run.stdout, /= delivered to node\/control-plane/)
  })
})
