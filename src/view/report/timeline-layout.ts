// Where everything of a timeline picture stands. In: acts and lanes. Out: pixels: a column for each lane and time running down (wide), or one
// column of boxes with the arrows beside it (tall, for phones). Every act has rows of its own, so that texts may reach over other lanes.
import { sansWidth } from './picture-text'
import type { Act, Acts } from './timeline-acts'

export const LINE = 16
const HEAD = 22
const FOOT = 6
const ROW_GAP = 13
const BREAK_GAP = 26
/** From so many milliseconds on a pause is drawn as one. */
const PAUSE_MS = 100
const WIDE = 920
const TIME = 66
const LANE_MAX = 165
const HEADER = 40
const BOX_MIN = 110
const BOX_MAX = 430
/** Between arrows that run down one lane beside each other, and how many of them can. */
const BESIDE = 6
const MOST_BESIDE = 4
const TALL = 352
const TRACK = 7
const TRACKS = 5

export interface Box {
  readonly act: Act
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Where its lane is. */
  readonly at: number
  /** Whether its moment is another than that of the box above. */
  readonly isNewMoment: boolean
}

/** From the act that wrote to the one that answered. */
interface Arrow {
  readonly from: number
  readonly to: number
  /** Where it comes down upon the box of the effect, in a wide picture. */
  readonly x: number
  readonly path: string
}

interface Pause {
  readonly y: number
  readonly ms: number
}

export interface TimelineLayout {
  readonly width: number
  readonly height: number
  readonly lanes: readonly { readonly name: string; readonly x: number; readonly room: number }[]
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
  readonly pauses: readonly Pause[]
}

const boxHeight = ({ lines, more }: Act): number => HEAD + (lines.length + (more > 0 ? 1 : 0)) * LINE + FOOT

/** The tops of all boxes, one below the other, and the pauses between them. */
function rows(
  acts: readonly Act[],
  top: number,
  headRows: number,
): { readonly tops: readonly number[]; readonly pauses: readonly Pause[]; readonly bottom: number } {
  const pauses: Pause[] = []
  let y = top
  const tops = acts.map((act, i) => {
    const pause = i === 0 ? 0 : act.atMs - acts[i - 1]!.atMs
    if (pause >= PAUSE_MS) {
      pauses.push({ y: y + 4, ms: pause })
      y += BREAK_GAP
    }
    const at = y
    y += boxHeight(act) + headRows * LINE + ROW_GAP
    return at
  })
  return { tops, pauses, bottom: y }
}

const isNew = (acts: readonly Act[], i: number): boolean => i === 0 || acts[i - 1]!.atMs !== acts[i]!.atMs

/** How wide an act's texts are, within limits. */
function boxWidth({ lane, why, lines }: Act, title: string): number {
  const widths = [sansWidth(`${title || lane} · ${why}`), ...lines.map(l => sansWidth(`${l.text} ${l.news}`) + 16)]
  return Math.min(BOX_MAX, Math.max(BOX_MIN, ...widths) + 24)
}

/** A lane for each component, side by side. */
export function wideLayout({ lanes, acts }: Acts): TimelineLayout {
  const room = Math.min(LANE_MAX, (WIDE - TIME - 12) / Math.max(1, lanes.length))
  const columns = lanes.map((name, i) => ({ name, x: TIME + 14 + i * room, room }))
  const xOf = new Map(columns.map(c => [c.name, c.x]))
  const { tops, pauses, bottom } = rows(acts, HEADER + 14, 0)
  const boxes = acts.map((act, i): Box => {
    const at = xOf.get(act.lane)!
    const width = boxWidth(act, '')
    return { act, at, x: Math.min(at - 10, WIDE - width - 2), y: tops[i]!, width, height: boxHeight(act), isNewMoment: isNew(acts, i) }
  })
  const ends = new Map<string, number[]>()
  const arrows = acts.flatMap((act, to): Arrow[] => {
    if (act.cause === null) return []
    const [a, b] = [boxes[act.cause]!, boxes[to]!]
    const taken = ends.get(act.lane) ?? []
    ends.set(act.lane, taken)
    const free = taken.findIndex(until => until <= a.y)
    const beside = free >= 0 ? free : Math.min(taken.length, MOST_BESIDE - 1)
    taken[beside] = b.y
    const x = b.at + beside * BESIDE
    return [{ from: act.cause, to, x, path: elbow(a, b, x) }]
  })
  return { width: WIDE, height: bottom, lanes: columns, boxes, arrows, pauses }
}

/** Out of the box of the cause, along its foot or its side, and down the lane of the effect. */
function elbow(from: Box, to: Box, x: number): string {
  const end = to.y - 5
  const inside = x > from.x + 4 && x < from.x + from.width - 4
  if (inside) return `M${x} ${from.y + from.height}V${end}`
  const right = x >= from.x + from.width - 4
  const y = from.y + from.height - 12
  const turn = right ? `H${x - 7}q7 0 7 7` : `H${x + 7}q-7 0 -7 7`
  return `M${right ? from.x + from.width : from.x} ${y}${turn}V${end}`
}

/** One box below the other, with the arrows in tracks to their left. */
export function tallLayout({ acts }: Acts): TimelineLayout {
  const { tops, pauses, bottom } = rows(acts, 4, 1)
  const left = TRACKS * TRACK + 12
  const boxes = acts.map(
    (act, i): Box => ({
      act,
      at: left,
      x: left,
      y: tops[i]!,
      width: TALL - left - 2,
      height: boxHeight(act) + LINE,
      isNewMoment: true,
    }),
  )
  const tracks: number[] = []
  const arrows = acts.flatMap((act, to): Arrow[] => {
    if (act.cause === null) return []
    const [a, b] = [boxes[act.cause]!, boxes[to]!]
    const free = tracks.findIndex(until => until <= a.y + a.height)
    const track = free >= 0 ? free : tracks.length < TRACKS ? tracks.length : to % TRACKS
    const [start, end] = [a.y + a.height - 12, b.y + 14]
    tracks[track] = end
    const x = left - 10 - track * TRACK
    return [{ from: act.cause, to, x, path: `M${a.x} ${start}H${x + 5}q-5 0 -5 5V${end - 5}q0 5 5 5H${b.x - 5}` }]
  })
  return { width: TALL, height: bottom, lanes: [], boxes, arrows, pauses }
}
