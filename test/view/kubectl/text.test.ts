// Ages, tables and YAML as kubectl prints them.
import { expect, test } from 'vitest'
import { durationText } from '../../../src/view/kubectl/age'
import { table } from '../../../src/view/kubectl/tabs'
import { yamlText } from '../../../src/view/kubectl/yaml-text'

const ages = [
  { seconds: 70, text: '70s' },
  { seconds: 119, text: '119s' },
  { seconds: 120, text: '2m' },
  { seconds: 125, text: '2m5s' },
  { seconds: 33 * 60, text: '33m' },
  { seconds: 98 * 60, text: '98m' },
  { seconds: 4 * 3600 + 5 * 60, text: '4h5m' },
  { seconds: 30 * 3600, text: '30h' },
  { seconds: 3 * 86400 + 3600, text: '3d1h' },
  { seconds: 300 * 86400, text: '300d' },
  { seconds: -5, text: '<invalid>' },
]
for (const { seconds, text } of ages) test(`${seconds} seconds are ${text}`, () => expect(durationText(seconds * 1000)).toBe(text))

test('columns are as wide as their longest cell and three blanks, the last one not padded', () => {
  expect(
    table([
      ['NAME', 'AGE'],
      ['a', '5s'],
      ['longer-name', '5m'],
    ]),
  ).toBe('NAME          AGE\na             5s\nlonger-name   5m\n')
})

const scalars = [
  { value: 'web', text: 'web' },
  { value: '', text: '""' },
  { value: 'true', text: '"true"' },
  { value: 'y', text: '"y"' },
  { value: '1.10', text: '"1.10"' },
  { value: '2026-01-01T00:00:00Z', text: '"2026-01-01T00:00:00Z"' },
  { value: '*', text: "'*'" },
  { value: 'a: b', text: "'a: b'" },
  { value: 'nginx:1.14.2', text: 'nginx:1.14.2' },
  { value: '25%', text: '25%' },
  { value: 80, text: '80' },
  { value: null, text: 'null' },
  { value: {}, text: '{}' },
  { value: 'one\ntwo\n', text: '|\n  one\n  two' },
]
for (const { value, text } of scalars) test(`${JSON.stringify(value)} in YAML`, () => expect(yamlText({ k: value })).toBe(`k: ${text}\n`))

test('lists are not indented and keys are sorted', () => {
  expect(yamlText({ b: [{ z: 1, x: [1] }], a: [] })).toBe('a: []\nb:\n- x:\n  - 1\n  z: 1\n')
})

const LONG = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen'
for (const { says, value, text } of [
  {
    says: 'long text is broken at the first blank behind column 80',
    value: { note: LONG },
    text: 'note: one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n  fifteen sixteen seventeen eighteen\n',
  },
  {
    says: 'quotes are part of the width, and lists are indented like their keys',
    value: { a: [`it's: ${LONG}`] },
    text: "a:\n- 'it''s: one two three four five six seven eight nine ten eleven twelve thirteen\n  fourteen fifteen sixteen seventeen eighteen'\n",
  },
  {
    says: 'two blanks are not broken',
    value: { k: `${'x'.repeat(90)}  and  more` },
    text: `k: ${'x'.repeat(90)}  and  more\n`,
  },
])
  test(says, () => expect(yamlText(value)).toBe(text))
