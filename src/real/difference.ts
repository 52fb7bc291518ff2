// What has to be done so that namespaces which stand become another network: which devices go, which entries are taken away, and which lines of the plan are still to be run.
// In: the plan that stands, the plan that shall stand, and the numbers of the namespaces that stay. Nothing is run here.
import { HopspecError } from '../error'
import type { Line } from './line'
import type { Plan } from './plan'

export interface Difference {
  /** Devices that go, by namespace; those that the plan still has come again. */
  readonly gone: ReadonlyMap<number, ReadonlySet<string>>
  /** Lines for ip that take away devices which a namespace made itself, then entries, then cables at one end each. */
  readonly unmade: ReadonlyMap<number, readonly Line[]>
  readonly unplugged: ReadonlyMap<number, readonly Line[]>
  /** Lines for bridge. */
  readonly strangers: ReadonlyMap<number, readonly Line[]>
  /** The new plan with only those lines that are to be run. */
  readonly plan: Plan
}

/** Devices by namespace. */
class Devices {
  readonly all = new Map<number, Set<string>>()
  has = (space: number, device: string): boolean => this.all.get(space)?.has(device) ?? false
  get size(): number {
    return [...this.all.values()].reduce((sum, names) => sum + names.size, 0)
  }
  add(space: number, device: string): void {
    this.all.set(space, (this.all.get(space) ?? new Set()).add(device))
  }
}

/** The lines that make a device and say how it is, by device. */
export function beings(lines: readonly Line[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { text, on, entry } of lines) if (!entry && on[0] !== undefined) found.set(on[0], `${found.get(on[0]) ?? ''}${text}\n`)
  return found
}

export function differenceOf(was: Plan, now: Plan, kept: readonly number[]): Difference {
  const stay = [0, ...kept]
  const gone = goneOf(was, now, stay)
  const { unmade, strangers } = undoing(was, now, stay, gone)
  const unplugged = new Map<number, Line[]>()
  for (const { ends, of } of was.cables) {
    const [space, device] = ends.find(([s, d]) => gone.has(s, d)) ?? []
    if (space !== undefined && device !== undefined)
      unplugged.set(space, [...(unplugged.get(space) ?? []), { text: `link del ${device}`, of, on: [device] }])
  }
  const laid = new Set(was.cables.map(c => c.text))
  const toDo = (lines: Plan['own'], before: Plan['own']) =>
    new Map(
      [...lines].map(([n, all]) => {
        const there = stay.includes(n) ? (before.get(n) ?? []).filter(l => !l.on.some(d => gone.has(n, d))).map(l => l.text) : []
        return [n, without(all, there)]
      }),
    )
  const rules = (lines: Plan['own']) => new Map([...lines].filter(([n]) => !stay.includes(n)))
  return {
    gone: gone.all,
    unmade,
    unplugged,
    strangers,
    plan: {
      ...now,
      cables: now.cables.filter(c => !laid.has(c.text) || c.ends.some(([n, d]) => gone.has(n, d))),
      own: toDo(now.own, was.own),
      rules: { ipv4: rules(now.rules.ipv4), ipv6: rules(now.rules.ipv6) },
      fdb: toDo(now.fdb, was.fdb),
    },
  }
}

/** Lines that are not there yet; one that is said twice and was there once is to be run once more, as when all is built anew. */
function without(lines: readonly Line[], there: readonly string[]): readonly Line[] {
  const left = new Map<string, number>()
  for (const text of there) left.set(text, (left.get(text) ?? 0) + 1)
  return lines.filter(({ text }) => {
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count <= 0
  })
}

/** A device goes when its cable or anything that is said of it changes, with all that stands on it. */
function goneOf(was: Plan, now: Plan, stay: readonly number[]): Devices {
  const gone = new Devices()
  const end = ([space, device]: readonly [number, string]) => {
    if (stay.includes(space)) gone.add(space, device)
  }
  const wanted = new Set(now.cables.map(c => c.text))
  for (const c of was.cables) if (!wanted.has(c.text)) c.ends.forEach(end)
  for (const n of stay) {
    const after = beings(now.own.get(n) ?? [])
    for (const [device, lines] of beings(was.own.get(n) ?? [])) if (after.get(device) !== lines) gone.add(n, device)
  }
  for (let size = -1; size !== gone.size; ) {
    size = gone.size
    for (const c of was.cables) if (c.ends.some(([n, d]) => gone.has(n, d))) c.ends.forEach(end)
    for (const n of stay)
      for (const { on, entry } of was.own.get(n) ?? [])
        if (!entry && on[0] !== undefined && on.some(d => gone.has(n, d))) gone.add(n, on[0])
  }
  return gone
}

function undoing(was: Plan, now: Plan, stay: readonly number[], gone: Devices): Pick<Difference, 'unmade' | 'strangers'> {
  const entries = (before: Plan['own'], after: Plan['own'], n: number) => {
    const wanted = new Set(after.get(n)?.map(l => l.text))
    const lost = (before.get(n) ?? []).filter(l => l.entry && !wanted.has(l.text) && !l.on.some(d => gone.has(n, d)))
    return lost.map(undone).reverse()
  }
  const made = (n: number) =>
    (was.own.get(n) ?? [])
      .filter(l => l.text.startsWith('link add ') && gone.has(n, l.on[0]!))
      .map(l => ({ ...l, text: `link del ${l.on[0]}` }))
  return {
    unmade: new Map(stay.map(n => [n, [...made(n).reverse(), ...entries(was.own, now.own, n)]])),
    strangers: new Map(stay.map(n => [n, entries(was.fdb, now.fdb, n)])),
  }
}

/** The line that takes an entry away again. */
function undone(l: Line): Line {
  const text = l.text
    .replace(/^route add /, 'route del ')
    .replace(/^neighbour replace (\S+) lladdr \S+ dev (\S+) .*$/, 'neighbour del $1 dev $2')
    .replace(/^fdb append (.*) permanent$/, 'fdb del $1')
  if (text === l.text) throw new HopspecError([{ code: 'NOT_MODELLED', message: `nothing takes '${l.text}' away again` }])
  return { ...l, text }
}
