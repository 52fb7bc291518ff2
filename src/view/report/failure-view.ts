// A failure, told in ten seconds: the promise, expected beside actual, why, what to change, and where the packet went.
// In: a scenario that did not pass. Out: HTML.
import type { Failure, ScenarioRun } from '../run'
import { hrefOf, shortPlace, verdict } from './glyph'
import type { Safe } from './html'
import { html, NOTHING } from './html'
import { KERNEL_DIFFERS } from './kernel-view'
import type { FindingJson } from './probe'
import { findingView } from './finding-view'
import { stepLine } from './scenario-view'

/** `panel`: the picture of the probe, or nothing. */
export function failureView(scenario: ScenarioRun, failure: Failure | null, panel: Safe): Safe {
  const place = shortPlace(scenario.uri, scenario.line, scenario.row)
  return html`<article class="failure" id="why:${scenario.anchor}" data-s="${scenario.status}" tabindex="-1"><h3>${verdict(scenario.status)} ${scenario.name} <a class="at" href="${hrefOf(scenario.anchor)}">${place}</a></h3>${
    scenario.example.length > 0 &&
    html`<p class="example">${scenario.example.map(cell => html`<span>${cell.name} <b>${cell.value}</b></span> `)}</p>`
  }${failure && html`<p class="promise">${stepLine(failure.step)}${failure.step.line !== null && html` <span class="kind">line ${failure.step.line}</span>`}</p>${!panel.html.includes(KERNEL_DIFFERS) && reason(failure)}`}${failure?.findings.map(forkView)}${panel}</article>
`
}

function reason(failure: Failure): Safe {
  if (failure.findings.length > 0) return html`${failure.findings.map(findingView)}`
  return html`<pre class="message" tabindex="0">${failure.step.message ?? `the step is ${failure.step.status}: nothing was checked`}</pre>`
}

/** Both ways in one table: the common part once, the last good hop, then the fork: the expected row beside the one that came. */
function forkView({ expectedHops, actualHops, firstDifference: at }: FindingJson): Safe {
  if (!expectedHops || !actualHops || at === undefined) return NOTHING
  const [head = [], ...actual] = actualHops
  const expected = expectedHops.slice(1)
  const row = (kind: string, title: string, cells: readonly string[] | undefined) =>
    html`<tr class="${kind}"><th scope="row">${title}</th>${cells ? cells.map(cell => html`<td>${cell}</td>`) : html`<td colspan="${head.length}">nothing more</td>`}</tr>`
  return html`<div class="scroll fork" tabindex="0" role="group" aria-label="Hops, expected and happened"><table class="data"><thead><tr><td></td>${head.map(
    cell => html`<th scope="col">${cell}</th>`,
  )}</tr></thead><tbody>${actual.slice(0, at).map((cells, i) => (i === at - 1 ? row('lastgood', '✔ last good hop', cells) : row('same', '✔', cells)))}${row(
    'wanted',
    'expected',
    expected[at],
  )}${row('differs', '✘ happened', actual[at])}${actual.slice(at + 1).map(cells => row('after', 'then', cells))}</tbody></table></div>`
}

/** The namespace that the first differing row names, in words of the trace; undefined where none does. */
export function markOf(finding: FindingJson | undefined): string | undefined {
  if (finding?.firstDifference === undefined) return undefined
  return finding.actualHops?.[finding.firstDifference + 1]?.[0]
}
