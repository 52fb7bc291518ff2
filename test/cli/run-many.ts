// Many runs of `hopspec run` in one child process: cucumber must not share a process with vitest's module loader.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export interface Job {
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Whether the files of the run are wanted. */
  readonly write?: boolean
}

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly files: Readonly<Record<string, string>>
}

/** Runs the jobs in order and answers in order. */
export function runMany(jobs: readonly Job[]): readonly Ran[] {
  const child = spawnSync(process.execPath, [join(__dirname, 'run-child.cjs')], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (child.status !== 0) throw new Error(`the child failed: ${child.stderr}`)
  return JSON.parse(child.stdout) as readonly Ran[]
}
