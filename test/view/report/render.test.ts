// What must hold for every report: same bytes, nothing from outside, text is data, sizes.
import { strict as assert } from 'node:assert'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { renderReport } from '../../../src/view/report/render'
import { messages } from '../messages'
import { FACTS, failing, largeRun, longRun, mixedRun, passing } from '../sample-run'

const report = (features: Parameters<typeof messages>[0], salt?: string) => renderReport(messages(features, salt), FACTS)
const page = report(mixedRun)

test('the same run with other ids and times gives the same bytes', () => assert.equal(report(mixedRun, 'another-salt'), page))
test('no place of the machine it ran on', () => assert.ok(!page.includes('/home/somebody')))
test('nothing is fetched: no src, no link, no url(, no import', () =>
  assert.doesNotMatch(page, /<(?:link|img|iframe|object|base)\b|\ssrc=|url\(|@import|\bfetch\(/))
test('no inline style and no inline handler, which the policy would block', () => assert.doesNotMatch(page, /<[^>]+\s(?:style|on[a-z]+)="/))

test('the policy allows exactly the page’s own script and style', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)!
  assert.equal(policy, `default-src 'none'; style-src ${hash(style!)}; script-src ${hash(script!)}; base-uri 'none'; form-action 'none'`)
})

test('a failure is told in the HTML itself: verdict, expected, happened, why, change, picture, last good hop', () => {
  const html = page.slice(page.indexOf('id="failures"'), page.indexOf('class="feature" id='))
  for (const text of [
    'A NodePort answers on every node',
    '<dt>happened</dt>',
    'listens on 80, not on 8080',
    'containerPort 80 → 8080',
    '<svg class="hops wide',
    'last good hop',
  ])
    assert.ok(html.includes(text), text)
})
test('a failed step says the same in its scenario, and leads to the way of the packet', () => {
  const html = page.slice(page.indexOf('<article id="features/articles/001-service.feature:12"'))
  const scenario = html.slice(0, html.indexOf('</article>'))
  for (const text of ['<dt>happened</dt>', 'listens on 80, not on 8080', 'href="#why:features/articles/001-service.feature:12"'])
    assert.ok(scenario.includes(text), text)
})
test('failures stand before the features', () => assert.ok(page.indexOf('id="failures"') < page.indexOf('class="feature" id=')))
test('every scenario has its anchor from file, line and example row', () => {
  for (const anchor of ['features/articles/001-service.feature:5', 'features/services/nodeport.feature:5:10'])
    assert.ok(page.includes(`<article id="${anchor}"`), anchor)
})
test('coverage lists ids: covered and failing', () => {
  assert.match(page, /1 covered, 2 failing/)
  assert.match(page, /KC-037/)
})
test('a skipped scenario is no covered promise', () => {
  const skipped = { ...passing, steps: passing.steps.map(step => ({ ...step, status: 'skipped' as const })) }
  assert.match(report([{ uri: 'a.feature', name: 'A', scenarios: [skipped] }]), /1 not run/)
})
test('an empty run is not good', () => assert.match(report([]), /✘ nothing was tested/))

describe('text of manifests and features is data', () => {
  const evil = [
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"onmouseover="alert(1)',
    "'><svg/onload=alert(1)>",
    '\u2028',
    '\u202etxt.exe',
    '<!--',
    '&lt;',
  ]
  for (const text of evil)
    test(JSON.stringify(text), () => {
      const step = { text: `Given ${text.replace('\u2028', '')}`, rows: [[text]], docString: text }
      const html = report([
        {
          uri: `features/${text}.feature`,
          name: text,
          description: text,
          scenarios: [
            {
              ...failing,
              name: text,
              tags: [`@${text}`],
              steps: [step, ...failing.steps, { text: 'Then x', attach: { 'text/plain': text } }],
            },
          ],
        },
      ])
      assert.equal(html.split('<script').length, 3)
      assert.doesNotMatch(html, /<img|<svg\/|onmouseover="|<!--|\u202e/)
    })

  test('any string (seed 1)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const html = report([{ uri: 'a.feature', name: text, scenarios: [{ name: text, steps: [{ text: 'Then x', docString: text }] }] }])
        return html.split('<script').length === 3 && html.split('<article').length === 2
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

describe('sizes', () => {
  const bytes = (text: string) => Buffer.byteLength(text)
  test('50 scenarios, each with a probe of its own, < 400 KB', () => assert.ok(bytes(report(largeRun(50, 10))) < 400_000))
  test('50 scenarios, half of them red, < 400 KB', () => assert.ok(bytes(report(largeRun(50, 2))) < 400_000))
  test('1,000 scenarios < 3 MB', () => assert.ok(bytes(report(largeRun(1000, 50))) < 3_000_000))
  test('names of 253 characters < 150 KB', () => assert.ok(bytes(report(longRun())) < 150_000))
})
