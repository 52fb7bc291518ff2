// `rewrite` lines of a Corefile as rules: names, types and TTLs. Class and EDNS0 are refused by name.
import type { Directive, Word } from './corefile-tree'
import { readGoRegexp } from './go-regexp'
import type { AnswerRewrite, NameMatch, RewritePlugin, RewriteRule } from './plugin'
import type { Reader } from './reader'
import { readRecordType } from './record'

const MATCHES: readonly NameMatch[] = ['exact', 'prefix', 'suffix', 'substring', 'regex']

/** One directive: a rule in its line, or in braces. */
export function readRewrites(reader: Reader, directive: Directive): readonly RewritePlugin[] {
  let words = reader.args(directive)
  const mode = words[0]?.text
  if (mode === 'continue' || mode === 'stop') words = words.slice(1)
  const all = [...words, ...directive.block.flatMap(line => line.words)]
  const rule = readRule(reader, directive, all, mode === 'continue')
  return rule ? [{ plugin: 'rewrite', rules: [rule] }] : []
}

function readRule(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const [field, ...rest] = words
  switch (field?.text) {
    case 'name':
      return readName(reader, at, rest, goesOn)
    case 'ttl':
      return readTtl(reader, at, rest, goesOn)
    case 'type': {
      const [from, to] = rest.map(w => readRecordType(w.text))
      if (from && to && rest.length === 2) return { field: 'type', from, to, goesOn }
      reader.wrong(at, "'rewrite type' takes two types.", 'Write rewrite type ANY A.')
      return undefined
    }
    default:
      if (field && ['class', 'edns0', 'rcode', 'cname'].includes(field.text))
        reader.refuse(field, `rewrite ${field.text} is not modelled.`, 'hopspec reads name, type and ttl.')
      else reader.wrong(field ?? at, "'rewrite' needs name, type or ttl.", 'Write rewrite name FROM TO.')
      return undefined
  }
}

/** The kind of match, if it is said, and the words after it. */
function matchOf(words: readonly Word[]): { readonly match: NameMatch; readonly rest: readonly Word[] } {
  const match = MATCHES.find(m => m === words[0]?.text)
  return match === undefined ? { match: 'exact', rest: words } : { match, rest: words.slice(1) }
}

function readName(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const { match, rest } = matchOf(words)
  const [from, to, ...options] = rest
  if (from === undefined || to === undefined) {
    reader.wrong(at, "'rewrite name' needs the name it is for and the new one.", 'Write rewrite name FROM TO.')
    return undefined
  }
  if (match === 'regex') checkRegexp(reader, from)
  const read = readOptions(reader, at, options)
  return {
    field: 'name',
    match,
    from: match === 'regex' ? from.text : from.text.toLowerCase(),
    to: to.text.toLowerCase(),
    goesOn,
    ...read,
    auto: read.auto || match === 'exact',
  }
}

/** `answer auto`, `answer name FROM TO`, `answer value FROM TO`, one after the other. */
function readOptions(
  reader: Reader,
  at: Directive,
  words: readonly Word[],
): { readonly auto: boolean; readonly answers: readonly AnswerRewrite[] } {
  const answers: AnswerRewrite[] = []
  let auto = false
  for (let i = 0; i < words.length; ) {
    const [answer, of, from, to] = words.slice(i, i + 4)
    if (answer?.text === 'answer' && of?.text === 'auto') {
      auto = true
      i += 2
    } else if (answer?.text === 'answer' && (of?.text === 'name' || of?.text === 'value') && from && to) {
      const regexp = checkRegexp(reader, from)
      if (regexp) answers.push({ of: of.text, from: regexp, to: to.text })
      i += 4
    } else {
      reader.wrong(
        answer ?? at,
        `'${answer?.text}' is no option of rewrite name.`,
        'It has answer auto, answer name FROM TO, answer value FROM TO.',
      )
      break
    }
  }
  return { auto, answers }
}

function readTtl(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const { match, rest } = matchOf(words)
  const [from, ttl] = rest
  const range = /^(\d{1,9})?(-)?(\d{1,9})?$/.exec(ttl?.text ?? '')
  if (from === undefined || !range || ttl?.text === '' || ttl?.text === '-') {
    reader.wrong(at, "'rewrite ttl' needs a name and seconds.", 'Write rewrite ttl example.org 30.')
    return undefined
  }
  if (match === 'regex') checkRegexp(reader, from)
  const least = Number(range[1] ?? 0)
  const most = range[2] === undefined ? least : Number(range[3] ?? 2_147_483_647)
  return { field: 'ttl', match, from: from.text, least, most, goesOn }
}

function checkRegexp(reader: Reader, word: Word): RegExp | undefined {
  const read = readGoRegexp(word.text)
  if (typeof read !== 'string') return read
  reader.refuse(word, `The pattern ${word.text} ${read}.`, 'Write a simpler one.')
  return undefined
}
