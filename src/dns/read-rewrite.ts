// `rewrite` lines of a Corefile as rules: names, types, TTLs and states; what no answer depends on is read and does nothing.
import type { Directive, Word } from './corefile-tree'
import { readGoRegexp } from './go-regexp'
import { normal } from './name'
import type { AnswerRewrite, NameMatch, RewritePlugin, RewriteRule } from './plugin'
import type { Reader } from './reader'
import { RCODES, readRecordType } from './record'

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
    case 'rcode':
      return readRcode(reader, at, rest, goesOn)
    case 'type': {
      const [from, to] = rest.map(w => readRecordType(w.text))
      if (from && to && rest.length === 2) return { field: 'type', from, to, goesOn }
      reader.wrong(at, "'rewrite type' takes two types.", 'Write rewrite type ANY A.')
      return undefined
    }
    case 'edns0':
      return readOption(reader, at, rest, goesOn)
    case 'class':
      return readClass(reader, at, rest, goesOn)
    default:
      if (field?.text === 'cname') reader.refuse(field, 'rewrite cname is not modelled.', `hopspec reads ${FIELDS}.`)
      else reader.wrong(field ?? at, `'rewrite' needs ${FIELDS}.`, 'Write rewrite name FROM TO.')
      return undefined
  }
}

const FIELDS = 'name, type, class, ttl, rcode and edns0'

/** `edns0 local set 0xffee abcd`: an option that is set or taken away is so; one to be replaced is never there. */
function readOption(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const [kind, action] = words.map(w => w.text.toLowerCase())
  if (!['local', 'nsid', 'subnet'].includes(kind ?? '') || !['set', 'append', 'replace', 'unset'].includes(action ?? '')) {
    reader.wrong(at, "'rewrite edns0' takes local, nsid or subnet, and set, append, replace or unset.", 'Write rewrite edns0 nsid set.')
    return undefined
  }
  return { field: 'nothing', applies: action !== 'replace', goesOn }
}

const CLASSES = ['IN', 'CS', 'CH', 'HS', 'NONE', 'ANY']

/** Every question is one of IN: other classes are never asked for, and IN may not become one. */
function readClass(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const [from, to] = words.map(w => w.text.toUpperCase())
  if (words.length !== 2 || !CLASSES.includes(from!) || !CLASSES.includes(to!))
    reader.wrong(at, "'rewrite class' takes two classes.", 'Write rewrite class CH IN.')
  else if (from === 'IN' && to !== 'IN') reader.refuse(at, `Questions of the class ${to} are not modelled.`, 'Take the line out.')
  else return { field: 'nothing', applies: from === 'IN', goesOn }
  return undefined
}

/** `rcode [MATCH] NAME OLD NEW`: another status for what is asked of a name. */
function readRcode(reader: Reader, at: Directive, words: readonly Word[], goesOn: boolean): RewriteRule | undefined {
  const { match, rest } = matchOf(words)
  const [name, old, now] = rest
  const [from, to] = [old, now].map(w => RCODES.find(r => r === w?.text.toUpperCase()))
  if (name === undefined || rest.length !== 3 || from === undefined || to === undefined) {
    reader.wrong(at, `'rewrite rcode' takes a name and two of ${RCODES.join(', ')}.`, 'Write rewrite rcode example.org NXDOMAIN NOERROR.')
    return undefined
  }
  return { field: 'rcode', match, name: patternOf(reader, match, name), from, to, goesOn }
}

/** What a name is compared with: an absolute name, or the text of an expression. */
function patternOf(reader: Reader, match: NameMatch, word: Word): string {
  if (match !== 'regex') return normal(word.text)
  checkRegexp(reader, word)
  return word.text
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
  const read = readOptions(reader, at, options)
  return {
    field: 'name',
    match,
    from: patternOf(reader, match, from),
    to: normal(to.text),
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
  const least = Number(range[1] ?? 0)
  const most = range[2] === undefined ? least : Number(range[3] ?? 2_147_483_647)
  return { field: 'ttl', match, from: patternOf(reader, match, from), least, most, goesOn }
}

function checkRegexp(reader: Reader, word: Word): RegExp | undefined {
  const read = readGoRegexp(word.text)
  if (typeof read !== 'string') return read
  reader.refuse(word, `The pattern ${word.text} ${read}.`, 'Write a simpler one.')
  return undefined
}
