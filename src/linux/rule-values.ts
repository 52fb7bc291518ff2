// The values in rule lines as text, both ways: marks, ports, lists of words, options that are only kept.
import { type PortRange, readPort } from '../addr/port'
import { quoteWord, type WordReader } from './rule-words'

/** A value that a rule may also ask for the opposite of. */
export interface Not<T> {
  readonly not: boolean
  readonly is: T
}

/** `value/mask`; a match compares `(mark & mask) === value`. */
export interface Masked {
  readonly value: number
  readonly mask: number
}

/** `! ` where the opposite is asked for. */
export const bang = (not: boolean): string => (not ? '! ' : '')
/** `0x4000`. */
export const hex = (value: number): string => `0x${value.toString(16)}`
/** `0x4000/0x4000`; the mask is left out when it is all ones. */
export const maskedText = (m: Masked): string => (m.mask === 0xffffffff ? hex(m.value) : `${hex(m.value)}/${hex(m.mask)}`)

const readNumber = (text: string): number | undefined =>
  /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) && Number(text) <= 0xffffffff ? Number(text) : undefined

/** `0x4000`, `0x4000/0x4000`; the value is kept as written, unmasked. */
export function readMasked(text: string): Masked | undefined {
  const [value, mask, ...rest] = text.split('/').map(readNumber)
  if (value === undefined || rest.length > 0 || (text.includes('/') && mask === undefined)) return undefined
  return { value, mask: mask ?? 0xffffffff }
}

const PORT_NAMES: Readonly<Record<string, number>> = { http: 80, https: 443, domain: 53, ssh: 22 }
const portNumber = (text: string): number | undefined => (text === '0' ? 0 : (readPort(text) ?? PORT_NAMES[text]))

/** `80`, `80:90`, `:90`, `80:`. */
export function readPorts(text: string, separator = ':'): PortRange | undefined {
  const at = text.indexOf(separator)
  const first = at < 0 ? portNumber(text) : at === 0 ? 0 : portNumber(text.slice(0, at))
  const last = at < 0 ? first : at === text.length - 1 ? 65535 : portNumber(text.slice(at + 1))
  return first === undefined || last === undefined || first > last ? undefined : { first, last }
}

export function listOf<T extends string>(all: readonly T[]): (text: string) => readonly T[] | undefined {
  return text => {
    const named = text.split(',')
    return named.every(word => (all as readonly string[]).includes(word)) ? all.filter(word => named.includes(word)) : undefined
  }
}
/** Up to nine decimal digits. */
export const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)
/** All words up to the next module or target: the options of something that hopspec only keeps. */
export function foreignWords(r: WordReader): readonly string[] {
  const words: string[] = []
  for (let word = r.peek(); word !== undefined && !['-m', '-j', '-g', '--match', '--jump', '--goto'].includes(word); word = r.peek())
    words.push(r.next('an option'))
  return words
}
/** Such options as text again. */
export const keptWords = (words: readonly string[]): readonly string[] =>
  words.map(word => (/^[\w!./:,+@=-]+$/.test(word) ? word : quoteWord(word)))
