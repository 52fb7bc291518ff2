// `template` of a Corefile: patterns and the answers made from them.
import type { Directive } from './corefile-tree'
import { readGoRegexp } from './go-regexp'
import type { TemplatePlugin } from './plugin'
import type { Reader } from './reader'
import { readRecordType } from './record'
import { isReadable, isRecord } from './template'

const RCODES = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'] as const
const RECORDS = ['answer', 'authority', 'additional']
const WORDS = ['match', ...RECORDS, 'rcode', 'fallthrough']

export function readTemplate(reader: Reader, directive: Directive): readonly TemplatePlugin[] {
  const [klass, type, ...zones] = reader.args(directive)
  const readType = readRecordType(type?.text ?? '')
  if (!/^(?:IN|ANY)$/i.test(klass?.text ?? '') || readType === undefined) {
    reader.wrong(directive, "'template' needs a class and a type.", 'Write template IN A example.org { … }.')
    return []
  }
  const lines = new Map<string, string[]>(WORDS.map(word => [word, []]))
  let fallthrough: TemplatePlugin['fallthrough'] = null
  for (const line of directive.block) {
    const name = line.words[0]!.text
    if (name === 'upstream') continue
    const list = lines.get(name)
    if (list === undefined) reader.unknownLine('template', line, ['ederror'], WORDS)
    else if (name === 'fallthrough') fallthrough = reader.fallthrough(line)
    else list.push(...reader.args(line).map(w => w.text))
    checkLine(reader, line)
  }
  const match = readPatterns(reader, directive, lines.get('match')!)
  const rcode = lines.get('rcode')![0]?.toUpperCase()
  const readRcode = RCODES.find(r => r === (rcode ?? 'NOERROR'))
  if (readRcode === undefined) reader.refuse(directive, `rcode ${rcode} is not modelled.`, `hopspec knows ${RCODES.join(', ')}.`)
  return [
    {
      plugin: 'template',
      type: readType,
      zones: reader.zonesOf(zones),
      match,
      rcode: readRcode ?? 'SERVFAIL',
      answers: lines.get('answer')!,
      authority: lines.get('authority')!,
      additional: lines.get('additional')!,
      fallthrough,
    },
  ]
}

/** Whether hopspec can fill what is written, and make records of it where records belong. */
function checkLine(reader: Reader, line: Directive): void {
  const name = line.words[0]!.text
  const rest = reader.args(line)
  if (rest.some(w => !isReadable(w.text)))
    reader.refuse(
      line,
      'This template uses more of Go than hopspec reads.',
      'It reads .Name, .Zone, .Type, .Group.NAME and index .Match N.',
    )
  else if (RECORDS.includes(name) && (rest.length === 0 || !rest.every(w => isRecord(w.text))))
    reader.refuse(line, `'${name}' is no record that hopspec reads.`, 'Write NAME TTL IN TYPE DATA, as in "{{ .Name }} 60 IN A 10.0.0.1".')
}

/** Without a pattern every name matches. */
function readPatterns(reader: Reader, directive: Directive, patterns: readonly string[]): readonly RegExp[] {
  return (patterns.length === 0 ? ['.*'] : patterns).flatMap(pattern => {
    const read = readGoRegexp(pattern)
    if (typeof read !== 'string') return [read]
    reader.refuse(directive, `The pattern ${pattern} ${read}.`, 'Write a simpler one.')
    return []
  })
}
