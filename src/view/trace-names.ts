// The lookup of a trace as lines: questions, answers, and the way of the packets that carried them.
import type { DnsQueryJson } from '../dns/json'
import type { DnsPathJson, DnsWayJson, HopJson } from '../trace/json'
import { shareText } from './share-text'

type Hops = (hops: readonly HopJson[]) => readonly string[]

/** Every way of the lookups of a trace; `hops` prints the hops of a packet. The way of questions that were answered is told once. */
export function lookupsText(ways: readonly DnsWayJson[], hops: Hops): readonly string[] {
  const told = new Set<string>()
  return ways.map(way => lookupLines(way, ways.length > 1, hops, told).join('\n'))
}

function lookupLines(way: DnsWayJson, several: boolean, hops: Hops, told: Set<string>): readonly string[] {
  const { lookup } = way
  const share = several ? `, ${shareText(way.probability)} of the lookups` : ''
  const head = `name ${way.name} → ${resultText(way)}${share}`
  if (lookup.queries.length === 0) return [head]
  const paths = way.paths.flatMap((path, index) =>
    way.sent.some(s => s.path === index) ? ['', pathLine(path), ...wayLines(way, index, hops, told)] : [],
  )
  return [head, ...lookup.queries.map(questionLine), ...paths]
}

function resultText({ lookup, tookMs }: DnsWayJson): string {
  if (lookup.failure === null) return `${lookup.result.join(', ')}${lookup.by === 'hosts' ? ' (from /etc/hosts)' : ''}`
  const took = tookMs === 0 ? '' : `, after ${tookMs / 1000} s`
  return `${lookup.failure === 'try-again' ? 'no answer' : 'no address'}${took}`
}

/** `  ask  web.default.svc.cluster.local. A  → NXDOMAIN`. */
function questionLine(q: DnsQueryJson): string {
  const data = q.answers.map(a => (a.type === q.type ? a.data : `${a.type} ${a.data}`))
  const by = q.askedBy === 'server' ? '  (asked by CoreDNS)' : q.transport === 'tcp' ? '  (over TCP)' : ''
  const said = q.rcode === 'NOERROR' ? (data.length === 0 ? 'NOERROR, no data' : data.join(', ')) : q.rcode
  return `  ask  ${q.name} ${q.type}  → ${said}${q.flags.includes('tc') ? ', cut' : ''}${by}`
}

function pathLine(path: DnsPathJson): string {
  const ends = path.outcomes.map(o => {
    const share = path.outcomes.length === 1 ? '' : `${shareText(o.probability)} `
    return o.fate === 'delivered'
      ? `${share}${o.answeredBy ?? o.destination}`
      : `${share}${o.fate}${o.decidedBy === null ? '' : ` by ${o.decidedBy}`}`
  })
  return `questions to ${path.server} over ${path.transport}: ${ends.join(', ')}`
}

/** The way of an answered question, and of lost ones that were asked again; where a lookup fails, the request's own outcome tells what was lost. */
function wayLines({ lookup, sent, paths }: DnsWayJson, index: number, hops: Hops, told: Set<string>): readonly string[] {
  const { outcomes } = paths[index]!
  return sent.flatMap(({ path, outcome }) => {
    const delivered = outcomes[outcome]?.fate === 'delivered'
    const key = `${path} ${delivered ? 'delivered' : outcome}`
    if (path !== index || told.has(key) || (!delivered && lookup.failure !== null)) return []
    told.add(key)
    return hops(outcomes[outcome]!.hops)
  })
}
