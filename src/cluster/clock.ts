// The virtual clock: time passes when a scenario says so. Milliseconds since the cluster began, and the same as RFC 3339 for objects.
import type { State } from './state'

/** Where virtual time begins when the input names no later time: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
export const BEGINNING_MS = 1_767_225_600_000

/** The last second that RFC 3339 can write, 9999-12-31T23:59:59Z: a grace of an age ends then. */
const LAST_MS = 253_402_300_799_000

/** The moment the cluster began, in milliseconds since 1970. */
export const epochMs = (state: State): number => Number(state.memory.epochMs ?? BEGINNING_MS)

/** A virtual time as objects hold it: `2026-01-01T00:00:05Z`, whole seconds. */
export function timeText(state: State, atMs: number = state.nowMs): string {
  const ms = Math.min(Math.floor((epochMs(state) + atMs) / 1000) * 1000, LAST_MS)
  if (ms !== lastWritten.ms) lastWritten = { ms, text: new Date(ms).toISOString().replace('.000Z', 'Z') }
  return lastWritten.text
}

/** The second that was written last: thousands of objects are written within one. */
let lastWritten = { ms: Number.NaN, text: '' }

/** An object's time in virtual milliseconds; undefined when there is none or it cannot be read. */
export function timeOf(state: State, text: string | null | undefined): number | undefined {
  const ms = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms - epochMs(state)
}

/** Remembers small facts, all at once; a value of undefined forgets. */
export function remember(state: State, facts: Readonly<Record<string, number | string | undefined>>): State {
  const changed = Object.entries(facts).filter(([name, value]) => state.memory[name] !== value)
  if (changed.length === 0) return state
  const memory: Record<string, number | string> = { ...state.memory }
  for (const [name, value] of changed) {
    if (value === undefined) delete memory[name]
    else memory[name] = value
  }
  return { ...state, memory }
}
