// All that is told about one probe: shares, the picture of one outcome, what the client sees, the table. In: ProbeJson, which outcome, which
// direction. Out: HTML; the page's own script calls this too, so a panel looks the same in the file and made on demand.
import { percentText, shareText } from '../share-text'
import type { Connection } from '../../path/connection'
import type { HopJson, OutcomeJson } from '../../trace/json'
import { hopPicture } from './hop-picture'
import { hopPictureTall } from './hop-picture-tall'
import { hopTable } from './hop-table'
import type { Safe } from './html'
import { html, raw } from './html'
import { kernelPanel } from './kernel-view'
import { nameChain } from './name-chain'
import type { ProbeJson } from './probe'
import { placeName, sampleText, shareBar } from './share-bar'
import { endingOf, type Machine, placeOf, wayOf } from './way'

interface PanelOptions {
  readonly outcome: number
  readonly direction: 'request' | 'reply'
  /** The namespace where expected and actual part. */
  readonly mark?: string
}

/** The outcome to show first: the one that was taken, else the first that went wrong, else the first. */
export function firstOutcome(probe: ProbeJson): number {
  const outcomes = probe.trace.outcomes
  if (probe.kernel?.compared && probe.kernel.differences.length > 0) return probe.kernel.way
  if (probe.chosen !== null && outcomes[probe.chosen]) return probe.chosen
  return Math.max(
    0,
    outcomes.findIndex(outcome => outcome.fate !== 'delivered'),
  )
}

/** The panel below a When, or in a failure. */
export function probePanel(probe: ProbeJson, options: PanelOptions): Safe {
  const outcomes = probe.trace.outcomes
  const outcome = outcomes[options.outcome]
  if (!outcome) return html`${lookup(probe, 0)}<p>Nothing was sent.</p>`
  const name = probe.lookups?.[outcome.dnsWay ?? 0]?.name ?? null
  const heading = (text: string) => name !== null && html`<p class="stage">${text}</p>`
  return html`${kernelPanel(probe)}${name !== null && nameChain(name, outcome)}${heading('The name')}${lookup(probe, outcome.dnsWay ?? 0)}${heading(isLost(outcome) ? 'The question that was lost' : 'The request')}${outcomes.length > 1 && shareBar(outcomes)}${(outcomes.length > 1 || probe.sample) && outcomeList(probe, options.outcome)}${outcomeView(outcome, options)}`
}

/** Where the name's question met its end, the way is the question's, and the request was never sent. */
const isLost = ({ fate, hops }: OutcomeJson): boolean => fate === 'name-not-found' && hops.length > 0

/** The lookup before a request: its questions, and their way. */
function lookup({ lookups }: ProbeJson, at: number): Safe {
  const found = lookups?.[at]
  return html`${found && html`${raw(found.html)}${found.paths.map(({ text, outcome }) => fold(text, html`${pictures(wayOf(outcome.hops, endingOf(outcome.fate, null)), { back: false, label: text }, text)}${hopTable(outcome.hops, text)}`))}`}`
}

const fold = (summary: string, content: Safe, open = false): Safe =>
  html`<details class="table"${open && raw(' open')}><summary>${summary}</summary>${content}</details>`

const pictures = (way: readonly Machine[], picture: Parameters<typeof hopPicture>[1], name: string): Safe =>
  html`<div class="picture" tabindex="0" role="group" aria-label="${name}">${hopPicture(way, picture)}${hopPictureTall(way, picture)}</div>`

function outcomeList(probe: ProbeJson, chosen: number): Safe {
  const { outcomes } = probe.trace
  const rows = outcomes.map((outcome, i) => {
    const sampled = sampleText(probe.sample, outcome)
    return html`<li><button type="button" data-outcome="${i}" aria-pressed="${i === chosen ? 'true' : 'false'}"><span class="swatch ${
      outcome.fate === 'delivered' ? `s${i % 4}` : 'lost'
    }"></span><b>${shareText(outcome.probability)}</b> ${placeName(outcome)}</button> <span class="kind">${
      outcome.fate === 'delivered' ? '✔' : '✘'
    } ${outcome.fate} · exactly ${outcome.probability.fraction}${outcome.probability.fraction !== '1' && ` = ${percentText(outcome.probability.decimal)}`}${
      sampled !== null && ` · counted ${sampled}`
    }${probe.chosen === i && ' · the request took this way'}</span></li>`
  })
  return html`<ul class="outcomes">${rows}</ul>${
    probe.sample &&
    html`<p class="kind">Counted: ${probe.sample.times} requests, ${probe.dataplane === 'real' ? 'sent on the kernel of this machine' : `drawn with seed ${probe.sample.seed}`}.</p>`
  }`
}

function outcomeView(outcome: OutcomeJson, options: PanelOptions): Safe {
  const back = options.direction === 'reply'
  const hops = back ? (outcome.reply?.hops ?? []) : outcome.hops
  if (hops.length === 0 && !back) return html`<p>Nothing was sent.</p>${verdict(outcome)}`
  const fate = back ? (outcome.reply?.fate ?? 'unknown') : outcome.fate
  const way = wayOf(hops, endingOf(fate, back ? (outcome.reply?.decidedBy ?? null) : (outcome.explanation ?? outcome.decidedBy)))
  const caption = `${back ? 'Reply' : 'Request'}, hop by hop`
  const label = `${back ? 'Reply' : 'Request'}: ${wayText(hops)}; ${fate}. The table says the same.`
  const picture = { back, label, ...(options.mark === undefined ? {} : { mark: options.mark }) }
  return html`<div class="direction js" role="group" aria-label="Direction"><button type="button" data-direction="request" aria-pressed="${back ? 'false' : 'true'}">request →</button><button type="button" data-direction="reply" aria-pressed="${
    back ? 'true' : 'false'
  }"${outcome.reply ? '' : html` disabled`}>← reply</button></div>${pictures(way, picture, `Picture of the ${options.direction}`)}${back && outcome.reply ? replyVerdict(outcome.reply) : verdict(outcome)}${fold(
    `${caption}: ${hops.reduce((sum, hop) => sum + hop.steps.length, 0)} steps in ${hops.length} places`,
    hopTable(hops, caption),
    options.mark !== undefined,
  )}${conntrack(outcome)}${wire(outcome)}`
}

/** `client laptop → node master → pod web-1`. */
const wayText = (hops: readonly HopJson[]): string =>
  hops
    .map(hop => {
      const { kind, name } = placeOf(hop.in)
      return `${kind} ${name}`
    })
    .join(' → ')

function replyVerdict(reply: NonNullable<OutcomeJson['reply']>): Safe {
  const last = reply.hops.at(-1)
  const packet = last?.steps.at(-1)?.packet
  return html`<dl class="verdict"><dt>${reply.fate === 'delivered' ? html`<span class="good">✔ delivered</span>` : html`<span class="bad">✘ ${reply.fate}</span>`}</dt><dd>${
    packet &&
    html`the reply ${reply.fate === 'delivered' ? 'comes from' : 'was last seen as'} <code>${packet.source} → ${packet.destination}</code>${packet.detail && ` (${packet.detail})`}`
  }</dd>${reply.decidedBy !== null && html`<dt>decided by</dt><dd><code>${reply.decidedBy}</code></dd>`}</dl>`
}

function verdict(outcome: OutcomeJson): Safe {
  const good = outcome.fate === 'delivered'
  const curl = outcome.client.curl
  return html`<dl class="verdict"><dt>${good ? html`<span class="good">✔ delivered</span>` : html`<span class="bad">✘ ${outcome.fate}</span>`}</dt><dd>${
    outcome.explanation ??
    (good
      ? html`the server sees <code>${outcome.source}</code>, and is addressed as <code>${outcome.destination}</code>`
      : html`last seen as <code>${outcome.source} → ${outcome.destination}</code>`)
  }</dd>${outcome.decidedBy !== null && html`<dt>decided by</dt><dd><code>${outcome.decidedBy}</code></dd>`}<dt>the client sees</dt><dd>${
    curl
      ? html`<code>${curl.text || outcome.answer || outcome.client.result}</code>${curl.exit !== 0 && html` <span class="kind">exit ${curl.exit}</span>`}`
      : html`${outcome.answer ?? outcome.client.result}`
  }</dd></dl>`
}

function conntrack(outcome: OutcomeJson): Safe {
  const places = Object.entries(outcome.conntrack).filter(([, list]) => list.length > 0)
  if (places.length === 0) return html``
  const row = (place: string, entry: Connection) =>
    html`<tr><th scope="row">${place}</th><td>${entry.protocol}</td><td class="packet">${entry.original}</td><td class="packet">${entry.reply}</td></tr>`
  return fold(
    'Connections that exist afterwards',
    html`<div class="scroll" tabindex="0" role="group" aria-label="Connections"><table><thead><tr><th scope="col">where</th><th scope="col">protocol</th><th scope="col">original</th><th scope="col">reply</th></tr></thead><tbody>${places.map(
      ([place, list]) => list.map(entry => row(place, entry)),
    )}</tbody></table></div>`,
  )
}

const wire = (outcome: OutcomeJson): Safe =>
  html`${outcome.wire.length > 0 && fold(`On the wire: ${outcome.wire.length} packets seen`, html`<pre tabindex="0">${outcome.wire.join('\n')}</pre>`)}`
