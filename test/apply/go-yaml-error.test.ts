// What kubectl says of YAML that it cannot read, and how far it reads.
import { describe, expect, it } from 'vitest'
import { goYaml } from '../../src/apply/go-yaml-error'

const SAID: readonly (readonly [what: string, text: string, words: string])[] = [
  ['a key without its colon', 'kind: Service\nspec\n', "yaml: line 3: could not find expected ':'"],
  ['a second colon on the first line', 'a: b: c\n', 'yaml: mapping values are not allowed in this context'],
  ['a second colon on a later line', 'a: b\nc: d: e\n', 'yaml: line 2: mapping values are not allowed in this context'],
  ['a key less deep than its siblings', 'a:\n    b: 1\n  c: 2\n', 'yaml: line 2: did not find expected key'],
  ['an item less deep than its siblings', 'a:\n    - b\n  - c\n', 'yaml: line 2: did not find expected key'],
  ['a key among items', 'a:\n  - b\n  c: 1\n', "yaml: line 2: did not find expected '-' indicator"],
  ['a tab that indents', 'a:\n\tb: 1\n', 'yaml: line 2: found character that cannot start any token'],
  ['a sign that begins nothing', 'a:\n  b: @c\n', 'yaml: line 2: found character that cannot start any token'],
  ['a bracket that is not closed', 'a:\n  b: [c\nd: 1\n', "yaml: line 2: did not find expected ',' or ']'"],
  ['a brace that is not closed', 'a:\n  b: {c: 1\nd: 1\n', "yaml: line 2: did not find expected ',' or '}'"],
  ['a quote that is not closed', 'a:\n  b: "c\n', 'yaml: line 3: found unexpected end of stream'],
  ['an escape that there is not', 'a:\n  b: "\\d"\n', 'yaml: line 2: found unknown escape character'],
  ['an alias of nothing', 'a: *b\n', "yaml: unknown anchor 'b' referenced"],
  ['an alias without a name', 'a:\n  b: * c\n', 'yaml: line 2: did not find expected alphabetic or numeric character'],
  ['text after a block indicator', 'a:\n  b: | c\n', 'yaml: line 2: did not find expected comment or line break'],
  ['an item where a value stands', 'a:\n  b: - c\n', 'yaml: line 2: block sequence entries are not allowed in this context'],
  [
    'a template not filled in',
    'a: {{ .Values.b }}\n',
    'yaml: invalid map key: map[interface {}]interface {}{".Values.b":interface {}(nil)}',
  ],
  ['a key that is a list', '? [a, 1]\n: b\n', 'yaml: invalid map key: []interface {}{"a", 1}'],
  ['no key', 'a:\n  ~: b\n', 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "b"'],
  ['an unknown handle of a tag', 'a:\n  b: !x!y c\n', 'yaml: line 1: found undefined tag handle'],
  ['a control character', 'a: \u0001\n', 'yaml: control characters are not allowed'],
]

describe('text that kubectl cannot read', () => {
  for (const [what, text, words] of SAID) it(what, () => expect(goYaml(text)).toEqual({ wrong: words }))
})

describe('text that kubectl can read', () => {
  it.each([
    ['flow collections', 'a: {b: [c, d: e], "f": g}\n'],
    ['a list as deep as its key', 'a:\n- b\n- c: d\n  e: f\n'],
    ['block scalars', 'a: |-\n  b: c: d\n   e\n\nf: >2\n  g\n'],
    ['anchors, aliases and tags', 'a: &x !!str b\nc: *x\n'],
    ['text over several lines', 'a: b\n  c\n  d\ne: "f\n  g"\n'],
    ['an explicit key', '? a\n: b\n'],
  ])('%s', (_, text) => expect(goYaml(text)).toEqual({ end: text.length }))

  it('reads no further than the first document', () => expect(goYaml(' a: b\nc: d: e\n')).toEqual({ end: 6 }))
})
