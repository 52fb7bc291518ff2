// `template` of a Corefile: patterns and the answers made from them.
import type { Directive } from './corefile-tree'
import { readGoRegexp } from './go-regexp'
import type { TemplatePlugin } from './plugin'
import type { Reader } from './reader'
import { readRecordType } from './record'
import { isReadable, isRecord } from './template'

const RCODES = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'] as const
const WORDS = ['match', 'answer', 'authority', 'additional', 'rcode', 'fallthrough']

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
    const [name, ...rest] = line.words
    const list = lines.get(name!.text)
    if (name!.text === 'upstream') continue
    if (list === undefined) reader.unknownLine('template', line, ['ederror'], WORDS)
    else if (name!.text === 'fallthrough') fallthrough = reader.fallthrough(line)
    else list.push(...rest.map(w => w.text))
    const record = ['answer', 'authority', 'additional'].includes(name!.text)
    if (rest.some(w => !isReadable(w.text)))
      reader.refuse(
        line,
        'This template uses more of Go than hopspec reads.',
        'It reads .Name, .Zone, .Type, .Group.NAME and index .Match N.',
      )
    else if (record && (rest.length === 0 || !rest.every(w => isRecord(w.text))))
      reader.refuse(
        line,
        `'${name!.text}' is no record that hopspec reads.`,
        'Write NAME TTL IN TYPE DATA, as in "{{ .Name }} 60 IN A 10.0.0.1".',
      )
  }
  const match = (lines.get('match')!.length === 0 ? ['.*'] : lines.get('match')!).flatMap(pattern => {
    const read = readGoRegexp(pattern)
    if (typeof read !== 'string') return [read]
    reader.refuse(directive, `The pattern ${pattern} ${read}.`, 'Write a simpler one.')
    return []
  })
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
