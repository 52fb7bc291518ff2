// A scenario as text one reads: keywords quiet, values strong, tables as tables, a verdict beside each step, its probe below the When.
// In: a ScenarioRun, the numbers of its probes. Out: HTML.
import { shareText } from '../share-text'
import type { Attached, ScenarioRun, StepRun } from '../run'
import { hrefOf, shortPlace, verdict } from './glyph'
import type { Safe } from './html'
import { html } from './html'
import type { ProbeJson, TimelineJson } from './probe'
import { placeName } from './share-bar'

/** Gives each probe of the report its number in the data block. */
export type Numbering = (probe: ProbeJson) => number

const LONG = 6

/** One scenario in its feature. */
export function scenarioView(scenario: ScenarioRun, number: Numbering): Safe {
  const { anchor, status } = scenario
  return html`<article id="${anchor}" class="scenario" data-s="${status}" tabindex="-1"><h3>${verdict(status)} ${scenario.name} <a class="at" href="${hrefOf(anchor)}">${shortPlace(scenario.uri, scenario.line, scenario.row)}</a></h3>${
    scenario.example.length > 0 && exampleView(scenario)
  }${scenario.tags.length > 0 && html`<p class="tags">${scenario.tags.map(tag => html`<span class="tag">${tag}</span> `)}</p>`}<ol class="steps">${scenario.steps.map(
    step => stepView(step, number),
  )}</ol></article>
`
}

const exampleView = (scenario: ScenarioRun): Safe =>
  html`<p class="example">${scenario.example.map(cell => html`<span>${cell.name} <b>${cell.value}</b></span> `)}</p>`

function stepView(step: StepRun, number: Numbering): Safe {
  return html`<li>${verdict(step.status)} ${stepLine(step)}${step.rows && stepTable(step.rows)}${step.docString !== null && docString(step.docString)}${step.attached.map(
    item => attachedView(item, number),
  )}</li>`
}

/** Keyword and text, on one line. */
export const stepLine = (step: StepRun): Safe =>
  html`<span class="kw">${step.keyword.trim()}</span> ${step.text.map(part => (part.value ? html`<b>${part.text}</b>` : part.text))}`

function stepTable(rows: readonly (readonly string[])[]): Safe {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of the step"><table class="data"><tbody>${rows.map(
    row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
}

function docString(text: string): Safe {
  const lines = text.split('\n').length
  const block = html`<pre tabindex="0">${text}</pre>`
  return lines <= LONG ? block : html`<details><summary>${text.split('\n')[0]!.slice(0, 60)} … ${lines} lines</summary>${block}</details>`
}

function attachedView(item: Attached, number: Numbering): Safe {
  switch (item.kind) {
    case 'probe':
      return probeFold(item.probe, number(item.probe))
    case 'timeline':
      return timelineView(item.timeline)
    case 'text':
      return docString(item.text)
    case 'other':
      return html`<p class="kind">attached: ${item.what}</p>`
    default:
      return html``
  }
}

/** A probe as one line; the script draws it when it is opened. */
export function probeFold(probe: ProbeJson, at: number): Safe {
  return html`<details class="probe" data-probe="${at}"><summary><code>${probe.title}</code> <span class="kind">${outcomesText(probe)}</span></summary><p class="nojs">The path is drawn by this page’s script.</p></details>`
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

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3).replace(/\.?0+$/, '')} s`

function timelineView({ events }: TimelineJson): Safe {
  return html`<details class="table"><summary>Timeline: ${events.length} events in virtual time</summary><div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table class="data"><thead><tr><th scope="col">at</th><th scope="col">by</th><th scope="col">what</th><th scope="col">object</th></tr></thead><tbody>${events.map(
    event => html`<tr><td>${seconds(event.atMs)}</td><td>${event.by}</td><td>${event.what}</td><td>${event.object}</td></tr>`,
  )}</tbody></table></div></details>`
}
