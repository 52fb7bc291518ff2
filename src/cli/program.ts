// `hopspec program`: a cluster's machines as a `kind: Network` document, to read, to change by hand, and to trace again.
import { stringify } from 'yaml'
import { networkOf } from '../node/network'
import { networkDocument } from '../view/network-text'
import { oneOf, readArguments, refuseWords } from './arguments'
import { INPUT_ARGS, inputOptions, loadState } from './input'
import { type Command, EXIT } from './io'
import { USAGE } from './usage'

/** The subcommand. */
export const program: Command = (args, io) => {
  const { values, positionals } = readArguments('program', USAGE.program, args, { ...INPUT_ARGS, output: { type: 'string', short: 'o' } })
  refuseWords('program', USAGE.program, positionals)
  const output = oneOf('-o', values.output ?? 'yaml', ['yaml', 'json'])
  const document = networkDocument(networkOf(loadState(inputOptions(values), io)))
  io.stdout(
    output === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
  )
  return EXIT.good
}
