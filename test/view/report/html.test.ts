// Text from manifests and attachments is text in the report, whatever shape it comes in.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { readAttachment } from '../../../src/view/attached'
import { html, type Part } from '../../../src/view/report/html'
import { PROBE } from '../../../src/view/report/probe'

const IMAGE = '<img src=x onerror=alert(1)>'

test('a string is escaped', () => assert.equal(html`<p>${IMAGE}</p>`.html, '<p>&lt;img src=x onerror=alert(1)&gt;</p>'))

test('a value that only looks like markup of ours is text', () => {
  const forged = JSON.parse(JSON.stringify({ html: IMAGE })) as Part
  assert.ok(!html`<p>${forged}</p>`.html.includes('<img'))
})

test('markup that comes with an attached probe is left out', () => {
  const body = JSON.stringify({ title: 'x', lookups: [{ html: IMAGE, paths: [] }] })
  const attached = readAttachment({ body, mediaType: PROBE, contentEncoding: 'IDENTITY' } as never)
  assert.ok(!JSON.stringify(attached).includes('<img'))
})
