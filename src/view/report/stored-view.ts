// What the page's script draws from the data block beside probes: timelines, texts that stood in the page before. In: values. Out: HTML.
import type { Safe } from './html'
import { html } from './html'
import type { TimelineJson, WriteJson } from './probe'
import { secondsText, timelinePicture } from './timeline-picture'

/** Writes of components in virtual time: the picture, and the same as a table. */
export const timelineView = (timeline: TimelineJson): Safe =>
  html`${timelinePicture(timeline)}<details class="table"><summary>The same as a table: ${timeline.events.length} writes</summary>${table(timeline)}</details>`

const HEADS = ['at', 'write', 'by', 'after', 'did', 'object', 'what is new'] as const

const table = ({ events, more }: TimelineJson): Safe =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Timeline"><table class="data"><thead><tr>${HEADS.map(head => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${events.map(
    event => html`<tr>${cells(event).map(cell => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>${more > 0 && html`<p class="kind">${more} later writes were counted only.</p>`}`

const cells = ({ id, atMs, by, node, did, object, what, cause }: WriteJson): readonly string[] => [
  secondsText(atMs),
  `#${id}`,
  node === null ? by : `${by} ${node}`,
  cause === null ? '' : `#${cause}`,
  did,
  object,
  what,
]

export const textView = (text: string): Safe => html`<pre tabindex="0">${text}</pre>`
