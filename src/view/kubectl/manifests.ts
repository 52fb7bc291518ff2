// The `-f` of one kubectl command: files and folders read and decoded as kubectl does, or its complaint.
import { decodeRequest, type DecodedRequest } from '../../apply/request'
import type { RequestError } from '../../apply/request-refusals'
import type { State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import type { KubectlFiles } from './reply'

/** One document, with the file name that messages show. */
export interface Manifest {
  readonly file: string
  readonly request: DecodedRequest | RequestError
}

const MANIFEST = /\.(json|yaml|yml)$/

/** Every document of every `-f`, in order; the words of the complaint when a file is not there. */
export function readManifests(
  state: State,
  args: Arguments,
  files: KubectlFiles,
  verb: 'create' | 'apply' | 'replace',
): readonly Manifest[] | { readonly wrong: string } {
  const names = (args.flags.get('filename') ?? []).flatMap(n => n.split(','))
  if (names.length === 0)
    return { wrong: state.config.profile === 'v1.13' ? 'error: must specify one of -f and -k' : 'error: must specify one of -f and -k' }
  const manifests: Manifest[] = []
  for (const name of names) {
    const sources = sourcesOf(name, files)
    if ('wrong' in sources) return sources
    for (const source of sources) {
      const dry = flag(args, 'dry-run')
      const local = dry === 'client' || dry === 'true' || dry === ''
      const options = {
        verb,
        validate: validation(flag(args, 'validate')),
        fields: local ? ('local' as const) : isSet(args, 'server-side') ? ('typed' as const) : ('decoded' as const),
        namespace: flag(args, 'namespace') ?? 'default',
      }
      for (const request of decodeRequest(source, state.config.profile, options)) manifests.push({ file: source.name, request })
    }
  }
  return manifests
}

const validation = (text: string | undefined): 'strict' | 'warn' | 'ignore' =>
  text === 'false' || text === 'ignore' ? 'ignore' : text === 'warn' ? 'warn' : 'strict'

function sourcesOf(
  name: string,
  files: KubectlFiles,
): readonly { readonly name: string; readonly text: Uint8Array }[] | { readonly wrong: string } {
  if (name === '-') {
    const text = files.stdin()
    return [{ name: 'STDIN', text: typeof text === 'string' ? new TextEncoder().encode(text) : text }]
  }
  const text = files.read(name)
  if (text !== undefined) return [{ name, text }]
  const inside = files.list?.(name)
  if (inside === undefined) return { wrong: `error: the path "${name}" does not exist` }
  const found = inside.filter(f => MANIFEST.test(f)).map(f => `${name.replace(/\/$/, '')}/${f}`)
  if (found.length === 0) return { wrong: `error: error reading [${name}]: recognized file extensions are [.json .yaml .yml]` }
  return found.flatMap(file => {
    const bytes = files.read(file)
    return bytes === undefined ? [] : [{ name: file, text: bytes }]
  })
}
