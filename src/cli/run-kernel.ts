// The real dataplane of a run: whether this machine has one, and the one session that all scenarios of a process share.
import { problem } from '../error'
import { unavailable } from '../real/rights'
import { KernelSession } from '../real/session'
import type { Io } from './io'
import type { RunOptions } from './run-options'
import type { Dataplane } from './dataplane'

/** The dataplane that a run gets, and why it is another than the one asked for. */
interface GivenDataplane {
  readonly dataplane: Dataplane
  readonly skipped: string | null
}

/** Refuses what this machine cannot do; only `both` in CI goes on with the simulator alone, and says so. */
export function givenDataplane(
  { dataplane, dryRun }: Pick<RunOptions, 'dataplane' | 'dryRun'>,
  io: Pick<Io, 'env'>,
  lacking: () => string | undefined = unavailable,
): GivenDataplane {
  const why = dataplane === 'simulated' || dryRun ? undefined : lacking()
  if (why === undefined) return { dataplane, skipped: null }
  if (dataplane === 'both' && inCi(io.env.CI)) return { dataplane: 'simulated', skipped: why }
  throw problem('REAL_UNAVAILABLE', `--dataplane ${dataplane}: the real dataplane cannot run here: ${why}.`, {
    fix: 'Or write --dataplane simulated.',
  })
}

const inCi = (word: string | undefined): boolean => word !== undefined && !['', '0', 'false'].includes(word)

/** A signal's number is told by the exit code, as a shell does. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

let session: KernelSession | null = null

/** The session of this process, begun when first asked for: what stands goes when the run or the process ends. */
export function kernelSession(): KernelSession {
  if (session === null) {
    session = new KernelSession()
    process.once('exit', endKernelSession)
    for (const [signal, number] of Object.entries(SIGNALS)) process.once(signal, (handlers[signal] = () => endedBy(number)))
  }
  return session
}

const handlers: Record<string, () => void> = {}

function endedBy(number: number): never {
  endKernelSession()
  process.exit(128 + number)
}

/** Takes everything down. Twice does no harm. */
export function endKernelSession(): void {
  session?.close()
  session = null
  process.removeListener('exit', endKernelSession)
  for (const [signal, handler] of Object.entries(handlers)) process.removeListener(signal, handler)
}

/** Lets the event loop turn: nothing else in a run does, so a signal would wait for its end. */
export const signalsHeard = (): Promise<void> => new Promise(heard => setImmediate(() => heard()))
