// The page's script: theme, drawer, keys; panels and filter are in their own files. Bundled into ../script.ts (see test/view/report/script.test.ts).
import type { Element, Event } from './dom'
import { browser, byId, jumpTo, page } from './dom'
import { startFilter, writeHash } from './filter'
import { nextOutcome, startPanels } from './panels'

const root = page().documentElement
const FOCUSABLE = '.failure,.scenario'

function startTheme(): void {
  const kept = (() => {
    try {
      return browser().localStorage.getItem('hopspec-theme')
    } catch {
      return null
    }
  })()
  if (kept === 'light' || kept === 'dark') root.dataset.theme = kept
  byId('theme').addEventListener('click', () => {
    const dark = (root.dataset.theme ?? (browser().matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'
    root.dataset.theme = dark ? 'light' : 'dark'
    try {
      browser().localStorage.setItem('hopspec-theme', root.dataset.theme)
    } catch {
      // a page from file:// may have no storage: the switch then lasts as long as the page
    }
  })
}

function drawer(open: boolean): void {
  root.classList.toggle('drawer', open)
  byId('drawer').setAttribute('aria-expanded', String(open))
}

function startDrawer(): void {
  byId('drawer').addEventListener('click', () => {
    drawer(true)
    byId('q').focus()
  })
  page().addEventListener('click', ({ target }) => {
    if (target.closest('#side a') || (root.classList.contains('drawer') && !target.closest('#side,#drawer'))) drawer(false)
  })
}

const visible = (element: Element): boolean => !element.hidden && element.getClientRects().length > 0

/** Moves the focus to the next or previous scenario, from where the reader is. */
function move(by: 1 | -1): void {
  const all = [...page().querySelectorAll(FOCUSABLE)].filter(visible)
  const current = page().activeElement?.closest(FOCUSABLE)
  const at = current ? all.indexOf(current) : -1
  const seen = all.findIndex(element => element.getBoundingClientRect().bottom > 80)
  const next = at >= 0 ? all[at + by] : all[by === 1 ? Math.max(0, seen) : Math.max(0, seen - 1)]
  if (!next) return
  next.setAttribute('tabindex', '-1')
  next.focus({ preventScroll: true })
  jumpTo(next)
  writeHash(next.id)
}

const KEYS: Readonly<Record<string, () => void>> = {
  '/': () => {
    if (byId('side').getClientRects().length === 0) drawer(true)
    byId('q').focus()
  },
  j: () => move(1),
  k: () => move(-1),
  f: () => byId('failed').click(),
  o: () => nextOutcome(page().activeElement?.closest(FOCUSABLE) ?? page().querySelector(FOCUSABLE)!),
  '?': () => byId('help').showModal(),
}

function press(event: Event): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  if (event.key === 'Escape') {
    drawer(false)
    if (target.matches('#q')) target.blur()
    return
  }
  if (target.matches('input:not([type=checkbox]),select,textarea') || target.closest('dialog')) return
  const act = KEYS[event.key]
  if (!act) return
  event.preventDefault()
  act()
}

root.classList.add('scripted')
startTheme()
startDrawer()
startPanels()
startFilter()
page().addEventListener('keydown', press)
byId('ask').addEventListener('click', () => byId('help').showModal())
byId('close').addEventListener('click', () => byId('help').close())
