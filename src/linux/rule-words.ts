// Words of a rule line: splitting with iptables' quoting, printing with it, and a reader that walks over them.
import { type ErrorCode, HopspecError, type Place } from '../error'

/** A word with the column where it begins, counted from 1. */
export interface Word {
  readonly text: string
  readonly column: number
  readonly quoted: boolean
}

/** Splits at blanks; double quotes group, a backslash takes the next character as it is. */
export function splitWords(line: string): readonly Word[] {
  const words: Word[] = []
  for (let at = 0; at < line.length; ) {
    if (line[at] === ' ' || line[at] === '\t') {
      at++
      continue
    }
    const column = at + 1
    let text = ''
    let quote = false
    let quoted = false
    for (; at < line.length && (quote || (line[at] !== ' ' && line[at] !== '\t')); at++) {
      if (line[at] === '\\' && at + 1 < line.length) text += line[++at]
      else if (line[at] === '"') {
        quote = !quote
        quoted = true
      } else text += line[at]
    }
    words.push({ text, column, quoted })
  }
  return words
}

/** A value as iptables-save prints it: quoted when it is empty or has any other character than letters, digits, `_` and `-`. */
export const quoteWord = (text: string): string => (/^[\w-]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`)

/** Walks over the words of one line; every failure names the place. */
export class WordReader {
  private at = 0
  constructor(
    private readonly words: readonly Word[],
    private readonly place: Place,
  ) {}

  /** The next word without taking it; undefined at the end. */
  peek(offset = 0): string | undefined {
    return this.words[this.at + offset]?.text
  }

  /** Takes the next word if it is one of these. */
  take(...texts: readonly string[]): boolean {
    const word = this.words[this.at]
    if (word === undefined || word.quoted || !texts.includes(word.text)) return false
    this.at++
    return true
  }

  /** Takes the next word, whatever it is; `what` tells the user what should have stood there. */
  next(what: string): string {
    const word = this.words[this.at]
    if (word === undefined) throw this.wrong(`the line ends where ${what} should stand.`)
    this.at++
    return word.text
  }

  /** Takes the next word and gives what `read` makes of it. */
  value<T>(what: string, read: (text: string) => T | undefined): T {
    const text = this.next(what)
    const value = read(text)
    if (value === undefined) throw this.wrong(`'${text}' is not ${what}.`, -1)
    return value
  }

  /** The user's mistake at the current word (or one before it). */
  wrong(message: string, offset = 0, code: ErrorCode = 'RULES_SYNTAX'): HopspecError {
    const column = this.words[Math.min(this.at + offset, this.words.length - 1)]?.column
    return new HopspecError([{ code, message, place: { ...this.place, ...(column === undefined ? {} : { column }) } }])
  }
}
