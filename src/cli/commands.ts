// Every subcommand by its name.
import { EXIT, type Command } from './io'
import { apply, create, kubectl } from './kubectl'
import { rules } from './rules'
import { run } from './run'
import { steps } from './steps-catalogue'
import { trace } from './trace'

export const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  apply,
  create,
  kubectl,
  help: (_args, io) => {
    io.stdout('usage: hopspec SUBCOMMAND …\n')
    return EXIT.good
  },
  rules,
  run,
  steps,
  trace,
}
