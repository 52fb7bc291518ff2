// A scenario as text one reads: keywords quiet, values strong, tables as tables, a verdict beside each step, its probe below the When.
// In: a ScenarioRun, the numbers of its probes. Out: HTML.
import { never } from '../../error'
import { shareText } from '../share-text'
import type { Attached, ScenarioRun, StepRun } from '../run'
import { kernelOf } from '../kernel-verdict'
import type { RunFacts } from './facts'
import { failedStep } from './finding-view'
import { hrefOf, shortPlace, verdict } from './glyph'
import type { Safe } from './html'
import { html, NOTHING } from './html'
import { KERNEL_MARKS, kernelBadge, kernelWord } from './kernel-view'
import type { ProbeJson, TimelineJson } from './probe'
import { placeName } from './share-bar'
import { secondsText } from './timeline-picture'

/** What the data block holds, and the script draws when it is opened. */
export type Stored = { readonly probe: ProbeJson } | { readonly timeline: TimelineJson } | { readonly text: string }

/** The data block while it is filled. */
export interface Store {
  /** Its number in the block. */
  readonly put: (stored: Stored) => number
  /** True the first time for a text. */
  readonly isNew: (text: string) => boolean
  /** The dataplanes of the run. */
  readonly dataplane: RunFacts['dataplane']
}

const LONG = 6
/** Characters of a table row that fit everywhere but on a phone, where cells wrap. */
const NARROW = 80

/** One scenario in its feature. */
export function scenarioView(scenario: ScenarioRun, store: Store): Safe {
  const { anchor, status } = scenario
  const kernel = store.dataplane === 'simulated' ? null : kernelOf(scenario, store.dataplane)
  return html`<article id="${anchor}" class="scenario" data-s="${status}"${kernel && html` data-k="${kernel.verdict}"`}><h3>${verdict(status)} ${scenario.name} ${
    kernel && store.dataplane !== 'simulated' && kernelBadge(kernel, store.dataplane)
  } <a class="at" href="${hrefOf(anchor)}">${shortPlace(scenario.uri, scenario.line, scenario.row)}</a></h3>${
    scenario.example.length > 0 && exampleView(scenario)
  }${scenario.tags.length > 0 && html`<p class="tags">${scenario.tags.map(tag => html`<span>${tag}</span> `)}</p>`}<ol class="steps">${scenario.steps
    .filter(step => !isBackground(step))
    .map(step => stepView(step, store, failedStep(step, anchor)))}</ol></article>
`
}

const exampleView = (scenario: ScenarioRun): Safe =>
  html`<p class="example">${scenario.example.map(cell => html`<span>${cell.name} <b>${cell.value}</b></span> `)}</p>`

function stepView(step: StepRun, store: Store, failed: Safe = NOTHING): Safe {
  return html`<li>${verdict(step.status)} ${stepLine(step)}${step.status === 'skipped' && step.message !== null && html`<p class="kind">${step.message}</p>`}${step.rows && stepTable(step.rows)}${step.docString !== null && docString(step.docString, store)}${step.attached.map(
    item => attachedView(item, store),
  )}${failed}</li>`
}

/** Keyword and text, on one line. */
export const stepLine = (step: StepRun): Safe =>
  html`<u>${step.keyword.trim()}</u> ${step.text.map(part => (part.value ? html`<b>${part.text}</b>` : part.text))}`

/** Tables that may be wider than the page can be scrolled, also with the keyboard. */
function stepTable(rows: readonly (readonly string[])[]): Safe {
  const table = html`<table class="data"><tbody>${rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`
  const wide = rows.some(row => row.join('  ').length > NARROW)
  return wide ? html`<div class="scroll" tabindex="0" role="group" aria-label="Table of the step">${table}</div>` : table
}

/** Long texts are folded; one that was there before is stored once. */
function docString(text: string, store: Store): Safe {
  const lines = text.split('\n').length
  if (lines <= LONG && text.length < 400) return html`<pre tabindex="0">${text}</pre>`
  const head = html`<summary>${text.split('\n')[0]!.slice(0, 60)} … ${lines} lines</summary>`
  if (store.isNew(text)) return html`<details>${head}<pre tabindex="0">${text}</pre></details>`
  return html`<details data-stored="${store.put({ text })}">${head}</details>`
}

function attachedView(item: Attached, store: Store): Safe {
  switch (item.kind) {
    case 'probe':
      return probeFold(item.probe, store)
    case 'timeline':
      return timelineFold(item.timeline, store)
    case 'text':
      return docString(item.text, store)
    case 'other':
      return html`<p class="kind">attached: ${item.what}</p>`
    case 'finding':
    case 'topology':
      return NOTHING // a finding stands below its failed step, topologies in a section of their own
    default:
      return never(item)
  }
}

/** A probe as one line; the script draws it when it is opened. */
export function probeFold(probe: ProbeJson, store: Store): Safe {
  return html`<details class="probe" data-stored="${store.put({ probe })}"><summary><code>${probe.title}</code> <span class="kind">${outcomesText(probe)}</span>${kernelMark(probe)}</summary></details>`
}

/** What the kernel did, in the folded line. */
function kernelMark({ kernel }: ProbeJson): Safe {
  if (kernel === undefined) return NOTHING
  const verdict = !kernel.compared ? 'apart' : kernel.differences.length > 0 ? 'differs' : 'agrees'
  return html` <span class="kernel-badge" data-kernel="${verdict}">${KERNEL_MARKS[verdict]} ${kernelWord(verdict, 'both')}</span>`
}

const SHOWN = 5

/** `≈ 1/3 web-a · ≈ 1/3 web-b · 1/3 dropped`. */
function outcomesText(probe: ProbeJson): string {
  const { outcomes } = probe.trace
  const one = outcomes[0]
  if (outcomes.length === 1 && one) return one.fate === 'delivered' ? `delivered to ${placeName(one)}` : one.fate
  const texts = outcomes.slice(0, SHOWN).map(o => `${shareText(o.probability)} ${placeName(o)}`)
  return [...texts, ...(outcomes.length > SHOWN ? [`and ${outcomes.length - SHOWN} more`] : [])].join(' · ')
}

const timelineFold = (timeline: TimelineJson, store: Store): Safe =>
  html`<details class="table" data-stored="${store.put({ timeline })}"><summary>Timeline: ${timelineText(timeline)}</summary></details>`

/** `12 writes by 5 components in 0.634 s`. */
function timelineText({ events, more }: TimelineJson): string {
  const components = new Set(events.map(e => `${e.by} ${e.node}`)).size
  const count = events.length + more
  const span = more > 0 ? '' : ` in ${secondsText((events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0))}`
  return `${count} ${count === 1 ? 'write' : 'writes'} by ${components} ${components === 1 ? 'component' : 'components'}${span} of virtual time`
}

/** Steps of the Background say nothing new in each scenario, unless something went wrong or was sent. */
const isBackground = (step: StepRun): boolean =>
  step.background && step.status === 'passed' && step.attached.every(item => item.kind === 'topology' || item.kind === 'timeline')

/** The Background, once for the feature. */
export function backgroundView(scenario: ScenarioRun | undefined, store: Store): Safe {
  const steps = scenario?.steps.filter(isBackground) ?? []
  if (steps.length === 0) return html``
  return html`<div class="background"><p class="kind">Background, before each scenario</p><ol class="steps">${steps.map(step => stepView(step, store))}</ol></div>`
}
