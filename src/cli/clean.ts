// `hopspec clean`: removes what killed runs of the real dataplane left on this machine. Nothing of a run that still goes on, nothing of anybody else.
import { HopspecError, problem } from '../error'
import { clean as cleanUp } from '../real/registry'
import { takeRights } from '../real/rights'
import { type Command, EXIT } from './io'

/** The subcommand. */
export const clean: Command = (args, io) => {
  if (args.length > 0) throw problem('USAGE', `hopspec clean takes no '${args[0]}'.`, { fix: 'Write hopspec clean.' })
  try {
    const rights = takeRights()
    const names = cleanUp(rights)
    rights.end()
    for (const name of names) io.stdout(`${name}\n`)
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    io.stderr('nothing to clean: the real dataplane cannot run here, so nothing of it is left\n')
  }
  return EXIT.good
}
