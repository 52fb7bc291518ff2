// Validation of Jobs and CronJobs.
import { scheduleError } from './cron-schedule'
import { type FieldError, invalid, keyed, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label } from './names'
import type { Path } from './path'
import { validatePrefixedPath } from './validate-ingress'
import { validateFailurePolicy, validateSuccess } from './validate-job-policy'
import { printedLabels, printedSelector, selects, validateLabelSelector, wordOf } from './validate-meta'
import { validatePodTemplate } from './validate-pod'
import { atLeastZero, isReadable, MISMATCH } from './validate-workload'

const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const

/** `before` is the Job that this one replaces: its selector was generated when it was made. */
export function validateJob(object: Loose, before?: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const name: string = object.metadata?.name ?? ''
  const last = `${name}-${(spec.completions ?? 0) - 1}`
  const long = spec.completionMode === 'Indexed' && spec.completions > 0 && dns1123Label(last).length > 0
  return [
    ...validateGeneratedSelector(object, before),
    ...validateJobSpec(['spec'], spec),
    ...(spec.manualSelector || before !== undefined ? validateSelector(spec) : []),
    ...(long ? [invalid(['metadata', 'name'], name, `will not able to create pod with invalid DNS label: ${last}`)] : []),
  ]
}

/** A selector that nobody wrote by hand selects by the uid and the name of the Job. */
function validateGeneratedSelector({ metadata, spec = {} }: Loose, before?: Loose): FieldError[] {
  if (!spec.selector || spec.manualSelector) return []
  const foreign = invalid(['spec', 'selector'], printedSelector(spec.selector), '`selector` not auto-generated')
  if (before === undefined) return [foreign]
  const labels = labelsOf(spec)
  const expected = generatedLabels(metadata, before)
  const errors = Object.entries(expected).flatMap(([key, value]): FieldError[] => {
    const at = ['spec', 'template', 'metadata', 'labels', keyed(key)]
    if (labels?.[key] === undefined) return [required(at, `must be '${value}'`)]
    return labels[key] === value ? [] : [invalid(at, labels, `must be '${value}'`)]
  })
  return !isReadable(spec.selector) || selects(spec.selector, expected) ? errors : [...errors, foreign]
}

const labelsOf = ({ template }: Loose): Loose | null => (template?.metadata?.labels ? printedLabels(template.metadata.labels) : null)

const PREFIX = 'batch.kubernetes.io/'

/** A Job from before the prefix need not have the labels with it. */
function generatedLabels({ uid, name }: Loose, before: Loose): Readonly<Record<string, string>> {
  const plain = { 'controller-uid': uid, 'job-name': name }
  const had: Loose = before.spec?.template?.metadata?.labels ?? {}
  const prefixed = Object.keys(plain).every(key => had[PREFIX + key] !== undefined)
  return prefixed ? { ...plain, [`${PREFIX}controller-uid`]: uid, [`${PREFIX}job-name`]: name } : plain
}

function validateSelector(spec: Loose): FieldError[] {
  const labels = labelsOf(spec)
  const errors = spec.selector ? validateLabelSelector(['spec', 'selector'], spec.selector) : [required(['spec', 'selector'])]
  return spec.selector && (!isReadable(spec.selector) || selects(spec.selector, labels ?? {}))
    ? errors
    : [...errors, invalid(['spec', 'template', 'metadata', 'labels'], labels, MISMATCH)]
}

const LONGEST_MANAGER = 63

function validateJobSpec(path: Path, spec: Loose): FieldError[] {
  const at = (...steps: Path): Path => [...path, ...steps]
  const policy = spec.template?.spec?.restartPolicy
  const policyAt = at('template', 'spec', 'restartPolicy')
  const errors: FieldError[] = COUNTS.flatMap(field => atLeastZero(at(field), spec[field]))
  errors.push(...atLeastZero(at('backoffLimitPerIndex'), spec.backoffLimitPerIndex))
  errors.push(...atLeastZero(at('maxFailedIndexes'), spec.maxFailedIndexes))
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(at('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'))
  if (spec.managedBy !== undefined) {
    errors.push(...validatePrefixedPath(at('managedBy'), spec.managedBy))
    if (spec.managedBy.length > LONGEST_MANAGER) errors.push(tooLong(at('managedBy'), LONGEST_MANAGER))
  }
  errors.push(...validateMode(path, spec))
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(at('podFailurePolicy'), spec))
  if (spec.successPolicy) errors.push(...validateSuccess(at('successPolicy'), spec))
  errors.push(
    ...wordOf(
      at('podReplacementPolicy'),
      spec.podReplacementPolicy,
      spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'],
    ),
  )
  errors.push(...validatePodTemplate(at('template'), spec.template ?? {}))
  if (policy === undefined || policy === 'Always') errors.push(required(policyAt, 'valid values: "OnFailure", "Never"'))
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(unsupported(policyAt, policy, ['OnFailure', 'Never']))
  else if (spec.podFailurePolicy && policy !== 'Never')
    errors.push(invalid(policyAt, policy, 'only "Never" is supported when podFailurePolicy is specified'))
  return errors
}

const MOST_INDEXED = 100_000
const MOST_OF_MANY = 10_000

/** What goes with numbered pods, and what does not without. */
function validateMode(path: Path, spec: Loose): FieldError[] {
  const { completionMode: mode, completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex: perIndex } = spec
  const at = (field: string): Path => [...path, field]
  const errors = wordOf(at('completionMode'), mode, ['NonIndexed', 'Indexed'])
  if (mode === undefined || mode === 'NonIndexed')
    for (const [field, value] of [
      ['backoffLimitPerIndex', perIndex],
      ['maxFailedIndexes', failed],
    ] as const)
      if (value !== undefined) errors.push(invalid(at(field), value, 'requires indexed completion mode'))
  if (mode !== 'Indexed') return errors
  if (completions === undefined) errors.push(required(at('completions'), 'when completion mode is Indexed'))
  const above = (field: string, value: number, most: number, why = ''): void => {
    if (value > most) errors.push(invalid(at(field), value, `must be less than or equal to ${most}${why}`))
  }
  above('parallelism', parallelism, MOST_INDEXED, ' when completion mode is Indexed')
  if (failed > completions) errors.push(invalid(at('maxFailedIndexes'), failed, 'must be less than or equal to completions'))
  above('maxFailedIndexes', failed, MOST_INDEXED)
  if (!(completions > MOST_INDEXED) || perIndex === undefined) return errors
  if (failed === undefined) errors.push(required(at('maxFailedIndexes'), `must be specified when completions is above ${MOST_INDEXED}`))
  const why = ` when completions are above ${MOST_INDEXED} and used with backoff limit per index`
  above('parallelism', parallelism, MOST_OF_MANY, why)
  above('maxFailedIndexes', failed, MOST_OF_MANY, why)
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
    ...(spec.schedule?.includes('TZ')
      ? [invalid(scheduleAt, spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')]
      : []),
    ...atLeastZero(['spec', 'startingDeadlineSeconds'], spec.startingDeadlineSeconds),
    ...validateTimeZone(['spec', 'timeZone'], spec.timeZone),
    ...(POLICIES.includes(spec.concurrencyPolicy ?? 'Allow')
      ? []
      : [unsupported(['spec', 'concurrencyPolicy'], spec.concurrencyPolicy, POLICIES)]),
    ...validateJobSpec(['spec', 'jobTemplate', 'spec'], template.spec ?? {}),
    ...(template.spec?.selector === undefined
      ? []
      : [
          invalid(
            ['spec', 'jobTemplate', 'spec', 'selector'],
            printedSelector(template.spec.selector),
            '`selector` will be auto-generated',
          ),
        ]),
    ...(template.spec?.manualSelector ? [unsupported(['spec', 'jobTemplate', 'spec', 'manualSelector'], true, ['nil', 'false'])] : []),
    ...atLeastZero(['spec', 'successfulJobsHistoryLimit'], spec.successfulJobsHistoryLimit),
    ...atLeastZero(['spec', 'failedJobsHistoryLimit'], spec.failedJobsHistoryLimit),
    ...(name.length > 52 ? [invalid(['metadata', 'name'], name, 'must be no more than 52 characters')] : []),
  ]
}

/** A zone of the IANA's list; which zones there are is not checked beyond their form. */
function validateTimeZone(path: Path, zone: string | undefined): FieldError[] {
  if (zone === undefined) return []
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')]
  const odd = zone.split('/').some(part => part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z0-9._+-]{1,14}$/.test(part))
  const unknown = invalid(path, zone, `unknown time zone ${zone}`)
  if (odd) return [unknown]
  if (zone.toLowerCase() === 'local')
    return [invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')]
  return isZone(zone) ? [] : [unknown]
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
