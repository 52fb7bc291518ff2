// `hopspec kubectl [-f …] -- ARGUMENTS`, and its short forms `hopspec apply` and `hopspec create`: kubectl over the settled cluster that the -f files describe.
import { problem } from '../error'
import type { KubectlFiles } from '../view/kubectl/reply'
import { runKubectl } from '../view/kubectl/run'
import { readArguments, readSeed, refuseWords } from './arguments'
import { EXIT, type Command, type Io } from './io'
import { INPUT_ARGS, inputOptions, loadState } from './input'
import { USAGE } from './usage'

const OURS = /^(-f|-R|--filename|--recursive|--ignore-kind|--seed)/
const ARGS = { ...INPUT_ARGS, seed: { type: 'string' } } as const

/** Words before `--` are hopspec's own, those after it kubectl's. */
export const kubectl: Command = (args, io) => {
  const split = args.indexOf('--')
  if (split < 0 && OURS.test(args[0] ?? ''))
    throw problem('USAGE', `hopspec kubectl: ${args[0]} stands before kubectl's own words, without -- between them.`, {
      fix: USAGE.kubectl,
    })
  const own = split < 0 ? [] : args.slice(0, split)
  const theirs = split < 0 ? args : args.slice(split + 1)
  const { values, positionals } = readArguments('kubectl', USAGE.kubectl, own, ARGS)
  refuseWords('kubectl', USAGE.kubectl, positionals)
  return answer(io, theirs, { ...inputOptions(values), seed: readSeed(values.seed) })
}

/** `hopspec apply -f …` is `hopspec kubectl -- apply -f …`. */
export const apply: Command = (args, io) => answer(io, ['apply', ...args], { files: [], recursive: false })
export const create: Command = (args, io) => answer(io, ['create', ...args], { files: [], recursive: false })

function answer(io: Io, argv: readonly string[], input: Parameters<typeof loadState>[0]): number {
  const ours: Io = { ...io, stderr: text => io.stderr(text.replace(/^(?=.)/gm, 'hopspec: ')) }
  const reply = runKubectl(loadState(input, ours), argv, filesOf(io))
  if (reply.stdout !== '') io.stdout(reply.stdout)
  if (reply.stderr !== '') io.stderr(reply.stderr)
  return reply.exit === 0 ? EXIT.good : reply.exit
}

/** The command's files as kubectl sees them. */
const filesOf = (io: Io): KubectlFiles => ({
  read: path => io.files.read(path),
  list: path => io.files.list(path),
  stdin: () => io.stdin(),
})
