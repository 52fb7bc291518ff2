// A verdict as shape, word and colour, in this order of importance. In: a status. Out: HTML.
import type { Status } from '../run'
import type { Safe } from './html'
import { html } from './html'

export const GLYPHS: Readonly<Record<Status, string>> = {
  passed: '✔',
  failed: '✘',
  skipped: '–',
  pending: '…',
  undefined: '?',
  ambiguous: '≠',
  unknown: '?',
}

/** The shape alone, for lists where the word is near. */
export const glyph = (status: Status): Safe => html`<span class="g ${status}">${GLYPHS[status]}</span>`

/** The shape; with its word unless all is well. */
export const verdict = (status: Status): Safe =>
  html`<span class="g ${status}">${GLYPHS[status]}${status !== 'passed' && ` ${status}`}</span>`

/** The link to an anchor of the page. */
export const hrefOf = (anchor: string): string => `#${encodeURI(anchor).replace(/[?#]/g, encodeURIComponent)}`

/** `001-service:41`: where a scenario stands, in short. */
export const shortPlace = (uri: string, line: number, row: number | null): string =>
  `${uri.replace(/^.*\//, '').replace(/\.feature$/, '')}:${row ?? line}`
