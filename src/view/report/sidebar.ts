// The side of the page: search, filters, and the tree of features by folder. In: the run. Out: HTML; the tree is plain links, so it works
// without the script.
import type { FeatureRun, Run } from '../run'
import { type KernelCounts, KERNEL_VERDICTS } from '../kernel-verdict'
import { isGood, scenariosOf, worst } from '../run'
import { KERNEL_MARKS, kernelWord } from './kernel-view'
import type { Covered } from './coverage-view'
import { coverageText } from './coverage-view'
import { glyph, hrefOf } from './glyph'
import type { Safe } from './html'
import { html } from './html'

/** Everything in the left column; a drawer on phones. */
export function sidebar(run: Run, covered: readonly Covered[], hasClusters: boolean, kernel: KernelOfRun | null): Safe {
  return html`<aside id="side"><div class="js controls"><label class="search"><span class="vh">Search scenarios</span><input id="q" type="search" placeholder="Search   /" autocomplete="off" spellcheck="false"></label><label class="check"><input id="failed" type="checkbox"> not passed only</label><label class="pick"><span class="vh">Tag</span><select id="tag"><option value="">every tag</option>${tagsOf(
    run,
  ).map(
    tag => html`<option>${tag}</option>`,
  )}</select></label>${kernel && kernelPick(kernel)}<p id="count" role="status"></p></div><nav aria-label="Features">${foldersOf(
    run.features,
  ).map(
    ({ folder, features }) =>
      html`<details class="folder" open><summary>${folder}</summary><ul>${features.map(featureEntry)}</ul></details>`,
  )}<ul class="more">${kernel && html`<li><a href="#kernel">The kernel of this machine</a></li>`}${covered.length > 0 && html`<li><a href="#coverage">Model conformance: ${coverageText(covered)}</a></li>`}${hasClusters && html`<li><a href="#clusters">Clusters</a></li>`}</ul></nav></aside>`
}

/** The kernel's verdicts of a run that asked it. */
interface KernelOfRun {
  readonly dataplane: 'real' | 'both'
  readonly counts: KernelCounts
}

const kernelPick = ({ dataplane, counts }: KernelOfRun): Safe =>
  html`<label class="pick"><span class="vh">Kernel</span><select id="k"><option value="">every kernel result</option>${KERNEL_VERDICTS.filter(
    verdict => counts[verdict].length > 0,
  ).map(
    verdict =>
      html`<option value="${verdict}">${KERNEL_MARKS[verdict]} ${kernelWord(verdict, dataplane)} (${counts[verdict].length})</option>`,
  )}</select></label>`

const tagsOf = (run: Run): readonly string[] => [...new Set(scenariosOf(run).flatMap(scenario => scenario.tags))].sort()

/** Features by folder, below the folder that all share. */
function foldersOf(features: readonly FeatureRun[]): readonly { readonly folder: string; readonly features: readonly FeatureRun[] }[] {
  const folderOf = (uri: string) => uri.split('/').slice(0, -1)
  const shared = (a: readonly string[], b: readonly string[]) =>
    a.slice(
      0,
      [...a, null].findIndex((part, i) => part === null || part !== b[i]),
    )
  const common =
    features.map(feature => folderOf(feature.uri)).reduce<readonly string[] | null>((a, b) => (a ? shared(a, b) : b), null) ?? []
  const groups = new Map<string, FeatureRun[]>()
  for (const feature of features) {
    const rest = folderOf(feature.uri).slice(common.length)
    const folder = rest.join('/') || common.at(-1) || 'features'
    groups.set(folder, [...(groups.get(folder) ?? []), feature])
  }
  return [...groups.entries()].map(([folder, list]) => ({ folder, features: list }))
}

/** Scenarios that did not pass stand below their feature; the script lists the others when it is opened. */
function featureEntry(feature: FeatureRun): Safe {
  const status = worst(feature.scenarios.map(scenario => scenario.status))
  const entries = feature.scenarios
    .filter(scenario => !isGood(scenario.status))
    .map(scenario => html`<li><a href="${hrefOf(scenario.anchor)}">${glyph(scenario.status)} ${scenario.name}</a></li>`)
  return html`<li class="feature"><details${!isGood(status) && html` open`}><summary>${glyph(status)} ${feature.name}</summary><ul data-of="${feature.uri}"><li><a class="all" href="${hrefOf(feature.uri)}">the whole feature</a></li>${entries}</ul></details></li>`
}
