// A hop table of a scenario against the way of a packet. Which steps are compared follows from the table: all steps of the kinds that it names, or,
// without a `step` column, all that its columns speak of; `…` stands for any steps between.
import { hostOf } from '../addr/ip'
import type { StepJson } from '../trace/json'
import { type Finding, met, unmet } from './finding'
import { HOOKS, HOP_COLUMNS, type HopColumn, type HopRow, isHook, tableText } from './hop-rows'

/** A table as Gherkin has it: head and rows of cells. */
export interface CellTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A cell for any number of steps. */
export const ANY_STEPS = /^(…|\.\.\.)$/

/** What can happen to a packet; the compiler counts that nothing is left out. */
const KINDS = {
  send: true,
  receive: true,
  rule: true,
  dnat: true,
  snat: true,
  route: true,
  bridge: true,
  encapsulate: true,
  decapsulate: true,
  conntrack: true,
  policy: true,
  forward: true,
  transmit: true,
  deliver: true,
  reject: true,
  drop: true,
} as const satisfies Record<StepJson['kind'], true>

/** The words of the `step` column: what can happen to a packet, and the hooks that it can enter. */
const STEP_WORDS: readonly string[] = [...Object.keys(KINDS), ...HOOKS]

/** Words of a hop table that mean nothing: columns, and cells of the `step` column. */
export function unknownWords(table: CellTable): readonly { readonly word: string; readonly words: readonly string[] }[] {
  const columns = table.head.filter(c => !(HOP_COLUMNS as readonly string[]).includes(c)).map(word => ({ word, words: HOP_COLUMNS }))
  const at = table.head.indexOf('step')
  const steps = at < 0 ? [] : table.rows.map(r => r[at]!).filter(w => w !== '' && !ANY_STEPS.test(w) && !STEP_WORDS.includes(w))
  return [...columns, ...steps.map(word => ({ word, words: STEP_WORDS }))]
}

/** The steps that change or end a way: a failure tells them whatever the table speaks of. */
const MAIN = new Set(['send', 'dnat', 'snat', 'encapsulate', 'decapsulate', 'deliver', 'reject', 'drop'])

/** Compares a whole way, from its first step to its last. */
export function pathIs(table: CellTable, way: readonly HopRow[]): Finding {
  const columns = table.head as readonly HopColumn[]
  const actual = compared(table, way)
  const expectedText = tableText([columns, ...table.rows])
  const shown = actual.map(r => columns.map(c => shownCell(r, c)))
  const told = table.head.includes('step') ? way.filter(r => MAIN.has(r.step) || actual.includes(r)) : actual
  const happenedText = tableText([columns, ...told.map(r => columns.map(c => shownCell(r, c)))])
  const difference = firstDifference(table, actual)
  if (difference === null) return met(expectedText)
  const { row, why } = difference
  return unmet(`the path\n${expectedText}`, `the path\n${happenedText}`, {
    why: `row ${row + 1} differs: ${why}`,
    change: 'Write the rows as they happened, or find out why the packet went another way.',
    hops: { expected: [columns, ...table.rows], actual: [columns, ...shown], first: row },
  })
}

/** The steps that the table speaks of. */
function compared(table: CellTable, way: readonly HopRow[]): readonly HopRow[] {
  const at = table.head.indexOf('step')
  if (at >= 0) {
    const kinds = new Set(table.rows.map(r => r[at]!))
    return way.filter(r => kinds.has(r.step))
  }
  if (table.head.includes('chain') || table.head.includes('rule')) return way.filter(r => r.step === 'rule')
  if (table.head.includes('device')) return way.filter(r => ['receive', 'transmit', 'bridge'].includes(r.step))
  return way.filter((r, i) => !isHook(r.step) && way[i + 1]?.in !== r.in)
}

function firstDifference(table: CellTable, actual: readonly HopRow[]): { readonly row: number; readonly why: string } | null {
  let next = 0
  let anyBefore = false
  for (const [row, cells] of table.rows.entries()) {
    if (cells.some(c => ANY_STEPS.test(c))) {
      anyBefore = true
      continue
    }
    const found = anyBefore ? actual.findIndex((r, i) => i >= next && mismatch(table, cells, r) === null) : next
    const candidate = actual[found < 0 ? next : found]
    if (candidate === undefined) return { row, why: 'the path has ended before it' }
    const why = mismatch(table, cells, candidate)
    if (why !== null) return { row, why: anyBefore ? `no later step is like it; at ${candidate.in} ${why}` : why }
    next = found + 1
    anyBefore = false
  }
  const rest = actual[next]
  if (anyBefore || rest === undefined) return null
  return {
    row: table.rows.length,
    why: `the path goes on with ${table.head.map(c => `${c} ${shownCell(rest, c as HopColumn)}`).join(', ')}`,
  }
}

/** Why a step is not the row's; null when it is. */
function mismatch(table: CellTable, cells: readonly string[], row: HopRow): string | null {
  for (const [i, column] of (table.head as readonly HopColumn[]).entries()) {
    const expected = cells[i]!
    if (expected !== '' && !sameCell(column, expected, row[column]))
      return `${column} is ${row[column] === '' ? 'nothing' : row[column]}, not ${expected}`
  }
  return null
}

const shownCell = (row: HopRow, column: HopColumn): string => row[column]

/** Addresses may leave out the port, places their kind and namespace, rules what stands around the given words. */
function sameCell(column: HopColumn, expected: string, actual: string): boolean {
  switch (column) {
    case 'in':
      return actual === expected || actual.endsWith(`/${expected}`)
    case 'source':
    case 'destination':
    case 'before':
    case 'after':
      return actual === expected || hostOf(actual) === expected
    case 'outer':
      return actual === expected || actual.replace(/:\d+(?= ->)/, '') === expected
    case 'rule':
      return actual.includes(expected)
    default:
      return actual === expected
  }
}
