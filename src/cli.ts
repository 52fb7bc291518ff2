// The entry of the command line: finds the subcommand, prints errors, answers with the exit code.
import { batchCommand } from './cli/batch'
import { COMMANDS } from './cli/commands'
import { EXIT, type Io } from './cli/io'
import { systemIo } from './cli/system-io'
import { HopspecError, problemText } from './error'

/** Runs one command line; never throws. */
export async function main(argv: readonly string[], io: Io = systemIo()): Promise<number> {
  const [name = 'help', ...args] = argv
  const known = name === '--help' || name === '-h' ? 'help' : name === '--version' ? 'version' : name
  const command = known === 'batch' ? batchCommand(main) : Object.hasOwn(COMMANDS, known) ? COMMANDS[known] : undefined
  try {
    if (command === undefined) {
      io.stderr(`hopspec: there is no subcommand '${name}'. \`hopspec help\` lists them.\n`)
      return EXIT.usage
    }
    return await command(args, io)
  } catch (error) {
    if (error instanceof HopspecError) {
      for (const p of error.problems) io.stderr(`${problemText(p)}\n`)
      return EXIT.usage
    }
    io.stderr(`hopspec: a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return EXIT.bug
  }
}
