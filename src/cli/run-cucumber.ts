// One call of cucumber-js: features and step files in, its messages out. No formatter of cucumber's writes anything; the reports are made from the messages.
import { Writable } from 'node:stream'
import type { Envelope } from '@cucumber/messages'
import type { ISupportCodeLibrary } from '@cucumber/cucumber/api'
import { problem } from '../error'
import type { RunOptions } from './run-options'
import type { Project } from './run-project'
import { installHooks, ourSteps } from './run-support'
import type { Dataplane } from './dataplane'

/** What the World gets from the command line. */
export interface WorldParameters {
  readonly root: string
  readonly seed: number
  readonly mode: 'iptables' | null
  /** The simulator when absent. */
  readonly dataplane?: Dataplane
}

export interface Loaded {
  readonly library: ISupportCodeLibrary
  readonly steps: readonly string[]
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Loads our steps and the user's; a step file of theirs that cannot be loaded is their mistake. */
export async function loadSteps(project: Project): Promise<Loaded> {
  const { loadSupport } = await import('@cucumber/cucumber/api')
  installHooks()
  const own = ourSteps()
  const steps = [...own, ...project.steps.filter(s => !own.some(o => o.slice(0, o.lastIndexOf('/')) === s.slice(0, s.lastIndexOf('/'))))]
  for (const file of steps) delete require.cache[file]
  const modules = (extension: RegExp) => steps.filter(s => extension.test(s))
  try {
    const library = await loadSupport(
      {
        sources: sources(project, { tags: '', names: [] }),
        support: { requirePaths: modules(/\.(c?js|[cm]?ts)$/), importPaths: modules(/\.mjs$/), requireModules: [], loaders: [] },
      },
      { cwd: project.root, stdout: nowhere(), stderr: nowhere() },
    )
    return { library, steps }
  } catch (error) {
    throw project.steps.length === 0 ? error : stepFileError(error, project.root)
  }
}

function stepFileError(error: unknown, root: string) {
  const text = (error instanceof Error ? error.message : String(error)).split('\nRequire stack:')[0]!
  const at = error instanceof Error ? /\(?(\/[^\s()]+?):(\d+):(\d+)\)?$/m.exec((error.stack ?? '').replaceAll('file://', '')) : null
  const place = at?.[1]?.startsWith(root) ? { file: at[1].slice(root.length + 1), line: Number(at[2]), column: Number(at[3]) } : undefined
  return problem('STEP_VALUE', `a step file cannot be loaded: ${text}`, place === undefined ? {} : { place })
}

const sources = (project: Project, filter: Pick<RunOptions, 'tags' | 'names'>) => ({
  defaultDialect: 'en',
  paths: [...project.features],
  names: [...filter.names],
  tagExpression: filter.tags,
  order: 'defined' as const,
})

/** Runs the features, or (dry) only matches their steps; answers with every message in order. */
export async function runMessages(
  project: Project,
  loaded: Loaded,
  options: RunOptions,
  dryRun: boolean,
  onMessage: (envelope: Envelope) => void = () => {},
): Promise<readonly Envelope[]> {
  const { runCucumber } = await import('@cucumber/cucumber/api')
  const envelopes: Envelope[] = []
  const worldParameters = {
    root: project.root,
    seed: options.seed,
    mode: options.mode,
    dataplane: options.dataplane,
  } satisfies WorldParameters
  const running = runCucumber(
    {
      sources: sources(project, options),
      support: loaded.library,
      runtime: {
        dryRun,
        failFast: false,
        filterStacktraces: true,
        parallel: 0,
        retry: 0,
        retryTagFilter: '',
        strict: true,
        worldParameters,
      },
      formats: { stdout: 'rerun', files: {}, publish: false, options: {} },
    },
    { cwd: project.root, stdout: nowhere(), stderr: nowhere(), env: {} },
    envelope => {
      envelopes.push(envelope)
      onMessage(envelope)
    },
  )
  await running.catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : undefined
    if (why === undefined || options.tags === '') throw error
    throw problem('USAGE', `--tags '${options.tags}': ${why.trim().replaceAll('\n', ' ')}`, {
      fix: "Write tags with and, or, not, as in '@a and not @b'.",
    })
  })
  return envelopes
}
