// Validation of what a Job makes of pods that fail, and of when it has succeeded.
import { duplicate, type FieldError, invalid, required, tooLong, tooMany, unsupported } from './field-error'
import type { Loose } from './loose'
import { qualifiedName } from './names'
import type { Path } from './path'
import { ruled } from './validate-meta'
import { atLeastZero } from './validate-workload'

const MOST_RULES = 20
const MOST_CODES = 255
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']

/** As Go prints a list of words. */
const listed = (words: readonly string[]): string => `valid values: [${words.map(w => JSON.stringify(w)).join(' ')}]`
const neededWord = (path: Path, word: string | undefined, words: readonly string[]): FieldError[] =>
  !word ? [required(path, listed(words))] : words.includes(word) ? [] : [unsupported(path, word, words)]

/** `spec`: the Job's. */
export function validateFailurePolicy(path: Path, spec: Loose): FieldError[] {
  const rules: Loose[] = spec.podFailurePolicy.rules ?? []
  const pod: Loose = spec.template?.spec ?? {}
  const names = [...(pod.containers ?? []), ...(pod.initContainers ?? [])].map((c: Loose) => c.name)
  return [
    ...(rules.length > MOST_RULES ? [tooMany([...path, 'rules'], rules.length, MOST_RULES)] : []),
    ...rules.flatMap((rule, i) => validateRule([...path, 'rules', i], rule, spec, names)),
  ]
}

function validateRule(path: Path, rule: Loose, spec: Loose, names: readonly string[]): FieldError[] {
  const at = [...path, 'action']
  const conditions: Loose[] = rule.onPodConditions ?? []
  const both = (detail: string): FieldError => ({ path, type: 'Invalid value', detail })
  return [
    ...neededWord(at, rule.action, ACTIONS),
    ...(rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
      ? [invalid(at, rule.action, 'requires the backoffLimitPerIndex to be set')]
      : []),
    ...(rule.onExitCodes ? validateCodes([...path, 'onExitCodes'], rule.onExitCodes, names) : []),
    ...(conditions.length > MOST_RULES ? [tooMany([...path, 'onPodConditions'], conditions.length, MOST_RULES)] : []),
    ...conditions.flatMap((c, i) => [
      ...ruled([...path, 'onPodConditions', i, 'type'], c.type ?? '', qualifiedName),
      ...neededWord([...path, 'onPodConditions', i, 'status'], c.status, ['False', 'True', 'Unknown']),
    ]),
    ...(rule.onExitCodes && conditions.length > 0 ? [both('specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(!rule.onExitCodes && conditions.length === 0 ? [both('specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ]
}

function validateCodes(path: Path, codes: Loose, names: readonly string[]): FieldError[] {
  const values: number[] = codes.values ?? []
  const at = [...path, 'values']
  const unordered = values.some((value, i) => i > 0 && values[i - 1]! > value)
  return [
    ...neededWord([...path, 'operator'], codes.operator, ['In', 'NotIn']),
    ...(codes.containerName !== undefined && !names.includes(codes.containerName)
      ? [invalid([...path, 'containerName'], codes.containerName, NAME_TEXT)]
      : []),
    ...(values.length === 0 ? [invalid(at, codes.values ?? null, 'at least one value is required')] : []),
    ...(values.length > MOST_CODES ? [tooMany(at, values.length, MOST_CODES)] : []),
    ...values.flatMap((value, i) => [
      ...(codes.operator === 'In' && value === 0 ? [invalid([...at, i], value, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(value) < i ? [duplicate([...at, i], value)] : []),
    ]),
    ...(unordered ? [invalid(at, values, 'must be ordered')] : []),
  ]
}
const NAME_TEXT = 'must be one of the container or initContainer names in the pod template'

const LONGEST_INDEXES = 64 * 1024

/** `spec`: the Job's. */
export function validateSuccess(path: Path, spec: Loose): FieldError[] {
  const rules: Loose[] = spec.successPolicy.rules ?? []
  if (spec.completionMode !== 'Indexed')
    return [invalid(path, { Rules: spec.successPolicy.rules?.map(ruleShape) ?? null }, 'requires indexed completion mode')]
  return [
    ...(rules.length === 0
      ? [required([...path, 'rules'], 'at least one rules must be specified when the successPolicy is specified')]
      : []),
    ...(rules.length > MOST_RULES ? [tooMany([...path, 'rules'], rules.length, MOST_RULES)] : []),
    ...rules.flatMap((rule, i) => validateSuccessRule([...path, 'rules', i], rule, spec.completions ?? 0)),
  ]
}

const ruleShape = (rule: Loose): object => ({
  SucceededIndexes: rule.succeededIndexes ?? null,
  SucceededCount: rule.succeededCount ?? null,
})

function validateSuccessRule(path: Path, rule: Loose, completions: number): FieldError[] {
  const { succeededIndexes: indexes, succeededCount: count } = rule
  const at = [...path, 'succeededIndexes']
  const countAt = [...path, 'succeededCount']
  const read = indexes === undefined ? 0 : countIndexes(indexes, completions)
  const total = typeof read === 'number' ? read : 0
  const above = (most: number, what: string): FieldError[] =>
    count > most ? [invalid(countAt, count, `must be less than or equal to ${most} (the number of ${what})`)] : []
  return [
    ...(indexes === undefined && count === undefined
      ? [required(path, 'at least one of succeededCount or succeededIndexes must be specified')]
      : []),
    ...((indexes ?? '').length > LONGEST_INDEXES ? [tooLong(at, LONGEST_INDEXES)] : []),
    ...(typeof read === 'string' ? [invalid(at, indexes, `error parsing succeededIndexes: ${read}`)] : []),
    ...atLeastZero(countAt, count),
    ...above(completions, 'specified completions'),
    ...(indexes === undefined ? [] : above(total, 'indexes in the specified succeededIndexes field')),
  ]
}

/** How many `1,3-5` are; or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let [total, last] = [0, -1]
  if (text === '') return 0
  for (const part of text.split(',')) {
    const ends = part.split('-')
    if (ends.length > 2)
      return `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`
    const numbers: number[] = []
    for (const end of ends) {
      if (!/^[+-]?\d+$/.test(end)) return `cannot convert string to integer for index: ${JSON.stringify(end)}`
      if (Number(end) >= completions) return `too large index: ${JSON.stringify(end)}`
      numbers.push(Number(end))
    }
    const [from, to] = [numbers[0]!, numbers.at(-1)!]
    if (ends.length === 2 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`
    total += to - from + 1
    last = to
  }
  return total
}
