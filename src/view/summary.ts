// A run in short: YAML for programs, Markdown for the job page of a CI server. In: messages, facts. Out: text, the same for the same run.
import type { Envelope } from '@cucumber/messages'
import { stringify } from 'yaml'
import { failureText, nameOfScenario, placeOfScenario } from './failure-text'
import { readRun } from './read-run'
import { coverage, coverageText } from './report/coverage-view'
import type { RunFacts } from './report/facts'
import { factsText } from './report/facts'
import type { Run, ScenarioRun, Status } from './run'
import { type KernelCounts, KERNEL_VERDICTS, kernelCounts, kernelCountsText } from './kernel-verdict'
import { isGood, STATUSES, scenariosOf, verdictText } from './run'

/** GitHub shows no more than 1 MiB of a job summary. */
const MARKDOWN_BYTES = 1024 * 1024

/** Profiles, counts, features and failures. */
export function summaryYaml(envelopes: readonly Envelope[], facts: RunFacts): string {
  const run = readRun(envelopes)
  const all = scenariosOf(run)
  const covered = coverage(run, facts.catalogue ?? [])
  const ids = (state: string) => covered.filter(item => item.state === state).map(item => item.id)
  const summary = {
    hopspec: facts.hopspecVersion,
    verdict: verdictText(run),
    ...(facts.stamp === undefined ? {} : { stamp: facts.stamp }),
    seed: facts.seed,
    profile: { kubernetesVersion: facts.version, kubeProxyMode: facts.proxyMode, cni: facts.cni, dataplane: facts.dataplane },
    scenarios: { total: all.length, ...countsOf(all) },
    ...(facts.dataplane === 'simulated' ? {} : { kernel: kernelSummary(kernelCounts(all, facts.dataplane)) }),
    features: run.features.map(feature => ({
      file: feature.uri,
      name: feature.name,
      scenarios: feature.scenarios.length,
      ...countsOf(feature.scenarios),
    })),
    failures: all
      .filter(scenario => !isGood(scenario.status))
      .map(scenario => ({
        place: placeOfScenario(scenario),
        name: nameOfScenario(scenario),
        status: scenario.status,
        why: failureText(scenario),
      })),
    unreadable: run.parseErrors.map(error => ({
      place: error.line === null ? error.uri : `${error.uri}:${error.line}`,
      why: error.message,
    })),
    modelConformance: { covered: ids('covered'), failing: ids('failing'), notRun: ids('not run'), notCovered: ids('not covered') },
  }
  return stringify(summary, { lineWidth: 0 })
}

/** How the kernel's verdicts are distributed; what was counted apart with its reasons. */
const kernelSummary = (counts: KernelCounts) => ({
  ...Object.fromEntries(KERNEL_VERDICTS.map(verdict => [verdict, counts[verdict].length])),
  countedApart: counts.apart.map(({ place, scenario, side }) => ({ place, name: nameOfScenario(scenario), why: side.reasons })),
})

/** `Kernel of this machine: 96 agree, 12 counted apart`, and why. */
function kernelMarkdown(counts: KernelCounts): string {
  const apart = counts.apart.map(
    ({ place, side }) => `* \`${place.replaceAll('`', "'")}\` counted apart: ${inline(side.reasons.join('; '))}`,
  )
  return [`Kernel of this machine: ${kernelCountsText(counts)}`, ...(apart.length > 0 ? [apart.join('\n')] : [])].join('\n\n')
}

/** Only statuses that occur. */
function countsOf(scenarios: readonly ScenarioRun[]): Partial<Record<Status, number>> {
  const count = (status: Status) => scenarios.filter(scenario => scenario.status === status).length
  return Object.fromEntries(STATUSES.filter(status => count(status) > 0).map(status => [status, count(status)]))
}

/** At most 1 MiB; what does not fit is counted in the last line. */
export function summaryMarkdown(envelopes: readonly Envelope[], facts: RunFacts): string {
  const run = readRun(envelopes)
  const bad = scenariosOf(run).filter(scenario => !isGood(scenario.status))
  const good = bad.length === 0 && run.parseErrors.length === 0 && scenariosOf(run).length > 0
  const covered = coverage(run, facts.catalogue ?? [])
  const head = [
    `## ${good ? '✔' : '✘'} hopspec: ${verdictText(run)}`,
    factsText(facts),
    ...(covered.length ? [`Model conformance: ${coverageText(covered)}`] : []),
    ...(facts.dataplane === 'simulated' ? [] : [kernelMarkdown(kernelCounts(scenariosOf(run), facts.dataplane))]),
    ...run.parseErrors.map(error => `### ✘ ${inline(error.uri)} could not be read\n\n${fenced(error.message)}`),
  ]
  return shorten(head, bad.map(failureBlock), features(run))
}

function failureBlock(scenario: ScenarioRun): string {
  return `### ✘ ${inline(nameOfScenario(scenario))}\n\n\`${placeOfScenario(scenario).replaceAll('`', "'")}\` ${scenario.status}\n\n${fenced(failureText(scenario))}`
}

function features(run: Run): string {
  const rows = run.features.map(feature => {
    const bad = feature.scenarios.filter(scenario => !isGood(scenario.status)).length
    return `| ${bad ? '✘' : '✔'} ${cell(feature.name)} | ${cell(feature.uri)} | ${feature.scenarios.length - bad} of ${feature.scenarios.length} |`
  })
  return rows.length ? ['| feature | file | passed |', '|---|---|---|', ...rows].join('\n') : ''
}

/** Head, as many blocks as fit, the table if it fits. */
function shorten(head: readonly string[], blocks: readonly string[], table: string): string {
  const room = { bytes: MARKDOWN_BYTES - 200 }
  const parts: string[] = []
  const add = (part: string): boolean => {
    const bytes = Buffer.byteLength(part) + 2
    if (bytes > room.bytes) return false
    room.bytes -= bytes
    parts.push(part)
    return true
  }
  for (const part of head) add(part)
  let shown = 0
  while (shown < blocks.length && add(blocks[shown]!)) shown++
  const rest = blocks.length - shown
  if (rest > 0) parts.push(`and ${rest} more; the report has all of them`)
  if (table && !add(table)) parts.push('The table of features is too long for this page; the report has it.')
  return `${parts.join('\n\n')}\n`
}

/** Text of a manifest or feature in running Markdown: nothing in it is markup. */
const inline = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~&!]/g, char => `\\${char}`).replace(/\s+/g, ' ')
const cell = inline

/** A code block whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return `${fence}text\n${text}\n${fence}`
}
