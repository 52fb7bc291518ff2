// kubectl's flags: letters together, names that objects have of themselves, words that are no flag.
import { expect, test } from 'vitest'
import { readArguments } from '../../../src/view/kubectl/arguments'

const flagsOf = (...argv: readonly string[]) => {
  const read = readArguments(argv)
  return 'wrong' in read ? read.wrong.split('\n')[0] : Object.fromEntries(read.flags)
}

test('letters of flags that stand alone may be one word', () => {
  expect(flagsOf('run', 'x', '-it')).toEqual({ stdin: ['true'], tty: ['true'] })
})

test('a letter takes what follows it as its value', () => {
  expect(flagsOf('get', 'pods', '-oyaml')).toEqual({ output: ['yaml'] })
})

test('names that every object has are no flags', () => {
  expect(flagsOf('get', 'pods', '--constructor')).toBe('error: unknown flag: --constructor')
})

test('what is no flag by its form is refused', () => {
  expect(flagsOf('get', 'pods', '--=x')).toBe('error: bad flag syntax: --=x')
})
