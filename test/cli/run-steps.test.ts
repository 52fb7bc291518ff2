// Which step a text that is none was meant to be.
import { expect, test } from 'vitest'
import type { RunIndex } from '../../src/cli/run-index'
import { nearest } from '../../src/cli/run-steps'

const patterns = ['the/every request is {fate}', 'the request visits {chain}']
const index = { definitions: patterns.map(source => ({ pattern: { source } })) } as unknown as RunIndex

test('a fate that there is not lists the fates', () => {
  for (const text of ['the request is timed out', 'every request is timed out'])
    expect(nearest(index, text)).toMatch(/^'the\/every request is \{fate\}' is one of: delivered, refused, .*unknown\.$/)
})

test('another text names the step that is most alike', () => {
  expect(nearest(index, 'the request visit INPUT')).toMatch(/^Did you mean 'the request visits \{chain\}'\?/)
})
