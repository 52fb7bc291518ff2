// Tables and doc strings of a step as plain values.
import type { DataTable } from '@cucumber/cucumber'
import type { CellTable } from '../src/verify/hop-table'

/** Head and rows. */
export const cells = (table: DataTable): CellTable => {
  const [head = [], ...rows] = table.raw()
  return { head, rows }
}

/** The lines of a doc string that say something, without the blanks around them. */
export const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(l => l.trim())
    .filter(l => l !== '')

/** `a, b and c` as its members. */
export const members = (text: string): readonly string[] => text.split(/\s*,\s*|\s+and\s+/).filter(m => m !== '')
