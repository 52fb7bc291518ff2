// A lookup for people: what was asked, what was answered, and by whom.
import type { DnsLookupJson, DnsQueryJson } from '../dns/json'
import { recordText } from '../dns/record'

/** The lookup as text; `name` is the word that was looked up. */
export function dnsText(name: string, lookup: DnsLookupJson): string {
  const lines = [`${name}: ${resultText(lookup)}`]
  if (lookup.queries.length > 0) lines.push('')
  let number = 0
  for (const query of lookup.queries) lines.push(...queryLines(query, query.askedBy === 'client' ? `${++number}` : '·'))
  return `${lines.join('\n')}\n`
}

function resultText({ result, by, failure, queries }: DnsLookupJson): string {
  if (failure !== null) return `${WORDS[failure]}${queries.length > 0 ? `, after ${counted(queries)}` : ''}`
  if (by === 'number') return `${result.join(', ')} (a number, nothing to look up)`
  if (by === 'hosts') return `${result.join(', ')} (from /etc/hosts)`
  return `${result.join(', ') || 'no address'} (${counted(queries)})`
}

const WORDS: Readonly<Record<NonNullable<DnsLookupJson['failure']>, string>> = {
  'not-found': 'there is no such name',
  'no-data': 'the name exists, but has no record of that type',
  'try-again': 'no answer',
  failed: 'the server refused or failed',
}

function counted(queries: readonly DnsQueryJson[]): string {
  const own = queries.filter(q => q.askedBy === 'client').length
  return `${own} ${own === 1 ? 'query' : 'queries'}`
}

function queryLines(q: DnsQueryJson, number: string): readonly string[] {
  const whom = q.askedBy === 'server' ? 'CoreDNS itself' : `${q.server ?? ''}${q.transport === 'tcp' ? ' over TCP' : ''}`
  const head = `${number.padStart(3)}  ${q.name} ${q.type} → ${whom}: ${q.rcode}${q.flags.includes('tc') ? ', cut' : ''}`
  const records = [...q.answers, ...q.authority, ...q.additional].map(r => `       ${recordText(r)}`)
  return [`${head}  (${q.because})`, ...records]
}
