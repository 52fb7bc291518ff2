// What a command printed, where it printed nothing: what it says on stderr is told.
import { expect, test } from 'vitest'
import { printsExactly } from '../../src/verify/printed'

const SAYS = 'No resources found in shop namespace.'

test('what stands on stderr is told where nothing was printed', () =>
  expect(printsExactly('kubectl get pods', SAYS, '', `${SAYS}\n`)).toMatchObject({
    why: `on stderr it says '${SAYS}'. Write \`it says:\` for what stands there.`,
  }))

test('where something else was printed, the line that differs is told', () =>
  expect(printsExactly('kubectl get pods', SAYS, 'web\n', 'Warning: old\n')).toMatchObject({ why: "line 1 is 'web'" }))
