// A run as people read it: features, scenarios, steps with their verdicts and attachments. Made from messages by read-run.ts, seen by the
// report, JUnit and the summaries. Ids and times of cucumber are gone: they differ from run to run.
import type { FindingJson, ProbeJson, TimelineJson, TopologyJson } from './report/probe'

/** In the order from best to worst; a scenario is as bad as its worst step. */
export const STATUSES = ['passed', 'skipped', 'pending', 'undefined', 'ambiguous', 'unknown', 'failed'] as const
export type Status = (typeof STATUSES)[number]

export type Attached =
  | { readonly kind: 'probe'; readonly probe: ProbeJson }
  | { readonly kind: 'finding'; readonly finding: FindingJson }
  | { readonly kind: 'topology'; readonly topology: TopologyJson }
  | { readonly kind: 'timeline'; readonly timeline: TimelineJson }
  | { readonly kind: 'text'; readonly text: string }
  /** Something that the report does not show; `what` says what it is. */
  | { readonly kind: 'other'; readonly what: string }

export interface StepRun {
  /** `Given `, as written; `Before` and `After` for hooks. */
  readonly keyword: string
  /** The text in parts; values of parameters are strong. */
  readonly text: readonly { readonly text: string; readonly value: boolean }[]
  readonly line: number | null
  readonly hook: boolean
  /** A step of the feature's Background: it is told once for the whole feature. */
  readonly background: boolean
  readonly rows: readonly (readonly string[])[] | null
  readonly docString: string | null
  readonly status: Status
  /** The error without its stack: that names places of the machine it ran on. */
  readonly message: string | null
  readonly attached: readonly Attached[]
}

export interface ScenarioRun {
  /** `uri:line`, for a row of an outline `uri:line:row`. */
  readonly anchor: string
  readonly uri: string
  readonly line: number
  readonly row: number | null
  readonly name: string
  /** Names and values of the example row. */
  readonly example: readonly { readonly name: string; readonly value: string }[]
  /** Name of the Rule around it. */
  readonly rule: string | null
  readonly tags: readonly string[]
  readonly status: Status
  readonly steps: readonly StepRun[]
}

export interface FeatureRun {
  readonly uri: string
  readonly line: number
  readonly name: string
  readonly description: string
  readonly scenarios: readonly ScenarioRun[]
}

export interface Run {
  readonly features: readonly FeatureRun[]
  /** Files that could not be read: no scenario of theirs ran. */
  readonly parseErrors: readonly { readonly uri: string; readonly line: number | null; readonly message: string }[]
}

export const scenariosOf = (run: Run): readonly ScenarioRun[] => run.features.flatMap(feature => feature.scenarios)
export const isGood = (status: Status): boolean => status === 'passed'
/** The worst of them; passed where there are none. */
export const worst = (statuses: readonly Status[]): Status =>
  statuses.reduce<Status>((a, b) => (STATUSES.indexOf(b) > STATUSES.indexOf(a) ? b : a), 'passed')
export const stepText = (step: StepRun): string => `${step.keyword}${step.text.map(part => part.text).join('')}`

export interface Failure {
  readonly step: StepRun
  readonly findings: readonly FindingJson[]
  /** What the last When before it sent. */
  readonly probe: ProbeJson | null
}

/** The first step that failed, or else did not pass, with what is known of it; null where all passed. A step that is counted apart may stand before the one that failed. */
export function failureOf(scenario: ScenarioRun): Failure | null {
  const stop = scenario.steps.find(s => s.status === 'failed') ?? scenario.steps.find(s => !isGood(s.status))
  let probe: ProbeJson | null = null
  for (const step of scenario.steps) {
    for (const item of step.attached) if (item.kind === 'probe') probe = item.probe
    if (step !== stop) continue
    const findings = step.attached.flatMap(item => (item.kind === 'finding' ? [item.finding] : []))
    return { step, findings, probe }
  }
  return null
}

/** `2 of 48 scenarios failed`, and what else did not pass. */
export function verdictText(run: Run): string {
  const all = scenariosOf(run)
  const count = (status: Status) => all.filter(scenario => scenario.status === status).length
  const bad = all.filter(scenario => !isGood(scenario.status)).length
  const files = run.parseErrors.length
    ? `${run.parseErrors.length} feature ${run.parseErrors.length === 1 ? 'file' : 'files'} could not be read`
    : ''
  if (all.length === 0) return files || 'nothing was tested'
  const failed = count('failed')
  const others = STATUSES.filter(status => status !== 'passed' && status !== 'failed' && count(status) > 0).map(
    status => `${count(status)} ${status}`,
  )
  return [sentenceOf(all.length, bad, failed), ...others, ...(files ? [files] : [])].join(', ')
}

/** What became of them, in the worst word that fits: some failed, some did not pass, all passed. */
function sentenceOf(all: number, bad: number, failed: number): string {
  const scenarios = all === 1 ? 'scenario' : 'scenarios'
  if (failed > 0) return `${failed} of ${all} ${scenarios} failed`
  if (bad > 0) return `${all - bad} of ${all} ${scenarios} passed`
  return all === 1 ? 'the scenario passed' : `all ${all} ${scenarios} passed`
}
