// Every statement of the catalogue's areas has a scenario or a reason, and docs/conformance.md says which.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { AREAS, conformanceText, statementScenarios, WITHOUT_SCENARIO } from './conformance'

const CATALOGUE = '../shared/oracles/conformance-catalogue.json'
const DOCUMENT = 'docs/conformance.md'
const catalogue = () => JSON.parse(readFileSync(CATALOGUE, 'utf8')) as readonly { readonly id: string; readonly area: string }[]

describe('the conformance catalogue', () => {
  const ids = [...AREAS.values()].flat()
  const tagged = new Set(statementScenarios().map(t => t.tag))

  test('no statement stands in two areas', () => assert.equal(new Set(ids).size, ids.length))

  test('every statement has a scenario or a reason, and none has both', () => {
    assert.deepEqual(
      ids.filter(id => tagged.has(id) === id in WITHOUT_SCENARIO),
      [],
    )
  })

  test('every reason is that of a statement', () => {
    assert.deepEqual(
      Object.keys(WITHOUT_SCENARIO).filter(id => !ids.includes(id)),
      [],
    )
  })

  test(`${DOCUMENT} says so`, () => {
    const text = conformanceText()
    if (process.env.UPDATE) writeFileSync(DOCUMENT, text)
    assert.equal(readFileSync(DOCUMENT, 'utf8'), text, 'run UPDATE=1 npx vitest run test/conformance.test.ts')
  })

  test.skipIf(!existsSync(CATALOGUE))(`every tag is the id of a statement (skipped without ${CATALOGUE})`, () => {
    const known = new Set(catalogue().map(e => e.id))
    assert.deepEqual(
      [...tagged].filter(id => !known.has(id)),
      [],
    )
  })

  test.skipIf(!existsSync(CATALOGUE))(`our areas have the ids of the catalogue's (skipped without ${CATALOGUE})`, () => {
    const entries = catalogue()
    for (const [area, ours] of AREAS)
      assert.deepEqual(
        [...ours],
        entries.filter(e => e.area === area).map(e => e.id),
        area,
      )
  })
})
