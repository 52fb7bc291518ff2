// Cucumber's messages, put together: which scenario has which steps, where they stand, what became of each. Only messages in; decides nothing.
import type {
  Envelope,
  GherkinDocument,
  Pickle,
  PickleStep,
  Scenario,
  Step,
  StepDefinition,
  TestCase,
  TestStepResult,
} from '@cucumber/messages'
import type { Place } from '../error'

export interface RanStep {
  readonly testStepId: string
  readonly pickleStep: PickleStep
  /** `Given `, `And ` as written. */
  readonly keyword: string
  readonly place: Place
  readonly definitions: readonly StepDefinition[]
  readonly result: TestStepResult | null
  /** How many expectations the step compared: what our steps and the wrapped assertions counted. */
  readonly checks: number
}

export interface RanCase {
  readonly pickle: Pickle
  readonly scenario: Scenario
  readonly place: Place
  readonly steps: readonly RanStep[]
  /** Results of hooks around the scenario that did not pass. */
  readonly hooks: readonly TestStepResult[]
}

export interface RunIndex {
  readonly documents: readonly GherkinDocument[]
  /** The lines of each feature file, by its name. */
  readonly lines: ReadonlyMap<string, readonly string[]>
  readonly parseErrors: readonly { readonly place: Place; readonly message: string }[]
  readonly definitions: readonly StepDefinition[]
  /** The scenarios that the filters chose, in the order in which they ran. */
  readonly cases: readonly RanCase[]
}

/** The attachment by which a step says how many expectations it compared. */
export const CHECKS_MEDIA_TYPE = 'application/vnd.hopspec.checks+json'

/** Reads the messages of one run. */
export function indexRun(envelopes: readonly Envelope[]): RunIndex {
  const documents = envelopes.flatMap(e => (e.gherkinDocument ? [e.gherkinDocument] : []))
  const pickles = new Map(envelopes.flatMap(e => (e.pickle ? [[e.pickle.id, e.pickle] as const] : [])))
  const definitions = new Map(envelopes.flatMap(e => (e.stepDefinition ? [[e.stepDefinition.id, e.stepDefinition] as const] : [])))
  const told: Told = {
    nodes: new Map(documents.flatMap(d => [...astNodes(d)].map(n => [n.node.id, n] as const))),
    definitions,
    results: new Map(
      envelopes.flatMap(e => (e.testStepFinished ? [[e.testStepFinished.testStepId, e.testStepFinished.testStepResult] as const] : [])),
    ),
    checks: checksByStep(envelopes),
  }
  const cases = envelopes.flatMap(({ testCase }): RanCase[] => {
    const pickle = testCase && pickles.get(testCase.pickleId)
    return testCase && pickle ? [ranCase(testCase, pickle, told)] : []
  })
  const lines = new Map(envelopes.flatMap(e => (e.source ? [[e.source.uri, e.source.data.split('\n')] as const] : [])))
  return { documents, lines, parseErrors: parseErrors(envelopes), definitions: [...definitions.values()], cases }
}

/** What the messages tell of ids. */
interface Told {
  readonly nodes: ReadonlyMap<string, AstNode>
  readonly definitions: ReadonlyMap<string, StepDefinition>
  readonly results: ReadonlyMap<string, TestStepResult>
  readonly checks: ReadonlyMap<string, number>
}

function ranCase(testCase: TestCase, pickle: Pickle, told: Told): RanCase {
  const { nodes, results } = told
  const pickleSteps = new Map(pickle.steps.map(s => [s.id, s]))
  const hooks = testCase.testSteps.flatMap(s => (s.hookId && results.get(s.id) ? [results.get(s.id)!] : []))
  return {
    pickle,
    scenario: nodes.get(pickle.astNodeIds[0]!)!.node as Scenario,
    place: placeOf(pickle.uri, nodes.get(pickle.astNodeIds.at(-1)!)!),
    steps: testCase.testSteps.flatMap(({ id, pickleStepId, stepDefinitionIds = [] }) => {
      const pickleStep = pickleSteps.get(pickleStepId ?? '')
      return pickleStep === undefined ? [] : [ranStep(id, pickleStep, stepDefinitionIds, told)]
    }),
    hooks: hooks.filter(r => r.status !== 'PASSED'),
  }
}

function ranStep(testStepId: string, pickleStep: PickleStep, definitionIds: readonly string[], told: Told): RanStep {
  const written = told.nodes.get(pickleStep.astNodeIds[0]!)!
  return {
    testStepId,
    pickleStep,
    keyword: (written.node as Step).keyword,
    place: placeOf(written.uri, written),
    definitions: definitionIds.map(id => told.definitions.get(id)!),
    result: told.results.get(testStepId) ?? null,
    checks: told.checks.get(testStepId) ?? 0,
  }
}

const placeOf = (file: string, { node: { location } }: AstNode): Place => ({ file, line: location.line, column: location.column ?? 1 })

interface AstNode {
  readonly uri: string
  readonly node: { readonly id: string; readonly location: { readonly line: number; readonly column?: number } }
}

/** Every scenario of a document, with its rule's ones. */
export function scenariosOf(document: GherkinDocument): readonly Scenario[] {
  const children = document.feature?.children ?? []
  return children.flatMap(c => (c.scenario ? [c.scenario] : (c.rule?.children ?? []).flatMap(r => (r.scenario ? [r.scenario] : []))))
}

function* astNodes(document: GherkinDocument): Generator<AstNode> {
  const uri = document.uri ?? ''
  const children = (document.feature?.children ?? []).flatMap(c => [c, ...(c.rule?.children ?? [])])
  for (const node of children.flatMap(c => c.background?.steps ?? [])) yield { uri, node }
  for (const scenario of scenariosOf(document)) {
    yield { uri, node: scenario }
    for (const node of scenario.steps) yield { uri, node }
    for (const node of scenario.examples.flatMap(e => e.tableBody)) yield { uri, node }
  }
}

function checksByStep(envelopes: readonly Envelope[]): ReadonlyMap<string, number> {
  const checks = new Map<string, number>()
  for (const { attachment } of envelopes)
    if (attachment?.testStepId !== undefined && attachment.mediaType === CHECKS_MEDIA_TYPE)
      checks.set(
        attachment.testStepId,
        (checks.get(attachment.testStepId) ?? 0) + (JSON.parse(attachment.body) as { checks: number }).checks,
      )
  return checks
}

function parseErrors(envelopes: readonly Envelope[]) {
  return envelopes.flatMap(({ parseError }) => {
    if (!parseError) return []
    const at = parseError.source.location
    return [
      {
        place: { file: parseError.source.uri ?? '', line: at?.line ?? 1, column: at?.column ?? 1 },
        message: parseError.message.replace(/^\(\d+:\d+\): /, ''),
      },
    ]
  })
}

/** Where a step stands: its line, that of its doc string's opening quotes, and the column of those; line and column 1 for a step that is not in the document. */
export interface StepPlace {
  readonly line: number
  readonly docLine: number
  readonly docColumn: number
}

/** Finds a step of the document by its id. */
export function placeOfStep(document: GherkinDocument, id: string): StepPlace {
  for (const { node } of astNodes(document)) {
    const step = node as Step
    if (step.id !== id) continue
    const quotes = step.docString?.location
    return { line: step.location.line, docLine: quotes?.line ?? step.location.line, docColumn: quotes?.column ?? 1 }
  }
  return { line: 1, docLine: 1, docColumn: 1 }
}
