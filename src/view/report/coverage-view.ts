// Which promises of the conformance catalogue the scenarios keep. In: tags like @KC-037 on scenarios. Out: HTML: ids only, no text of the
// catalogue. It is model conformance: nothing here speaks of a real cluster.
import type { Run, ScenarioRun } from '../run'
import { isGood, scenariosOf } from '../run'
import { hrefOf } from './glyph'
import type { Safe } from './html'
import { html } from './html'

type CoverageState = 'covered' | 'failing' | 'not run' | 'not covered'
const WORDS: Readonly<Record<CoverageState, string>> = { covered: '✔', failing: '✘', 'not run': '–', 'not covered': '○' }

export interface Covered {
  readonly id: string
  readonly state: CoverageState
  readonly scenario: ScenarioRun | null
}

/** Every id on a scenario and in the catalogue, sorted. Covered: all its scenarios passed; skipped ones never count. */
export function coverage(run: Run, catalogue: readonly string[]): readonly Covered[] {
  const byId = new Map<string, ScenarioRun[]>(catalogue.map(id => [id, []]))
  for (const scenario of scenariosOf(run))
    for (const tag of scenario.tags) {
      const id = /^@([A-Z]{2,6}-\d{3,4})$/.exec(tag)?.[1]
      if (id) byId.set(id, [...(byId.get(id) ?? []), scenario])
    }
  return [...byId.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, scenarios]) => {
      const bad = scenarios.find(scenario => scenario.status === 'failed')
      const other = scenarios.find(scenario => !isGood(scenario.status))
      const state = bad ? 'failing' : other ? 'not run' : scenarios.length ? 'covered' : 'not covered'
      return { id, state, scenario: bad ?? other ?? scenarios[0] ?? null }
    })
}

/** `12 covered, 1 failing`. */
export function coverageText(list: readonly Covered[]): string {
  const count = (state: CoverageState) => list.filter(item => item.state === state).length
  const states = (['covered', 'failing', 'not run', 'not covered'] as const).filter(state => count(state) > 0)
  const share = count('not covered') > 0 ? `${Math.floor((count('covered') / list.length) * 100)} %: ` : ''
  return share + states.map(state => `${count(state)} ${state}`).join(', ')
}

/** The section of the report; nothing where no scenario names an id. */
export function coverageView(list: readonly Covered[]): Safe {
  if (list.length === 0) return html``
  const areas = [...new Set(list.map(item => item.id.split('-')[0]!))]
  return html`<section class="coverage" id="coverage"><h2>Model conformance</h2><p>${coverageText(list)}. An id is covered when every scenario that carries it passed.</p>${areas.map(
    area => html`<h3>${area}</h3><ul class="ids">${list.filter(item => item.id.startsWith(`${area}-`)).map(idView)}</ul>`,
  )}</section>`
}

function idView(item: Covered): Safe {
  const text = html`<span class="${item.state.replace(' ', '-')}">${WORDS[item.state]}</span> ${item.id}${item.state !== 'covered' && html` <span class="kind">${item.state}</span>`}`
  return html`<li>${item.scenario ? html`<a href="${hrefOf(item.scenario.anchor)}">${text}</a>` : text}</li>`
}
