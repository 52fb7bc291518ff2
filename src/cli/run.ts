// `hopspec run`: features in; console, report and exit code out. The one command that executes steps; everything it decides stands in run-*.ts beside it.
import { join, resolve } from 'node:path'
import type { Envelope } from '@cucumber/messages'
import { problemText, type Problem } from '../error'
import { readRun } from '../view/read-run'
import { scenariosOf } from '../view/run'
import { kernelCounts } from '../view/kernel-verdict'
import { EXIT, type Command, type Io } from './io'
import { failedStep, failuresText, kernelText, mistakesText, nothingCompared, nothingText, summaryText, warningsText } from './run-console'
import { loadSteps, type Loaded, runMessages } from './run-cucumber'
import { apartOf, apartText, withApart } from './run-apart'
import { annotate } from './run-ci'
import { type RunIndex, indexRun } from './run-index'
import { givenDataplane } from './run-kernel'
import { findNothing } from './run-nothing'
import type { Nothing } from './nothing'
import { type RunOptions, readRunOptions } from './run-options'
import { findProject, type Project } from './run-project'
import { writeReports } from './run-reports'
import { stepProblems } from './run-steps'
import { isOurStep } from './run-support'

/** The whole of one run, from the command line to the exit code. */
export const run: Command = async (args, io) => {
  const asked = readRunOptions(args, () => new Date())
  const { dataplane, skipped } = givenDataplane(asked, io)
  const options = { ...asked, dataplane }
  if (skipped !== null) io.stderr(`--dataplane both: the kernel is skipped, only the simulator runs: ${skipped}\n`)
  const cwd = process.cwd()
  const project = findProject(io.files, cwd, options.paths)
  if (project.features.length === 0) return nothingAtAll(project, io)
  const loaded = await loadSteps(project)
  const planned = indexRun(await runMessages(project, loaded, options, true))
  const wrong = [...parseProblems(planned), ...stepProblems(planned)]
  if (wrong.length > 0) return usage(wrong, io)
  const ran = { project, options, loaded }
  if (options.dryRun) return report({ ...ran, envelopes: [], index: planned }, io)
  const envelopes = withApart(await runMessages(project, loaded, options, false, progress(io, planned.cases.length)))
  return report({ ...ran, envelopes, index: indexRun(envelopes) }, io)
}

function nothingAtAll(project: Project, io: Io): number {
  const nothing = findNothing(
    { documents: [], lines: new Map(), parseErrors: [], definitions: [], cases: [] },
    { missing: project.missing, tags: '', names: [], lines: false, dryRun: false },
    () => false,
  )
  io.stderr(nothingText(nothing))
  return EXIT.nothingTested
}

const parseProblems = (index: RunIndex): readonly Problem[] =>
  index.parseErrors.map(e => ({ code: 'STEP_VALUE' as const, message: `this is no Gherkin: ${e.message}`, place: e.place }))

function usage(problems: readonly Problem[], io: Io): number {
  for (const p of problems) io.stderr(`${problemText(p)}\n`)
  return EXIT.usage
}

/** One character a scenario, on a terminal only. */
function progress(io: Io, total: number): (envelope: Envelope) => void {
  if (!io.terminal || total < 20) return () => {}
  let done = 0
  return envelope => {
    if (!envelope.testCaseFinished) return
    done++
    io.stderr(done === total ? '\r\u001b[K' : `\r${done} of ${total} scenarios`)
  }
}

/** A run that is over: what was asked, what was loaded, and every message; none of a dry one. */
interface Ran {
  readonly project: Project
  readonly options: RunOptions
  readonly loaded: Loaded
  readonly envelopes: readonly Envelope[]
  readonly index: RunIndex
}

/** Tells everything, writes the reports, and gives the exit code. */
function report({ envelopes, index, project, options, loaded }: Ran, io: Io): number {
  const lines = project.features.some(f => /:\d+$/.test(f))
  const asked = { missing: project.missing, tags: options.tags, names: options.names, lines, dryRun: options.dryRun }
  const nothing = findNothing(index, asked, text => isStep(loaded, text))
  const failures = failuresText(index)
  const kernel = options.dataplane === 'both' && !options.dryRun ? kernelCounts(scenariosOf(readRun(envelopes)), 'both') : null
  const told = exitCode(index, nothing, project.root)
  const exit = told === EXIT.good && kernel && nothingCompared(kernel) ? EXIT.nothingTested : told
  io.stdout(failures)
  io.stderr(warningsText(envelopes) + mistakesText(index) + nothingText(nothing) + apartText(index))
  io.stdout(`${failures === '' ? '' : '\n'}${summaryText(index, nothing)}`)
  if (kernel) io.stdout(kernelText(kernel))
  if (!options.dryRun) {
    writeReports(envelopes, nothing, project, options, io)
    io.stdout(`report: ${join(options.out, 'index.html')}\n`)
  }
  annotate(index, nothing, io)
  return exit
}

const isStep = (loaded: Loaded, text: string): boolean =>
  (loaded.library as unknown as { stepDefinitions: readonly { matchesStepName(text: string): boolean }[] }).stepDefinitions.some(d =>
    d.matchesStepName(text),
  )

/** A bug of ours (4) is said before the user's mistakes (2), these before failed checks (1), and these before what tested nothing (3). */
export function exitCode(index: RunIndex, nothing: readonly Nothing[], root: string): number {
  const failed = index.cases.flatMap(c => {
    const step = failedStep(c)
    return step
      ? [
          {
            type: step.result?.exception?.type ?? 'Error',
            ours: step.definitions.some(d => isOurStep(resolve(root, d.sourceReference.uri ?? ''))),
          },
        ]
      : c.hooks.filter(h => h.status === 'FAILED').map(h => ({ type: h.exception?.type ?? 'Error', ours: false }))
  })
  if (failed.some(f => f.ours && !CHECKS.has(f.type) && f.type !== 'HopspecError')) return EXIT.bug
  if (failed.some(f => f.type === 'HopspecError')) return EXIT.usage
  if (failed.length > 0) return EXIT.checkFailed
  return nothing.length > 0 || index.cases.some(c => apartOf(c).length > 0) ? EXIT.nothingTested : EXIT.good
}

/** The errors by which a step of ours says that an expectation is not met. */
const CHECKS = new Set(['FindingError', 'AssertionError'])
