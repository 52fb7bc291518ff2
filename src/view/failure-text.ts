// Why a scenario did not pass, as plain text. In: a ScenarioRun. Out: lines for JUnit, summaries and the console.
import type { FindingJson } from './report/probe'
import type { ScenarioRun } from './run'
import { failureOf, stepText } from './run'

/** `features/a.feature:41`; the example row's line where it has one. */
export const placeOfScenario = (scenario: ScenarioRun): string => `${scenario.uri}:${scenario.row ?? scenario.line}`

/** The name, with the values of the example row. */
export const nameOfScenario = (scenario: ScenarioRun): string =>
  scenario.example.length ? `${scenario.name} (${scenario.example.map(cell => `${cell.name} ${cell.value}`).join(', ')})` : scenario.name

/** The promise, what was expected, what came, why, what to change; '' for a scenario that passed. */
export function failureText(scenario: ScenarioRun): string {
  const failure = failureOf(scenario)
  if (!failure) return ''
  const { step, findings } = failure
  const place = step.line === null ? placeOfScenario(scenario) : `${scenario.uri}:${step.line}`
  const reasons = findings.length ? findings.map(findingText) : [step.message ?? `the step is ${step.status}: nothing was checked`]
  return [`${stepText(step)}  (${place})`, ...reasons].join('\n')
}

function findingText(finding: FindingJson): string {
  const rest = [
    ...(finding.why === null ? [] : [`because   ${finding.why}`]),
    ...(finding.change === null ? [] : [`change    ${finding.change}`]),
  ]
  return [`expected  ${finding.expected}`, `happened  ${finding.actual}`, ...rest].join('\n')
}
