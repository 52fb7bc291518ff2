// The timeline picture: who wrote what, when, and because of what. In: writes of components. Out: SVG, wide with a lane a component, and tall
// for phones; above both what the marks mean. Pure; the same writes give the same bytes.
import type { Safe } from './html'
import { html, NOTHING } from './html'
import { sansWidth, shorten } from './picture-text'
import { type ActLine, type Acts, actsOf, MARKS } from './timeline-acts'
import { type Box, LINE, tallLayout, type TimelineLayout, wideLayout } from './timeline-layout'
import type { TimelineJson } from './probe'

/** `0.627 s`. */
export const secondsText = (ms: number): string => `${(ms / 1000).toFixed(3)} s`
const pauseText = (ms: number): string => (ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms)} ms`)

/** Both pictures, of which the page shows the one that fits, and what their marks mean. */
export function timelinePicture({ events, more }: TimelineJson): Safe {
  const acts = actsOf(events, more)
  const label = labelText(acts)
  return html`${legend(acts)}<div class="picture" tabindex="0" role="group" aria-label="Picture of the timeline">${svg('wide', wideLayout(acts), label)}${svg('tall', tallLayout(acts), label)}</div>`
}

function labelText({ lanes, acts }: Acts): string {
  const [first, last] = [acts[0], acts.at(-1)]
  if (!first || !last) return 'Nothing was written.'
  return `${lanes.join(', ')} from ${secondsText(first.atMs)} to ${secondsText(last.atMs)}; the table below says the same.`
}

function legend({ acts, more }: Acts): Safe {
  const words: Readonly<Record<ActLine['mark'], string>> = {
    created: 'created',
    changed: 'changed',
    deleted: 'deleted',
    said: 'said as an Event',
  }
  const used = (Object.keys(MARKS) as ActLine['mark'][]).filter(mark => acts.some(act => act.lines.some(line => line.mark === mark)))
  return html`<p class="kind legend">Time runs down. An arrow leads from a write to the component that saw it and acted. ${used.map(
    mark => html`<span><b class="${mark}">${MARKS[mark]}</b> ${words[mark]}</span> `,
  )}${more > 0 && html`<span>${more} later writes are not drawn.</span>`}</p>`
}

function svg(shape: 'wide' | 'tall', plan: TimelineLayout, label: string): Safe {
  const { width, height } = plan
  const colours = colourClasses(plan)
  const arrivals = new Map(plan.arrows.map(arrow => [arrow.to, arrow]))
  return html`<svg class="hops timeline ${shape}${shape === 'wide' && ' big'}" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${plan.lanes.map(
    lane => laneSvg(lane, height),
  )}${plan.pauses.map(
    ({ y, ms }) =>
      html`<path class="pause" d="M0 ${y}H${width}"/><text class="quiet" x="${width / 2}" y="${y + 13}" text-anchor="middle">${pauseText(ms)} later</text>`,
  )}${plan.arrows.map(({ from, path }) => html`<path class="cause ${colours[from]}" d="${path}"/>`)}${plan.boxes.map((box, i) =>
    boxSvg(box, shape, colours[i]!, tipSvg(box, shape, arrivals.get(i), colours)),
  )}</svg>`
}

const COLOURS = 6
/** The class of each act's lane: an arrow has the colour of the lane that it comes from. */
function colourClasses({ boxes }: TimelineLayout): readonly string[] {
  const names = [...new Set(boxes.map(b => b.act.lane))]
  return boxes.map(b => `l${names.indexOf(b.act.lane) % COLOURS}`)
}

/** Pixels of a bold character, about. */
const BOLD = 7.4

/** A component's name over its line; a long one is broken at a dash or a blank. */
function laneSvg({ name, x, room }: TimelineLayout['lanes'][number], height: number): Safe {
  const parts = name.length * BOLD <= room - 6 ? [name] : halves(name)
  return html`<path class="lane" d="M${x} 40V${height}"/>${parts.map(
    (part, i) =>
      html`<text class="name" x="${x - 8}" y="${parts.length === 1 ? 30 : 16 + i * 14}"><title>${name}</title>${shorten(part, Math.max(8, Math.floor((room - 6) / BOLD)))}</text>`,
  )}`
}

function halves(name: string): readonly string[] {
  const cuts = [...name.matchAll(/[- ]/g)].map(m => m.index + (m[0] === '-' ? 1 : 0))
  const middle = [...cuts].sort((a, b) => Math.abs(a - name.length / 2) - Math.abs(b - name.length / 2))[0]
  return middle === undefined ? [name] : [name.slice(0, middle), name.slice(middle).trim()]
}

/** The head of the arrow that a box answers. */
function tipSvg(
  { x, y }: Box,
  shape: 'wide' | 'tall',
  arrow: TimelineLayout['arrows'][number] | undefined,
  colours: readonly string[],
): Safe {
  if (arrow === undefined) return NOTHING
  const path = shape === 'wide' ? `M${arrow.x - 4} ${y - 6}h8l-4 6z` : `M${x - 6} ${y + 10}v8l6 -4z`
  return html`<path class="tip ${colours[arrow.from]}" d="${path}"/>`
}

function boxSvg(box: Box, shape: 'wide' | 'tall', colour: string, tip: Safe): Safe {
  const { act, x, y, width, height } = box
  const head = shape === 'wide' ? 0 : LINE
  const room = Math.floor((width - 30) / 6.7)
  return html`<g class="act">${
    shape === 'wide' && box.isNewMoment && html`<text class="quiet" x="0" y="${y + 16}">${secondsText(act.atMs)}</text>`
  }<rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><rect class="stripe ${colour}" x="${x}" y="${y}" width="4" height="${height}" rx="2"/>${tip}${headSvg(box, shape, width)}${act.lines.map(
    (line, i) => lineSvg(line, x + 8, y + head + 35 + i * LINE, room),
  )}${act.more > 0 && html`<text class="quiet" x="${x + 22}" y="${y + head + 35 + act.lines.length * LINE}">and ${act.more} more</text>`}</g>`
}

function headSvg({ act, x, y }: Box, shape: 'wide' | 'tall', width: number): Safe {
  if (shape === 'tall')
    return html`<text x="${x + 8}" y="${y + 17}"><tspan class="name">${shorten(act.lane, 32)}</tspan></text><text class="quiet" x="${x + width - 8}" y="${y + 17}" text-anchor="end">${secondsText(act.atMs)}</text><text class="quiet" x="${x + 8}" y="${y + 17 + LINE}">${shorten(act.why, 44)}</text>`
  const room = Math.max(10, Math.floor((width - 24 - sansWidth(act.lane)) / 6.4))
  return html`<text x="${x + 8}" y="${y + 17}"><tspan class="name">${act.lane}</tspan><tspan class="quiet" dx="6">${shorten(act.why, room)}</tspan></text>`
}

function lineSvg({ mark, text, news }: ActLine, x: number, y: number, room: number): Safe {
  const name = shorten(text, Math.min(40, room))
  const left = room - name.length - 1
  const more = left >= 6 && news !== '' ? shorten(news, left) : ''
  return html`<text class="write" x="${x}" y="${y}"><title>${MARKS[mark]} ${text} ${news}</title><tspan class="${mark}">${MARKS[mark]}</tspan><tspan x="${x + 14}">${name}</tspan>${more && html`<tspan class="quiet" dx="7">${more}</tspan>`}</text>`
}
