// The hop picture for phones: the same way from top to bottom. In: the way of a packet. Out: SVG, 340 pixels wide.
import type { PictureOptions } from './hop-picture'
import type { Safe } from './html'
import { html } from './html'
import { chipText, sansWidth, shorten } from './picture-text'
import { type Box, type Machine, placeOfMachine, type Station } from './way'

const WIDTH = 340
const RAIL = 30
const ROW = 27
const HEADER = 17

interface Pen {
  y: number
  readonly rects: Safe[]
  readonly marks: Safe[]
  readonly stops: { readonly y: number; readonly tunnel: boolean }[]
  before: Station | null
}

/** The picture for screens without room for the wide one. */
export function hopPictureTall(way: readonly Machine[], options: PictureOptions): Safe {
  const pen: Pen = { y: 4, rects: [], marks: [], stops: [], before: null }
  for (const machine of way) {
    if (pen.before) passage(pen, pen.before)
    const start = pen.y
    pen.y += 8
    machine.boxes.forEach((box, i) => {
      const nested = machine.kind === 'node' && box.kind !== 'node'
      const marked = options.mark === box.in || options.mark === box.name
      if (nested && i === 0) title(pen, machine.name, machine.kind, options.mark === placeOfMachine(machine))
      if (i > 0) pen.y += 6
      const top = pen.y
      if (nested) title(pen, box.name, box.kind, marked)
      else if (i === 0) title(pen, machine.name, machine.kind, marked)
      for (const station of box.stations) stationRows(pen, station)
      if (nested) pen.rects.push(frame(box.kind, 14, top, WIDTH - 24, pen.y - top, marked))
    })
    pen.y += 8
    pen.rects.unshift(frame(machine.kind, 6, start, WIDTH - 8, pen.y - start, options.mark === placeOfMachine(machine)))
  }
  const legs = pen.stops.slice(1).map((stop, i) => {
    const from = pen.stops[i]!
    return from.tunnel
      ? html`<path class="rail tunnel" d="M${RAIL - 3} ${from.y}V${stop.y}M${RAIL + 3} ${from.y}V${stop.y}"/>`
      : html`<path class="rail" d="M${RAIL} ${from.y}V${stop.y}"/>`
  })
  return html`<svg class="hops tall" role="img" aria-label="${options.label}" viewBox="0 0 ${WIDTH} ${pen.y + 4}" width="${WIDTH}" height="${pen.y + 4}">${pen.rects}${legs}${pen.marks}</svg>`
}

const frame = (kind: Box['kind'], x: number, y: number, width: number, height: number, marked: boolean): Safe =>
  html`<rect class="box ${kind}${marked ? ' mark' : ''}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`

function title(pen: Pen, name: string, kind: Box['kind'], marked: boolean): void {
  pen.marks.push(
    html`<text class="name" x="${RAIL + 18}" y="${pen.y + 13}"><title>${name}</title>${shorten(name, 27)}<tspan class="kind" dx="6">${marked ? '✘ first difference' : kind}</tspan></text>`,
  )
  pen.y += 22
}

function stationRows(pen: Pen, station: Station): void {
  const y = pen.y + 10
  pen.stops.push({ y, tunnel: station.outer !== null })
  pen.marks.push(
    station.process
      ? html`<rect class="stop" x="${RAIL - 6}" y="${y - 6}" width="12" height="12" rx="2"/>`
      : html`<circle class="stop" cx="${RAIL}" cy="${y}" r="5.5"/>`,
    html`<text class="device left" x="${RAIL + 18}" y="${y + 4}"><title>${station.label}</title>${shorten(station.label, 36)}</text>`,
  )
  pen.y += ROW - 4
  for (const chip of station.chips) {
    const text = shorten(chipText(chip), 40)
    pen.marks.push(
      html`<g class="chip ${chip.kind}"><title>${chip.title}</title><rect x="${RAIL + 16}" y="${pen.y}" width="${Math.min(sansWidth(text) + 16, WIDTH - RAIL - 28)}" height="20" rx="10"/><text class="left" x="${RAIL + 24}" y="${pen.y + 14}">${text}</text></g>`,
    )
    pen.y += ROW - 3
  }
  const headers = changed(pen.before, station)
  for (const line of headers) headerLine(pen, line.text, line.changed)
  if (headers.length) pen.y += 4
  pen.before = station
}

/** Header lines at a station: all at the first, then only what changed. */
const changed = (before: Station | null, station: Station): { text: string; changed: boolean }[] => [
  ...(before?.source === station.source ? [] : [{ text: `from ${station.source}`, changed: before !== null }]),
  ...(before?.destination === station.destination ? [] : [{ text: `to ${station.destination}`, changed: before !== null }]),
]

function headerLine(pen: Pen, text: string, marked: boolean): void {
  pen.marks.push(
    html`<text class="header${marked ? ' changed' : ''}" x="${RAIL + 18}" y="${pen.y + 12}"><title>${text}</title>${shorten(text, 42)}</text>`,
  )
  pen.y += HEADER
}

/** Between two machines: an arrow, and the tunnel's outer header. */
function passage(pen: Pen, station: Station): void {
  pen.y += 8
  if (station.outer !== null) headerLine(pen, station.outer, true)
  pen.marks.push(html`<path class="arrow" d="M${RAIL - 6} ${pen.y - 2}h12l-6 9z"/>`)
  pen.y += 14
}
