// The input of every subcommand: `-f FILE|DIR|-`, `-R`, `--ignore-kind`. Files become the content of the store, and that a settled cluster.
import { join } from 'node:path'
import { type Doc, readDocuments } from '../apply/documents'
import { isNetworkDocument, readNetwork } from '../apply/network-document'
import type { SourceFile } from '../apply/source'
import { type StoreInput, readStore } from '../apply/store-input'
import { begin } from '../cluster/begin'
import type { State } from '../cluster/state'
import { keptEndpoints } from '../control/kept-endpoints'
import { settle } from '../control/settle'
import { type Problem, problem, warningText } from '../error'
import type { World } from '../trace/prepare'
import type { Io } from './io'

/** What the command line says about input. */
interface InputOptions {
  /** The words after each `-f`, in order. */
  readonly files: readonly string[]
  /** `-R`: folders in folders too. */
  readonly recursive: boolean
  /** Kinds whose objects are left out. */
  readonly ignoredKinds?: readonly string[]
  /** Decides every random choice. Default 1. */
  readonly seed?: number
}

/** The options of parseArgs that InputOptions are made of; spread them into a command's own. */
export const INPUT_ARGS = {
  filename: { type: 'string', short: 'f', multiple: true },
  recursive: { type: 'boolean', short: 'R' },
  'ignore-kind': { type: 'string', multiple: true },
} as const

/** What parseArgs has found of them. */
interface InputValues {
  readonly filename?: string[] | undefined
  readonly recursive?: boolean | undefined
  readonly 'ignore-kind'?: string[] | undefined
}

export const inputOptions = (values: InputValues): InputOptions => ({
  files: values.filename ?? [],
  recursive: values.recursive === true,
  ignoredKinds: (values['ignore-kind'] ?? []).flatMap(text => text.split(',')),
})

const MANIFEST = /\.(?:yaml|yml|json)$/

/** The files that the options name: a folder means its manifests, sorted; `-` is standard input. */
export function inputFiles(options: InputOptions, io: Io): readonly SourceFile[] {
  return options.files.flatMap(name => (name === '-' ? [{ name: '(stdin)', text: io.stdin() }] : filesAt(name, options.recursive, io)))
}

function filesAt(path: string, recursive: boolean, io: Io): readonly SourceFile[] {
  const names = io.files.list(path)
  if (names === undefined) {
    const text = io.files.read(path)
    if (text !== undefined) return [{ name: path, text }]
    throw problem('FILE_NOT_FOUND', `${path}: there is no such file or folder.`, {
      fix: 'Write the path of a manifest or of a folder after -f.',
    })
  }
  const found = names.flatMap(name => {
    const inside = join(path, name)
    if (io.files.list(inside) !== undefined) return recursive ? filesAt(inside, true, io) : []
    return MANIFEST.test(name) ? filesAt(inside, false, io) : []
  })
  return found
}

/** Reads the store's content; warnings go to stderr, one line each. Throws with every problem of every file. */
export function loadInput(options: InputOptions, io: Io): StoreInput {
  const input = readStore(inputFiles(options, io), options.ignoredKinds)
  warn(input.warnings, io)
  return input
}

function warn(warnings: readonly Problem[], io: Io): void {
  for (const warning of warnings) io.stderr(`${warningText(warning)}\n`)
}

/** The cluster of an input after all controllers are done. */
export const settled = (input: Pick<StoreInput, 'config' | 'accepted'>, seed = 1): State => settle(begin(input, { seed }))

/** The same, with a line on stderr for each Service whose given endpoints are kept although its pods say otherwise. */
export function settledTold(input: Pick<StoreInput, 'config' | 'accepted'>, io: Io, seed = 1): State {
  const begun = begin(input, { seed })
  const state = settle(begun)
  warn(keptEndpoints(begun, state), io)
  return state
}

/** The settled cluster that the options describe. */
export const loadState = (options: InputOptions, io: Io): State => settledTold(loadInput(options, io), io, options.seed)

/** The network written by hand that the options name, which stands alone then; else their settled cluster. */
export function loadWorld(options: InputOptions, io: Io): World {
  const network = networkDocument(inputFiles(options, io))
  return network ? { network: readNetwork(network) } : { state: loadState(options, io) }
}

function networkDocument(files: readonly SourceFile[]): Doc | undefined {
  const mentioned = files.filter(f => /kind"?\s*:\s*"?Network\b/.test(typeof f.text === 'string' ? f.text : Buffer.from(f.text).toString()))
  return mentioned.length === 0 ? undefined : readDocuments(mentioned).documents.find(isNetworkDocument)
}
