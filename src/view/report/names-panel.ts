// A lookup in the report: its questions and answers as a table before the hops of the request. Made once, when the report is written, and kept as HTML:
// the page's script only shows it, and draws the way of the questions.
import type { DnsQueryJson } from '../../dns/json'
import type { DnsPathJson, DnsWayJson } from '../../trace/json'
import { shareText } from '../share-text'
import type { Safe } from './html'
import { html } from './html'
import type { ProbeJson, ShownPath } from './probe'
import { placeName } from './share-bar'

/** The probe with its lookups as HTML in the place of their values; of the paths of their questions, the first way of each stays. */
export function withNames(probe: ProbeJson): ProbeJson {
  const { dns, ...trace } = probe.trace
  if (dns === undefined) return probe
  const lookups = dns.map(way => {
    const alone = trace.flow.to === way.name
    return { name: alone ? null : way.name, html: lookupView(way).html, paths: alone ? [] : way.paths.map(shownPath) }
  })
  return { ...probe, trace, lookups }
}

const lookupView = (way: DnsWayJson): Safe => html`${headLine(way)}${way.lookup.queries.length > 0 && questionTable(way)}`

function shownPath({ server, transport, outcomes }: DnsPathJson): ShownPath {
  const ends = outcomes.map(o => `${outcomes.length === 1 ? '' : `${shareText(o.probability)} `}${placeName(o)}`).join(', ')
  return { text: `The way of the questions to ${server} over ${transport}: ${ends}`, outcome: outcomes[0]! }
}

function headLine({ name, lookup, nameservers, tookMs }: DnsWayJson): Safe {
  const count = lookup.queries.filter(q => q.askedBy === 'client').length
  const found =
    lookup.failure === null
      ? html`<span class="good">✔</span> <code>${lookup.result.join(', ')}</code>`
      : html`<span class="bad">✘ ${FAILURES[lookup.failure]}</span>`
  const how =
    lookup.by === 'hosts'
      ? 'from /etc/hosts'
      : `${count} ${count === 1 ? 'question' : 'questions'} by ${lookup.resolver} to ${nameservers.join(', ')}`
  const path = lookup.search.length === 0 ? '' : `; search ${lookup.search.join(' ')}; ${lookup.options.join(' ') || 'ndots:1'}`
  const wait = tookMs === 0 ? '' : `; ${tookMs / 1000} s of waiting`
  return html`<p>name <code>${name}</code> → ${found} <span class="kind">${how}${path}${wait}</span></p>`
}

const FAILURES: Readonly<Record<NonNullable<DnsWayJson['lookup']['failure']>, string>> = {
  'not-found': 'no such name',
  'no-data': 'no address',
  'try-again': 'no answer',
  failed: 'refused',
}

function questionTable({ lookup }: DnsWayJson): Safe {
  let number = 0
  const rows = lookup.queries.map(q => {
    const [no, by] = q.askedBy === 'client' ? [`${++number}. `, q.transport === 'tcp' ? ' over TCP' : ''] : ['', ' by CoreDNS itself']
    return html`<tr><td>${no}${q.name} ${q.type}${by}</td><td>${answerText(q)}</td><td class="because">${q.because}</td></tr>`
  })
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Questions"><table class="data questions"><thead><tr><th scope="col">question</th><th scope="col">answer</th><th scope="col">because</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

function answerText(q: DnsQueryJson): Safe {
  if (q.rcode !== 'NOERROR') return html`<span class="bad">✘ ${q.rcode}</span>`
  if (q.answers.length === 0) return html`NOERROR, no data`
  return html`${q.answers.map(a => (a.type === q.type ? a.data : `${a.type} ${a.data}`)).join('\n')}${q.flags.includes('tc') && ' (cut)'}`
}
