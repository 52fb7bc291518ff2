// A Corefile's text as server blocks of directives, each word with its place. In: text; out: blocks, or what is wrong. Snippets are expanded; nothing is imported from files.
import type { Place, Problem } from '../error'

export interface Word {
  readonly text: string
  readonly place: Place
}

/** One line of a block: its words, and the lines in its own braces. */
export interface Directive {
  readonly words: readonly Word[]
  readonly block: readonly Directive[]
  readonly place: Place
}

export interface ServerBlock {
  readonly keys: readonly Word[]
  readonly directives: readonly Directive[]
}

/** How large a Corefile may be, and how deep its braces and imports go. */
const MOST_BYTES = 256 * 1024
const MOST_DEPTH = 8

/** Reads the whole text; every problem with its line and column. `lines` and `columns` are those before the text in its file. */
export function readBlocks(text: string, file: string, problems: Problem[], before = 0): readonly ServerBlock[] {
  if (text.length > MOST_BYTES) {
    problems.push({ code: 'FILE_TOO_LARGE', message: `The Corefile has more than ${MOST_BYTES} characters.`, place: { file } })
    return []
  }
  const reader = new Reader(wordsOf(text, file, before, problems), file, problems)
  return reader.blocks()
}

/** A word, and whether it is the first on its line. */
type Token = Word & { readonly first: boolean; readonly quoted: boolean }

function wordsOf(text: string, file: string, before: number, problems: Problem[]): readonly Token[] {
  const tokens: Token[] = []
  for (const [number, line] of text.split(/\r?\n/).entries()) {
    const WORD = /\s*(?:(#.*)|"((?:[^"\\]|\\.)*)"|("[^"]*$)|(\S+))/y
    for (let first = true; ; first = false) {
      const at = WORD.lastIndex
      const found = WORD.exec(line)
      if (found === null || found[1] !== undefined) break
      const column = line.length - line.slice(at).trimStart().length + 1
      const place = { file, line: before + number + 1, column }
      if (found[3] !== undefined) {
        problems.push({
          code: 'RULES_SYNTAX',
          message: 'This quote has no end on its line.',
          place,
          fix: 'Write " at the end of the word.',
        })
        break
      }
      const quoted = found[2] !== undefined
      tokens.push({ text: quoted ? found[2]!.replace(/\\"/g, '"') : found[4]!, place, first, quoted })
    }
  }
  return tokens
}

class Reader {
  private at = 0
  private readonly snippets = new Map<string, readonly Directive[]>()
  constructor(
    private readonly tokens: readonly Token[],
    private readonly file: string,
    private readonly problems: Problem[],
  ) {}

  blocks(): readonly ServerBlock[] {
    const found: ServerBlock[] = []
    while (this.at < this.tokens.length) {
      const keys = this.keys()
      if (!this.opens()) {
        this.wrong('A server block needs braces.', 'Write ZONE:53 { … }.', keys[0]?.place)
        break
      }
      this.at++
      const directives = this.lines(1)
      const snippet = /^\((.+)\)$/.exec(keys[0]?.text ?? '')
      if (snippet && keys.length === 1) this.snippets.set(snippet[1]!, directives)
      else if (keys.length === 0) this.wrong('This block has no zone.', 'Write ZONE:53 before the brace.', directives[0]?.place)
      else found.push({ keys, directives })
    }
    return found
  }

  /** The zones before a brace: several, with or without commas. */
  private keys(): readonly Word[] {
    const keys: Word[] = []
    while (this.at < this.tokens.length && !this.opens()) {
      const { text, place } = this.tokens[this.at++]!
      for (const key of text.split(',')) if (key !== '') keys.push({ text: key, place })
    }
    return keys
  }

  private opens(): boolean {
    const token = this.tokens[this.at]
    return token?.text === '{' && !token.quoted
  }

  private lines(depth: number): readonly Directive[] {
    const found: Directive[] = []
    for (;;) {
      const token = this.tokens[this.at]
      if (token === undefined) {
        this.wrong('A brace is not closed.', 'Write } at the end of the block.', this.tokens.at(-1)?.place)
        return found
      }
      if (token.text === '}' && !token.quoted) {
        this.at++
        return found
      }
      const directive = this.directive(depth)
      if (directive.words[0]?.text === 'import') found.push(...this.imported(directive))
      else found.push(directive)
    }
  }

  private directive(depth: number): Directive {
    const { place } = this.tokens[this.at]!
    const words: Word[] = []
    for (let token = this.tokens[this.at]; token !== undefined && (words.length === 0 || !token.first); token = this.tokens[this.at]) {
      if (!token.quoted && token.text === '{' && words.length > 0) {
        this.at++
        if (depth < MOST_DEPTH) return { words, place, block: this.lines(depth + 1) }
        this.wrong('Braces are nested deeper than any plugin takes.', 'Take the inner ones out.', token.place)
        this.at = this.tokens.length
        break
      }
      if (!token.quoted && token.text === '}' && words.length > 0) break
      this.at++
      words.push({ text: token.text, place: token.place })
    }
    return { words, place, block: [] }
  }

  private imported(directive: Directive): readonly Directive[] {
    const name = directive.words[1]?.text ?? ''
    const snippet = this.snippets.get(name)
    if (snippet) return snippet
    this.problems.push({
      code: 'NOT_MODELLED',
      message: `The Corefile imports '${name}', which is no snippet above it.`,
      place: directive.place,
      fix: 'Write its lines here: hopspec reads no other files of a DNS server.',
    })
    return []
  }

  private wrong(message: string, fix: string, place: Place | undefined): void {
    this.problems.push({ code: 'RULES_SYNTAX', message, fix, place: place ?? { file: this.file } })
  }
}
