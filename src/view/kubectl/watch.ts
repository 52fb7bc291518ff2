// `kubectl get --watch`: the table as it is, then one row for every write. Columns keep the width that they once had.
import type { Kind, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { writesOf } from '../../cluster/log'
import { keyOf, type State, type WatchEvent } from '../../cluster/state'
import { type Arguments, flag, isSet, readArguments } from './arguments'
import type { Chosen } from './choose'
import { choose, namespaceOf } from './choose'
import { readFieldFilter } from './field-filter'
import { readLabelFilter } from './label-filter'
import { headOf, rowOf, type TableOptions } from './table-rows'

const MIN_WIDTH = 6
const PADDING = 3

/** A row in columns that remember their widest cell. */
function printRow(cells: readonly string[], widths: number[]): string {
  return `${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i]!))).join('')}\n`
}

/** Rows that are printed together widen the columns before any of them is printed. */
function printRows(rows: readonly (readonly string[])[], widths: number[]): string {
  for (const cells of rows)
    for (const [i, cell] of cells.entries())
      if (i < cells.length - 1) widths[i] = Math.max(widths[i] ?? 0, MIN_WIDTH, [...cell].length + PADDING)
  return rows.map(cells => printRow(cells, widths)).join('')
}

/** All that `get … --watch` prints from one moment to a later one of the same cluster. `argv`: the words behind `kubectl`. */
export function watchOutput(before: State, after: State, argv: readonly string[]): string {
  const args = readArguments(argv)
  if ('wrong' in args) return ''
  const chosen = choose(before, args)
  return 'wrong' in chosen ? '' : watchedText(before, after, args, chosen)
}

/** The same for a command line that has been read. */
export function watchedText(before: State, after: State, args: Arguments, chosen: readonly Chosen[]): string {
  const widths: number[] = []
  let out = ''
  for (const { kind, objects } of chosen) {
    const options: TableOptions = { args, kind, wide: flag(args, 'output') === 'wide', prefixed: false }
    const head = isSet(args, 'no-headers') ? [] : [headOf(before, options)]
    const first = isSet(args, 'watch-only') ? [] : objects.map(o => rowOf(before, options, o))
    let pending: readonly (readonly string[])[] = head
    if (first.length > 0) {
      out += printRows([...head, ...first], widths)
      pending = []
    }
    for (const event of writesOf(after.log, before.log.length)) {
      if (!isWatched(args, kind, event)) continue
      out += printRows([...pending, rowOf({ ...after, nowMs: event.atMs }, options, event.object)], widths)
      pending = []
    }
  }
  return out
}

function isWatched(args: Arguments, kind: Kind, { object }: WatchEvent): boolean {
  if (object.kind !== kind) return false
  const namespace = KINDS[kind].namespaced ? namespaceOf(args) : undefined
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false
  const names = args.words.slice(1)
  const slashed = args.words.flatMap(w => (w.includes('/') ? [w.slice(w.indexOf('/') + 1)] : []))
  const wanted = slashed.length > 0 ? slashed : names
  if (wanted.length > 0 && !wanted.includes(keyOf(object).replace(/^.*\//, ''))) return false
  return passesFilters(args, kind, object)
}

function passesFilters(args: Arguments, kind: Kind, object: KubeObject): boolean {
  const labels = flag(args, 'selector')
  const fields = flag(args, 'field-selector')
  const byField = fields === undefined ? undefined : readFieldFilter(fields, kind)
  return (
    (labels === undefined || readLabelFilter(labels)?.(object.metadata.labels) !== false) &&
    (byField === undefined || 'wrong' in byField || byField(object))
  )
}
