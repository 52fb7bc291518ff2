// Validation of Jobs and CronJobs, and of the schedule of a CronJob.
import { type FieldError, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { selects, validateLabelSelector } from './validate-meta'
import { validatePodTemplate } from './validate-pod'
import { atLeastZero, isReadable, MISMATCH } from './validate-workload'

const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const

export function validateJob(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const errors =
    spec.selector && !spec.manualSelector ? [invalid(['spec', 'selector'], spec.selector, '`selector` not auto-generated')] : []
  return [...errors, ...validateJobSpec(['spec'], spec), ...validateManualSelector(spec)]
}

function validateManualSelector(spec: Loose): FieldError[] {
  if (!spec.manualSelector) return []
  if (!spec.selector) return [required(['spec', 'selector'])]
  const labels = spec.template?.metadata?.labels ?? null
  const errors = validateLabelSelector(['spec', 'selector'], spec.selector)
  return isReadable(spec.selector) && !selects(spec.selector, labels ?? {})
    ? [...errors, invalid(['spec', 'template', 'metadata', 'labels'], labels, MISMATCH)]
    : errors
}

function validateJobSpec(path: Path, spec: Loose): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const policy = spec.template?.spec?.restartPolicy
  const policyAt = at('template', 'spec', 'restartPolicy')
  const mode = spec.completionMode
  const errors: FieldError[] = COUNTS.flatMap(field => atLeastZero(at(field), spec[field]))
  if (mode !== undefined && !['NonIndexed', 'Indexed'].includes(mode))
    errors.push(unsupported(at('completionMode'), mode, ['NonIndexed', 'Indexed']))
  if (mode === 'Indexed' && spec.completions === undefined) errors.push(required(at('completions'), 'when completion mode is Indexed'))
  if (mode !== 'Indexed' && spec.backoffLimitPerIndex !== undefined)
    errors.push(invalid(at('backoffLimitPerIndex'), spec.backoffLimitPerIndex, 'requires indexed completion mode'))
  errors.push(...validatePodTemplate(at('template'), spec.template ?? {}))
  if (policy === undefined || policy === 'Always') errors.push(required(policyAt, 'valid values: "OnFailure", "Never"'))
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(unsupported(policyAt, policy, ['OnFailure', 'Never']))
  return errors
}

const POLICIES = ['Allow', 'Forbid', 'Replace']

export function validateCronJob(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const template: Loose = spec.jobTemplate ?? {}
  const scheduleAt = ['spec', 'schedule']
  const wrong = spec.schedule ? scheduleError(spec.schedule) : undefined
  const name: string = object.metadata?.name ?? ''
  return [
    ...(spec.schedule ? (wrong === undefined ? [] : [invalid(scheduleAt, spec.schedule, wrong)]) : [required(scheduleAt)]),
    ...atLeastZero(['spec', 'startingDeadlineSeconds'], spec.startingDeadlineSeconds),
    ...(POLICIES.includes(spec.concurrencyPolicy ?? 'Allow')
      ? []
      : [unsupported(['spec', 'concurrencyPolicy'], spec.concurrencyPolicy, POLICIES)]),
    ...(template.spec?.manualSelector ? [unsupported(['spec', 'jobTemplate', 'spec', 'manualSelector'], true, ['nil', 'false'])] : []),
    ...validateJobSpec(['spec', 'jobTemplate', 'spec'], template.spec ?? {}),
    ...atLeastZero(['spec', 'successfulJobsHistoryLimit'], spec.successfulJobsHistoryLimit),
    ...atLeastZero(['spec', 'failedJobsHistoryLimit'], spec.failedJobsHistoryLimit),
    ...(name.length > 52 ? [invalid(['metadata', 'name'], name, 'must be no more than 52 characters')] : []),
  ]
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names: readonly string[]
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** Minute, hour, day of month, month, day of week. */
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['', ...MONTHS] },
  { min: 0, max: 6, names: DAYS },
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

/** What the cron parser says about a schedule; nothing when it can be read. Source: robfig/cron, the standard parser. */
function scheduleError(schedule: string): string | undefined {
  const text = schedule.replace(/^(TZ|CRON_TZ)=\S+\s+/, '')
  if (text.startsWith('@')) {
    if (DESCRIPTORS.includes(text) || /^@every \d+(\.\d+)?(ns|us|ms|s|m|h)/.test(text)) return undefined
    return `unrecognized descriptor: ${text}`
  }
  const fields = text.split(/\s+/).filter(Boolean)
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [i, field] of fields.entries())
    for (const part of field.split(',')) {
      const wrong = partError(part, FIELDS[i]!)
      if (wrong !== undefined) return wrong
    }
  return undefined
}

function partError(part: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...more] = part.split('/')
  if (more.length > 0) return `too many slashes: ${part}`
  const [low = '', high, ...rest] = range.split('-')
  if (rest.length > 0) return `too many hyphens: ${part}`
  const any = low === '*' || low === '?'
  const start = any ? bounds.min : wordValue(low, bounds)
  if (typeof start === 'string') return start
  const end = any ? bounds.max : high === undefined ? start : wordValue(high, bounds)
  if (typeof end === 'string') return end
  const by = step === undefined ? 1 : wordValue(step, { min: 0, max: 0, names: [] })
  if (typeof by === 'string') return by
  const last = step !== undefined && high === undefined ? bounds.max : end
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${part}`
  if (last > bounds.max) return `end of range (${last}) above maximum (${bounds.max}): ${part}`
  if (start > last) return `beginning of range (${start}) beyond end of range (${last}): ${part}`
  return by === 0 ? `step of range should be a positive number: ${part}` : undefined
}

function wordValue(word: string, bounds: Bounds): number | string {
  const named = word === '' ? -1 : bounds.names.indexOf(word.toLowerCase())
  if (named >= 0) return named
  if (/^[+-]?\d+$/.test(word)) return Number(word) < 0 ? `negative number (${Number(word)}) not allowed: ${word}` : Number(word)
  return `failed to parse int from ${word}: strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`
}
