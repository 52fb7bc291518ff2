// JUnit, YAML and Markdown of the same run: golden files, and what must hold for any text in them.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { parse } from 'yaml'
import { junitXml } from '../../src/view/junit'
import { summaryMarkdown, summaryYaml } from '../../src/view/summary'
import { FINDING } from '../../src/view/report/probe'
import { golden } from '../golden'
import { messages } from './messages'
import { FACTS, largeRun, mixedRun } from './sample-run'

const run = messages(mixedRun)

test('JUnit has a suite per feature with file, line and failures in words', () => golden('view/junit.xml', junitXml(run, FACTS)))
test('the YAML summary', () => golden('view/summary.yaml', summaryYaml(run, FACTS)))
test('the Markdown summary', () => golden('view/summary.md', summaryMarkdown(run, FACTS)))
test('YAML reads back', () => assert.equal(parse(summaryYaml(run, FACTS)).scenarios.failed, 3))

test('ids and times of cucumber do not reach any output', () => {
  const other = messages(mixedRun, 'another-salt')
  for (const view of [junitXml, summaryYaml, summaryMarkdown]) assert.equal(view(other, FACTS), view(run, FACTS))
})

test('control characters, markup and lone surrogates cannot break the XML', () => {
  const name = 'a\u0000b <x> & "q" \ud800 ]]>'
  const xml = junitXml(
    messages([{ uri: 'f.feature', name, scenarios: [{ name, steps: [{ text: 'Then x', status: 'failed', message: name }] }] }]),
    FACTS,
  )
  assert.ok(!xml.includes('\u0000') && !xml.includes('\ud800') && !xml.includes('<x>'))
  assert.ok(xml.includes('a\ufffdb &lt;x&gt; &amp; '))
})

test('a Markdown summary of 5,000 failures stays below 1 MiB and counts the rest', () => {
  const text = summaryMarkdown(messages(largeRun(5000, 1)), FACTS)
  assert.ok(Buffer.byteLength(text) <= 1024 * 1024)
  assert.match(text, /and \d+ more; the report has all of them/)
})

test('a failed promise is told after a request that is counted apart', () => {
  const finding = { expected: 'answered', actual: 'dropped', why: null, change: null }
  const apart = { text: 'When pod "a" looks up "web"', status: 'skipped', message: 'not on the kernel: no name server' } as const
  const failed = { text: 'Then it is found', status: 'failed', message: 'expected answered', attach: { [FINDING]: finding } } as const
  const both = messages([{ uri: 'f.feature', name: 'f', scenarios: [{ name: 's', steps: [apart, failed] }] }])
  for (const text of [summaryMarkdown(both, FACTS), junitXml(both, FACTS)]) assert.match(text, /Then it is found[\s\S]*expected\s+answered/)
})
