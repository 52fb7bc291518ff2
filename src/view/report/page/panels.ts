// Panels of probes, drawn when they are opened, and drawn again when another outcome or direction is picked. In: the data block, clicks.
import { unpacker } from '../pack'
import type { Packed } from '../pack'
import type { ProbeJson } from '../probe'
import { firstOutcome, probePanel } from '../probe-panel'
import type { SlimProbe } from '../slim'
import { fullProbe } from '../slim'
import type { Element } from './dom'
import { byId, page } from './dom'

/** Wires all panels of the page. */
export function startPanels(): void {
  let probeAt: ((at: number) => unknown) | null = null
  const probe = (panel: Element): ProbeJson => {
    probeAt ??= unpacker(JSON.parse(byId('data').textContent ?? '') as Packed)
    return fullProbe(probeAt(Number(panel.dataset.probe)) as SlimProbe)
  }
  page().addEventListener(
    'toggle',
    ({ target }) => {
      if (!target.matches('details.probe') || !target.open || target.querySelector('.panel')) return
      const fallback = target.querySelector('.nojs')!
      fallback.className = 'panel'
      fallback.dataset.probe = target.dataset.probe
      draw(fallback, probe(target), firstOutcome(probe(target)), 'request')
    },
    true,
  )
  page().addEventListener('click', ({ target }) => {
    const button = target.closest('[data-outcome],[data-direction]')
    const panel = button?.closest('.panel')
    if (!button || !panel) return
    const outcome = Number(button.dataset.outcome ?? panel.dataset.at)
    draw(panel, probe(panel), outcome, button.dataset.direction === 'reply' ? 'reply' : 'request')
    const again = button.dataset.outcome === undefined ? `[data-direction=${button.dataset.direction}]` : `[data-outcome="${outcome}"]`
    panel.querySelector(again)?.focus({ preventScroll: true })
  })
}

function draw(panel: Element, probe: ProbeJson, outcome: number, direction: 'request' | 'reply'): void {
  const open = [...panel.querySelectorAll('details.table')].map(details => details.open)
  const { mark } = panel.dataset
  panel.dataset.at = String(outcome)
  panel.innerHTML = probePanel(probe, { outcome, direction, ...(mark === undefined ? {} : { mark }) }).html
  if (open.length) [...panel.querySelectorAll('details.table')].forEach((details, i) => (details.open = open[i] ?? false))
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
  const next = buttons[(at + 1) % buttons.length] as (Element & { click(): void }) | undefined
  next?.click()
}
