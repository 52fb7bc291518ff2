// The template plugin: answers made from the question by a pattern. Of Go's templates only the fields of a match are read. Upstream: plugin/template.
import { absolute, isWithin, normal, zoneOf } from './name'
import type { TemplatePlugin } from './plugin'
import { type Answer, bareAnswer, type DnsRecord, type Question, readRecordType } from './record'

/** The plugin's answer; undefined where the next plugin is asked instead. */
export function askTemplate(plugin: TemplatePlugin, question: Question, lookUp: (question: Question) => Answer): Answer | undefined {
  const name = normal(question.name)
  const zone = zoneOf(plugin.zones, name)
  if (zone === undefined || !(plugin.type === 'ANY' || question.type === 'ANY' || plugin.type === question.type)) return undefined
  const found = plugin.match.map(regexp => regexp.exec(name)).find(m => m !== null)
  if (found === undefined) {
    if (plugin.fallthrough?.some(z => isWithin(z, name))) return undefined
    return bareAnswer('SERVFAIL', 'template: no pattern matches, and nothing falls through')
  }
  if (plugin.rcode === 'SERVFAIL') return bareAnswer('SERVFAIL', 'template: rcode SERVFAIL')
  const records = (texts: readonly string[]): readonly DnsRecord[] | null => {
    const read = texts.flatMap(text => readRecord(filled(text, question, zone, found)) ?? [])
    return read.length === texts.length ? read : null
  }
  const [answers, authority, additional] = [records(plugin.answers), records(plugin.authority), records(plugin.additional)]
  if (!(answers && authority && additional)) return bareAnswer('SERVFAIL', `template: what is written for ${name} is no record`)
  return {
    rcode: plugin.rcode,
    flags: ['qr', 'aa', 'rd'],
    answers: answers.flatMap(record => [record, ...targetsOf(record, question, lookUp)]),
    authority,
    additional,
    because: `template: a pattern matches ${name}`,
  }
}

/** An alias is followed by the server itself where addresses are asked for. */
function targetsOf(record: DnsRecord, { type }: Question, lookUp: (question: Question) => Answer): readonly DnsRecord[] {
  if (record.type !== 'CNAME' || (type !== 'A' && type !== 'AAAA')) return []
  return lookUp({ name: record.data, type }).answers
}

const FIELD = /\{\{-?\s*(?:\.(Name|Zone|Type|Class)|\.Group\.(\w+)|index\s+\.Match\s+(\d+)|index\s+\.Group\s+"(\w+)")\s*-?\}\}/g

/** Whether hopspec knows every field of a template. */
export const isReadable = (text: string): boolean => !text.replace(FIELD, '').includes('{{')

/** Whether a template can become a record, whatever its fields are filled with. */
export const isRecord = (text: string): boolean =>
  readRecord(text.replace(FIELD, (_, field?: string) => (field === 'Type' ? 'A' : '1'))) !== undefined

function filled(text: string, question: Question, zone: string, found: RegExpExecArray): string {
  return text.replace(FIELD, (_, field?: string, group?: string, index?: string, key?: string) => {
    const name = group ?? key
    if (name !== undefined) return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? ''
    if (index !== undefined) return found[Number(index)] ?? ''
    return { Name: normal(question.name), Zone: zone, Type: question.type, Class: 'IN' }[field!] ?? ''
  })
}

/** `NAME [TTL] [IN] TYPE DATA`; undefined where it is no record. */
function readRecord(text: string): DnsRecord | undefined {
  const found = /^\s*(\S+)\s+(?:(\d+)\s+)?(?:IN\s+)?(?:(\d+)\s+)?([A-Za-z]+)\s+(.+?)\s*$/.exec(text)
  const type = readRecordType(found?.[4] ?? '')
  if (!found || type === undefined) return undefined
  return { name: absolute(found[1]!), type, ttl: Number(found[2] ?? found[3] ?? 3600), data: found[5]! }
}
