// What this machine's kernel says of the scenarios of a run, one by one and counted; the same in the report, in the summaries and on the terminal.
import { isGood, type ScenarioRun } from './run'

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

/** For one scenario, and for several. */
const WORDS: Readonly<Record<KernelVerdict, readonly [one: string, several: string]>> = {
  agrees: ['agrees', 'agree'],
  differs: ['differs', 'differ'],
  apart: ['counted apart', 'counted apart'],
  'nothing sent': ['sends nothing', 'send nothing'],
}

/** How many scenarios the kernel agreed with, in words: `5 agree, 1 differs, 1 sends nothing`. Only verdicts that occur. */
export const kernelCountsText = (counts: KernelCounts): string =>
  KERNEL_VERDICTS.filter(v => counts[v].length > 0)
    .map(v => `${counts[v].length} ${WORDS[v][counts[v].length === 1 ? 0 : 1]}`)
    .join(', ')
