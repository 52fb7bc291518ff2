// `hopspec batch`: many command lines in one process. Each sees only its own files; none disturbs the next.
import { type Command, EXIT, type Files, type Io } from './io'

interface Job {
  readonly argv: readonly string[]
  readonly files?: Readonly<Record<string, string | { readonly base64: string }>>
  readonly stdin?: string | { readonly base64: string }
}

const NOT_IN_BATCH = new Set(['run', 'batch', 'clean'])

/** Makes the command from the function that runs one command line. */
export function batchCommand(run: (argv: readonly string[], io: Io) => Promise<number>): Command {
  return async (_args, io) => {
    for await (const line of io.stdinLines()) {
      if (line.trim() === '') continue
      io.stdout(`${JSON.stringify(await runJob(line, run))}\n`)
    }
    return EXIT.good
  }
}

async function runJob(line: string, run: (argv: readonly string[], io: Io) => Promise<number>): Promise<object> {
  let job: Job
  try {
    job = JSON.parse(line) as Job
  } catch {
    return { stdout: '', stderr: 'hopspec batch: a line of the input is not JSON\n', exit: EXIT.usage }
  }
  if (!Array.isArray(job.argv) || job.argv.some(a => typeof a !== 'string'))
    return { stdout: '', stderr: 'hopspec batch: a job needs argv, a list of words\n', exit: EXIT.usage }
  if (NOT_IN_BATCH.has(job.argv[0] ?? ''))
    return { stdout: '', stderr: `hopspec batch: '${job.argv[0]}' does not run in a batch\n`, exit: EXIT.usage }
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
