// One value of a document without a field table, as what its field takes: a mapping, a list, a number, a flag. Anything else is a complaint.
import { nearest } from './finding-text'
import type { Complaints } from './complaints'
import { valueWords } from './finding-text'
import type { Path } from './path'

const wrongType = (complaints: Complaints, path: Path, wanted: string, value: unknown, fix: string): void =>
  complaints.add('WRONG_TYPE', path, `'${path.at(-1)}' must be ${wanted}, not ${valueWords(value)}.`, fix)

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null

/** A mapping, empty when absent; keys that are not `allowed` are complaints (null: any key). */
export function readMapping(
  complaints: Complaints,
  value: unknown,
  path: Path,
  allowed: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  if (isAbsent(value)) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    wrongType(complaints, path, 'a mapping', value, `Write 'key: value' lines below '${path.at(-1)}'.`)
    return {}
  }
  for (const key of Object.keys(value)) {
    if (allowed === null || allowed.includes(key)) continue
    const near = nearest(key, allowed)
    const fix = near ? `Did you mean '${near}'?` : `There are: ${allowed.join(', ')}.`
    complaints.add('UNKNOWN_FIELD', [...path, key], `There is no field '${key}' here.`, fix)
  }
  return value as Record<string, unknown>
}

/** A list, empty when absent. */
export function readList(complaints: Complaints, value: unknown, path: Path): readonly unknown[] {
  if (isAbsent(value)) return []
  if (Array.isArray(value)) return value
  wrongType(complaints, path, 'a list', value, "Put '- ' before each item.")
  return []
}

/** A whole number from `first` to `last`; `otherwise` when absent. */
export function readNumber(complaints: Complaints, value: unknown, path: Path, first: number, last: number, otherwise: number): number {
  if (isAbsent(value)) return otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= first && value <= last) return value
  const fix = `Write a number from ${first} to ${last}.`
  if (typeof value === 'number') complaints.add('INVALID_VALUE', path, `'${path.at(-1)}' is ${value}.`, fix)
  else wrongType(complaints, path, 'a whole number', value, fix)
  return otherwise
}

/** True or false; `otherwise` when absent. */
export function readFlag(complaints: Complaints, value: unknown, path: Path, otherwise: boolean): boolean {
  if (isAbsent(value)) return otherwise
  if (typeof value === 'boolean') return value
  wrongType(complaints, path, 'true or false', value, 'Write true or false without quotes.')
  return otherwise
}

/** Text; undefined when absent. */
export function readWord(complaints: Complaints, value: unknown, path: Path): string | undefined {
  if (isAbsent(value)) return undefined
  if (typeof value === 'string') return value
  wrongType(complaints, path, 'text', value, 'Write it in quotes.')
  return undefined
}
