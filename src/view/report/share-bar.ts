// The shares of the outcomes as one bar. In: outcomes with probabilities, what a sample counted. Out: SVG, and the same numbers as a list.
import { percentText, shareText } from '../share-text'
import type { OutcomeJson } from '../../trace/json'
import type { Safe } from './html'
import { html } from './html'
import { shorten } from './picture-text'
import type { SampleJson } from './probe'
import { placeOf } from './way'

/** Who answered, or what became of it and where; `default/…` is left out. */
export function placeName(outcome: OutcomeJson): string {
  if (outcome.answeredBy !== null) return placeOf(outcome.answeredBy).name
  const last = outcome.hops.at(-1)
  return last ? `${outcome.fate} at ${placeOf(last.in).name}` : outcome.fate
}

const round = (n: number): number => Math.round(n * 1000) / 1000

/** One bar over the whole width; each part says its share and its place, as far as it has room. */
export function shareBar(outcomes: readonly OutcomeJson[]): Safe {
  let x = 0
  const label = outcomes.map(o => `${shareText(o.probability)} ${placeName(o)} ${o.fate}`).join(', ')
  const parts = outcomes.map((outcome, i) => {
    const width = outcome.probability.decimal * 100
    const text = `${outcome.fate === 'delivered' ? '' : '✘ '}${shareText(outcome.probability)} ${shorten(placeName(outcome), 40)}`
    const part = html`<svg class="share ${outcome.fate === 'delivered' ? `s${i % 4}` : 'lost'}" x="${round(x)}%" width="${round(width)}%" height="28"><rect width="100%" height="28"/><path d="M0 0V28"/>${
      width > 2 && html`<text x="9" y="19">${text}</text>`
    }</svg>`
    x += width
    return part
  })
  return html`<svg class="bar" role="img" aria-label="${label}" width="100%" height="28">${parts}</svg>`
}

/** What the sample says about one place. */
export function sampleText(sample: SampleJson | null, outcome: OutcomeJson): string | null {
  const place = outcome.answeredBy ?? outcome.fate
  const row = sample?.counts.find(count => count.place === place)
  if (!sample || !row) return null
  return `${row.count} of ${sample.times} requests (${percentText(row.low, 1)} to ${percentText(row.high, 1)})`
}
