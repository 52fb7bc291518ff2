// Every subcommand by its name.
import { clean } from './clean'
import { dns } from './dns'
import { help, version } from './help'
import type { Command } from './io'
import { apply, create, kubectl } from './kubectl'
import { program } from './program'
import { rules } from './rules'
import { run } from './run'
import { shell } from './shell'
import { steps } from './steps-catalogue'
import { trace } from './trace'

/** What runs each subcommand; a command line's first word chooses. */
export const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  apply,
  clean,
  create,
  dns,
  kubectl,
  help,
  program,
  rules,
  run,
  shell,
  steps,
  trace,
  version,
}

/** Subcommands of the contract that hopspec does not have yet: refused by name. */
export const LATER = ['matrix', 'connections', 'explain', 'diff', 'lint', 'init'] as const
