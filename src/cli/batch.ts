// `hopspec batch`: many command lines in one process. Each sees only its own files; none disturbs the next.
import { refuseWords } from './arguments'
import { type Command, EXIT, type Files, type Io } from './io'
import { USAGE } from './usage'

interface Job {
  readonly argv: readonly string[]
  readonly files?: Readonly<Record<string, string | { readonly base64: string }>>
  readonly stdin?: string | { readonly base64: string }
}

const NOT_IN_BATCH = new Set(['run', 'batch', 'clean'])

/** Makes the command from the function that runs one command line. */
export function batchCommand(run: (argv: readonly string[], io: Io) => Promise<number>): Command {
  return async (args, io) => {
    refuseWords('batch', USAGE.batch, args)
    for await (const line of io.stdinLines()) {
      if (line.trim() === '') continue
      io.stdout(`${JSON.stringify(await runJob(line, run))}\n`)
    }
    return EXIT.good
  }
}

async function runJob(line: string, run: (argv: readonly string[], io: Io) => Promise<number>): Promise<object> {
  const job = readJob(line)
  if (typeof job === 'string') return { stdout: '', stderr: `hopspec batch: ${job}\n`, exit: EXIT.usage }
  const [out, err]: string[][] = [[], []]
  const files = memoryFiles(job.files ?? {})
  const io: Io = {
    files: files.files,
    stdin: () => bytes(job.stdin ?? ''),
    stdinLines: async function* () {},
    stdout: text => out!.push(text),
    stderr: text => err!.push(text),
    terminal: false,
    env: {},
  }
  const exit = await run(job.argv, io)
  const written = files.written()
  return { stdout: out!.join(''), stderr: err!.join(''), exit, ...(written ? { files: written } : {}) }
}

/** A line as a job, or what is wrong with it. */
function readJob(line: string): Job | string {
  let job: Partial<Job> | null
  try {
    job = JSON.parse(line) as Partial<Job> | null
  } catch {
    return 'a line of the input is not JSON'
  }
  if (!Array.isArray(job?.argv) || job.argv.some(a => typeof a !== 'string')) return 'a job needs argv, a list of words'
  if (!isMap(job.files ?? {}) || !Object.values(job.files ?? {}).every(isContent)) return 'files of a job are texts or {"base64": "…"}'
  if (!isContent(job.stdin ?? '')) return 'stdin of a job is a text or {"base64": "…"}'
  if (needsKernel(job.argv)) return 'what needs the real kernel does not run in a batch'
  if (NOT_IN_BATCH.has(job.argv[0] ?? '')) return `'${job.argv[0]}' does not run in a batch`
  return job as Job
}

const needsKernel = (argv: readonly string[]): boolean =>
  argv.some((word, i) => (word === '--dataplane' ? argv[i + 1] !== 'simulated' : /^--dataplane=(?!simulated$)/.test(word)))

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)
const isContent = (value: unknown): boolean =>
  typeof value === 'string' || (isMap(value) && 'base64' in value && typeof value.base64 === 'string')

const bytes = (content: string | { readonly base64: string }): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.base64, 'base64')

const clean = (path: string): string => path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')

/** A file system that holds what the job brought. Paths that climb out name nothing. */
function memoryFiles(given: NonNullable<Job['files']>): { readonly files: Files; written(): Record<string, string> | undefined } {
  const contents = new Map(Object.entries(given).map(([path, content]) => [clean(path), bytes(content)]))
  const changed = new Map<string, string>()
  return {
    files: {
      read: path => contents.get(clean(path)),
      list(path) {
        const folder = clean(path) === '' || clean(path) === '.' ? '' : `${clean(path)}/`
        const names = new Set([...contents.keys()].filter(p => p.startsWith(folder)).map(p => p.slice(folder.length).split('/')[0]!))
        return names.size > 0 ? [...names].sort() : undefined
      },
      write(path, text) {
        contents.set(clean(path), Buffer.from(text))
        changed.set(clean(path), typeof text === 'string' ? text : Buffer.from(text).toString())
      },
    },
    written: () => (changed.size > 0 ? Object.fromEntries(changed) : undefined),
  }
}
