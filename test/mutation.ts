// Breaks every expectation of the shipped features, one at a time, and requires red with the right value in the message.
// Each literal number, name and address of a Then, each cell of its tables, each line of its doc strings is changed in memory; the scenario's
// Givens and Whens run once, its Thens once for each mutation. Run: npx ts-node test/mutation.ts [FEATURE…]
import { join } from 'node:path'
import type { Envelope, Pickle, PickleStep } from '@cucumber/messages'
import { loadSteps, runMessages } from '../src/cli/run-cucumber'
import { readRunOptions } from '../src/cli/run-options'
import { findProject } from '../src/cli/run-project'
import { systemIo } from '../src/cli/system-io'

interface Mutation {
  readonly step: PickleStep
  /** What was there, and what is there now. */
  readonly right: string
  readonly wrong: string
}

interface Definition {
  readonly code: (...args: unknown[]) => unknown
  matchesStepName(text: string): boolean
  getInvocationParameters(asked: { step: PickleStep; world: unknown }): Promise<{ parameters: unknown[] }>
}

interface Library {
  readonly World: new (options: unknown) => { feature: string; checks: number }
  readonly stepDefinitions: readonly Definition[]
}

/** A literal that differs from the given one in its last number or letter. */
export function broken(literal: string): string {
  const number = /^(.*?)(\d+)(\D*)$/s.exec(literal)
  if (number && !/[a-z]\d*$/i.test(literal))
    return `${number[1]}${Number(number[2]!.slice(-9)) === 65535 ? 1 : `${number[2]!.slice(0, -9)}${Number(number[2]!.slice(-9)) + 1}`}${number[3]}`
  return /[a-z]$/i.test(literal) ? `${literal.slice(0, -1)}${literal.endsWith('z') ? 'y' : 'z'}` : `${literal}z`
}

const LITERALS =
  /"[^"]*"|\d+\/\d+|\[?[\da-f:.]*\d[\da-f:.]*\]?(?::\d+)?|\b(?:delivered|refused|rejected|dropped|no-route|host-unreachable|left-the-cluster)\b/g

/** Every mutation of one step. A tolerance promises nothing by itself, so what stands after `within` is left alone. */
export function mutationsOf(step: PickleStep): readonly Mutation[] {
  const texts = [...step.text.matchAll(LITERALS)]
    .filter(m => !step.text.slice(0, m.index).includes(' within '))
    .map(m => {
      const quoted = m[0].startsWith('"')
      const right = quoted ? m[0].slice(1, -1) : m[0]
      const wrong = /^[a-z]+(-[a-z]+)*$/.test(right) && !quoted ? (right === 'dropped' ? 'refused' : 'dropped') : broken(right)
      const text = `${step.text.slice(0, m.index)}${quoted ? `"${wrong}"` : wrong}${step.text.slice(m.index + m[0].length)}`
      return { right, wrong, step: { ...step, text } }
    })
  const table = step.argument?.dataTable
  const cells = (table?.rows ?? []).flatMap((row, r) =>
    row.cells.flatMap((cell, c): Mutation[] => {
      if (r === 0 || cell.value === '' || cell.value === '…') return []
      const wrong = broken(cell.value)
      const rows = table!.rows.map((other, i) =>
        i === r ? { ...other, cells: other.cells.map((x, j) => (j === c ? { ...x, value: wrong } : x)) } : other,
      )
      return [{ right: cell.value, wrong, step: { ...step, argument: { dataTable: { rows } } } }]
    }),
  )
  const doc = step.argument?.docString
  const lines = (doc?.content ?? '').split('\n').flatMap((line, i, all): Mutation[] => {
    if (line.trim() === '' || doc === undefined) return []
    const wrong = broken(line.trimEnd())
    const content = all.map((other, j) => (j === i ? wrong : other)).join('\n')
    return [{ right: line.trim(), wrong, step: { ...step, argument: { docString: { ...doc, content } } } }]
  })
  return [...texts, ...cells, ...lines]
}

/** Runs one step; the message of its error, or null when it passes. */
async function tell(library: Library, world: { checks: number }, step: PickleStep): Promise<string | null> {
  const definitions = library.stepDefinitions.filter(d => d.matchesStepName(step.text))
  if (definitions.length !== 1) return `no step is called '${step.text}'`
  try {
    const { parameters } = await definitions[0]!.getInvocationParameters({ step, world })
    await definitions[0]!.code.apply(world, parameters)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

export interface Survivor {
  readonly pickle: string
  readonly step: string
  readonly right: string
  readonly wrong: string
  /** null: it stayed green; else the message that does not name the right value. */
  readonly said: string | null
}

async function mutate(
  library: Library,
  pickle: Pickle,
  root: string,
): Promise<{ readonly tried: number; readonly survivors: readonly Survivor[] }> {
  const world = new library.World({ attach: () => {}, log: () => {}, link: () => {}, parameters: { root, seed: 1, mode: null } })
  world.feature = pickle.uri
  const survivors: Survivor[] = []
  let tried = 0
  for (const step of pickle.steps) {
    const mutations = step.type === 'Outcome' ? mutationsOf(step) : []
    for (const { step: changed, right, wrong } of mutations) {
      tried++
      const said = await tell(library, world, changed)
      if (said === null || !right.split('<any>').every(part => said.includes(part.trimEnd())))
        survivors.push({ pickle: `${pickle.uri}: ${pickle.name}`, step: step.text, right, wrong, said })
    }
    const said = await tell(library, world, step)
    if (said !== null) throw new Error(`${pickle.uri}: ${pickle.name}: ${step.text}\nfails without any mutation: ${said}`)
  }
  return { tried, survivors }
}

/** The scenarios of the features, and the steps that they are told in. */
async function shipped(
  paths: readonly string[],
): Promise<{ readonly library: Library; readonly pickles: readonly Pickle[]; readonly root: string }> {
  const root = join(__dirname, '..')
  const project = findProject(systemIo().files, root, paths.length > 0 ? paths : ['features'])
  const loaded = await loadSteps({ ...project, steps: [] })
  const envelopes: readonly Envelope[] = await runMessages(
    project,
    loaded,
    readRunOptions([], () => new Date(0)),
    true,
  )
  return { library: loaded.library as unknown as Library, pickles: envelopes.flatMap(e => (e.pickle ? [e.pickle] : [])), root }
}

/** Runs every shipped scenario; `after` is called with its World after each step. */
export async function walkShipped<W>(after: (world: W, pickle: Pickle) => void, paths: readonly string[] = []): Promise<void> {
  const { library, pickles, root } = await shipped(paths)
  for (const pickle of pickles) {
    const world = new library.World({ attach: () => {}, log: () => {}, link: () => {}, parameters: { root, seed: 1, mode: null } })
    world.feature = pickle.uri
    for (const step of pickle.steps) {
      await tell(library, world, step)
      after(world as W, pickle)
    }
  }
}

/** Mutates every Then of the features. */
export async function mutateAll(paths: readonly string[]): Promise<{ readonly tried: number; readonly survivors: readonly Survivor[] }> {
  const { library, pickles, root } = await shipped(paths)
  const all: { tried: number; survivors: Survivor[] } = { tried: 0, survivors: [] }
  for (const pickle of pickles) {
    const { tried, survivors } = await mutate(library, pickle, root)
    all.tried += tried
    all.survivors.push(...survivors)
  }
  return all
}

async function main(): Promise<void> {
  const { tried, survivors } = await mutateAll(process.argv.slice(2))
  for (const s of survivors) {
    console.log(
      `${s.pickle}\n  Then ${s.step}\n  '${s.right}' became '${s.wrong}' and ${s.said === null ? 'nothing noticed' : `the message does not name it:\n${s.said}`}\n`,
    )
  }
  console.log(`${tried} mutations, ${survivors.length} survived`)
  process.exitCode = survivors.length > 0 || tried === 0 ? 1 : 0
}

if (require.main === module) main()
