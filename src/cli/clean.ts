// `hopspec clean`: removes what killed runs of the real dataplane left on this machine. Nothing of a run that still goes on, nothing of anybody else.
import { problem } from '../error'
import { clean as cleanUp } from '../real/registry'
import { type Command, EXIT } from './io'

/** The subcommand. */
export const clean: Command = (args, io) => {
  if (args.length > 0) throw problem('USAGE', `hopspec clean takes no '${args[0]}'.`, { fix: 'Write hopspec clean.' })
  for (const name of cleanUp()) io.stdout(`${name}\n`)
  return EXIT.good
}
