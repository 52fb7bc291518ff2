// The exit codes of `hopspec run`: above all the eight ways of being green on nothing, each of which must give 3 and say where.
import { strict as assert } from 'node:assert'
import { beforeAll, describe, test } from 'vitest'
import { type Job, type Ran, runMany } from './run-many'

/** Steps of a user's own project: a Given that does nothing, Thens that compare, compare nothing, are pending, skipped, broken. */
const STEPS = `
const assert = require('node:assert/strict')
const { expect } = require('chai')
const { Given, When, Then } = require('@cucumber/cucumber')
Given('all is well', () => {})
When('I look', () => {})
Then('one is {int}', n => { assert.equal(n, 1) })
Then('chai finds that one is {int}', n => { expect(n).to.equal(1) })
Then('something', () => {})
Then('later', () => 'pending')
Then('not here', () => 'skipped')
Then('it is twice there', () => {})
Then(/^it is (.*) there$/, () => {})
`
const GOOD = 'Scenario: good\n    Given all is well\n    Then one is 1\n'
const feature = (body: string) => `Feature: f\n\n  ${body}`
const job = (body: string, args: string[] = []): Job => ({ files: { 'features/a.feature': feature(body), 'steps/own.js': STEPS }, args })

interface Row {
  readonly name: string
  readonly job: Job
  readonly exit: number
  /** What stderr or stdout says, in parts. */
  readonly says: readonly string[]
}

const nothing: readonly Row[] = [
  {
    name: 'a path that matches no file',
    job: job(GOOD, ['features/b.feature']),
    exit: 3,
    says: ["no feature file at 'features/b.feature'"],
  },
  { name: 'a folder without features', job: job(GOOD, ['steps']), exit: 3, says: ["no feature file at 'steps'"] },
  { name: 'one path of two matches no file', job: job(GOOD, ['features', 'other']), exit: 3, says: ["no feature file at 'other'"] },
  { name: 'a project without a features folder', job: { files: {}, args: [] }, exit: 3, says: ["no feature file at 'features'"] },
  { name: 'a tag filter that matches nothing', job: job(GOOD, ['--tags', '@no']), exit: 3, says: ["no scenario matches --tags '@no'"] },
  { name: 'a name filter that matches nothing', job: job(GOOD, ['--name', 'bad']), exit: 3, says: ["no scenario matches --name 'bad'"] },
  { name: 'a line without a scenario', job: job(GOOD, ['features/a.feature:1']), exit: 3, says: ['no scenario matches the line'] },
  {
    name: 'Examples without rows',
    job: job('Scenario Outline: o\n    Given all is well\n    Then one is <n>\n\n    Examples:\n      | n |\n'),
    exit: 3,
    says: ['features/a.feature:7:5', "the Examples of 'o' have no rows"],
  },
  {
    name: 'Examples without a table, beside Examples with one',
    job: job('Scenario Outline: o\n    Given all is well\n    Then one is <n>\n\n    Examples:\n      | n |\n      | 1 |\n    Examples:\n'),
    exit: 3,
    says: ['features/a.feature:10:5', 'have no rows'],
  },
  {
    name: 'an outline without Examples',
    job: job('Scenario Outline: o\n    Given all is well\n    Then one is 1\n'),
    exit: 3,
    says: ['features/a.feature:3:3', 'outline without Examples'],
  },
  {
    name: 'a scenario without steps',
    job: job('Scenario: empty\n'),
    exit: 3,
    says: ['features/a.feature:3:3', "the scenario 'empty' has no steps"],
  },
  {
    name: 'a feature without scenarios',
    job: { files: { 'features/a.feature': 'Feature: f\n' }, args: [] },
    exit: 3,
    says: ['features/a.feature:1:1'],
  },
  { name: 'an empty feature file', job: { files: { 'features/a.feature': '' }, args: [] }, exit: 3, says: ['features/a.feature:1'] },
  {
    name: 'a stray line before the first step',
    job: job('Scenario: s\n    it is nice\n    Given all is well\n    Then one is 1\n'),
    exit: 3,
    says: ['features/a.feature:4:5', "'it is nice' is no step"],
  },
  {
    name: 'a mistyped first step',
    job: job('Scenario: s\n\n    Gven all is well\n    Then one is 1\n'),
    exit: 3,
    says: ['features/a.feature:5:5', "Did you mean 'Given all is well'?"],
  },
  {
    name: 'a mistyped Scenario: that swallows the rest',
    job: job('Scenaro: s\n    Given all is well\n    Then one is 2\n'),
    exit: 3,
    says: ['features/a.feature:3:3', 'features/a.feature:4:5', 'features/a.feature:5:5'],
  },
  {
    name: 'a stray line in the Background',
    job: job('Background:\n    Gven all is well\n\n  Scenario: s\n    Given all is well\n    Then one is 1\n'),
    exit: 3,
    says: ['features/a.feature:4:5'],
  },
  {
    name: 'a scenario without a Then',
    job: job('Scenario: s\n    Given all is well\n    When I look\n'),
    exit: 3,
    says: ['features/a.feature:3:3', 'has no Then'],
  },
  {
    name: 'a Then that checked nothing',
    job: job('Scenario: s\n    Given all is well\n    Then something\n    And one is 1\n'),
    exit: 3,
    says: ['features/a.feature:5:5', "'Then something' compared nothing"],
  },
  {
    name: 'a pending step',
    job: job('Scenario: s\n    Then one is 1\n    And later\n'),
    exit: 3,
    says: ['features/a.feature:5:5', 'is pending'],
  },
  {
    name: 'a skipped step',
    job: job('Scenario: s\n    Then one is 1\n    And not here\n'),
    exit: 3,
    says: ['features/a.feature:5:5', 'is skipped'],
  },
  { name: 'a dry run', job: job(GOOD, ['--dry-run']), exit: 3, says: ['nothing was tested'] },
  {
    name: 'one empty scenario among good ones',
    job: job(`${GOOD}\n  Scenario: empty\n`),
    exit: 3,
    says: ['features/a.feature:7:3', '1 passed'],
  },
]

const others: readonly Row[] = [
  { name: 'all passed', job: job(GOOD), exit: 0, says: ['1 scenario (2 steps): 1 passed', 'report: reports/index.html'] },
  { name: 'assertions of chai count', job: job('Scenario: s\n    Then chai finds that one is 1\n'), exit: 0, says: ['1 passed'] },
  { name: 'prose below Feature: is welcome', job: job(`When you read this, it is prose.\n\n  ${GOOD}`), exit: 0, says: ['1 passed'] },
  {
    name: 'a failed check',
    job: job('Scenario: s\n    Then one is 2\n'),
    exit: 1,
    says: ['FAILED s', 'features/a.feature:4:5', 'Then one is 2'],
  },
  {
    name: 'a failed check wins over nothing',
    job: job('Scenario: e\n\n  Scenario: s\n    Then one is 2\n'),
    exit: 1,
    says: ['no steps', 'FAILED s'],
  },
  {
    name: 'an undefined step, with the nearest one',
    job: job('Scenario: s\n    Given all is wel\n    Then one is 1\n'),
    exit: 2,
    says: ['features/a.feature:4:5', "no step is called 'all is wel'", "Did you mean 'all is well'?"],
  },
  { name: 'an undefined step, dry', job: job('Scenario: s\n    Then two\n', ['--dry-run']), exit: 2, says: ['features/a.feature:4:5'] },
  {
    name: 'an ambiguous step',
    job: job('Scenario: s\n    Then it is twice there\n'),
    exit: 2,
    says: ['features/a.feature:4:5', 'is 2 steps', 'steps/own.js'],
  },
  {
    name: 'no Gherkin at all',
    job: { files: { 'features/a.feature': 'hello\n' }, args: [] },
    exit: 2,
    says: ['features/a.feature:1:1', 'no Gherkin'],
  },
  { name: 'an unknown option', job: job(GOOD, ['--fast']), exit: 2, says: ['--fast', 'usage: hopspec run'] },
  { name: 'a name that is no pattern', job: job(GOOD, ['--name', '(']), exit: 2, says: ['--name (', 'regular expression'] },
  { name: 'a tag expression that is none', job: job(GOOD, ['--tags', '@a and']), exit: 2, says: ['@a and'] },
  { name: 'a mode that is not simulated yet', job: job(GOOD, ['--mode', 'ipvs']), exit: 2, says: ['--mode ipvs', 'iptables mode only'] },
  { name: 'a mode that does not exist', job: job(GOOD, ['--mode', 'ebpf']), exit: 2, says: ['no such mode'] },
  { name: 'a dataplane that does not exist', job: job(GOOD, ['--dataplane', 'fpga']), exit: 2, says: ["no dataplane 'fpga'"] },
  {
    name: 'a step file with a syntax error',
    job: { files: { 'features/a.feature': feature(GOOD), 'steps/own.js': 'Given(' }, args: [] },
    exit: 2,
    says: ['a step file cannot be loaded'],
  },
]

const rows = [...nothing, ...others]
let answers: readonly Ran[] = []
beforeAll(() => {
  answers = runMany(rows.map(r => r.job))
}, 120_000)

describe('green on nothing is exit code 3', () => {
  for (const row of nothing) test(row.name, () => expectRow(row))
})

describe('the other exit codes', () => {
  for (const row of others) test(row.name, () => expectRow(row))
})

function expectRow(row: Row): void {
  const ran = answers[rows.indexOf(row)]!
  const text = `${ran.stdout}\n${ran.stderr}`
  assert.equal(ran.exit, row.exit, text)
  for (const part of row.says) assert.ok(text.includes(part), `does not say: ${part}\n${text}`)
}
