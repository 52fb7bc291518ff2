// JUnit's XML, as CI servers read it: one suite per feature, with file and line, and failures in words. In: messages, facts. Out: XML.
// No times: they would differ from run to run.
import type { Envelope } from '@cucumber/messages'
import { failureText, nameOfScenario } from './failure-text'
import { readRun } from './read-run'
import type { RunFacts } from './report/facts'
import type { FeatureRun, ScenarioRun, Status } from './run'
import { failureOf, scenariosOf } from './run'
import { kernelOf } from './kernel-verdict'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' }
const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const text = (value: string): string => value.replace(NOT_XML, '\ufffd').replace(/[&<>]/g, char => ENTITIES[char]!)
const attribute = (value: string | number): string =>
  String(value)
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"\n\t]/g, char => ENTITIES[char]!)
const attributes = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries(fields)
    .map(([name, value]) => ` ${name}="${attribute(value)}"`)
    .join('')

/** Undefined, pending and ambiguous steps are failures: nothing was checked. Skipped stays skipped. */
const isFailure = (status: Status): boolean => status !== 'passed' && status !== 'skipped'

/** The whole file. */
export function junitXml(envelopes: readonly Envelope[], facts: RunFacts): string {
  const run = readRun(envelopes)
  const suites = [
    ...run.features.filter(feature => feature.scenarios.length > 0).map(feature => suite(feature, facts)),
    ...run.parseErrors.map(unread),
  ]
  const errors = run.parseErrors.length
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name: 'hopspec', ...counts(scenariosOf(run), errors) })}>
${suites.join('')}</testsuites>
`
}

const counts = (scenarios: readonly ScenarioRun[], errors = 0) => ({
  tests: scenarios.length + errors,
  failures: scenarios.filter(scenario => isFailure(scenario.status)).length,
  errors,
  skipped: scenarios.filter(scenario => scenario.status === 'skipped').length,
})

function suite(feature: FeatureRun, facts: RunFacts): string {
  const properties = {
    seed: facts.seed,
    kubernetesVersion: facts.version,
    proxyMode: facts.proxyMode,
    cni: facts.cni,
    dataplane: facts.dataplane,
    hopspecVersion: facts.hopspecVersion,
    ...(facts.stamp === undefined ? {} : { stamp: facts.stamp }),
  }
  const lines = Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>\n`)
  return `  <testsuite${attributes({ name: feature.name || feature.uri, file: feature.uri, line: feature.line, ...counts(feature.scenarios) })}>
    <properties>
${lines.join('')}    </properties>
${feature.scenarios.map(scenario => testcase(feature, scenario, facts.dataplane)).join('')}  </testsuite>
`
}

function testcase(feature: FeatureRun, scenario: ScenarioRun, dataplane: RunFacts['dataplane']): string {
  const head = attributes({
    name: nameOfScenario(scenario),
    classname: feature.name || feature.uri,
    file: scenario.uri,
    line: scenario.row ?? scenario.line,
  })
  const inside = `${kernelProperty(scenario, dataplane)}${resultOf(scenario)}`
  return inside === '' ? `    <testcase${head}/>\n` : `    <testcase${head}>${inside}</testcase>\n`
}

/** The kernel's verdict, in runs that asked it. */
function kernelProperty(scenario: ScenarioRun, dataplane: RunFacts['dataplane']): string {
  if (dataplane === 'simulated') return ''
  const { verdict, reasons } = kernelOf(scenario, dataplane)
  return `<properties><property${attributes({ name: 'kernel', value: [verdict, ...reasons].join(': ') })}/></properties>`
}

function resultOf(scenario: ScenarioRun): string {
  if (scenario.status === 'passed') return ''
  if (scenario.status === 'skipped') return '<skipped/>'
  return `
      <failure${attributes({ type: scenario.status, message: headline(scenario) })}>${text(failureText(scenario))}</failure>
    `
}

/** One line: what CI shows in its list. */
function headline(scenario: ScenarioRun): string {
  const failure = failureOf(scenario)
  const finding = failure?.findings[0]
  if (finding) return `expected ${finding.expected}, happened ${finding.actual}`
  return failure?.step.message?.split('\n')[0] ?? `the step is ${failure?.step.status ?? scenario.status}`
}

const unread = (error: { readonly uri: string; readonly line: number | null; readonly message: string }): string =>
  `  <testsuite${attributes({ name: error.uri, file: error.uri, ...(error.line === null ? {} : { line: error.line }), ...counts([], 1) })}>
    <testcase${attributes({ name: 'can be read', classname: error.uri, file: error.uri })}><error${attributes({ message: error.message.split('\n')[0]! })}>${text(error.message)}</error></testcase>
  </testsuite>
`
