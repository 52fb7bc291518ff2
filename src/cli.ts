// The entry of the command line: finds the subcommand, prints errors, answers with the exit code.
import { batchCommand } from './cli/batch'
import { COMMANDS, LATER } from './cli/commands'
import { EXIT, type Io } from './cli/io'
import { systemRefusal } from './cli/system-error'
import { systemIo } from './cli/system-io'
import { HopspecError, problemText } from './error'
import { nearest } from './cluster/nearest'

/** Runs one command line; never throws. */
export async function main(argv: readonly string[], io: Io = systemIo()): Promise<number> {
  const [name = 'help', ...args] = argv
  const known = asksForHelp(name, args) ? 'help' : name === '--version' ? 'version' : name
  const command = known === 'batch' ? batchCommand(main) : Object.hasOwn(COMMANDS, known) ? COMMANDS[known] : undefined
  try {
    if (command === undefined) {
      io.stderr(`hopspec: ${noSubcommand(name)} \`hopspec help\` lists them.\n`)
      return EXIT.usage
    }
    return await command(known === 'help' ? aboutWhat(name, args) : args, io)
  } catch (error) {
    if (error instanceof HopspecError) {
      for (const p of error.problems) io.stderr(`${problemText(p)}\n`)
      return EXIT.usage
    }
    const refused = systemRefusal(error)
    if (refused !== undefined) {
      io.stderr(`hopspec: ${refused}\n`)
      return EXIT.usage
    }
    io.stderr(`hopspec: a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return EXIT.bug
  }
}

/** The words after these are kubectl's own. */
const KUBECTL = ['kubectl', 'apply', 'create']

const asksForHelp = (name: string, args: readonly string[]): boolean =>
  [name, ...(KUBECTL.includes(name) ? [] : args)].some(word => word === '--help' || word === '-h')

/** The subcommand whose help is asked for: `help trace` and `trace --help` say the same. */
const aboutWhat = (name: string, args: readonly string[]): readonly string[] =>
  [name, ...args].filter(word => word !== 'help' && !word.startsWith('-')).slice(0, 1)

function noSubcommand(name: string): string {
  if ((LATER as readonly string[]).includes(name)) return `the subcommand '${name}' is not there yet.`
  const near = nearest(name, [...Object.keys(COMMANDS), 'batch'])
  return `there is no subcommand '${name}'.${near === undefined ? '' : ` Did you mean '${near}'?`}`
}
