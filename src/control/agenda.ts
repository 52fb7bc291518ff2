// What is due when: a heap in the order of time, then of arrival, with each key of each component at most once (and once more for its deadline). Stands for the
// controllers' work queues.
import type { Due } from '../cluster/state'

interface Entry {
  readonly due: Due
  readonly slot: string
  readonly order: number
  gone: boolean
}

export interface Agenda {
  readonly heap: Entry[]
  readonly bySlot: Map<string, Entry>
  order: number
  /** How many entries settling has to wait for. */
  pressing: number
}

const slotOf = (due: Due): string => `${due.by} ${due.key}${due.patient ? ' later' : ''}`
const before = (a: Entry, b: Entry): boolean => (a.due.atMs === b.due.atMs ? a.order < b.order : a.due.atMs < b.due.atMs)

export function agendaOf(dues: readonly Due[]): Agenda {
  const agenda: Agenda = { heap: [], bySlot: new Map(), order: 0, pressing: 0 }
  for (const due of dues) enter(agenda, due)
  return agenda
}

/** Adds work; the earlier time counts where the key is on the agenda already. */
export function enter(agenda: Agenda, due: Due): void {
  const slot = slotOf(due)
  const known = agenda.bySlot.get(slot)
  if (known !== undefined) {
    if (known.due.atMs <= due.atMs) return
    known.gone = true
    if (!due.patient) agenda.pressing--
  }
  const entry = { due, slot, order: agenda.order++, gone: false }
  agenda.bySlot.set(slot, entry)
  if (!due.patient) agenda.pressing++
  push(agenda.heap, entry)
}

/** The earliest work, still on the agenda. */
export function first(agenda: Agenda): Due | undefined {
  while (agenda.heap[0]?.gone) pop(agenda.heap)
  return agenda.heap[0]?.due
}

/** Takes the earliest work off the agenda. */
export function take(agenda: Agenda): Due | undefined {
  if (first(agenda) === undefined) return undefined
  const { due, slot } = agenda.heap[0]!
  pop(agenda.heap)
  agenda.bySlot.delete(slot)
  if (!due.patient) agenda.pressing--
  return due
}

/** What is left, in order. */
export const remaining = (agenda: Agenda): readonly Due[] =>
  agenda.heap
    .filter(e => !e.gone)
    .sort((a, b) => (before(a, b) ? -1 : 1))
    .map(e => e.due)

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!before(entry, heap[above]!)) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = entry
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++
    if (!before(heap[below]!, last)) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = last
}
