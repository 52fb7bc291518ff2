// The arguments of `hopspec run` as one value. What the command line promises for later (other proxy modes) is refused by name.
import { problem } from '../error'
import { readArguments, readSeed } from './arguments'
import { type Dataplane, readDataplane } from './dataplane'
import { USAGE } from './usage'

export interface RunOptions {
  /** Files, folders, globs, `file:line`; empty: the `features` folder of the current project. */
  readonly paths: readonly string[]
  readonly tags: string
  readonly names: readonly string[]
  /** The kube-proxy mode that wins over every Cluster document; null: what the documents say. */
  readonly mode: 'iptables' | null
  readonly dataplane: Dataplane
  readonly seed: number
  readonly out: string
  /** The run's own date, the only way a date gets into a report; null without `--stamp`. */
  readonly stamp: string | null
  readonly dryRun: boolean
}

const ARGS = {
  tags: { type: 'string' },
  name: { type: 'string', multiple: true },
  mode: { type: 'string', multiple: true },
  dataplane: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  stamp: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  watch: { type: 'boolean' },
} as const
const MODES = ['iptables', 'nftables', 'ipvs', 'userspace']

/** Reads the words after `run`; `now` is the clock that `--stamp` asks. */
export function readRunOptions(args: readonly string[], now: () => Date): RunOptions {
  const { values, positionals } = readArguments('run', USAGE.run, args, ARGS)
  if (values.watch) throw problem('NOT_MODELLED', '--watch: hopspec does not watch files yet.', { fix: 'Run it again after a change.' })
  for (const name of values.name ?? []) checkPattern(name)
  return {
    paths: positionals,
    tags: values.tags ?? '',
    names: values.name ?? [],
    mode: readMode((values.mode ?? []).flatMap(m => m.split(','))),
    dataplane: readDataplane(values.dataplane),
    seed: readSeed(values.seed),
    out: values.out ?? 'reports',
    stamp: values.stamp ? now().toISOString() : null,
    dryRun: values['dry-run'] ?? false,
  }
}

function readMode(modes: readonly string[]): 'iptables' | null {
  for (const mode of modes) {
    if (mode === 'iptables') continue
    if (mode === 'all' || MODES.includes(mode))
      throw problem('NOT_MODELLED', `--mode ${mode}: hopspec simulates kube-proxy's iptables mode only, so far.`, {
        fix: 'Write --mode iptables, or leave it out.',
      })
    throw problem('USAGE', `--mode ${mode}: kube-proxy has no such mode.`, { fix: `Its modes are ${MODES.join(', ')}.` })
  }
  return modes.length > 0 ? 'iptables' : null
}

function checkPattern(text: string): void {
  try {
    new RegExp(text)
  } catch (error) {
    throw problem('USAGE', `--name ${text}: ${(error as Error).message}.`, { fix: 'Write a regular expression over scenario names.' })
  }
}
