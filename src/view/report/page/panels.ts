// What is drawn when it is opened: panels of probes, timelines, repeated texts. In: the data block, clicks. A panel is drawn again when
// another outcome or direction is picked.
import type { Packed } from '../pack'
import { unpacker } from '../pack'
import type { ProbeJson, TimelineJson } from '../probe'
import { firstOutcome, probePanel } from '../probe-panel'
import type { SlimProbe } from '../slim'
import { fullProbe } from '../slim'
import { textView, timelineView } from '../stored-view'
import type { Element } from './dom'
import { byId, page } from './dom'

type Stored = { readonly probe: SlimProbe } | { readonly timeline: TimelineJson } | { readonly text: string }

/** The data block, read when first asked for. */
function storage(): (element: Element) => Stored {
  let get: ((at: number) => unknown) | null = null
  return element => {
    get ??= unpacker(JSON.parse(byId('data').textContent ?? '') as Packed)
    return get(Number(element.dataset.stored)) as Stored
  }
}

/** Wires all panels of the page. */
export function startPanels(): void {
  const storedIn = storage()
  const probeIn = (panel: Element): ProbeJson => {
    const stored = storedIn(panel)
    if (!('probe' in stored)) throw new Error('not a probe')
    return fullProbe(stored.probe)
  }
  page().addEventListener('toggle', ({ target }) => target.matches('[data-stored]') && target.open && fill(target, storedIn(target)), true)
  page().addEventListener('click', ({ target }) => {
    const button = target.closest('[data-outcome],[data-direction]')
    const panel = button?.closest('.panel')
    if (!button || !panel) return
    const outcome = Number(button.dataset.outcome ?? panel.dataset.at)
    draw(panel, probeIn(panel), outcome, button.dataset.direction === 'reply' ? 'reply' : 'request')
    const again = button.dataset.outcome === undefined ? `[data-direction=${button.dataset.direction}]` : `[data-outcome="${outcome}"]`
    panel.querySelector(again)?.focus({ preventScroll: true })
  })
}

/** Draws what is stored below the summary, once. */
function fill(details: Element, stored: Stored): void {
  if (details.querySelector('.panel')) return
  const panel = page().createElement('div')
  panel.className = 'panel'
  details.append(panel)
  if ('text' in stored) panel.innerHTML = textView(stored.text).html
  else if ('timeline' in stored) panel.innerHTML = timelineView(stored.timeline).html
  else {
    const probe = fullProbe(stored.probe)
    panel.dataset.stored = details.dataset.stored
    draw(panel, probe, firstOutcome(probe), 'request')
  }
}

function draw(panel: Element, probe: ProbeJson, outcome: number, direction: 'request' | 'reply'): void {
  const open = [...panel.querySelectorAll('details.table')].map(details => details.open)
  const { mark } = panel.dataset
  panel.dataset.at = String(outcome)
  panel.innerHTML = probePanel(probe, { outcome, direction, ...(mark === undefined ? {} : { mark }) }).html
  if (open.length)
    [...panel.querySelectorAll('details.table')].forEach((details, i) => {
      details.open = open[i] ?? false
    })
}

/** Opens the first probe in an element, or picks its next outcome. */
export function nextOutcome(inside: Element): void {
  const folded = inside.querySelector('details.probe')
  if (folded && !folded.open) {
    folded.open = true
    return
  }
  const buttons = [...(inside.querySelector('.panel')?.querySelectorAll('[data-outcome]') ?? [])]
  const at = buttons.findIndex(button => button.getAttribute('aria-pressed') === 'true')
  buttons[(at + 1) % buttons.length]?.click()
}
