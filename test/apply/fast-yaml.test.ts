// The quick reader says what the exact one says, or nothing: over generated values in several styles, and over damaged text.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { NOT_FAST, readFastYaml } from '../../src/apply/fast-yaml'
import { readYamlTree } from '../../src/apply/yaml-tree'
import { stringify } from 'yaml'

const SEED = { seed: 20260131, numRuns: 400 }

/** What the exact reader makes of a text: its one value, or `wrong`. */
function exact(text: string): unknown {
  const { values, problems } = readYamlTree({ file: 'f', text, line: 0 })
  return problems.length > 0 || values.length > 1 ? 'wrong' : (values[0] ?? null)
}

const word = fc.oneof(
  fc.constantFrom(
    'yes',
    'no',
    'on',
    'y',
    'N',
    'null',
    '~',
    'true',
    '0120',
    '0x1F',
    '1_000',
    '08',
    '1e3',
    '1.10',
    '.5',
    '+7',
    '-3',
    '1:30',
    '2026-01-31',
    '10.0.0.1',
    'fd00::1',
    'a: b',
    'a #b',
    '#c',
    '- x',
    '-x',
    '<<',
    '*a',
    '&a',
    '!t',
    '%d',
    '@x',
    '`q',
    '"q"',
    "'s'",
    '{}',
    '[]',
    '[a',
    '=',
    '.inf',
    '.nan',
    '---',
    '...',
    '',
    ' ',
    'ü',
    '\u{1F600}',
    'a\tb',
    '__proto__',
    'constructor',
  ),
  fc.stringMatching(/^[A-Za-z0-9./:_ -]{0,12}$/),
)
const value = fc.letrec<{ tree: unknown }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer({ min: -9999, max: 99999 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
  ),
})).tree

const styles = [
  {},
  { indentSeq: false },
  { indent: 4 },
  { collectionStyle: 'flow' as const },
  { defaultStringType: 'QUOTE_SINGLE' as const },
  { defaultStringType: 'QUOTE_DOUBLE' as const },
  { defaultStringType: 'PLAIN' as const, version: '1.1' as const },
]

describe('the quick reader agrees with the exact one', () => {
  for (const [n, style] of styles.entries())
    test(`on generated values, style ${n}`, () => {
      fc.assert(
        fc.property(value, tree => {
          const text = stringify(tree, { ...style, lineWidth: 0 })
          const quick = readFastYaml(text)
          if (quick !== NOT_FAST) assert.deepEqual(quick, exact(text), text)
        }),
        SEED,
      )
    })

  test('on text that was damaged anywhere', () => {
    const damage = fc.constantFrom(
      ' ',
      ':',
      '-',
      '\n',
      '#',
      '"',
      "'",
      '[',
      '{',
      '}',
      ',',
      '&a',
      '*a',
      '|',
      '>',
      '\t',
      '!',
      '? ',
      '- ',
      ': ',
      '---\n',
      '...\n',
      '%',
      '\\',
    )
    fc.assert(
      fc.property(value, damage, fc.nat(), fc.constantFrom(0, 1), (tree, piece, at, cut) => {
        const whole = stringify(tree, { lineWidth: 0 })
        const place = at % (whole.length + 1)
        const text = whole.slice(0, place) + piece + whole.slice(place + cut)
        const quick = readFastYaml(text)
        if (quick !== NOT_FAST) assert.deepEqual(quick, exact(text), text)
      }),
      { ...SEED, numRuns: 4000 },
    )
  })
})

test('the quick reader takes what kubectl prints', () => {
  const text =
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\n    app.kubernetes.io/name: web\nspec:\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n  selector: {}\n  clusterIPs:\n  - 10.96.0.1\n  - fd00::1\n'
  assert.deepEqual(readFastYaml(text), exact(text))
  assert.notEqual(readFastYaml(text), NOT_FAST)
})
