// What a run leaves behind, and what steps do with bad words: whole runs over small projects that use hopspec's own steps.
import { strict as assert } from 'node:assert'
import { beforeAll, describe, test } from 'vitest'
import { type Job, type Ran, runMany } from './run-many'

const GIVEN = 'Given 3 "web" replicas behind the NodePort service "web" on port 31298\n'
const scenario = (...steps: readonly string[]) => `Feature: f\n\n  Scenario: s\n    ${GIVEN}${steps.map(s => `    ${s}\n`).join('')}`
/** The same scenario for two rows of a table. */
const twice = (...steps: readonly string[]) =>
  `${scenario(...steps).replace('Scenario: s', 'Scenario Outline: s<n>')}\n    Examples:\n      | n |\n      | 1 |\n      | 2 |\n`
const job = (text: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Job => ({
  files: { 'features/a.feature': text },
  args,
  env,
  write: true,
})
const CURL = 'When an external client curls http://192.168.1.200:31298 3000 times'
const GOOD = scenario(
  'And the pods of deployment "web" will be:',
  '  | name  |',
  '  | web-a |',
  CURL,
  'Then each of the 3 pods answers 1/3 of the requests',
)
const BAD = scenario(CURL, 'Then each of the 3 pods answers 1/4 of the requests')

/** Words that mean nothing: each gives exit 2, the place and what to write. */
const badWords: readonly { name: string; steps: readonly string[]; says: readonly string[] }[] = [
  {
    name: 'a fraction that is none',
    steps: [CURL, 'Then each of the 3 pods answers 4/3 of the requests'],
    says: ['features/a.feature:6:5', "'4/3' is no fraction", '1/3'],
  },
  {
    name: 'a URL without a host',
    steps: ['When an external client curls http://:80', 'Then the request is answered'],
    says: ['features/a.feature:5:5', 'has no host', 'http://HOST'],
  },
  {
    name: 'a port that is none',
    steps: ['When an external client curls http://192.168.1.200:70000', 'Then the request is answered'],
    says: ['features/a.feature:5:5', '70000', '65535'],
  },
  {
    name: 'an address that is none',
    steps: ['When an external client curls http://192.168.1.200:31298', 'Then the server sees the source 10.244.0.256'],
    says: ['features/a.feature:6:5', "'10.244.0.256' is no IP address"],
  },
  {
    name: 'an address with leading zeros',
    steps: [CURL, 'Then the server sees the source 010.0.0.1'],
    says: ['features/a.feature:6:5', 'is no IP address'],
  },
  {
    name: 'a fate that is none',
    steps: [CURL, 'Then the request is delivred'],
    says: ['features/a.feature:6:5', "Did you mean 'delivered'?"],
  },
  {
    name: 'a client that does not exist',
    steps: ['When client "laptob" curls http://192.168.1.200:31298', 'Then the request is answered'],
    says: ['features/a.feature:5:5', "no external client 'laptob'"],
  },
  {
    name: 'a node that does not exist',
    steps: ['When node "workr" curls http://192.168.1.200:31298', 'Then the request is answered'],
    says: ['features/a.feature:5:5', "Did you mean 'worker'?"],
  },
  {
    name: 'a service that does not exist',
    steps: [CURL, 'Then service "wep" has no endpoints'],
    says: ['features/a.feature:6:5', "Did you mean 'web'?"],
  },
  {
    name: 'a file that does not exist',
    steps: ['And the manifests from "nosuch.yaml"', CURL, 'Then the request is answered'],
    says: ['features/a.feature:5:5', "no file 'nosuch.yaml'"],
  },
  {
    name: 'a word of a hop table that means nothing',
    steps: [CURL, 'Then the path is:', '  | step  |', '  | delivr |'],
    says: ['features/a.feature:6:5', "Did you mean 'deliver'?"],
  },
  {
    name: 'a Then about a request before any When',
    steps: ['Then the request is answered'],
    says: ['features/a.feature:5:5', 'nothing was sent yet'],
  },
  {
    name: 'a manifest with a mistake',
    steps: [
      'And the manifests:',
      '  """',
      '  apiVersion: v1',
      '  kind: Service',
      '  metadata: {nam: x}',
      '  """',
      CURL,
      'Then the request is answered',
    ],
    says: ['features/a.feature:9:', "'nam'"],
  },
]

const jobs: Readonly<Record<string, Job>> = {
  good: job(GOOD),
  again: job(GOOD),
  otherSeed: job(GOOD, ['--seed', '7']),
  stamped: job(GOOD, ['--stamp']),
  bad: job(BAD),
  github: job(BAD, [], { GITHUB_ACTIONS: 'true' }),
  ownSteps: {
    files: {
      'features/a.feature': scenario(CURL, 'Then there are 3 outcomes'),
      'steps/own.ts': `
import assert from 'node:assert/strict'
import { type TraceJson, Then } from 'hopspec'
Then('there are {int} outcomes', function (this: { probe: { trace: TraceJson } }, count: number) {
  assert.equal(this.probe.trace.outcomes.length, count)
})`,
    },
    args: [],
    write: true,
  },
  emptyTable: job(scenario(CURL, 'Then these events happened:', '  | reason |')),
  warned: job(
    twice(
      'And the cluster:',
      '  """',
      '  {apiVersion: hopspec/v1, kind: Cluster, kubernetesVersion: v1.20.0}',
      '  """',
      CURL,
      'Then the request is answered',
    ),
  ),
  empty: job(scenario(CURL)),
  out: { ...job(GOOD, ['--out', 'elsewhere']), write: false },
}
const all = [...Object.values(jobs), ...badWords.map(w => job(scenario(...w.steps)))]
let answers: readonly Ran[] = []
beforeAll(() => {
  answers = runMany(all)
}, 120_000)
const ran = (name: keyof typeof jobs): Ran => answers[Object.keys(jobs).indexOf(name as string)]!

describe('a run', () => {
  test('writes the report, JUnit, messages and both summaries', () => {
    assert.equal(ran('good').exit, 0, ran('good').stdout + ran('good').stderr)
    assert.deepEqual(Object.keys(ran('good').files).sort(), ['index.html', 'junit.xml', 'messages.ndjson', 'summary.md', 'summary.yaml'])
  })

  test('gives the same bytes in another folder', () => {
    for (const [name, text] of Object.entries(ran('good').files)) assert.equal(ran('again').files[name], text, name)
  })

  test('draws another sample with another seed, and shows the seed', () => {
    assert.equal(ran('otherSeed').exit, 0)
    assert.notEqual(ran('otherSeed').files['messages.ndjson'], ran('good').files['messages.ndjson'])
    assert.match(ran('otherSeed').files['summary.yaml']!, /^seed: 7$/m)
  })

  test('has a date only when it is asked for one', () => {
    assert.match(ran('stamped').files['index.html']!, /20\d\d-\d\d-\d\dT/)
    assert.doesNotMatch(ran('good').files['index.html']!, /20\d\d-\d\d-\d\dT/)
  })

  test('names no folder and no machine', () => {
    for (const [name, text] of Object.entries(ran('bad').files)) assert.ok(!/hopspec-run-|node:internal|\/tmp\//.test(text), name)
  })

  test('that fails says what was expected, what happened and what to write', () => {
    assert.equal(ran('bad').exit, 1)
    for (const part of ['features/a.feature:6:5', 'answers 1/4 of the requests', '715827883/2147483648 (0.33333)', 'Write 1/3'])
      assert.ok(ran('bad').stdout.includes(part), `${part}\n${ran('bad').stdout}`)
  })

  test('annotates under GitHub Actions, and only there', () => {
    assert.match(ran('github').stdout, /^::error file=features\/a\.feature,line=6,title=s::expected/m)
    assert.doesNotMatch(ran('bad').stdout, /^::error/m)
  })

  test('that tested nothing has no scenario that passed', () => {
    assert.equal(ran('empty').exit, 3)
    assert.doesNotMatch(ran('empty').files['summary.yaml']!, /passed: 1/)
    assert.match(ran('empty').files['index.html']!, /it promises nothing/)
  })

  test("takes the user's own steps in TypeScript, with the World of ours", () => {
    assert.equal(ran('ownSteps').exit, 0, ran('ownSteps').stdout + ran('ownSteps').stderr)
  })

  test('of a table without rows has compared nothing', () => {
    assert.equal(ran('emptyTable').exit, 3)
    assert.match(ran('emptyTable').stderr, /features\/a\.feature:6:5: nothing tested: 'Then these events happened:' compared nothing/)
  })

  test('keeps what was accepted with a warning in its messages', () => {
    assert.equal(ran('warned').exit, 0, ran('warned').stdout + ran('warned').stderr)
    assert.match(ran('warned').files['messages.ndjson']!, /v1\.20\.0/)
    assert.match(ran('warned').files['messages.ndjson']!, /x\.cucumber\.log\+plain/)
  })

  test('says each warning once on the console, with its place', () =>
    assert.match(ran('warned').stderr, /^warnings:\n {2}features\/a\.feature:\d+:\d+: There is no profile of v1\.20\.0; .*\n$/))

  test('says where the report is', () => assert.match(ran('out').stdout, /report: elsewhere\/index\.html/))
})

describe('a word that means nothing is exit 2, with its place and what to write', () => {
  for (const [i, { name, says }] of badWords.entries())
    test(name, () => {
      const answer = answers[Object.keys(jobs).length + i]!
      const text = answer.stdout + answer.stderr
      assert.equal(answer.exit, 2, text)
      for (const part of says) assert.ok(text.includes(part), `does not say: ${part}\n${text}`)
    })
})
