// The helper process of a run, as a function: a line of request goes in, lines of answer come back. It lives in the run's first namespace.
// Two named pipes, read and written without an event loop: we wait in the kernel, and are woken. The helper ends when our end of its pipe closes.
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_PERL } from './agent-perl'
import { type Rights, run, start } from './guard'
import { pause } from './pause'
import { isRunning, type Run } from './registry'

/** One line of an answer, its fields read. */
export type AnswerLine = readonly string[]

/** A tool to run in a namespace of the run, by its number. */
export interface Job {
  readonly space: number
  readonly argv: readonly string[]
  readonly stdin: string
}
export interface JobDone {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** A question that reached port 53 of a namespace of the run. */
export interface Asked {
  readonly space: number
  readonly transport: 'udp' | 'tcp'
  /** The address that it was sent to, and its sender's, as the server's socket sees them. */
  readonly at: string
  readonly client: string
  readonly bytes: Uint8Array
}

/** What the name server there says; undefined where none of ours runs, and whoever listens says what he says to everybody. */
export type Answering = (asked: Asked) => Uint8Array | undefined

const NOBODY: Answering = () => undefined

export const quoted = (text: string): string =>
  text.replace(/[%\t\r\n]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
const plain = (text: string): string => text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const SECONDS_TO_START = 5
/** Tools at the same time: more only wait for the kernel's lock. */
const AT_ONCE = 3

export class Agent {
  private left = ''
  private answering: Answering = NOBODY
  private constructor(
    private readonly requests: number,
    private readonly answers: number,
    private readonly pid: number,
    private readonly complaints: string,
  ) {}

  /** Starts the helper in the first namespace of a run, which exists. */
  static start(rights: Rights, r: Run): Agent {
    const [requests, answers, complaints] = ['requests', 'answers', 'complaints'].map(n => join(r.folder, n)) as [string, string, string]
    const home = `${r.prefix}-0`
    const made = run(rights, ['ip', 'netns', 'exec', home, 'mkfifo', requests, answers])
    if (made.exit !== 0) throw new Error(`no pipes in ${r.folder}: ${made.stderr}`)
    const log = openSync(complaints, 'w')
    const child = start(rights, ['ip', 'netns', 'exec', home, 'perl', '-e', AGENT_PERL, r.prefix, requests, answers], log)
    closeSync(log)
    const pid = child.pid ?? 0
    const reading = openSync(answers, constants.O_RDONLY | constants.O_NONBLOCK)
    const writing = openWhenRead(requests, complaints, pid)
    awaitWriter(reading, complaints, pid)
    return new Agent(waiting(writing, constants.O_WRONLY), waiting(reading, constants.O_RDONLY), pid, complaints)
  }

  /** Sends one request (lines without their ends) and waits for the whole answer. */
  ask(...lines: readonly string[]): readonly AnswerLine[] {
    writeAll(this.requests, `${lines.join('\n')}\n`, () => this.fail('took no request'))
    let wrong: unknown
    while (!/(?:^|\n)\.\n$/.test(this.left)) {
      const question = /^\?\t(.*)\n$/.exec(this.left)
      if (question) wrong ??= this.reply(question[1]!.split('\t'))
      else this.read()
    }
    if (wrong !== undefined) throw wrong
    const answer = Buffer.from(this.left, 'latin1').toString('utf8').split('\n').slice(0, -2)
    this.left = ''
    const read = answer.map(line => line.split('\t').map(plain))
    const died = read.find(line => line[0] === 'died')
    if (died) throw new Error(`the helper of the real dataplane: ${died[1]}`)
    return read
  }

  /** The same, while somebody answers what reaches port 53. */
  askedOf(answering: Answering = NOBODY, ...lines: readonly string[]): readonly AnswerLine[] {
    this.answering = answering
    try {
      return this.ask(...lines)
    } finally {
      this.answering = NOBODY
    }
  }

  /** The helper waits in the midst of a request until it is told; gives what went wrong here. */
  private reply([space, transport, at, client, hex]: readonly string[]): unknown {
    this.left = ''
    const bytes = Uint8Array.from(Buffer.from(hex!, 'hex'))
    const asked: Asked = { space: Number(space), transport: transport === 'tcp' ? 'tcp' : 'udp', at: at!, client: client!, bytes }
    const [answer, wrong] = tried(() => this.answering(asked))
    writeAll(this.requests, `${Buffer.from(answer ?? []).toString('hex')}\n`, () => this.fail('took no answer'))
    return wrong
  }

  private read(): void {
    const buffer = Buffer.allocUnsafe(1 << 16)
    const got = readSync(this.answers, buffer, 0, buffer.length, null)
    if (got === 0) this.fail('ended')
    this.left += buffer.toString('latin1', 0, got)
  }

  private fail(what: string): never {
    throw new Error(`the helper of the real dataplane (process ${this.pid}) ${what}: ${readFileSync(this.complaints, 'utf8')}`)
  }

  /** Runs tools in namespaces, some at a time; one result each, in order. */
  jobs(jobs: readonly Job[]): readonly JobDone[] {
    if (jobs.length === 0) return []
    const lines = jobs.map(j => [String(j.space), quoted(j.argv.map(quoted).join(' ')), quoted(j.stdin)].join('\t'))
    return this.ask(`jobs\t${jobs.length}\t${AT_ONCE}`, ...lines).map(([, exit, stdout, stderr]) => ({
      exit: Number(exit),
      stdout: stdout ?? '',
      stderr: stderr ?? '',
    }))
  }

  close(): void {
    closeSync(this.requests)
    closeSync(this.answers)
  }
}

function tried<T>(run: () => T): readonly [T | undefined, unknown] {
  try {
    return [run(), undefined]
  } catch (error) {
    return [undefined, error]
  }
}

/** A pipe can be opened for writing, without waiting, once its reader is there. */
function openWhenRead(path: string, complaints: string, pid: number): number {
  for (let waited = 0; waited < SECONDS_TO_START * 1000 && isRunning(pid); waited++)
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENXIO') throw error
      pause(1)
    }
  return notStarted(complaints)
}

/** A pipe that nobody writes into yet has an end; one that somebody may has none. */
function awaitWriter(reading: number, complaints: string, pid: number): void {
  for (let waited = 0; waited < SECONDS_TO_START * 1000 && isRunning(pid); waited++)
    try {
      readSync(reading, Buffer.alloc(1), 0, 1, null)
      pause(1)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
      return
    }
  notStarted(complaints)
}

function notStarted(complaints: string): never {
  throw new Error(`the helper of the real dataplane did not start: ${readFileSync(complaints, 'utf8')}`)
}

/** The same end of a pipe, opened again so that reading and writing wait; the other end is there. */
function waiting(fd: number, flags: number): number {
  const again = openSync(`/proc/self/fd/${fd}`, flags)
  closeSync(fd)
  return again
}

function writeAll(fd: number, text: string, fail: () => never): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if ((error as { code?: string }).code === 'EPIPE') fail()
      throw error
    }
}
