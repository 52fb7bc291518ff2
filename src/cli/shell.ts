import { problem } from '../error'
import { beginSession, type Ran, type Session, type ShellInput } from '../lab/shell/session'
import { runCommand, runLine } from '../lab/shell/run'
import { oneOf, readArguments, readSeed, refuseWords } from './arguments'
import { INPUT_ARGS, inputOptions, loadWorld } from './input'
import { type Command, EXIT, type Io } from './io'
import { USAGE } from './usage'

const ARGS = { ...INPUT_ARGS, script: { type: 'string' }, output: { type: 'string', short: 'o' }, seed: { type: 'string' } } as const

/** A line as it is typed, or words that need no reading. */
interface ScriptLine {
  readonly line?: string
  readonly argv: readonly string[]
  readonly stdin?: string
}

/** The subcommand. A script ends with the exit code of good; what single commands answered stands in their lines. */
export const shell: Command = async (args, io) => {
  const { values, positionals } = readArguments('shell', USAGE.shell, args, ARGS)
  refuseWords('shell', USAGE.shell, positionals)
  const output = oneOf('-o', values.output ?? 'text', ['text', 'jsonl'] as const)
  const options = { ...inputOptions(values), seed: readSeed(values.seed) }
  let session = beginSession(loadWorld(options, io))
  const one = (line: ScriptLine): void => {
    const input = inputOf(line, io)
    const ran = line.line === undefined ? { ...runCommand(session, line.argv, input), argv: line.argv } : runLine(session, line.line, input)
    session = ran.session
    if (ran.argv.length > 0) print(ran.argv, ran, output, io)
  }
  if (values.script !== undefined) {
    for (const line of readScript(values.script, io)) {
      if (isEnd(line)) break
      one(line)
    }
  } else await readLines(io, one, () => session)
  return EXIT.good
}

function print(argv: readonly string[], { answer }: Ran, output: 'text' | 'jsonl', io: Io): void {
  if (output === 'jsonl') {
    io.stdout(`${JSON.stringify({ argv, ...answer })}\n`)
    return
  }
  if (answer.stdout !== '') io.stdout(answer.stdout)
  if (answer.stderr !== '') io.stderr(answer.stderr)
}

const inputOf = (line: ScriptLine, io: Io): ShellInput => ({
  stdin: line.stdin ?? '',
  read: path => io.files.read(path),
  list: path => io.files.list(path),
})

/** A JSON list of {argv, stdin?} (or of lists of words), or one command a line; lines that begin with # say nothing. */
function readScript(path: string, io: Io): readonly ScriptLine[] {
  const bytes = path === '-' ? io.stdin() : io.files.read(path)
  if (bytes === undefined)
    throw problem('FILE_NOT_FOUND', `${path}: there is no such file.`, { fix: 'Write the path of a script after --script.' })
  const text = Buffer.from(bytes).toString()
  if (!text.trimStart().startsWith('[')) return text.split('\n').flatMap(lineOf)
  const list = parsed(text, path)
  return list.map((entry, i) => {
    const argv = Array.isArray(entry) ? entry : (entry as ScriptLine | null)?.argv
    const stdin = Array.isArray(entry) ? undefined : (entry as ScriptLine).stdin
    if (!Array.isArray(argv) || argv.some(w => typeof w !== 'string') || (stdin !== undefined && typeof stdin !== 'string'))
      throw problem('WRONG_TYPE', `${path}: entry ${i + 1} is no command.`, {
        fix: 'Write {"argv": ["kubectl", "get", "pods"], "stdin": "…"}.',
      })
    return { argv: argv as string[], ...(stdin === undefined ? {} : { stdin }) }
  })
}

function parsed(text: string, path: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // Said below, with the rest of what can be wrong.
  }
  throw problem('WRONG_TYPE', `${path} begins as a JSON list, and is none.`, { fix: 'Write [{"argv": […]}], or one command a line.' })
}

function lineOf(line: string): readonly ScriptLine[] {
  const trimmed = line.trim()
  return trimmed === '' || trimmed.startsWith('#') ? [] : [{ line: trimmed, argv: trimmed.split(/\s+/) }]
}

/** `exit` ends a shell, a script's too. */
const isEnd = ({ argv }: ScriptLine): boolean => argv.length === 1 && ['exit', 'quit', 'logout'].includes(argv[0]!)

/** Reads commands as they come; a terminal gets a prompt that says where it is. */
async function readLines(io: Io, one: (line: ScriptLine) => void, session: () => Session): Promise<void> {
  const prompt = () => io.terminal && io.stdout(`${session().place}$ `)
  prompt()
  for await (const text of io.stdinLines()) {
    for (const line of lineOf(text)) {
      if (isEnd(line)) return
      one(line)
    }
    prompt()
  }
}
