// A verdict as shape, word and colour, in this order of importance. In: a status. Out: HTML.
import type { Status } from '../run'
import type { Safe } from './html'
import { html, NOTHING } from './html'

const GLYPHS: Readonly<Record<Status, string>> = {
  passed: '✔',
  failed: '✘',
  skipped: '–',
  pending: '…',
  undefined: '?',
  ambiguous: '≠',
  unknown: '?',
}

/** Passed is the look that every `<i>` has: it is by far the most frequent. */
const attribute = (status: Status): Safe => (status === 'passed' ? NOTHING : html` class="${status}"`)

/** The shape alone, for lists where the word is near. */
export const glyph = (status: Status): Safe => html`<i${attribute(status)}>${GLYPHS[status]}</i>`

/** The shape; with its word unless all is well. */
export const verdict = (status: Status): Safe => html`<i${attribute(status)}>${GLYPHS[status]}${status !== 'passed' && ` ${status}`}</i>`

/** The link to an anchor of the page. */
export const hrefOf = (anchor: string): string => `#${encodeURI(anchor).replace(/[?#]/g, encodeURIComponent)}`

/** `001-service:41`: where a scenario stands, in short. */
export const shortPlace = (uri: string, line: number, row: number | null): string =>
  `${uri.replace(/^.*\//, '').replace(/\.feature$/, '')}:${row ?? line}`
