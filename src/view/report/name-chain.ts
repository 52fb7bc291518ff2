// From a name to an answer, at a glance: what the name became, what the nodes made of that address, who took the request, what the client sees.
// In: the name that was asked for, one outcome of the request. Out: HTML.
import type { OutcomeJson } from '../../trace/json'
import type { Safe } from './html'
import { html } from './html'
import { shorten } from './picture-text'
import { placeName } from './share-bar'

const ANSWER_MAX = 60

/** The links of the chain, up to the one that broke. */
export function nameChain(name: string, outcome: OutcomeJson): Safe {
  const { fate, translated, destination, answer, client } = outcome
  const asked = outcome.hops[0]?.steps[0]?.packet.destination
  const found = fate !== 'name-not-found' && asked !== undefined
  const seen = client.curl?.text || answer || client.result
  return html`<ol class="chain">${link('name', html`<code>${name}</code>`)}${found && link('DNS says', html`<code>${asked}</code>`)}${
    found && translated.destination && link('a rule makes it', html`<code>${destination}</code>`)
  }${fate === 'delivered' ? link('it arrives at', html`<span class="good">✔ ${placeName(outcome)}</span>`) : link('it ends', html`<span class="bad">✘ ${found ? placeName(outcome) : fate}</span>`)}${link(
    'the client sees',
    html`<code>${shorten(seen.trim(), ANSWER_MAX)}</code>`,
  )}</ol>`
}

const link = (what: string, value: Safe): Safe => html`<li><span class="kind">${what}</span> ${value}</li>`
