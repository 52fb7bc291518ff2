// Words of nftables' language, and a reader that walks over them. Comments and continued lines are gone; a newline is the word ';'.
import { type ErrorCode, HopspecError, type Place } from '../error'

/** A word with the line and column where it begins, counted from 1. */
interface NftWord {
  readonly text: string
  readonly line: number
  readonly column: number
  readonly kind: 'word' | 'string' | 'mark' | 'newline'
}

const PATTERN =
  /(?<space>[ \t\r]+|\\\n|#[^\n]*)|(?<newline>\n)|"(?<string>[^"\n]*)"|(?<mark>==|!=|<=|>=|<<|>>|[{}();,=<>&|^!])|(?<word>[^\s{}();,=<>&|^!"#]+)/y

/** Splits a whole text; throws where a character begins no word (an open quote). */
export function splitNft(text: string, file: string): readonly NftWord[] {
  const words: NftWord[] = []
  let line = 1
  let lineStart = 0
  for (let at = 0; at < text.length; ) {
    PATTERN.lastIndex = at
    const found = PATTERN.exec(text)
    const column = at - lineStart + 1
    if (!found)
      throw new HopspecError([{ code: 'RULES_SYNTAX', message: 'a quote is opened here and never closed.', place: { file, line, column } }])
    const groups = found.groups!
    const put = (text: string, kind: NftWord['kind'], offset = 0) => words.push({ text, line, column: column + offset, kind })
    if (groups.newline !== undefined) put(';', 'newline')
    else if (groups.string !== undefined) put(groups.string, 'string')
    else if (groups.mark !== undefined) put(groups.mark, 'mark')
    else if (groups.word !== undefined) putWord(groups.word, put)
    for (const character of found[0])
      if (character === '\n') {
        line++
        lineStart = at + found[0].length
      }
    at += found[0].length
  }
  return words
}

/** `80:` before a map's value is two words; `fd00::` is one. */
function putWord(word: string, put: (text: string, kind: NftWord['kind'], offset?: number) => void): void {
  if (word.length > 1 && word.endsWith(':') && !word.endsWith('::')) {
    put(word.slice(0, -1), 'word')
    put(':', 'word', word.length - 1)
  } else put(word, 'word')
}

/** Walks over the words of a text; every failure names the place. */
export class NftReader {
  private at = 0
  constructor(
    private readonly words: readonly NftWord[],
    readonly file: string,
  ) {}

  /** The next word's text without taking it; undefined at the end of the text. A string is not a word. */
  peek(offset = 0): string | undefined {
    const word = this.words[this.at + offset]
    return word?.kind === 'string' ? `"${word.text}"` : word?.text
  }

  get place(): Place {
    const word = this.words[Math.min(this.at, this.words.length - 1)]
    return word ? { file: this.file, line: word.line, column: word.column } : { file: this.file }
  }

  get done(): boolean {
    return this.at >= this.words.length
  }

  /** Whether a statement ends here. */
  get atEnd(): boolean {
    const text = this.peek()
    return text === undefined || text === ';' || text === '}'
  }

  /** Takes the next word if it is one of these, and says which. */
  take<const T extends string>(...texts: readonly T[]): T | undefined {
    const word = this.words[this.at]
    if (word === undefined || word.kind === 'string' || !(texts as readonly string[]).includes(word.text)) return undefined
    this.at++
    return word.text as T
  }

  /** Takes these words if all of them come next. */
  takeAll(...texts: readonly string[]): boolean {
    if (!texts.every((text, i) => this.peek(i) === text)) return false
    this.at += texts.length
    return true
  }

  /** Takes the next word, whatever it is; `what` tells the user what should have stood there. */
  next(what: string): string {
    const word = this.words[this.at]
    if (word === undefined || word.kind === 'newline') throw this.wrong(`the line ends where ${what} should stand.`)
    this.at++
    return word.text
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.wrong(`'${text}' should stand here, not ${this.shown()}.`)
  }

  private shown(): string {
    const text = this.peek()
    return text === undefined || this.words[this.at]?.kind === 'newline' ? 'the end of the line' : `'${text}'`
  }

  /** Takes the next word and gives what `read` makes of it. */
  value<T>(what: string, read: (text: string) => T | undefined): T {
    const { place } = this
    const text = this.next(what)
    const value = read(text)
    if (value === undefined) throw this.wrong(`'${text}' is not ${what}.`, place)
    return value
  }

  /** A quoted text, or a bare word. */
  string(what: string): string {
    return this.next(what)
  }

  /** Takes the ends of lines and statements. */
  skipEnds(): void {
    while (this.take(';'));
  }

  /** Takes newlines only: inside braces they separate nothing. */
  skipNewlines(): void {
    while (this.words[this.at]?.kind === 'newline') this.at++
  }

  /** Goes on at the next line, after a mistake in this one. */
  skipLine(): void {
    while (!this.done && this.words[this.at]!.kind !== 'newline') this.at++
  }

  wrong(message: string, place: Place = this.place, code: ErrorCode = 'RULES_SYNTAX'): HopspecError {
    return new HopspecError([{ code, message, place }])
  }
}
