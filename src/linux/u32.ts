// `-m u32` as text, both ways: words of the packet's bytes, masked and shifted, against ranges.
import { bang } from './rule-values'
import { quoteWord, type WordReader } from './rule-words'

/** What is done to the word; `@`: the value counts bytes to go on by, and the word at `number` from there is read. */
export interface U32Step {
  readonly op: '&' | '<<' | '>>' | '@'
  readonly number: number
}

export interface U32Test {
  /** The first byte of the word. */
  readonly at: number
  readonly steps: readonly U32Step[]
  readonly ranges: readonly { readonly first: number; readonly last: number }[]
}

export interface U32Match {
  readonly match: 'u32'
  readonly not: boolean
  readonly tests: readonly U32Test[]
}

const hex = (n: number): string => `0x${n.toString(16)}`

/** What iptables-save prints: numbers in hexadecimal, always in quotes. */
export function u32Text({ not, tests }: U32Match): string {
  const text = tests.map(
    ({ at, steps, ranges }) =>
      `${hex(at)}${steps.map(s => `${s.op}${hex(s.number)}`).join('')}=${ranges.map(r => (r.first === r.last ? hex(r.first) : `${hex(r.first)}:${hex(r.last)}`)).join(',')}`,
  )
  const word = quoteWord(text.join('&&'))
  return `-m u32 ${bang(not)}--u32 ${word.startsWith('"') ? word : `"${word}"`}`
}

/** Reads the tests of one rule. */
export function readU32(r: WordReader): U32Match {
  const not = r.take('!')
  if (!r.take('--u32')) throw r.wrong('-m u32 needs --u32 TESTS.')
  const tests = r.value('tests as 6&0xFF=1', text => {
    const all = text.split('&&').map(readTest)
    return all.length <= MOST_TESTS && all.every(t => t !== undefined) ? (all as U32Test[]) : undefined
  })
  return { match: 'u32', not, tests }
}

/** As many as the kernel takes (XT_U32_MAXSIZE). */
const MOST_TESTS = 10

function readTest(text: string): U32Test | undefined {
  const [place = '', values = '', ...rest] = text.replaceAll(' ', '').split('=')
  const words = place.split(/(&|<<|>>|@)/)
  const numbers = words.filter((_, i) => i % 2 === 0).map(readNumber)
  const ranges = values.split(',').map(range => range.split(':').map(readNumber))
  if (rest.length > 0 || numbers.includes(undefined) || ranges.some(r => r.length > 2 || r.includes(undefined))) return undefined
  if (numbers.length > MOST_TESTS + 1 || ranges.length > MOST_TESTS) return undefined
  const steps = numbers.slice(1).map((number, i): U32Step => ({ op: words[2 * i + 1] as U32Step['op'], number: number! }))
  return { at: numbers[0]!, steps, ranges: ranges.map(([first, last = first]) => ({ first: first!, last: last! })) }
}

function readNumber(text: string): number | undefined {
  const octal = /^0[0-7]+$/.test(text)
  if (!octal && !/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text)) return undefined
  const n = octal ? Number.parseInt(text, 8) : Number(text)
  return n <= 0xffffffff ? n : undefined
}
