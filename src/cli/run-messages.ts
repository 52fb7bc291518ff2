// Cucumber's messages made equal for equal input: ids from file:line, no clock, no machine. What is written to messages.ndjson and what the report is made of.
import type { Envelope, StepDefinition } from '@cucumber/messages'
import type { Nothing } from './nothing'

interface Naming {
  /** The project folder, absolute: it is taken out of every text. */
  readonly root: string
  /** The name under which a step definition's file is shown. */
  shownStepFile(uri: string): string
}

/** The same messages with stable ids, times of zero, no stack frames, and of the machine only what every machine has. */
export function stableMessages(envelopes: readonly Envelope[], naming: Naming): readonly Envelope[] {
  const ids = stableIds(envelopes, naming)
  return envelopes.flatMap(envelope => {
    if (envelope.meta) return [{ meta: { ...MACHINE, protocolVersion: envelope.meta.protocolVersion } } as Envelope]
    return [rewrite(envelope, ids, naming) as Envelope]
  })
}

/** The same messages, with the steps that tested nothing as unknown and with the reason: no report may count them as passed. */
export function withoutEmptyPasses(envelopes: readonly Envelope[], nothing: readonly Nothing[]): readonly Envelope[] {
  const idle = new Map(nothing.flatMap(n => (n.testStepId === undefined ? [] : [[n.testStepId, `${n.message} ${n.fix}`] as const])))
  if (idle.size === 0) return envelopes
  return envelopes.map(envelope => {
    const finished = envelope.testStepFinished
    const message = finished && idle.get(finished.testStepId)
    if (!finished || message === undefined) return envelope
    const testStepResult = { ...finished.testStepResult, status: 'UNKNOWN' as typeof finished.testStepResult.status, message }
    return { testStepFinished: { ...finished, testStepResult } }
  })
}

const MACHINE = { implementation: { name: 'hopspec' }, runtime: { name: 'node.js' }, os: { name: 'any' }, cpu: { name: 'any' } }

/** One JSON object a line, in order. */
export const ndjson = (envelopes: readonly Envelope[]): string => envelopes.map(e => `${JSON.stringify(e)}\n`).join('')

type Ids = Map<string, string>

function stableIds(envelopes: readonly Envelope[], naming: Naming): Ids {
  const ids: Ids = new Map()
  for (const envelope of envelopes) {
    nameDocument(envelope, ids)
    if (envelope.pickle) {
      const p = envelope.pickle
      const id = `pickle:${p.astNodeIds.map((ast, i) => (i === 0 ? ids.get(ast) : ids.get(ast)?.split(':').at(-1))).join(':')}`
      ids.set(p.id, id)
      for (const [i, s] of p.steps.entries()) ids.set(s.id, `${id}/step:${i + 1}`)
    }
    if (envelope.stepDefinition) ids.set(envelope.stepDefinition.id, definitionId('definition', envelope.stepDefinition, naming))
    if (envelope.hook) ids.set(envelope.hook.id, definitionId('hook', envelope.hook, naming))
    if (envelope.parameterType) ids.set(envelope.parameterType.id, `type:${envelope.parameterType.name}`)
    if (envelope.testRunStarted?.id) ids.set(envelope.testRunStarted.id, 'run')
    if (envelope.testCase) {
      const id = `case:${ids.get(envelope.testCase.pickleId)}`
      ids.set(envelope.testCase.id, id)
      for (const [i, s] of envelope.testCase.testSteps.entries()) ids.set(s.id, `${id}/${i + 1}`)
    }
    if (envelope.testCaseStarted) ids.set(envelope.testCaseStarted.id, `started:${ids.get(envelope.testCaseStarted.testCaseId)}`)
    if (envelope.testRunHookStarted) ids.set(envelope.testRunHookStarted.id, `run-${ids.get(envelope.testRunHookStarted.hookId)}`)
    if (envelope.suggestion) ids.set(envelope.suggestion.id, `suggestion:${ids.get(envelope.suggestion.pickleStepId)}`)
  }
  return ids
}

const definitionId = (kind: string, d: Pick<StepDefinition, 'sourceReference'>, naming: Naming): string =>
  `${kind}:${naming.shownStepFile(d.sourceReference.uri ?? '')}:${d.sourceReference.location?.line ?? 0}`

function nameDocument(envelope: Envelope, ids: Ids): void {
  const document = envelope.gherkinDocument
  if (document?.feature) nameNodes(document.feature, document.uri ?? '', ids)
}

interface Located {
  readonly id?: unknown
  readonly name?: unknown
  readonly location?: { readonly line: number; readonly column?: number }
}

/** Every node of a document is named by its line; tags, which share one, by their column too. */
function nameNodes(value: unknown, uri: string, ids: Ids): void {
  if (typeof value !== 'object' || value === null) return
  const { id, name, location } = value as Located
  if (typeof id === 'string' && location !== undefined) {
    const isTag = typeof name === 'string' && name.startsWith('@')
    ids.set(id, isTag ? `tag:${uri}:${location.line}:${location.column ?? 1}` : `${uri}:${location.line}`)
  }
  for (const inner of Object.values(value)) nameNodes(inner, uri, ids)
}

/** Copies a message with ids renamed and everything removed that another run or machine would have otherwise. Sources stay as they are. */
function rewrite(value: unknown, ids: Ids, naming: Naming, key = ''): unknown {
  if (key === 'source') return value
  if (typeof value === 'string') return key === 'uri' ? naming.shownStepFile(value) : (ids.get(value) ?? value)
  if (Array.isArray(value)) return value.map(item => rewrite(item, ids, naming))
  if (typeof value !== 'object' || value === null) return value
  if (key === 'timestamp' || key === 'duration') return { seconds: 0, nanos: 0 }
  const entries = Object.entries(value).filter(([k]) => k !== 'stackTrace')
  const copy = Object.fromEntries(entries.map(([k, v]) => [k, rewrite(v, ids, naming, k)]))
  if (key === 'testStepResult' && typeof copy.message === 'string')
    copy.message = plainMessage(value as { message: string; exception?: { message?: string } }, naming)
  return copy
}

const plainMessage = (result: { readonly message: string; readonly exception?: { readonly message?: string } }, naming: Naming): string =>
  (result.exception?.message ?? result.message).replaceAll(`${naming.root}/`, '')
