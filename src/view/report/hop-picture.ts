// The hop picture: machines as boxes, devices as stations on a line, chips for what happened, and below it the header values that hold there.
// In: the way of a packet. Out: SVG, wide (left to right). Pure; the same way gives the same bytes.
import type { Safe } from './html'
import { html } from './html'
import type { Band, Column, Layout, Rect } from './hop-layout'
import { BAND_STEP, CHIP_STEP, CHIPS, LABELS, layout, RAIL } from './hop-layout'
import { chipText, monoWidth, sansWidth, shorten } from './picture-text'
import type { Machine } from './way'

export interface PictureOptions {
  /** A reply: drawn over the same machines from right to left. */
  readonly back: boolean
  /** Said to screen readers; the hop table below says it all. */
  readonly label: string
  /** The namespace where expected and actual part. */
  readonly mark?: string
}

const round = (n: number): number => Math.round(n * 10) / 10

/** Pictures wider than this, in pixels, are not made smaller than it: one scrolls them. */
const BIG = 860

/** The picture for screens and paper with room. */
export function hopPicture(way: readonly Machine[], options: PictureOptions): Safe {
  const plan = layout(way, options.back)
  const bottom = CHIPS + plan.chipRows * CHIP_STEP + 12
  const rows = [
    { name: 'source', bands: plan.source },
    { name: 'destination', bands: plan.destination },
    ...(plan.tunnel.length ? [{ name: 'tunnel', bands: plan.tunnel }] : []),
  ]
  const height = bottom + 14 + rows.length * BAND_STEP
  return html`<svg class="hops wide${plan.width > BIG && ' big'}" role="img" aria-label="${options.label}" viewBox="0 0 ${plan.width} ${height}" width="${plan.width}" height="${height}">${plan.machines.map(
    machine => boxSvg(machine, 22, bottom, options.mark),
  )}${plan.boxes.map(box => boxSvg(box, 48, bottom - 8, options.mark))}${lines(plan, options.back)}${plan.columns.map(stationSvg)}${rows.map(
    ({ name, bands }, i) => bandsSvg(name, bands, bottom + 14 + i * BAND_STEP, options.back),
  )}</svg>`
}

const ICONS: Readonly<Record<Rect['kind'], string>> = { node: 'node', pod: 'pod', client: 'client', namespace: 'netns' }

function boxSvg(box: Rect, top: number, bottom: number, mark: string | undefined): Safe {
  const marked = mark === box.in || mark === box.full
  const nested = top > 30
  return html`<rect class="box ${box.kind}${marked ? ' mark' : ''}" x="${round(box.x)}" y="${top}" width="${round(box.width)}" height="${bottom - top}" rx="${nested ? 7 : 10}"/><text class="name" x="${round(
    box.x + (nested ? 8 : 2),
  )}" y="${nested ? top + 16 : top - 7}"><title>${box.full}</title>${box.name}<tspan class="kind" dx="6">${marked ? '✘' : ICONS[box.kind]}</tspan></text>`
}

/** The line through all stations; double where the packet travels inside a tunnel. */
function lines(plan: Layout, back: boolean): Safe {
  const inTime = back ? [...plan.columns].reverse() : plan.columns
  const legs = inTime.slice(1).map((to, i) => ({ from: inTime[i]!, to }))
  return html`${legs.map(({ from, to }) => {
    const [a, b] = [round(Math.min(from.x, to.x)), round(Math.max(from.x, to.x))]
    return from.station.outer !== null
      ? html`<path class="rail tunnel" d="M${a} ${RAIL - 3}H${b}M${a} ${RAIL + 3}H${b}"/>`
      : html`<path class="rail" d="M${a} ${RAIL}H${b}"/>`
  })}${plan.gaps.map(gap => {
    const x = round((gap.from + gap.to) / 2)
    return html`<path class="arrow" d="${back ? `M${x + 5} ${RAIL - 6}l-10 6l10 6z` : `M${x - 5} ${RAIL - 6}l10 6l-10 6z`}"/>`
  })}`
}

function stationSvg({ station, x }: Column): Safe {
  const label = shorten(station.label, 18)
  return html`<g class="station">${
    station.process
      ? html`<rect class="stop" x="${round(x - 6)}" y="${RAIL - 6}" width="12" height="12" rx="2"/>`
      : html`<circle class="stop" cx="${round(x)}" cy="${RAIL}" r="5.5"/>`
  }<text class="device" x="${round(x)}" y="${RAIL - 13}"><title>${station.label}</title>${label}</text>${station.chips.map((chip, i) => {
    const text = chipText(chip)
    const width = sansWidth(text) + 16
    return html`<g class="chip ${chip.kind}"><title>${chip.title}</title><rect x="${round(x - width / 2)}" y="${CHIPS + i * CHIP_STEP}" width="${width}" height="20" rx="10"/><text x="${round(x)}" y="${CHIPS + i * CHIP_STEP + 14}">${text}</text></g>`
  })}</g>`
}

function bandsSvg(name: string, bands: readonly Band[], y: number, back: boolean): Safe {
  return html`<text class="field" x="0" y="${y + 15}">${name}</text>${bands.map(band => {
    const width = Math.max(8, band.to - band.from)
    const text = shorten(band.text, Math.max(6, Math.floor((width - 16) / 6.75)))
    const left = Math.max(LABELS, band.from)
    const at = back ? band.to - 10 - Math.min(width - 18, monoWidth(text)) : left + 10
    return html`<g class="band ${name}${band.changed ? ' changed' : ''}"><title>${name} ${band.text}</title><rect x="${round(left)}" y="${y}" width="${round(width)}" height="22" rx="4"/><text x="${round(at)}" y="${y + 15}">${text}</text></g>`
  })}`
}
