// Cucumber's messages become a Run. In: the envelopes of one run, in any order of workers. Out: features by file, scenarios by line.
// Retried attempts are left out; only the last counts.
import type {
  Attachment,
  Envelope,
  Feature,
  GherkinDocument,
  Pickle,
  Scenario,
  Step,
  TableRow,
  TestCase,
  TestStep,
} from '@cucumber/messages'
import { readAttachment } from './attached'
import type { Attached, FeatureRun, Run, ScenarioRun, Status, StepRun } from './run'
import { worst } from './run'

interface Outlined {
  readonly scenario: Scenario
  readonly rule: string | null
}

/** What a document says about the ids in its pickles. */
interface Index {
  readonly scenarios: Map<string, Outlined>
  readonly steps: Map<string, Step>
  /** Ids of the steps of the features' own Backgrounds. */
  readonly background: Set<string>
  readonly rows: Map<string, { readonly row: TableRow; readonly head: TableRow | undefined }>
}

interface Result {
  readonly status: Status
  readonly message: string | null
}

/** One attempt of one test case. */
interface Attempt {
  readonly testCaseId: string
  readonly results: Map<string, Result>
  readonly attached: Map<string, Attached[]>
  retried: boolean
}

const known = new WeakMap<readonly Envelope[], Run>()

/** Reads the messages of one run; documents without a pickle are features without scenarios. The same messages give the same Run: four reports read it. */
export function readRun(envelopes: readonly Envelope[]): Run {
  let run = known.get(envelopes)
  if (run === undefined) known.set(envelopes, (run = read(envelopes)))
  return run
}

function read(envelopes: readonly Envelope[]): Run {
  const documents = envelopes.flatMap(e => (e.gherkinDocument?.feature ? [e.gherkinDocument] : []))
  const index = indexOf(documents)
  const pickles = new Map(envelopes.flatMap(e => (e.pickle ? [[e.pickle.id, e.pickle] as const] : [])))
  const testCases = new Map(envelopes.flatMap(e => (e.testCase ? [[e.testCase.id, e.testCase] as const] : [])))
  const scenarios = attemptsOf(envelopes)
    .filter(attempt => !attempt.retried)
    .flatMap(attempt => {
      const testCase = testCases.get(attempt.testCaseId)
      const pickle = testCase && pickles.get(testCase.pickleId)
      return testCase && pickle ? [scenarioRun(testCase, pickle, attempt, index)] : []
    })
  const features = documents.map(document => featureRun(document, scenarios))
  return {
    features: features.sort((a, b) => order(a.uri, b.uri)),
    parseErrors: envelopes.flatMap(({ parseError }) =>
      parseError
        ? [{ uri: parseError.source.uri ?? '', line: parseError.source.location?.line ?? null, message: cleanMessage(parseError.message) }]
        : [],
    ),
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function featureRun(document: GherkinDocument, scenarios: readonly ScenarioRun[]): FeatureRun {
  const feature = document.feature as Feature
  const uri = (document.uri ?? '').replaceAll('\\', '/')
  const own = scenarios.filter(scenario => scenario.uri === uri)
  return {
    uri,
    line: feature.location.line,
    name: feature.name,
    description: unindent(feature.description),
    scenarios: own.sort((a, b) => a.line - b.line || (a.row ?? 0) - (b.row ?? 0)),
  }
}

const unindent = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trim())
    .join('\n')
    .trim()

function indexOf(documents: readonly GherkinDocument[]): Index {
  const index: Index = { scenarios: new Map(), steps: new Map(), background: new Set(), rows: new Map() }
  const add = (child: { readonly scenario?: Scenario; readonly background?: { readonly steps: readonly Step[] } }, rule: string | null) => {
    for (const step of [...(child.scenario?.steps ?? []), ...(child.background?.steps ?? [])]) index.steps.set(step.id, step)
    if (!child.scenario) return
    index.scenarios.set(child.scenario.id, { scenario: child.scenario, rule })
    for (const examples of child.scenario.examples)
      for (const row of examples.tableBody) index.rows.set(row.id, { row, head: examples.tableHeader })
  }
  for (const { feature } of documents)
    for (const child of feature?.children ?? []) {
      for (const step of child.background?.steps ?? []) index.background.add(step.id)
      add(child, null)
      for (const inner of child.rule?.children ?? []) add(inner, child.rule!.name)
    }
  return index
}

function attemptsOf(envelopes: readonly Envelope[]): readonly Attempt[] {
  const attempts = new Map<string, Attempt>()
  for (const { testCaseStarted } of envelopes)
    if (testCaseStarted)
      attempts.set(testCaseStarted.id, {
        testCaseId: testCaseStarted.testCaseId,
        results: new Map(),
        attached: new Map(),
        retried: false,
      })
  for (const { testStepFinished, attachment, testCaseFinished } of envelopes) {
    if (testStepFinished) {
      const { status, message, exception } = testStepFinished.testStepResult
      const text = exception?.message ?? message
      attempts.get(testStepFinished.testCaseStartedId)?.results.set(testStepFinished.testStepId, {
        status: status.toLowerCase() as Status,
        message: text ? cleanMessage(text) : null,
      })
    }
    if (attachment) keep(attempts, attachment)
    if (testCaseFinished?.willBeRetried) attempts.get(testCaseFinished.testCaseStartedId)!.retried = true
  }
  return [...attempts.values()]
}

function keep(attempts: ReadonlyMap<string, Attempt>, attachment: Attachment): void {
  const attached = attempts.get(attachment.testCaseStartedId ?? '')?.attached
  const step = attachment.testStepId ?? ''
  const item = readAttachment(attachment)
  if (item) attached?.set(step, [...(attached.get(step) ?? []), item])
}

/** Without colours and without the stack, whose lines name folders of the machine. */
const cleanMessage = (message: string): string =>
  message
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/^\s+at .*(?:\n|$)/gm, '')
    .trimEnd()

function scenarioRun(testCase: TestCase, pickle: Pickle, attempt: Attempt, index: Index): ScenarioRun {
  const uri = pickle.uri.replaceAll('\\', '/')
  const outlined = pickle.astNodeIds.map(id => index.scenarios.get(id)).find(Boolean)
  const example = pickle.astNodeIds.map(id => index.rows.get(id)).find(Boolean)
  const line = outlined?.scenario.location.line ?? pickle.location?.line ?? 0
  const row = example?.row.location.line ?? null
  const steps = testCase.testSteps.map(step => stepRun(step, pickle, attempt, index)).filter(step => step !== null)
  return {
    anchor: row === null ? `${uri}:${line}` : `${uri}:${line}:${row}`,
    uri,
    line,
    row,
    name: pickle.name,
    example: (example?.row.cells ?? []).map((cell, i) => ({ name: example?.head?.cells[i]?.value ?? '', value: cell.value })),
    rule: outlined?.rule ?? null,
    tags: [...new Set(pickle.tags.map(tag => tag.name))],
    status: steps.length ? worst(steps.map(step => step.status)) : 'undefined',
    steps,
  }
}

/** Null for hooks that passed and attached nothing. */
function stepRun(testStep: TestStep, pickle: Pickle, attempt: Attempt, index: Index): StepRun | null {
  const { status, message } = attempt.results.get(testStep.id) ?? { status: 'unknown' as const, message: null }
  const attached = attempt.attached.get(testStep.id) ?? []
  const common = { status, message, attached }
  const pickleStep = pickle.steps.find(step => step.id === testStep.pickleStepId)
  if (!pickleStep) {
    if ((status === 'passed' || status === 'skipped') && attached.length === 0) return null
    return { ...common, keyword: 'Hook', text: [], line: null, hook: true, background: false, rows: null, docString: null }
  }
  const step = pickleStep.astNodeIds.map(id => index.steps.get(id)).find(Boolean)
  return {
    ...common,
    keyword: step?.keyword ?? '',
    text: parts(pickleStep.text, testStep),
    line: step?.location.line ?? null,
    hook: false,
    background: pickleStep.astNodeIds.some(id => index.background.has(id)),
    rows: pickleStep.argument?.dataTable?.rows.map(row => row.cells.map(cell => cell.value)) ?? null,
    docString: pickleStep.argument?.docString?.content ?? null,
  }
}

/** Splits the text where the step definition's parameters matched. */
function parts(text: string, testStep: TestStep): StepRun['text'] {
  const lists = testStep.stepMatchArgumentsLists ?? []
  const list: { text: string; value: boolean }[] = []
  let at = 0
  for (const { group } of lists.length === 1 ? lists[0]!.stepMatchArguments : []) {
    if (group.start === undefined || group.value === undefined || group.start < at || group.value === '') continue
    if (group.start > at) list.push({ text: text.slice(at, group.start), value: false })
    at = group.start + group.value.length
    list.push({ text: text.slice(group.start, at), value: true })
  }
  if (at < text.length) list.push({ text: text.slice(at), value: false })
  return list
}
