// What the report shows of a run on two dataplanes: the badge of each scenario, what was counted apart, both ways where they part.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { kernelText } from '../../../src/cli/run-console'
import { readRun } from '../../../src/view/read-run'
import type { KernelJson } from '../../../src/view/report/probe'
import { renderReport } from '../../../src/view/report/render'
import { kernelPanel } from '../../../src/view/report/kernel-view'
import { junitXml } from '../../../src/view/junit'
import { scenariosOf } from '../../../src/view/run'
import { kernelCounts } from '../../../src/view/kernel-verdict'
import { summaryMarkdown, summaryYaml } from '../../../src/view/summary'
import { messages } from '../messages'
import { FACTS, kernelRun, probe, withKernel } from '../sample-run'

const facts = { ...FACTS, dataplane: 'both' as const }
const run = messages(kernelRun())
const page = renderReport(run, facts)

describe('the report of a run on both dataplanes', () => {
  const badges = [...page.matchAll(/class="scenario" data-s="\w+" data-k="([\w ]+)"/g)].map(m => m[1])
  test('gives every scenario the kernel’s verdict', () => assert.deepEqual(badges, ['agrees', 'differs', 'apart', 'nothing sent']))
  test('lists what was counted apart, with its reason', () =>
    assert.match(page, /Counted apart, never as passed.*this kernel has no SCTP.*<a href="#/s))
  test('draws both ways of a difference, with the place marked where they part', () => {
    const panel = kernelPanel(withKernel(probe(), 'differs')).html
    const [, simulator = '', kernel = ''] = /<figcaption>simulator(.*)<figcaption>kernel(.*)<\/figure>/s.exec(panel) ?? []
    for (const way of [simulator, kernel]) assert.match(way, /class="box node mark"/)
    assert.match(panel, /what the sender sees.*answered.*timeout/s)
  })
  test('a filter is there for each verdict', () =>
    assert.deepEqual(
      [...page.matchAll(/<option value="([\w ]+)">/g)].map(m => m[1]),
      ['agrees', 'differs', 'apart', 'nothing sent'],
    ))
  test('a run on the simulator alone has nothing of it', () => {
    const alone = renderReport(messages(kernelRun()), FACTS)
    assert.doesNotMatch(alone, /data-k=|id="kernel"|id="k"/)
  })
})

test('the texts of a kernel cannot break out of the page', () => {
  const evil = '<script>alert(1)</script>'
  const kernel: KernelJson = {
    ...(withKernel(probe(), 'differs').kernel as KernelJson & { compared: true }),
    saw: [evil],
    notCompared: [evil],
  }
  assert.doesNotMatch(kernelPanel({ ...probe(), kernel }).html, /<script>/)
})

describe('the other outputs say it too', () => {
  test('summary.yaml', () =>
    assert.match(summaryYaml(run, facts), /kernel:\n {2}agrees: 1\n {2}differs: 1\n {2}apart: 1\n {2}nothing sent: 1/))
  test('summary.md', () =>
    assert.match(summaryMarkdown(run, facts), /Kernel of this machine: 1 agrees, 1 differs, 1 counted apart, 1 sends nothing/))
  test('the terminal, in the words of summary.md', () =>
    assert.match(
      kernelText(kernelCounts(scenariosOf(readRun(run)), 'both')),
      /^kernel: 1 agrees, 1 differs, 1 counted apart, 1 sends nothing\n/,
    ))
  test('junit.xml', () => {
    const xml = junitXml(run, facts)
    for (const verdict of ['agrees', 'differs', 'apart', 'nothing sent'])
      assert.match(xml, new RegExp(`<property name="kernel" value="${verdict}`))
  })
})
