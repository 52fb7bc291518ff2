// Ages as kubectl prints them: `70s`, `33m`, `4h5m`, `3d`. Stands for apimachinery util/duration.
import { timeOf } from '../../cluster/clock'
import type { State } from '../../cluster/state'

/** A duration in milliseconds, in at most two units. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  const two = (big: number, bigUnit: string, small: number, unit: string) =>
    small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${unit}`
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return two(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`
}

/** How long ago, in virtual time; `<unknown>` without a time. */
export function ageText(state: State, time: string | null | undefined): string {
  const at = timeOf(state, time)
  return at === undefined ? '<unknown>' : durationText(state.nowMs - at)
}

/** The AGE of an object. */
export const age = (state: State, object: { readonly metadata: { readonly creationTimestamp?: string } }): string =>
  ageText(state, object.metadata.creationTimestamp)
