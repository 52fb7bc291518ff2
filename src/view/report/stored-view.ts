// What the page's script draws from the data block beside probes: timelines, texts that stood in the page before. In: values. Out: HTML.
import type { Safe } from './html'
import { html } from './html'
import type { TimelineJson } from './probe'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3).replace(/\.?0+$/, '')} s`

/** Events in virtual time, as a table. */
export const timelineView = ({ events }: TimelineJson): Safe =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Timeline"><table class="data"><thead><tr><th scope="col">at</th><th scope="col">by</th><th scope="col">what</th><th scope="col">object</th></tr></thead><tbody>${events.map(
    event => html`<tr><td>${seconds(event.atMs)}</td><td>${event.by}</td><td>${event.what}</td><td>${event.object}</td></tr>`,
  )}</tbody></table></div>`

export const textView = (text: string): Safe => html`<pre tabindex="0">${text}</pre>`
