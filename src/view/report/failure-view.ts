// A failure, told in ten seconds: the promise, expected beside actual, why, what to change, and where the packet went.
// In: a scenario that did not pass. Out: HTML.
import type { Failure, ScenarioRun } from '../run'
import { hrefOf, shortPlace, verdict } from './glyph'
import type { Safe } from './html'
import { html } from './html'
import type { FindingJson } from './probe'
import { stepLine } from './scenario-view'

/** `panel`: the picture of the probe, or nothing. */
export function failureView(scenario: ScenarioRun, failure: Failure | null, panel: Safe): Safe {
  const place = shortPlace(scenario.uri, scenario.line, scenario.row)
  return html`<article class="failure" id="why:${scenario.anchor}" data-s="${scenario.status}" tabindex="-1"><h3>${verdict(scenario.status)} ${scenario.name} <a class="at" href="${hrefOf(scenario.anchor)}">${place}</a></h3>${
    scenario.example.length > 0 &&
    html`<p class="example">${scenario.example.map(cell => html`<span>${cell.name} <b>${cell.value}</b></span> `)}</p>`
  }${failure && html`<p class="promise">${stepLine(failure.step)}${failure.step.line !== null && html` <span class="kind">line ${failure.step.line}</span>`}</p>${reason(failure)}`}${panel}</article>
`
}

function reason(failure: Failure): Safe {
  if (failure.findings.length > 0) return html`${failure.findings.map(findingView)}`
  return html`<pre class="message" tabindex="0">${failure.step.message ?? `the step is ${failure.step.status}: nothing was checked`}</pre>`
}

/** Expected beside actual, the cause in words, the way out. */
export function findingView(finding: FindingJson): Safe {
  return html`<dl class="versus"><div><dt>expected</dt><dd>${finding.expected}</dd></div><div class="got"><dt>got</dt><dd>${finding.actual}</dd></div></dl>${
    finding.why !== null && html`<p class="why">${finding.why}</p>`
  }${finding.change !== null && html`<p class="change"><span>change</span> <code>${finding.change}</code></p>`}${forkView(finding)}`
}

/** Both ways as tables side by side: the common part once dimmed, the last good row and the first difference marked. */
function forkView({ expectedHops, actualHops, firstDifference }: FindingJson): Safe {
  if (!expectedHops || !actualHops) return html``
  const at = firstDifference ?? -1
  return html`<div class="fork">${hopRows('expected', expectedHops, at)}${hopRows('got', actualHops, at)}</div>`
}

function hopRows(title: string, rows: readonly (readonly string[])[], at: number): Safe {
  const [head = [], ...body] = rows
  const state = (i: number) => (i === at ? 'differs' : i === at - 1 ? 'lastgood' : i < at ? 'same' : 'after')
  const note = (i: number) => (i === at ? '✘ first difference' : i === at - 1 ? '✔ last good hop' : '')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Hops ${title}"><table class="data"><caption>${title}</caption><thead><tr>${head.map(
    cell => html`<th scope="col">${cell}</th>`,
  )}<th scope="col"><span class="vh">verdict</span></th></tr></thead><tbody>${body.map(
    (row, i) =>
      html`<tr class="${at < 0 ? '' : state(i)}">${row.map(cell => html`<td>${cell}</td>`)}<td class="note">${at >= 0 && note(i)}</td></tr>`,
  )}${at >= body.length && html`<tr class="differs"><td colspan="${head.length + 1}">✘ nothing more happened</td></tr>`}</tbody></table></div>`
}

/** The namespace that the first differing row names, in words of the trace; undefined where none does. */
export function markOf(finding: FindingJson | undefined): string | undefined {
  if (finding?.firstDifference === undefined) return undefined
  return finding.actualHops?.[finding.firstDifference + 1]?.[0]
}
