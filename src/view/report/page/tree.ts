// The tree of features: an open feature lists the scenarios that the filters show. In: the page's sections. Out: links.
import { html } from '../html'
import type { Element } from './dom'
import { page } from './dom'

/** Wires the tree; the function it gives back brings it up to date with the filters. */
export function startTree(): () => void {
  const sections = new Map([...page().querySelectorAll('section.feature')].map(section => [section.id, section]))
  const entries = [...page().querySelectorAll('#side .feature')].map(entry => {
    const list = entry.querySelector('ul')!
    return { entry, list, details: entry.querySelector('details')!, section: sections.get(list.dataset.of ?? '') }
  })
  const update = () => {
    for (const { entry, list, details, section } of entries) {
      entry.hidden = section?.hidden ?? false
      if (details.open && section && !entry.hidden) fill(list, section)
    }
  }
  for (const { details } of entries) details.addEventListener('toggle', update)
  return update
}

function fill(list: Element, section: Element): void {
  const first = list.querySelector('li')!
  const links = [...section.querySelectorAll('.scenario')]
    .filter(scenario => !scenario.hidden)
    .map(scenario => {
      const title = scenario.querySelector('h3')!
      const verdict = title.querySelector('i')!
      const at = title.querySelector('.at')!
      const badge = title.querySelector('.kernel-badge')?.textContent ?? ''
      const told = (title.textContent ?? '').slice((verdict.textContent ?? '').length, -(at.textContent ?? '').length)
      const name = told.replace(badge, '').trim()
      const glyph = (verdict.textContent ?? '').split(' ')[0]
      return html`<li><a href="${at.getAttribute('href')}"><i${verdict.className && html` class="${verdict.className}"`}>${glyph}</i> ${name}</a></li>`
    })
  list.innerHTML = html`<li><a class="all" href="${first.querySelector('a')!.getAttribute('href')}">the whole feature</a></li>${links}`.html
}
