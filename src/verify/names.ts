// What a resolver asked and was answered, against what a scenario expects.
import { ipText, readIp } from '../addr/ip'
import type { DnsQueryJson } from '../dns/json'
import type { DnsWayJson } from '../trace/json'
import { type Finding, finding, met, unmet } from './finding'
import { tableText } from './hop-rows'
import type { CellTable } from './hop-table'
import { sameMembers } from './lists'

/** The columns of a table of questions. */
const QUESTION_COLUMNS = ['name', 'type', 'answer', 'server', 'over', 'by'] as const
const RECORD_COLUMNS = ['name', 'type', 'ttl', 'data'] as const

type Row = Readonly<Record<string, string>>

/** What a question came to in one cell: `10.96.1.10`, `NXDOMAIN`, `no data`. */
export function answerCell(q: DnsQueryJson): string {
  if (q.rcode !== 'NOERROR') return q.rcode
  return q.answers.length === 0 ? 'no data' : q.answers.map(a => a.data).join(', ')
}

const questionRow = (q: DnsQueryJson): Row => ({
  name: q.name,
  type: q.type,
  answer: answerCell(q),
  server: q.server ?? '',
  over: q.transport ?? '',
  by: q.askedBy,
})

/** All questions that the client sent. */
export const clientQuestions = (way: Pick<DnsWayJson, 'lookup'>): readonly DnsQueryJson[] =>
  way.lookup.queries.filter(q => q.askedBy === 'client')

/** Every question in its order, and no other. With a column `by`, also those that the server asked itself. */
export function questionsAre(way: DnsWayJson, table: CellTable): readonly Finding[] {
  const rows = (table.head.includes('by') ? way.lookup.queries : clientQuestions(way)).map(questionRow)
  return tableIs('the questions', table, rows, QUESTION_COLUMNS)
}

/** Every record of the last answer's answer section, in any order, and no other. */
export function recordsAre(way: DnsWayJson, table: CellTable): readonly Finding[] {
  const last = clientQuestions(way).at(-1)
  const rows = (last?.answers ?? []).map((r): Row => ({ name: r.name, type: r.type, ttl: String(r.ttl), data: r.data }))
  const sorted = (all: readonly Row[]) => [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const wanted = table.rows.map((cells): Row => Object.fromEntries(table.head.map((column, i) => [column, cells[i]!])))
  const key = (row: Row) => table.head.map(column => row[column] ?? '').join('\n')
  const inOrder = wanted.map(w => rows.find(r => key(r) === key(w))).filter(r => r !== undefined)
  return tableIs(
    'the records',
    table,
    inOrder.length === rows.length && new Set(inOrder).size === rows.length ? inOrder : sorted(rows),
    RECORD_COLUMNS,
  )
}

/** A whole table, row by row. */
function tableIs(what: string, table: CellTable, rows: readonly Row[], columns: readonly string[]): readonly Finding[] {
  const strange = table.head.filter(column => !columns.includes(column))
  if (strange.length > 0)
    return strange.map(column =>
      unmet(`${what}, by their ${column}`, `there is no column '${column}'; the columns are ${columns.join(', ')}`),
    )
  const shown = rows.map(row => table.head.map(column => row[column] ?? ''))
  const expected = tableText([table.head, ...table.rows])
  const happened = shown.length === 0 ? 'there are none' : tableText([table.head, ...shown])
  const first = Array.from({ length: Math.max(shown.length, table.rows.length) }).findIndex(
    (_, i) => !shown[i] || !table.rows[i] || table.rows[i].some((cell, c) => cell !== '' && cell !== '*' && cell !== shown[i]![c]),
  )
  if (first < 0) return [met(`${what}\n${expected}`)]
  const why =
    shown[first] === undefined
      ? `row ${first + 1} is one too many`
      : table.rows[first] === undefined
        ? `row ${first + 1} is missing`
        : `row ${first + 1} differs`
  return [unmet(`${what}\n${expected}`, happened, { why })]
}

/** The addresses that a program is given, in any order. */
export const resolvesTo = (way: DnsWayJson, addresses: readonly string[]): Finding =>
  sameMembers(`${way.name} resolves to`, addresses.map(normalized), way.lookup.result)

const normalized = (text: string): string => {
  const ip = readIp(text)
  return ip === undefined ? text : ipText(ip)
}

/** The lookup gives nothing. */
export const hasNoAddress = (way: DnsWayJson): Finding =>
  finding(way.lookup.failure !== null, `${way.name} resolves to nothing`, `it resolves to ${way.lookup.result.join(', ')}`)

/** The client sent exactly so many questions. */
export function questionCount(way: DnsWayJson, count: number): Finding {
  const all = clientQuestions(way)
  const text = tableText([['name', 'type', 'answer'], ...all.map(q => [q.name, q.type, answerCell(q)])])
  return finding(all.length === count, `${count} question${count === 1 ? '' : 's'}`, `${all.length}${all.length === 0 ? '' : `\n${text}`}`)
}

/** What the server says to the last question. */
export function rcodeIs(way: DnsWayJson, rcode: string): Finding {
  const last = clientQuestions(way).at(-1)
  return finding(
    last?.rcode === rcode,
    `the answer ${rcode}`,
    last === undefined ? 'nothing was asked' : `${last.rcode} for ${last.name} ${last.type}`,
  )
}

/** How long the resolver waited for answers that did not come. */
export const tookMs = (way: DnsWayJson, ms: number): Finding =>
  finding(way.tookMs === ms, `the lookup takes ${ms / 1000} seconds`, `it takes ${way.tookMs / 1000} seconds`)

/** A text of the pod, line by line. */
export const textIs = (what: string, expected: string, actual: string): Finding =>
  finding(expected === actual, `${what} ${expected}`, `it is ${actual === '' ? 'empty' : actual}`)
