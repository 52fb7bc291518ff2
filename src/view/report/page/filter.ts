// Search and filters: which scenarios are shown, in the page and in the tree. State is in the hash, so a link keeps it.
import type { Element } from './dom'
import { browser, byId, jumpTo, page } from './dom'
import { startTree } from './tree'

interface Row {
  readonly elements: readonly Element[]
  readonly text: string
  readonly passed: boolean
  readonly tags: readonly string[]
  readonly kernel: string
}

/** What is asked for: `#anchor?q=dns&failed&tag=@slow&kernel=differs`. */
interface Wanted {
  readonly anchor: string
  readonly q: string
  readonly failed: boolean
  readonly tag: string
  readonly kernel: string
}

function readHash(): Wanted {
  const [anchor = '', query = ''] = browser().location.hash.slice(1).split('?')
  const fields = new Map(query.split('&').map(pair => [pair.split('=')[0]!, decode(pair.split('=')[1] ?? '')]))
  return {
    anchor: decode(anchor),
    q: fields.get('q') ?? '',
    failed: fields.has('failed'),
    tag: fields.get('tag') ?? '',
    kernel: fields.get('kernel') ?? '',
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Only the report of a run on the kernel has this one. */
const kernelPick = (): Element | null => page().getElementById('k')
const inputs = () => ({
  q: byId('q').value,
  failed: byId('failed').checked,
  tag: byId('tag').value,
  kernel: kernelPick()?.value ?? '',
})

/** Puts anchor and filters into the address, without a new entry in the history. */
export function writeHash(anchor: string): void {
  const { q, failed, tag, kernel } = inputs()
  const query = [
    ...(q ? [`q=${encodeURIComponent(q)}`] : []),
    ...(failed ? ['failed'] : []),
    ...(tag ? [`tag=${encodeURIComponent(tag)}`] : []),
    ...(kernel ? [`kernel=${encodeURIComponent(kernel)}`] : []),
  ]
  const hash = `#${encodeURI(anchor).replace(/[?#]/g, encodeURIComponent)}${query.length ? `?${query.join('&')}` : ''}`
  if (hash !== browser().location.hash) browser().history.replaceState(null, '', hash === '#' ? '#main' : hash)
}

const targetOf = (anchor: string): Element | null => page().getElementById(anchor)

/** Wires the controls and applies what the hash asks for. */
export function startFilter(): void {
  const rows = readRows()
  const features = [...page().querySelectorAll('section.feature')].map(section => ({
    section,
    scenarios: [...section.querySelectorAll('.scenario')],
  }))
  const tree = startTree()
  const apply = () => {
    const { q, failed, tag, kernel } = inputs()
    const words = q.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const row of rows) {
      const picked = (!tag || row.tags.includes(tag)) && (!kernel || row.kernel === kernel)
      const keep = !(failed && row.passed) && picked && words.every(word => row.text.includes(word))
      shown += keep ? 1 : 0
      for (const element of row.elements) if (element.hidden === keep) element.hidden = !keep
    }
    for (const { section, scenarios } of features) section.hidden = scenarios.length > 0 && scenarios.every(scenario => scenario.hidden)
    tree()
    byId('count').textContent =
      `${shown === rows.length ? shown : `${shown} of ${rows.length}`} ${rows.length === 1 ? 'scenario' : 'scenarios'}`
  }
  const changed = () => {
    apply()
    writeHash(readHash().anchor)
  }
  for (const id of ['q', 'failed', 'tag', 'k']) page().getElementById(id)?.addEventListener('input', changed)
  const follow = () => {
    const wanted = readHash()
    byId('q').value = wanted.q
    byId('failed').checked = wanted.failed
    byId('tag').value = wanted.tag
    const pick = kernelPick()
    if (pick) pick.value = wanted.kernel
    apply()
    const target = targetOf(wanted.anchor)
    if (target) jumpTo(target)
  }
  browser().addEventListener('hashchange', () => {
    if (browser().location.hash.includes('?')) follow()
    else {
      writeHash(readHash().anchor)
      const target = targetOf(readHash().anchor)
      if (target) jumpTo(target)
    }
  })
  follow()
}

function readRows(): readonly Row[] {
  const why = new Map([...page().querySelectorAll('.failure')].map(card => [card.id, card]))
  return [...page().querySelectorAll('.scenario')].map(scenario => {
    return {
      elements: [scenario, why.get(`why:${scenario.id}`)].filter(element => element !== undefined),
      text: `${scenario.id} ${scenario.textContent}`.toLowerCase(),
      passed: scenario.dataset.s === 'passed',
      tags: [...scenario.querySelectorAll('.tags span')].map(tag => tag.textContent ?? ''),
      kernel: scenario.dataset.k ?? '',
    }
  })
}
