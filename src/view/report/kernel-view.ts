// What this machine's kernel did, beside the simulator: a badge on each scenario, a section of what was counted apart, and in a probe both ways
// drawn one above the other, with the place marked where they part. In: KernelJson, verdicts. Out: HTML.
import { percentText } from '../share-text'
import type { KernelCounts, KernelSide, KernelVerdict } from '../kernel-verdict'
import { hrefOf } from './glyph'
import { hopPicture } from './hop-picture'
import { hopPictureTall } from './hop-picture-tall'
import { hopTable } from './hop-table'
import type { Safe } from './html'
import { html, NOTHING } from './html'
import type { CountedEnds, KernelJson, ProbeJson } from './probe'
import { endingOf, type Machine, wayOf } from './way'

export const KERNEL_MARKS: Readonly<Record<KernelVerdict, string>> = { agrees: '✔', differs: '✘', apart: '–', 'nothing sent': '·' }
const WORDS: Readonly<Record<'real' | 'both', Readonly<Record<KernelVerdict, string>>>> = {
  both: { agrees: 'kernel agrees', differs: 'kernel differs', apart: 'kernel: counted apart', 'nothing sent': 'kernel: nothing sent' },
  real: {
    agrees: 'on the kernel',
    differs: 'not on the kernel',
    apart: 'kernel: counted apart',
    'nothing sent': 'kernel: nothing sent',
  },
}

/** How a verdict of the kernel is called in a run on these dataplanes. */
export const kernelWord = (verdict: KernelVerdict, dataplane: 'real' | 'both'): string => WORDS[dataplane][verdict]

/** Beside the name of a scenario: the other dataplane's column. */
export const kernelBadge = ({ verdict, reasons }: KernelSide, dataplane: 'real' | 'both'): Safe =>
  html`<span class="kernel-badge" data-kernel="${verdict}"${reasons.length > 0 && html` title="${reasons.join('; ')}"`}>${KERNEL_MARKS[verdict]} ${WORDS[dataplane][verdict]}</span>`

/** How many scenarios the kernel was asked about, and those that were counted apart, with the reason. */
export function kernelSection(counts: KernelCounts, dataplane: 'real' | 'both'): Safe {
  const told = (['agrees', 'differs', 'apart', 'nothing sent'] as const).filter(v => counts[v].length > 0)
  const groups = new Map<string, KernelCounts['apart'][number][]>()
  for (const one of counts.apart) for (const why of one.side.reasons) groups.set(why, [...(groups.get(why) ?? []), one])
  return html`<section id="kernel" class="kernel-section"><h2>The kernel of this machine</h2><p>${
    dataplane === 'both'
      ? 'Every request of the scenarios was sent twice: in the simulator, and with real packets in network namespaces on the kernel of this machine.'
      : 'The requests of the scenarios were sent with real packets in network namespaces on the kernel of this machine; the promises are held against what it did.'
  }</p><ul class="kernel-counts">${told.map(
    verdict =>
      html`<li><span class="kernel-badge" data-kernel="${verdict}">${KERNEL_MARKS[verdict]} ${WORDS[dataplane][verdict]}</span> ${counts[verdict].length} ${counts[verdict].length === 1 ? 'scenario' : 'scenarios'}</li>`,
  )}</ul>${
    groups.size > 0 &&
    html`<h3>Counted apart, never as passed</h3>${[...groups].map(
      ([why, list]) =>
        html`<details class="table"${list.length <= 5 && html` open`}><summary>${why} <span class="kind">${list.length}</span></summary><ul>${list.map(
          ({ scenario, place }) =>
            html`<li><a href="${hrefOf(scenario.anchor)}">${scenario.name}</a> <span class="at">${place}</span></li>`,
        )}</ul></details>`,
    )}`
  }</section>`
}

/** A panel that holds this tells a difference of the dataplanes better than a finding can. */
export const KERNEL_DIFFERS = 'class="kernel differs"'

/** The kernel's part of a probe's panel. */
export function kernelPanel(probe: ProbeJson): Safe {
  const { kernel } = probe
  if (kernel === undefined) return NOTHING
  if (!kernel.compared) return html`<div class="kernel apart"><p><b>– The kernel: counted apart.</b> ${kernel.why}</p></div>`
  const agrees = kernel.differences.length === 0
  const saw = html`<span class="kind">it shows: ${kernel.saw.join('; ')}</span>`
  if (agrees)
    return html`<div class="kernel agrees"><p><b class="good">✔ The kernel did the same.</b> ${saw}</p>${countedView(kernel.counted)}<details class="table"><summary>The way on the kernel, device by device</summary>${pictures(kernelWay(kernel), 'Way on the kernel', null)}${hopTable(kernel.hops, 'On the kernel')}${absentView(kernel)}</details></div>`
  return html`<div class="kernel differs"><p><b class="bad">✘ The kernel does not do what the simulator says.</b> ${saw}${
    kernel.parts !== null && html` They part in <code>${kernel.parts}</code>.`
  }</p>${bothWays(probe, kernel)}${differenceTable(kernel)}${countedView(kernel.counted)}${kernelTable(kernel)}${absentView(kernel)}</div>`
}

type Compared = KernelJson & { readonly compared: true }

/** What a differing aspect is called in one line. */
const ASPECT_WORDS: Readonly<Record<string, string>> = {
  client: 'what the sender sees',
  receiver: 'who receives it, destination and source there',
  rules: 'rules that match',
  connections: 'connection tracking',
  order: 'namespaces in their order',
  wire: 'packets on devices',
  names: 'questions and answers',
}

/** Shares stand in a table of their own. */
function differenceTable(kernel: Compared): Safe {
  const lines = kernel.differences.filter(d => d.aspect !== 'shares')
  if (lines.length === 0) return NOTHING
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Differences"><table class="data differences"><thead><tr><td></td><th scope="col">simulator</th><th scope="col">kernel</th></tr></thead><tbody>${lines.map(
    d =>
      html`<tr><th scope="row">${ASPECT_WORDS[d.aspect] ?? d.aspect}</th><td><span class="side">simulator</span>${d.simulated.join('\n') || 'nothing more'}</td><td class="differs"><span class="side">kernel</span>${d.real.join('\n') || 'nothing more'}</td></tr>`,
  )}</tbody></table></div>`
}

function countedView(counted: CountedEnds | null): Safe {
  if (counted === null) return NOTHING
  const { times, ends, p, alpha } = counted
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Counted on the kernel"><table class="data"><caption>${times} connections on the kernel${p !== null && `; chi-square: p = ${p.toPrecision(2)}, a difference below ${alpha}; the chance is the kernel’s own and has no seed`}</caption><thead><tr><th scope="col">who answered</th><th scope="col">expected</th><th scope="col">counted</th><th scope="col">share</th></tr></thead><tbody>${ends.map(
    e => html`<tr><td>${e.end}</td><td>${e.expected.toFixed(1)}</td><td>${e.count}</td><td>${percentText(e.count / times, 1)}</td></tr>`,
  )}</tbody></table></div>`
}

/** Both pictures, with the same place marked. */
function bothWays(probe: ProbeJson, kernel: Compared): Safe {
  const outcome = probe.trace.outcomes[kernel.way]
  if (outcome === undefined) return NOTHING
  const simulated = wayOf(outcome.hops, endingOf(outcome.fate, outcome.decidedBy))
  return html`<div class="ways"><figure><figcaption>simulator</figcaption>${pictures(simulated, 'Way in the simulator', kernel.parts)}</figure><figure class="got"><figcaption>kernel</figcaption>${pictures(
    kernelWay(kernel),
    'Way on the kernel',
    kernel.parts,
  )}</figure></div>`
}

const kernelTable = (kernel: Compared): Safe =>
  html`<details class="table"><summary>The way on the kernel, device by device</summary>${hopTable(kernel.hops, 'On the kernel')}</details>`

function kernelWay({ hops, saw }: Compared): readonly Machine[] {
  const [client = '', ...received] = saw
  return wayOf(hops, { good: client === 'answered', text: client, title: received.join('; ') || 'nobody received it' })
}

function pictures(way: readonly Machine[], label: string, mark: string | null): Safe {
  const options = { back: false, label: `${label}. The table says the same.`, ...(mark === null ? {} : { mark }) }
  return html`<div class="picture" tabindex="0" role="group" aria-label="${label}">${hopPicture(way, options)}${hopPictureTall(way, options)}</div>`
}

const absentView = (kernel: Compared): Safe =>
  html`${kernel.notCompared.length > 0 && html`<p class="kind">Not compared: ${kernel.notCompared.join('; ')}.</p>`}`
