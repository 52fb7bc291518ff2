// A line of the shell as words, quotes as a shell takes them. What a shell would do beyond running one program is refused by name.
import { problem } from '../../error'

/** Pipes, redirections, lists of commands and substitutions, where they are not quoted. */
const OPERATORS = ['&&', '||', '>>', '<<', '$(', '|', '>', '<', ';', '&', '`']

/** The words of a line; none for a comment. Throws for an open quote and for what belongs to a shell. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < line.length; ) {
    const here = line[at]!
    if (/\s/.test(here)) {
      if (word !== undefined) words.push(word)
      word = undefined
      at++
    } else if (here === '#' && word === undefined) break
    else if (here === "'" || here === '"') {
      const { text, end } = quoted(line, at)
      word = (word ?? '') + text
      at = end
    } else {
      refuseOperator(line, at)
      word = (word ?? '') + here
      at++
    }
  }
  return word === undefined ? words : [...words, word]
}

/** What stands in the quotes that open at an index, and where they are over. */
function quoted(line: string, from: number): { readonly text: string; readonly end: number } {
  const quote = line[from]!
  let text = ''
  for (let at = from + 1; at < line.length; at++) {
    const here = line[at]!
    if (here === quote) return { text, end: at + 1 }
    if (quote === '"' && here === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) text += line[++at]!
    else {
      if (quote === '"' && (line.startsWith('$(', at) || here === '`')) refuseOperator(line, at)
      text += here
    }
  }
  throw problem('USAGE', `a ${quote} is opened and not closed.`, { fix: `Close it with ${quote}.` })
}

function refuseOperator(line: string, at: number): void {
  const operator = OPERATORS.find(o => line.startsWith(o, at)) ?? (/^\$[\w{]/.test(line.slice(at)) ? '$' : undefined)
  if (operator === undefined) return
  throw problem('NOT_MODELLED', `'${operator}': a command line is one program, without pipes, redirections, variables or lists.`, {
    fix: `Write one program, or '${operator}' in single quotes where it is part of a word.`,
  })
}
