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

/** What this machine's kernel did with a scenario; `apart` is never a pass. */
export const KERNEL_VERDICTS = ['agrees', 'differs', 'apart', 'nothing sent'] as const
export type KernelVerdict = (typeof KERNEL_VERDICTS)[number]

export interface KernelSide {
  readonly verdict: KernelVerdict
  /** Why it differs or is counted apart, one line each. */
  readonly reasons: readonly string[]
}

/** On both dataplanes: whether they agree. On the real one: whether the kernel did what is promised. */
export function kernelOf(scenario: ScenarioRun, dataplane: 'real' | 'both'): KernelSide {
  const items = scenario.steps.flatMap(step => step.attached)
  const probes = items.flatMap(item => (item.kind === 'probe' ? [item.probe] : []))
  const notThere = scenario.steps.flatMap(step => (step.status === 'skipped' && step.message !== null ? [step.message] : []))
  if (dataplane === 'real') {
    if (notThere.length > 0) return { verdict: 'apart', reasons: [...new Set(notThere)] }
    if (probes.length === 0) return { verdict: 'nothing sent', reasons: [] }
    return { verdict: isGood(scenario.status) ? 'agrees' : 'differs', reasons: [] }
  }
  const kernels = probes.flatMap(probe => (probe.kernel ? [probe.kernel] : []))
  const differing = kernels.flatMap(k => (k.compared && k.differences.length > 0 ? [k.differences.map(d => d.aspect).join(', ')] : []))
  if (differing.length > 0) return { verdict: 'differs', reasons: differing }
  const apart = kernels.flatMap(k => (k.compared ? [] : [k.why]))
  if (apart.length > 0) return { verdict: 'apart', reasons: [...new Set(apart)] }
  return { verdict: kernels.length > 0 ? 'agrees' : 'nothing sent', reasons: [] }
}

export type KernelCounts = Readonly<
  Record<KernelVerdict, readonly { readonly place: string; readonly scenario: ScenarioRun; readonly side: KernelSide }[]>
>

/** The scenarios by the kernel's verdict, with their places. */
export function kernelCounts(scenarios: readonly ScenarioRun[], dataplane: 'real' | 'both'): KernelCounts {
  const all = scenarios.map(scenario => ({
    place: `${scenario.uri}:${scenario.row ?? scenario.line}`,
    scenario,
    side: kernelOf(scenario, dataplane),
  }))
  const of = (verdict: KernelVerdict) => all.filter(one => one.side.verdict === verdict)
  return { agrees: of('agrees'), differs: of('differs'), apart: of('apart'), 'nothing sent': of('nothing sent') }
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
  const scenarios = all.length === 1 ? 'scenario' : 'scenarios'
  const failed = count('failed')
  const others = STATUSES.filter(status => status !== 'passed' && status !== 'failed' && count(status) > 0).map(
    status => `${count(status)} ${status}`,
  )
  const sentence =
    bad === 0
      ? all.length === 1
        ? 'the scenario passed'
        : `all ${all.length} ${scenarios} passed`
      : failed
        ? `${failed} of ${all.length} ${scenarios} failed`
        : `${all.length - bad} of ${all.length} ${scenarios} passed`
  return [sentence, ...others, ...(files ? [files] : [])].join(', ')
}
