// The lookup of a trace as lines: questions, answers, and the way of the packets that carried them.
import type { DnsQueryJson } from '../dns/json'
import type { DnsPathJson, DnsWayJson } from '../trace/name-json'
import type { HopJson } from '../trace/json'
import { shareText } from './share-text'

/** One way of a lookup; `hops` prints the hops of a packet. */
export function lookupLines(way: DnsWayJson, several: boolean, hops: (hops: readonly HopJson[]) => readonly string[]): readonly string[] {
  const { lookup } = way
  const share = several ? `, ${shareText(way.probability)} of the lookups` : ''
  const head = `name ${way.name} → ${resultText(way)}${share}`
  if (lookup.queries.length === 0) return [head]
  const paths = way.paths.flatMap(path => ['', ...pathLines(path, hops)])
  return [head, ...lookup.queries.map(questionLine), ...paths]
}

function resultText({ lookup, tookMs }: DnsWayJson): string {
  if (lookup.failure === null) return `${lookup.result.join(', ')}${lookup.by === 'hosts' ? ' (from /etc/hosts)' : ''}`
  const took = tookMs === 0 ? '' : `, after ${tookMs / 1000} s`
  return `${lookup.failure === 'try-again' ? 'no answer' : 'no address'}${took}`
}

/** `  ask  web.default.svc.cluster.local. A  → NXDOMAIN`. */
export function questionLine(q: DnsQueryJson): string {
  const data = q.answers.map(a => (a.type === q.type ? a.data : `${a.type} ${a.data}`))
  const by = q.askedBy === 'server' ? '  (asked by CoreDNS)' : q.transport === 'tcp' ? '  (over TCP)' : ''
  const said = q.rcode === 'NOERROR' ? (data.length === 0 ? 'NOERROR, no data' : data.join(', ')) : q.rcode
  return `  ask  ${q.name} ${q.type}  → ${said}${q.flags.includes('tc') ? ', cut' : ''}${by}`
}

function pathLines(path: DnsPathJson, hops: (hops: readonly HopJson[]) => readonly string[]): readonly string[] {
  const [first] = path.outcomes
  const ends = path.outcomes.map(o => {
    const share = path.outcomes.length === 1 ? '' : `${shareText(o.probability)} `
    return o.fate === 'delivered'
      ? `${share}${o.answeredBy ?? o.destination}`
      : `${share}${o.fate}${o.decidedBy === null ? '' : ` by ${o.decidedBy}`}`
  })
  return [
    `questions to ${path.server} over ${path.transport}: ${ends.join(', ')}`,
    ...(first && first.fate === 'delivered' ? hops(first.hops) : []),
  ]
}
