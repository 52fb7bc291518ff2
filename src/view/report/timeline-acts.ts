// A timeline as a reader follows it: acts of components. In: writes. Out: acts, each of one component at one moment in answer to one write;
// lanes, one a component, in the order in which they first act.
import type { WriteJson } from './probe'

/** What one component wrote at one moment, because of one thing. */
export interface Act {
  readonly atMs: number
  readonly lane: string
  /** Why: `saw Pod web-1`, `18 more alike, until 1.840 s`. */
  readonly why: string
  /** The number of the act that wrote what this one heard of; null where none of those shown did. */
  readonly cause: number | null
  /** Of acts that are one, those of the last. */
  readonly lines: readonly ActLine[]
  /** Writes that are not shown. */
  readonly more: number
}

export interface ActLine {
  readonly mark: keyof typeof MARKS
  readonly text: string
  readonly news: string
}

/** How each kind of write is shown, and what it means. */
export const MARKS = {
  created: '+',
  changed: '~',
  deleted: '−',
  said: '“',
} as const satisfies Record<WriteJson['did'], string>

/** Of acts that are alike but for names and numbers, so many are drawn; the rest is one more where it would be at least `FOLDED`. */
const ALIKE = 2
const FOLDED = 3
/** Acts of a picture, and lines of an act; what is beyond is counted. */
const MOST_ACTS = 40
const MOST_LINES = 6
/** Kubelets that have a lane of their own. */
const MOST_KUBELETS = 3
const MOST_LANES = 8
const OTHERS = 'other components'
const KUBELETS = 'kubelets'

export interface Acts {
  readonly lanes: readonly string[]
  readonly acts: readonly Act[]
  /** Writes after the last act that is shown. */
  readonly more: number
}

/** The acts of a timeline, in time. */
export function actsOf(events: readonly WriteJson[], more: number): Acts {
  const laneOf = lanesOf(events)
  const groups = new Map<string, WriteJson[]>()
  for (const event of events) {
    const key = `${event.atMs} ${event.by} ${event.node} ${event.cause}`
    groups.get(key)?.push(event) ?? groups.set(key, [event])
  }
  const shown = folded([...groups.values()], laneOf).slice(0, MOST_ACTS)
  const actOf = new Map(shown.flatMap((sets, i) => sets.flatMap(writes => writes.map(write => [write.id, i] as const))))
  const acts = shown.map((sets, i): Act => {
    const [first, last] = [sets[0]![0]!, sets.at(-1)!]
    const lane = laneOf(first)
    const cause = first.cause === null ? null : (actOf.get(first.cause) ?? null)
    const why = whyText(first, lane === componentOf(first) ? '' : componentOf(first))
    return {
      atMs: first.atMs,
      lane,
      why: sets.length === 1 ? why : `${sets.length} more alike, until ${(last[0]!.atMs / 1000).toFixed(3)} s`,
      cause: cause !== null && cause < i ? cause : null,
      lines: last.slice(0, MOST_LINES).map(lineOf),
      more: Math.max(0, last.length - MOST_LINES),
    }
  })
  const count = shown.flat().reduce((sum, writes) => sum + writes.length, 0)
  return { lanes: [...new Set(acts.map(act => act.lane))], acts, more: events.length - count + more }
}

type Writes = readonly WriteJson[]

/** Each act's writes; acts that many others are like become one, in the place of the first of them. */
function folded(groups: readonly Writes[], laneOf: (event: WriteJson) => string): readonly (readonly Writes[])[] {
  const shape = (writes: Writes) => `${laneOf(writes[0]!)} ${writes[0]!.cause === null} ${writes.map(shapeOf).join()}`
  const alike = new Map<string, Writes[]>()
  for (const writes of groups) alike.get(shape(writes))?.push(writes) ?? alike.set(shape(writes), [writes])
  return groups.flatMap((writes): (readonly Writes[])[] => {
    const same = alike.get(shape(writes))!
    const at = same.indexOf(writes)
    if (at < ALIKE || same.length < ALIKE + FOLDED) return [[writes]]
    return at === ALIKE ? [same.slice(ALIKE)] : []
  })
}

/** What a write is like, without names and numbers. */
function shapeOf({ did, object, what }: WriteJson): string {
  if (did === 'said') return `said ${/^\w*/.exec(what)![0]}`
  return `${did} ${object.split(' ')[0]} ${what.replace(/bound to \S+|[\d.:a-f]*\d[\d.:a-f]*/g, '')}`
}

const componentOf = ({ by, node }: WriteJson): string => (node === null ? by : `${by} ${node}`)

/** Which lane a write belongs to: that of its component, or a common one where there would be too many. */
function lanesOf(events: readonly WriteJson[]): (event: WriteJson) => string {
  const kubelets = new Set(events.flatMap(e => (e.node === null ? [] : [e.node])))
  const own = (event: WriteJson) => (event.node !== null && kubelets.size > MOST_KUBELETS ? KUBELETS : componentOf(event))
  const counts = new Map<string, number>()
  for (const event of events) counts.set(own(event), (counts.get(own(event)) ?? 0) + 1)
  const busiest = [...counts].sort(([, a], [, b]) => b - a).map(([lane]) => lane)
  const kept = new Set(busiest.length > MOST_LANES ? busiest.slice(0, MOST_LANES - 1) : busiest)
  return event => (kept.has(own(event)) ? own(event) : OTHERS)
}

function whyText({ by, cause, after }: WriteJson, who: string): string {
  const why = by === 'kubectl' ? 'you asked' : cause === null ? 'its time had come' : `saw ${shortName(after ?? `write #${cause}`)}`
  return who === '' ? why : `${who} ${why}`
}

/** `Pod web-1`; another namespace than default stays. */
const shortName = (object: string): string => object.replace(/^(\S+) default\//, '$1 ')

function lineOf({ did, object, what }: WriteJson): ActLine {
  if (did !== 'said') return { mark: did, text: shortName(object), news: what }
  const [, reason = what, message = ''] = /^(\w+): (.*)$/s.exec(what) ?? []
  return { mark: did, text: reason, news: message }
}
