// Every row of the articles is shown by a scenario, and broken on purpose by another; docs/articles.md says by which.
import { strict as assert } from 'node:assert'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { articlesText, NOT_SHOWN, rowScenarios, rowTags } from './articles'

const DOCUMENT = 'docs/articles.md'

describe('the rows of the articles', () => {
  const tags = new Set(rowScenarios().map(t => t.tag))

  for (const row of rowTags())
    test(`${row} is ${row in NOT_SHOWN ? 'not shown, and has a reason' : 'shown, and broken on purpose'}`, () =>
      assert.deepEqual([tags.has(row), tags.has(`${row}-broken`)], row in NOT_SHOWN ? [false, false] : [true, true]))

  test('every tag is that of a row', () => {
    const known = new Set(rowTags().flatMap(row => [row, `${row}-broken`]))
    assert.deepEqual(
      [...tags].filter(tag => !known.has(tag)),
      [],
    )
  })

  test(`${DOCUMENT} says so`, () => {
    const text = articlesText()
    if (process.env.UPDATE) writeFileSync(DOCUMENT, text)
    assert.equal(readFileSync(DOCUMENT, 'utf8'), text, 'run UPDATE=1 npx vitest run test/articles.test.ts')
  })
})
