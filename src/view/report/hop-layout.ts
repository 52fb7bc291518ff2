// Where everything of a wide hop picture stands. In: the way. Out: pixels: columns of stations, rectangles of boxes, bands of header values.
import { type Box, type Machine, placeOfMachine, type Station } from './way'
import { chipText, monoWidth, sansWidth, shorten } from './picture-text'

/** Pixels: where the columns begin, and from top to bottom the rail, the first chip, and the steps from one chip or band to the next. */
export const LABELS = 84
export const RAIL = 92
export const CHIPS = 112
export const CHIP_STEP = 25
export const BAND_STEP = 30
const MACHINE_GAP = 40
const BOX_PAD = 14
const NAME_MAX = 26

/** `x` is the middle of the column. */
export interface Column {
  readonly station: Station
  readonly x: number
  readonly width: number
}

export interface Rect {
  readonly kind: Box['kind']
  readonly name: string
  readonly full: string
  readonly in: string
  readonly x: number
  readonly width: number
}

/** The value of one header field, from the place where it was written to where it changes. */
export interface Band {
  readonly text: string
  readonly changed: boolean
  readonly from: number
  readonly to: number
}

export interface Layout {
  readonly width: number
  /** Left to right; the way runs through them backwards where `back` is set. */
  readonly columns: readonly Column[]
  readonly machines: readonly Rect[]
  readonly boxes: readonly Rect[]
  /** Where the line crosses from one namespace to the next. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  readonly source: readonly Band[]
  readonly destination: readonly Band[]
  readonly tunnel: readonly Band[]
  readonly chipRows: number
}

/** A bold name and its kind. */
const titleWidth = (name: string, kind: string): number => Math.ceil(shorten(name, NAME_MAX).length * 7.7) + kind.length * 6.2 + 26

const columnWidth = (station: Station): number =>
  Math.max(58, sansWidth(shorten(station.label, 18)) + 16, ...station.chips.map(chip => sansWidth(chipText(chip)) + 26))

/** Lays a way out from left to right; `back`: from right to left, so that a reply runs over the same machines backwards. */
export function layout(way: readonly Machine[], back: boolean): Layout {
  const stations = way.flatMap(machine => machine.boxes.flatMap(box => box.stations))
  const widths = new Map(stations.map(station => [station, columnWidth(station)]))
  widen(stations, widths)
  const order = <T>(list: readonly T[]): readonly T[] => (back ? [...list].reverse() : list)
  const columns: Column[] = []
  const machines: Rect[] = []
  const boxes: Rect[] = []
  const gaps: { from: number; to: number }[] = []
  let x = LABELS
  for (const machine of order(way)) {
    const start = x
    x += machine.kind === 'node' ? BOX_PAD - 4 : 0
    for (const box of order(machine.boxes)) {
      if (columns.length) gaps.push({ from: columns.at(-1)!.x, to: 0 })
      const nested = machine.kind === 'node' && box.kind !== 'node'
      const boxStart = nested ? (x += 8) : x
      const own = box.stations.reduce((sum, station) => sum + widths.get(station)!, 0)
      const title = titleWidth(box.name, box.kind)
      const slack = Math.max(0, (nested || machine.boxes.length === 1 ? title : 0) - own) / Math.max(1, box.stations.length)
      for (const station of order(box.stations)) {
        const width = widths.get(station)! + slack
        columns.push({ station, x: x + width / 2, width })
        x += width
      }
      if (gaps.length) gaps.at(-1)!.to ||= columns.at(-Math.max(1, box.stations.length))!.x
      if (nested) boxes.push(rect(box.kind, box.name, box.in, boxStart, x - boxStart))
    }
    x += machine.kind === 'node' ? BOX_PAD - 4 : 0
    machines.push(rect(machine.kind, machine.name, placeOfMachine(machine), start, x - start))
    x += MACHINE_GAP
  }
  const width = Math.ceil(x - MACHINE_GAP + 6)
  const chipRows = Math.max(0, ...stations.map(station => station.chips.length))
  const inTime = order(columns)
  const spans = (value: (station: Station) => string | null) =>
    bands(inTime, value, back, back ? LABELS : width - 6, back ? width - 6 : LABELS)
  return {
    width,
    columns,
    machines,
    boxes,
    gaps,
    chipRows,
    source: spans(station => station.source),
    destination: spans(station => station.destination),
    tunnel: spans(station => station.outer),
  }
}

const rect = (kind: Box['kind'], name: string, place: string, x: number, width: number): Rect => ({
  kind,
  name: shorten(name, NAME_MAX),
  full: name,
  in: place,
  x,
  width,
})

/** Runs of equal values along the way, in stations. */
function runs(
  stations: readonly Station[],
  value: (station: Station) => string | null,
): { text: string | null; from: number; to: number }[] {
  const list: { text: string | null; from: number; to: number }[] = []
  stations.forEach((station, i) => {
    const text = value(station)
    const last = list.at(-1)
    if (last && last.text === text) last.to = i
    else list.push({ text, from: i, to: i })
  })
  return list
}

/** Columns grow until every header value has room from the middle of its first station to the middle of the one where it changes. */
function widen(stations: readonly Station[], widths: Map<Station, number>): void {
  for (const value of [(s: Station) => s.source, (s: Station) => s.destination, (s: Station) => s.outer]) {
    for (const run of runs(stations, value)) {
      if (run.text === null) continue
      const inside = stations.slice(run.from, run.to + 1)
      const next = stations[run.to + 1]
      const first = inside[0]!
      const room =
        inside.reduce((sum, s) => sum + widths.get(s)!, 0) - (run.from ? widths.get(first)! / 2 : 0) + (next ? widths.get(next)! / 2 : 0)
      const lack = monoWidth(run.text) + 34 - room
      if (lack > 0) for (const s of inside) widths.set(s, widths.get(s)! + lack / (inside.length - (run.from ? 0.5 : 0)))
    }
  }
}

/** `start` and `end` in time are the picture's edges. */
function bands(inTime: readonly Column[], value: (station: Station) => string | null, back: boolean, end: number, start: number): Band[] {
  const all = runs(
    inTime.map(column => column.station),
    value,
  )
  return all.flatMap((run, i) => {
    if (run.text === null || run.text === '') return []
    const a = i === 0 ? start : inTime[run.from]!.x
    const b = i === all.length - 1 ? end : inTime[all[i + 1]!.from]!.x
    return [{ text: run.text, changed: i > 0, from: Math.min(a, b) + (back ? 2 : 0), to: Math.max(a, b) - (back ? 0 : 2) }]
  })
}
