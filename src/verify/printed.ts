// Printed output against a doc string: exact but for blanks at the ends of lines; `<any>` stands for one word that is not compared.
import { type Finding, finding, met, unmet } from './finding'

/** The text is printed, the whole text and nothing else. `aside`: what went to stderr, told where nothing was printed. */
export function printsExactly(command: string, expected: string, actual: string, aside = ''): Finding {
  const a = lines(expected)
  const b = lines(actual)
  const first = Array.from({ length: Math.max(a.length, b.length) }).findIndex(
    (_, i) => a[i] === undefined || b[i] === undefined || !sameLine(a[i], b[i]),
  )
  const promise = `${command} prints\n${expected.trimEnd()}`
  if (first < 0) return met(promise)
  if (actual.trimEnd() === '' && aside.trimEnd() !== '')
    return unmet(promise, `it prints\n(nothing)`, {
      why: `on stderr it says '${aside.trimEnd()}'. Write \`it says:\` for what stands there.`,
    })
  return unmet(promise, `it prints\n${actual.trimEnd() || '(nothing)'}`, {
    why: `line ${first + 1} is ${b[first] === undefined ? 'missing' : `'${b[first]}'`}`,
  })
}

/** Each line is printed, in this order, among others. */
export function printsLines(command: string, expected: string, actual: string): readonly Finding[] {
  const b = lines(actual)
  let next = 0
  return lines(expected).map(line => {
    const at = b.findIndex((l, i) => i >= next && sameLine(line, l))
    if (at >= 0) next = at + 1
    return at >= 0
      ? met(`${command} prints '${line}'`)
      : unmet(`${command} prints the line\n${line}`, `it prints\n${actual.trimEnd() || '(nothing)'}`)
  })
}

const lines = (text: string): readonly string[] =>
  text
    .replace(/\n+$/, '')
    .split('\n')
    .map(l => l.trimEnd())

/** `<any>` matches one word; the blanks after it may be more or fewer. */
function sameLine(expected: string, actual: string): boolean {
  if (!expected.includes('<any>')) return expected === actual
  const pattern = expected
    .split(/<any>( *)/)
    .map((part, i) => (i % 2 === 1 ? (part === '' ? '\\S+' : '\\S+ +') : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${pattern.join('')}$`).test(actual)
}

/** The command ended with that exit code. */
export const exitsWith = (command: string, expected: number, actual: number): Finding =>
  finding(expected === actual, `${command} exits with ${expected}`, `it exits with ${actual}`)

/** The words stand somewhere in what was printed, or (`wanted` false) nowhere. */
export const printsWords = (command: string, text: string, actual: string, wanted: boolean): Finding =>
  finding(
    actual.includes(text) === wanted,
    `${command} prints ${wanted ? 'something' : 'nothing'} with '${text}'`,
    `it prints\n${actual.trimEnd() || '(nothing)'}`,
  )
