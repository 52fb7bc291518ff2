// What was expected beside what happened, the cause in words, the way out. In: a finding. Out: HTML.
import type { StepRun } from '../run'
import { hrefOf } from './glyph'
import type { Safe } from './html'
import { html, NOTHING } from './html'
import type { FindingJson } from './probe'

/** Several lines are a printed text: their columns count. */
const look = (text: string): Safe => (text.includes('\n') ? html` class="printed"` : text.length > 90 ? html` class="long"` : NOTHING)

/** Expected beside actual, the cause in words, the way out. Where the ways are told row by row below, they are not said twice. */
export function findingView(finding: FindingJson): Safe {
  const { expected, actual, why, change } = finding
  const told = finding.firstDifference !== undefined && expected.includes('\n')
  return html`${
    !told &&
    html`<dl class="versus"><div><dt>expected</dt><dd${look(expected)}>${expected}</dd></div><div class="got"><dt>happened</dt><dd${look(actual)}>${actual}</dd></div></dl>`
  }${why !== null && html`<p class="why">${why}</p>`}${change !== null && html`<p class="change"><span>change</span> <code>${change}</code></p>`}`
}

/** Characters that are said a second time, at the step itself. */
const SAID_AGAIN = 1200

/** What a failed step says in its scenario: the findings where they are short, and where the packet's way stands. */
export function failedStep(step: StepRun, anchor: string): Safe {
  if (step.status !== 'failed') return NOTHING
  const findings = step.attached.flatMap(item => (item.kind === 'finding' ? [item.finding] : []))
  const said = findings.length > 0 ? html`${findings.map(findingView)}` : html`<pre class="message" tabindex="0">${step.message}</pre>`
  return html`${said.html.length <= SAID_AGAIN && said}<p class="kind"><a href="${hrefOf(`why:${anchor}`)}">why it failed, with the way of the packet</a></p>`
}
