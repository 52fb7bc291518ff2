// The messages of the real cucumber-js: a small project is run, and read.
import { strict as assert } from 'node:assert'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadConfiguration, runCucumber } from '@cucumber/cucumber/api'
import type { Envelope } from '@cucumber/messages'
import { expect, test } from 'vitest'
import { readRun } from '../../src/view/read-run'
import { renderReport } from '../../src/view/report/render'
import { FINDING } from '../../src/view/report/probe'
import { FACTS } from './sample-run'

const FEATURE = `@KC-001
Feature: Real messages
  What cucumber-js says.

  Background:
    Given a cluster

  Scenario Outline: <who> answers
    When "<who>" is asked 3 times
    Then it answers
      | a | b |

    Examples:
      | who   |
      | web-1 |

  Scenario: unknown
    Given nobody wrote this

  Rule: no answer
    Scenario: nobody answers
      Then it fails
      And it answers
`
const STEPS = `const { Given, When, Then } = require('@cucumber/cucumber')
Given('a cluster', function () {})
When('{string} is asked {int} times', function (who, times) {})
Then('it answers', function (table) { this.log('said hello') })
Then('it fails', async function () {
  await this.attach(JSON.stringify({ expected: 'an answer', actual: 'none', why: null, change: null }), '${FINDING}')
  throw new Error('no answer')
})
`

async function run(): Promise<readonly Envelope[]> {
  const cwd = mkdtempSync(join(tmpdir(), 'hopspec-cucumber-'))
  try {
    mkdirSync(join(cwd, 'features'))
    mkdirSync(join(cwd, 'steps'))
    symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'))
    writeFileSync(join(cwd, 'features/real.feature'), FEATURE)
    writeFileSync(join(cwd, 'steps/steps.cjs'), STEPS)
    const environment = { cwd, env: {}, stdout: { write: () => true } as never, stderr: { write: () => true } as never }
    const { runConfiguration } = await loadConfiguration(
      { file: false, provided: { paths: ['features/*.feature'], require: ['steps/*.cjs'], publish: false } },
      environment,
    )
    const envelopes: Envelope[] = []
    await runCucumber(runConfiguration, environment, envelope => envelopes.push(structuredClone(envelope)))
    return envelopes
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

test('cucumber-js’ own messages become a run; two runs give one report', async () => {
  const envelopes = await run()
  const [feature] = readRun(envelopes).features
  expect(feature).toMatchObject({ uri: 'features/real.feature', line: 2, name: 'Real messages', description: 'What cucumber-js says.' })
  expect(feature!.scenarios.map(s => [s.anchor, s.name, s.status, s.rule])).toEqual([
    ['features/real.feature:8:15', 'web-1 answers', 'passed', null],
    ['features/real.feature:17', 'unknown', 'undefined', null],
    ['features/real.feature:21', 'nobody answers', 'failed', 'no answer'],
  ])
  const [answers, , fails] = feature!.scenarios
  expect(answers!.tags).toEqual(['@KC-001'])
  expect(answers!.example).toEqual([{ name: 'who', value: 'web-1' }])
  expect(answers!.steps.map(step => [step.keyword, step.background])).toEqual([
    ['Given ', true],
    ['When ', false],
    ['Then ', false],
  ])
  expect(answers!.steps[1]!.text).toEqual([
    { text: '"web-1"', value: true },
    { text: ' is asked ', value: false },
    { text: '3', value: true },
    { text: ' times', value: false },
  ])
  expect(answers!.steps[2]!).toMatchObject({ rows: [['a', 'b']] })
  expect(fails!.steps.find(step => step.status === 'failed')).toMatchObject({ message: 'no answer', attached: [{ kind: 'finding' }] })
  const report = renderReport(envelopes, FACTS)
  assert.ok(!report.includes(tmpdir()), 'a folder of the machine is in the report')
  assert.equal(renderReport(await run(), FACTS), report)
})
