// The only way by which hopspec runs a command for the real dataplane: what could touch a network namespace that is not hopspec's own is refused here.
// In: a command as a list of words, and its standard input. Out: what it printed. The machine's own namespace is never configured, listed or entered.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { toolEnvironment } from './tool-folders'

/** Every namespace of hopspec's begins so; nothing else on a machine does. */
export const PREFIX = 'hopspec-'
const OURS = /^hopspec-[0-9a-z]+(?:-[0-9a-z]+)*$/
/** What may be started inside a namespace of ours from outside; all else is run by the helper, which has a list of its own. */
const INSIDE = new Set(['mkfifo', 'perl'])

/** Why a command is refused; undefined when it only ever acts on namespaces of ours. */
export function refusal(argv: readonly string[], stdin = ''): string | undefined {
  const [program, ...rest] = argv
  if (program !== 'ip') return `'${program ?? ''}' is not ip`
  if (['-batch -', '-force -batch -'].includes(rest.join(' '))) return batchRefusal(stdin)
  if (rest[0] !== 'netns') return `'ip ${rest[0] ?? ''}' acts on the machine's own network`
  const name = rest[2] ?? ''
  if (!OURS.test(name)) return `'${name}' is not a namespace of hopspec's`
  if (rest[1] === 'add' || rest[1] === 'del') return rest.length === 3 ? undefined : 'one namespace at a time'
  if (rest[1] !== 'exec') return `'ip netns ${rest[1] ?? ''}' is not needed`
  return INSIDE.has(rest[3] ?? '') ? undefined : `'${rest[3] ?? ''}' is not started in namespaces by hopspec`
}

function batchRefusal(stdin: string): string | undefined {
  for (const line of stdin.split('\n').filter(Boolean)) {
    const [netns, verb, name, ...more] = line.split(' ')
    if (netns !== 'netns' || (verb !== 'add' && verb !== 'del') || !OURS.test(name ?? '') || more.length > 0)
      return `the line '${line}' is not netns add or del of a namespace of hopspec's`
  }
  return undefined
}

/** How commands get their rights: words before each command. None as root; into a user namespace of our own otherwise. */
export interface Rights {
  readonly how: 'root' | 'user-namespace'
  readonly before: readonly string[]
  /** Gives back what was taken to have these rights. */
  end(): void
}

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

function guarded(rights: Rights, argv: readonly string[], stdin: string): readonly [string, readonly string[]] {
  const why = refusal(argv, stdin)
  if (why !== undefined) throw new Error(`refused to run '${argv.join(' ')}': ${why}`)
  const [program, ...rest] = [...rights.before, ...argv]
  return [program!, rest]
}

/** Runs a command to its end; throws when the guard refuses it. A file descriptor that it holds as its own shows that it still goes on when we are dead. */
export function run(rights: Rights, argv: readonly string[], stdin = '', held?: number): Ran {
  const [program, rest] = guarded(rights, argv, stdin)
  const stdio = ['pipe' as const, 'pipe' as const, 'pipe' as const, ...(held === undefined ? [] : [held])]
  const done = spawnSync(program, rest, { input: stdin, encoding: 'utf8', maxBuffer: 1 << 28, stdio, env: toolEnvironment() })
  return { exit: done.status ?? 127, stdout: done.stdout ?? '', stderr: done.error ? String(done.error.message) : done.stderr }
}

/** Starts a command that stays; its words of complaint go to the file descriptor. */
export function start(rights: Rights, argv: readonly string[], complaints: number): ChildProcess {
  const [program, rest] = guarded(rights, argv, '')
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', complaints], env: toolEnvironment() })
  child.on('error', () => undefined)
  child.unref()
  return child
}
