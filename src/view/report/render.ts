// The report: one HTML file that opens offline. In: the messages of a run and what is known of it. Out: the same bytes for the same run.
// Text, verdicts, failures and the pictures of failed probes are in the HTML; the page's script draws the other probes from one data block.
import { createHash } from 'node:crypto'
import type { Envelope } from '@cucumber/messages'
import { readRun } from '../read-run'
import type { FeatureRun, Run, ScenarioRun } from '../run'
import { failureOf, isGood, scenariosOf, verdictText } from '../run'
import { kernelCounts } from '../kernel-verdict'
import { coverage, coverageView } from './coverage-view'
import type { RunFacts } from './facts'
import { factsText } from './facts'
import { failureView, markOf } from './failure-view'
import type { Safe } from './html'
import { html, NOTHING, raw } from './html'
import { kernelSection } from './kernel-view'
import { jsonBlock, pack } from './pack'
import { withNames } from './names-panel'
import { firstOutcome, probePanel } from './probe-panel'
import type { Store, Stored } from './scenario-view'
import { backgroundView, probeFold, scenarioView } from './scenario-view'
import { SCRIPT } from './script'
import { sidebar } from './sidebar'
import { slimProbe } from './slim'
import { STYLE_PAGE } from './style-page'
import { STYLE_PICTURE } from './style-picture'
import { topologiesOf, topologiesView } from './topology-view'

/** Characters of pictures of failed probes that are written into the file; those of further failures are drawn when opened. */
const PICTURE_BUDGET = 66_000
const STYLE = STYLE_PAGE + STYLE_PICTURE

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** One self-contained page. */
export function renderReport(envelopes: readonly Envelope[], facts: RunFacts): string {
  const run = readRun(envelopes)
  const { store, stored } = newStore(facts.dataplane)
  const policy = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`
  const covered = coverage(run, facts.catalogue ?? [])
  const kernel =
    facts.dataplane === 'simulated' ? null : { dataplane: facts.dataplane, counts: kernelCounts(scenariosOf(run), facts.dataplane) }
  const body = html`${header(run, facts)}<div class="page">${sidebar(run, covered, topologiesOf(run).length > 0, kernel)}<main id="main">${problems(run)}${failures(run, store)}${kernel && kernelSection(kernel.counts, kernel.dataplane)}${run.features.map(
    feature => featureView(feature, store),
  )}${coverageView(covered)}${topologiesView(run)}<footer>hopspec ${facts.hopspecVersion}. ${factsText(facts)}. ${
    kernel ? 'What a simulated cluster does, with its packets on a real Linux kernel too' : 'What a simulated cluster does'
  }; nothing here speaks of a real one.</footer></main></div>${help}`
  const data = raw(jsonBlock(pack(stored)))
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${verdictText(run)} · hopspec</title><style>${raw(STYLE)}</style></head>
<body>${body}<script type="application/json" id="data">${data}</script><script>${raw(SCRIPT)}</script></body></html>
`.html
}

/** Fills the data block; probes are told apart by identity, for pack() makes equal ones one. */
function newStore(dataplane: RunFacts['dataplane']): { readonly store: Store; readonly stored: readonly unknown[] } {
  const stored: unknown[] = []
  const known = new Map<unknown, number>()
  const texts = new Set<string>()
  const put = (value: Stored): number => {
    const key = Object.values(value)[0] as unknown
    if (!known.has(key)) known.set(key, stored.push('probe' in value ? { probe: slimProbe(withNames(value.probe)) } : value) - 1)
    return known.get(key)!
  }
  return { stored, store: { dataplane, put, isNew: text => !texts.has(text) && Boolean(texts.add(text)) } }
}

function header(run: Run, facts: RunFacts): Safe {
  const scenarios = scenariosOf(run)
  const good = scenarios.length > 0 && run.parseErrors.length === 0 && scenarios.every(scenario => isGood(scenario.status))
  return html`<header><button type="button" id="drawer" class="js" aria-controls="side" aria-expanded="false">☰ features</button><span class="brand">hopspec</span><h1><span class="${good ? 'good' : 'bad'}">${good ? '✔' : '✘'} ${verdictText(run)}</span></h1><p class="facts">${factsText(facts)}</p><div class="bar-buttons js"><button type="button" id="theme" aria-label="Switch between light and dark">◐</button> <button type="button" id="ask" aria-label="Keys">?</button></div></header>`
}

const problems = (run: Run): Safe =>
  html`${run.parseErrors.length > 0 && html`<section id="unread"><h2>Could not be read</h2>${run.parseErrors.map(error => html`<article class="failure"><h3><i class="failed">✘</i> ${error.uri}${error.line !== null && `:${error.line}`}</h3><pre class="message" tabindex="0">${error.message}</pre></article>`)}</section>`}`

function failures(run: Run, store: Store): Safe {
  const bad = scenariosOf(run).filter(scenario => !isGood(scenario.status))
  if (bad.length === 0) return NOTHING
  let budget = PICTURE_BUDGET
  const views = bad
    .sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'))
    .map(scenario => {
      const panel = failurePanel(scenario, store, budget)
      budget -= panel.html.length
      return failureView(scenario, failureOf(scenario), panel)
    })
  return html`<section id="failures"><h2>Not passed</h2>${views}</section>`
}

function failurePanel(scenario: ScenarioRun, store: Store, budget: number): Safe {
  const failure = failureOf(scenario)
  if (!failure?.probe) return NOTHING
  const { probe } = failure
  const mark = markOf(failure.findings[0])
  const outcome = firstOutcome(probe)
  const panel = probePanel(withNames(probe), { outcome, direction: 'request', ...(mark === undefined ? {} : { mark }) })
  if (panel.html.length > budget) return probeFold(probe, store)
  return html`<div class="panel" data-stored="${store.put({ probe })}" data-at="${outcome}"${mark !== undefined && html` data-mark="${mark}"`}>${panel}</div>`
}

function featureView(feature: FeatureRun, store: Store): Safe {
  let rule: string | null = null
  const scenarios = feature.scenarios.map(scenario => {
    const head = scenario.rule !== null && scenario.rule !== rule && html`<p class="gherkin-rule">Rule: ${scenario.rule}</p>`
    rule = scenario.rule
    return html`${head}${scenarioView(scenario, store)}`
  })
  return html`<section class="feature" id="${feature.uri}" tabindex="-1"><h2>${feature.name} <span class="at">${feature.uri}</span></h2>${feature.description !== '' && feature.description.split(/\n{2,}/).map(paragraph => html`<p class="intro">${paragraph}</p>`)}${backgroundView(feature.scenarios[0], store)}${
    scenarios.length > 0 ? scenarios : html`<p class="kind">No scenario of this feature ran.</p>`
  }</section>`
}

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'search'],
  ['j', 'next scenario'],
  ['k', 'previous scenario'],
  ['f', 'only what did not pass'],
  ['o', 'next outcome of the probe, opened first'],
  ['?', 'this list'],
]

const help = html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2><dl>${KEYS.map(([key, means]) => html`<dt><kbd>${key}</kbd></dt><dd>${means}</dd>`)}</dl><button type="button" id="close">close</button></dialog>`
