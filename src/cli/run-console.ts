// What a run says on the terminal: problems, failures, what was not tested, and a summary. Text in the order of the features; no colour, no clock.
import type { Envelope } from '@cucumber/messages'
import { placeText } from '../error'
import { kernelCountsText, type KernelCounts } from '../view/kernel-verdict'
import { apartOf } from './run-apart'
import type { Nothing } from './nothing'
import type { RanCase, RanStep, RunIndex } from './run-index'

const VERDICTS = ['passed', 'failed', 'counted apart', 'not tested'] as const
type Verdict = (typeof VERDICTS)[number]

/** The worst thing about a scenario, for the counts of the summary. */
export function verdictOf(c: RanCase): Verdict {
  const statuses = [...c.hooks.map(h => h.status), ...c.steps.map(s => s.result?.status)]
  if (statuses.some(s => s === 'FAILED' || s === 'AMBIGUOUS' || s === 'UNDEFINED')) return 'failed'
  if (apartOf(c).length > 0) return 'counted apart'
  return statuses.every(s => s === 'PASSED') && statuses.length > 0 ? 'passed' : 'not tested'
}

/** The step at which a scenario failed; none where a hook did. */
export const failedStep = (c: RanCase): RanStep | undefined => c.steps.find(s => s.result?.status === 'FAILED')

/** The failed scenarios, each with its step and what the step said. */
export function failuresText(index: RunIndex): string {
  return index.cases
    .filter(c => verdictOf(c) === 'failed')
    .map(c => {
      const step = failedStep(c)
      const place = step?.place ?? c.place
      const said = step?.result?.exception?.message ?? step?.result?.message ?? c.hooks[0]?.exception?.message ?? c.hooks[0]?.message ?? ''
      const line = step ? `  ${step.keyword}${step.pickleStep.text}\n` : ''
      return `\nFAILED ${c.pickle.name}\n  ${placeText(place)}\n${line}${indent(said, '    ')}\n`
    })
    .join('')
}

const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map(line => (line === '' ? '' : by + line))
    .join('\n')

/** The mistakes in the input that a step met, one line each with the step's place. */
export const mistakesText = (index: RunIndex): string =>
  index.cases
    .flatMap(c => {
      const step = failedStep(c)
      const exception = step?.result?.exception
      if (!step || exception?.type !== 'HopspecError') return []
      const message = exception.message ?? ''
      return [message.startsWith(`${step.place.file}:`) ? `${message}\n` : `${placeText(step.place)}: ${message}\n`]
    })
    .join('')

/** What the steps warned of, in the order of the run: each once, however many scenarios say it at places of their own. Lines that begin with `warning: ` in what a step logged. */
export function warningsText(envelopes: readonly Envelope[]): string {
  const lines = envelopes.flatMap(({ attachment }) =>
    attachment?.mediaType === LOG_MEDIA_TYPE && attachment.body.startsWith(WARNING)
      ? [attachment.body.slice(WARNING.length).trimEnd()]
      : [],
  )
  const alike = new Map<string, Set<string>>()
  for (const line of lines) alike.set(warningKey(line), (alike.get(warningKey(line)) ?? new Set()).add(line))
  const told = [...alike.values()].map(([first, ...more]) => `${first}${more.length > 0 ? ` (and ${more.length} more like it)` : ''}`)
  return told.length === 0 ? '' : `warnings:\n${indent(told.join('\n'), '  ')}\n`
}

/** A warning without its place; what nothing follows (`NetworkPolicy a/b is held and shown, but …`) without its name. */
const warningKey = (line: string): string =>
  line.replace(/^\S+:\d+(?::\d+)?: /, '').replace(/^(\w+) \S+(?: \(and \d+ more\))?(?= is held and shown, but )/, '$1')

const LOG_MEDIA_TYPE = 'text/x.cucumber.log+plain'
const WARNING = 'warning: '

/** What tested nothing, one line each. */
export const nothingText = (nothing: readonly Nothing[]): string =>
  nothing.map(n => `${n.place ? `${placeText(n.place)}: ` : ''}nothing tested: ${n.message} ${n.fix}\n`).join('')

/** `48 scenarios: 46 passed, 2 failed`, with a count for each verdict that occurs. */
export function summaryText(index: RunIndex, nothing: readonly Nothing[]): string {
  const count = (verdict: ReturnType<typeof verdictOf>) => index.cases.filter(c => verdictOf(c) === verdict).length
  const parts = VERDICTS.flatMap(v => (count(v) > 0 ? [`${count(v)} ${v}`] : []))
  const scenarios = `${index.cases.length} scenario${index.cases.length === 1 ? '' : 's'}`
  const steps = index.cases.reduce((sum, c) => sum + c.steps.length, 0)
  const empty = nothing.length > 0 ? `, ${nothing.length} way${nothing.length === 1 ? '' : 's'} of testing nothing` : ''
  return `${scenarios} (${steps} steps)${parts.length > 0 ? `: ${parts.join(', ')}` : ''}${empty}\n`
}

/** Something was sent, and none of it could be compared. */
export const nothingCompared = (counts: KernelCounts): boolean =>
  counts.apart.length > 0 && counts.agrees.length === 0 && counts.differs.length === 0

/** What the kernel did beside the simulator: `kernel: 96 agree, 1 differs, 12 counted apart, 35 send nothing`, and why some were. */
export function kernelText(counts: KernelCounts): string {
  const reasons = new Map<string, string[]>()
  for (const { place, side } of counts.apart) for (const why of side.reasons) reasons.set(why, [...(reasons.get(why) ?? []), place])
  const lines = [...reasons].map(([why, at]) => `  ${at[0]}: counted apart: ${why}${at.length > 1 ? ` (and ${at.length - 1} more)` : ''}\n`)
  return `kernel: ${kernelCountsText(counts)}\n${lines.join('')}`
}
