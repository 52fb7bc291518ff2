// The hosts plugin's answers: A, AAAA and PTR of its lines. Upstream: plugin/hosts.
import { ipText } from '../addr/ip'
import { addressesIn, namesIn } from './hosts-lines'
import { absolute, isWithin, normal, zoneOf } from './name'
import type { HostsPlugin } from './plugin'
import { type Answer, AUTHORITATIVE, bareAnswer, type DnsRecord, type Question } from './record'
import { addressOfReverse } from './reverse'

/** The plugin's answer; undefined where the next plugin is asked instead. */
export function askHosts(plugin: HostsPlugin, question: Question): Answer | undefined {
  const name = normal(question.name)
  if (question.type === 'PTR') return reverse(plugin, question, name)
  if (zoneOf(plugin.zones, name) === undefined) return undefined
  const all = addressesIn(plugin.lines, name)
  if (all.length === 0) {
    if (plugin.fallthrough?.some(z => isWithin(z, name))) return undefined
    return bareAnswer('SERVFAIL', `hosts: no line names ${name}, and nothing falls through`)
  }
  const own = all.filter(ip => question.type === (typeof ip === 'number' ? 'A' : 'AAAA'))
  return answered(
    own.map(ip => ({ name: absolute(question.name), type: question.type, ttl: plugin.ttl, data: ipText(ip) })),
    `hosts: a line names ${name}`,
  )
}

function reverse(plugin: HostsPlugin, question: Question, name: string): Answer | undefined {
  const ip = addressOfReverse(name)
  const names = ip === undefined || !plugin.reverse ? [] : namesIn(plugin.lines, ip)
  if (names.length === 0) return undefined
  const records = names.map(n => ({ name: absolute(question.name), type: 'PTR' as const, ttl: plugin.ttl, data: absolute(n) }))
  return answered(records, `hosts: a line names ${ipText(ip!)}`)
}

const answered = (answers: readonly DnsRecord[], because: string): Answer => ({
  rcode: 'NOERROR',
  flags: AUTHORITATIVE,
  answers,
  authority: [],
  additional: [],
  because,
})
