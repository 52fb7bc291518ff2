// Lists and tables of a scenario (endpoints, events, objects) against the cluster's.
import { type Finding, finding, unmet } from './finding'
import { tableText } from './hop-rows'
import type { CellTable } from './hop-table'
import { nearest } from '../cluster/nearest'

/** The same members, in any order. */
export function sameMembers(what: string, expected: readonly string[], actual: readonly string[]): Finding {
  const a = [...expected].sort()
  const b = [...actual].sort()
  return finding(a.length === b.length && a.every((x, i) => x === b[i]), `${what}: ${list(expected)}`, list(actual))
}

const list = (members: readonly string[]): string => (members.length === 0 ? 'none' : members.join(', '))

/** Each row of the table is among the actual rows, each another one; empty cells and `*` match anything, rows are in order when `ordered`. */
export function rowsAmong(
  what: string,
  table: CellTable,
  actual: readonly Readonly<Record<string, string>>[],
  ordered: boolean,
): readonly Finding[] {
  let next = 0
  const taken = new Set<number>()
  const columns = [...new Set(actual.flatMap(row => Object.keys(row)))]
  const strange = actual.length === 0 ? [] : table.head.filter(column => !columns.includes(column))
  if (strange.length > 0)
    return strange.map(column =>
      unmet(`${what}, by its ${column}`, `there is no column '${column}'; the columns are ${columns.join(', ')}`),
    )
  return table.rows.map(cells => {
    const at = actual.findIndex(
      (row, i) => !taken.has(i) && i >= (ordered ? next : 0) && table.head.every((column, c) => sameCell(cells[c]!, row[column] ?? '')),
    )
    if (at >= 0) {
      next = at + 1
      taken.add(at)
    }
    const shown = actual.map(row => table.head.map(column => row[column] ?? ''))
    const near = nearest(
      cells.join(' '),
      shown.map(r => r.join(' ')),
    )
    const all = shown.length === 0 ? 'there are none' : tableText([table.head, ...shown.slice(0, 40)])
    return finding(
      at >= 0,
      `${what}\n${tableText([table.head, cells])}`,
      near === undefined
        ? all
        : `there is not${ordered ? ', after the row before' : ', or only for a row before'}; the nearest is\n  ${near}\nin all\n${all}`,
    )
  })
}

const sameCell = (expected: string, actual: string): boolean => expected === '' || expected === '*' || expected === actual

/** None of the rows of the table is among the actual rows. */
export function rowsMissing(what: string, table: CellTable, actual: readonly Readonly<Record<string, string>>[]): readonly Finding[] {
  return table.rows.map(cells => {
    const found = actual.find(row => table.head.every((column, c) => sameCell(cells[c]!, row[column] ?? '')))
    return finding(found === undefined, what, found === undefined ? 'it has none' : `it has ${Object.values(found).join(' ')}`)
  })
}
