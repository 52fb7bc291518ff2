// The eight ways to be green on nothing: each is found here from the messages of a run and makes exit code 3. Says nothing about failures.
import type { GherkinDocument, Scenario } from '@cucumber/messages'
import type { Nothing } from './nothing'
import { apartOf } from './run-apart'
import { type RanCase, type RunIndex, scenariosOf } from './run-index'
import { placeIn, strayInScenario, strayUnderHeadings } from './run-stray'

/** What was asked of the run: paths that matched nothing, and its filters. */
export interface Asked {
  readonly missing: readonly string[]
  readonly tags: string
  readonly names: readonly string[]
  readonly lines: boolean
  readonly dryRun: boolean
}

/** Everything about a run that tested nothing. `isStep`: whether a text is a step that some definition takes. */
export function findNothing(index: RunIndex, asked: Asked, isStep: (text: string) => boolean): readonly Nothing[] {
  const filtered = asked.tags !== '' || asked.names.length > 0 || asked.lines
  const chosen = new Set(index.cases.map(c => c.scenario.id))
  return [
    ...asked.missing.map(missingPath),
    ...(asked.missing.length > 0 && index.documents.length === 0 ? [] : emptyFilters(index, asked)),
    ...index.documents.flatMap(d => [
      ...noScenario(d),
      ...strayUnderHeadings(index, d, isStep),
      ...scenariosOf(d)
        .filter(s => !filtered || chosen.has(s.id))
        .flatMap(s => [...emptyScenario(d, s), ...strayInScenario(index, d, s, isStep)]),
    ]),
    ...index.cases.flatMap(withoutThen),
    ...(asked.dryRun ? [dryRun()] : index.cases.flatMap(c => [...idleSteps(c), ...idleThens(c)])),
  ]
}

const missingPath = (path: string): Nothing => ({
  way: 'path',
  message: `no feature file at '${path}'.`,
  place: null,
  fix: 'Write the path of a .feature file, or of a folder that holds some.',
})

function emptyFilters(index: RunIndex, asked: Asked): readonly Nothing[] {
  const idle = asked.names.filter(name => !index.cases.some(c => new RegExp(name).test(c.pickle.name)))
  if (index.cases.length > 0 && idle.length === 0) return []
  if (asked.tags === '' && asked.names.length === 0 && !asked.lines) return []
  const what = [
    ...(asked.tags === '' ? [] : [`--tags '${asked.tags}'`]),
    ...(idle.length > 0 ? idle : asked.names).map(n => `--name '${n}'`),
  ]
  return [
    {
      way: 'filter',
      message: `no scenario matches ${what.join(' and ') || 'the line after the file name'}.`,
      place: null,
      fix: `Tags in these features: ${tagsOf(index).join(' ') || 'none'}.`,
    },
  ]
}

const tagsOf = (index: RunIndex): readonly string[] =>
  [...new Set(index.documents.flatMap(d => [d.feature, ...scenariosOf(d)].flatMap(n => (n?.tags ?? []).map(t => t.name))))]
    .sort()
    .slice(0, 20)

function noScenario(d: GherkinDocument): readonly Nothing[] {
  if (scenariosOf(d).length > 0) return []
  const place = placeIn(d, d.feature?.location ?? { line: 1 })
  return [{ way: 'steps', message: 'there is no scenario in this file.', place, fix: 'Write a Scenario: with its steps.' }]
}

function emptyScenario(d: GherkinDocument, s: Scenario): readonly Nothing[] {
  const rows = s.examples
    .filter(e => e.tableBody.length === 0)
    .map(
      (e): Nothing => ({
        way: 'rows',
        message: `the Examples of '${s.name}' have no rows, so nothing runs.`,
        place: placeIn(d, e.location),
        fix: 'Write at least one row below the header.',
      }),
    )
  const outline: readonly Nothing[] =
    s.examples.length === 0 && /outline|template/i.test(s.keyword)
      ? [
          {
            way: 'rows',
            message: `'${s.name}' is an outline without Examples, so nothing runs.`,
            place: placeIn(d, s.location),
            fix: 'Write Examples: with a table, or make it a Scenario:.',
          },
        ]
      : []
  const steps: readonly Nothing[] =
    s.steps.length > 0
      ? []
      : [
          {
            way: 'steps',
            message: `the scenario '${s.name}' has no steps.`,
            place: placeIn(d, s.location),
            fix: 'Write its Given, When and Then.',
          },
        ]
  return [...rows, ...outline, ...steps]
}

/** Whether a step promises something: a Then, an And after it, or `*` with a Then's definition. */
const isThen = (step: RanCase['steps'][number]): boolean =>
  step.pickleStep.type === 'Outcome' ||
  (step.pickleStep.type !== 'Context' && step.pickleStep.type !== 'Action' && step.definitions.some(isThenDefinition))
const isThenDefinition = (d: { readonly sourceReference: { readonly uri?: string } }): boolean =>
  /(^|\/)then-[^/]*$/.test(d.sourceReference.uri ?? '')

function withoutThen(c: RanCase): readonly Nothing[] {
  if (c.steps.length === 0 || c.steps.some(isThen)) return []
  return [
    {
      way: 'promise',
      message: `the scenario '${c.pickle.name}' has no Then: it promises nothing.`,
      place: c.place,
      fix: 'Write what must be true at the end.',
      testStepId: c.steps.at(-1)!.testStepId,
    },
  ]
}

const passed = (c: RanCase): boolean => c.hooks.length === 0 && c.steps.every(s => s.result?.status === 'PASSED')

function idleThens(c: RanCase): readonly Nothing[] {
  if (!passed(c)) return []
  return c.steps
    .filter(s => isThen(s) && s.checks === 0)
    .map(s => ({
      way: 'check',
      message: `'${s.keyword}${s.pickleStep.text}' compared nothing.`,
      place: s.place,
      testStepId: s.testStepId,
      fix: "Compare something: with a step of hopspec, node:assert, chai, or `this.verify(…)` of hopspec's World.",
    }))
}

/** The first pending or skipped step of a scenario that did not fail: those after it follow from it. */
function idleSteps(c: RanCase): readonly Nothing[] {
  const statuses = [...c.hooks, ...c.steps.map(s => s.result)].map(r => r?.status)
  if (statuses.some(s => s === 'FAILED' || s === 'UNDEFINED' || s === 'AMBIGUOUS') || apartOf(c).length > 0) return []
  const step = c.steps.find(s => s.result?.status === 'PENDING' || s.result?.status === 'SKIPPED')
  const hook = c.hooks.find(h => h.status === 'PENDING' || h.status === 'SKIPPED')
  if (step === undefined && hook === undefined) return []
  const status = (step?.result ?? hook)!.status.toLowerCase()
  return [
    {
      way: 'skipped',
      message: step
        ? `the step '${step.keyword}${step.pickleStep.text}' is ${status}: it tested nothing.`
        : `a hook left '${c.pickle.name}' ${status}: it tested nothing.`,
      place: step?.place ?? c.place,
      fix: 'Finish the step definition, or take the scenario out.',
    },
  ]
}

const dryRun = (): Nothing => ({
  way: 'skipped',
  message: 'a dry run skips every step: nothing was tested.',
  place: null,
  fix: 'Run without --dry-run.',
})
