// Where `kubectl create configmap|secret` takes keys and values from: literals, files, folders, files of variables.
import { type Arguments, flag } from './arguments'
import type { KubectlFiles } from './reply'

/** A key with its bytes. */
export interface Sourced {
  readonly key: string
  readonly bytes: Uint8Array
}

type Read = readonly Sourced[] | { readonly wrong: string }

/** Several values of a flag, each perhaps a list. */
const listed = (args: Arguments, name: string): readonly string[] => (args.flags.get(name) ?? []).flatMap(t => t.split(','))

/** Everything that the flags name: literals first, then files, then variables. */
export function readSources(args: Arguments, files: KubectlFiles, fileKey?: string): Read {
  const variables = listed(args, 'from-env-file')
  if (variables.length > 0 && (args.flags.has('from-file') || args.flags.has('from-literal')))
    return { wrong: 'from-env-file cannot be combined with from-file or from-literal' }
  const found: Sourced[] = []
  const parts = [
    ...(args.flags.get('from-literal') ?? []).map(literal),
    ...listed(args, 'from-file').map(source =>
      fromFile(fileKey === undefined || source.includes('=') ? source : `${fileKey}=${source}`, files),
    ),
    ...variables.map(path => fromVariables(path, files)),
  ]
  for (const part of parts) {
    if ('wrong' in part) return part
    found.push(...part)
  }
  return found
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

function literal(source: string): Read {
  const at = source.indexOf('=')
  if (at < 1) return { wrong: `invalid literal source ${source}, expected key=value` }
  return [{ key: source.slice(0, at), bytes: encoded(source.slice(at + 1)) }]
}

const absent = (path: string): { readonly wrong: string } => ({ wrong: `error reading ${path}: no such file or directory` })

function fromFile(source: string, files: KubectlFiles): Read {
  const [key = '', path, ...more] = source.split('=')
  if (more.length > 0) return { wrong: "key names or file paths cannot contain '='" }
  if (path !== undefined && key === '') return { wrong: `key name for file path ${path} missing` }
  if (path === '') return { wrong: `file path for key name ${key} missing` }
  const at = path ?? source
  const bytes = files.read(at)
  if (bytes !== undefined) return [{ key: path === undefined ? at.replace(/^.*\//, '') : key, bytes }]
  const inside = files.list?.(at)
  if (inside === undefined) return absent(at)
  if (path !== undefined) return { wrong: 'cannot give a key name for a directory path' }
  return [...inside].sort().flatMap(name => {
    const content = files.read(`${at.replace(/\/$/, '')}/${name}`)
    return content === undefined ? [] : [{ key: name, bytes: content }]
  })
}

const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/
const ENV_NAME_TEXT =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"

/** `KEY=value` lines; a line without `=` would take the value from the environment of kubectl, which is empty here. */
function fromVariables(path: string, files: KubectlFiles): Read {
  const bytes = files.read(path)
  if (bytes === undefined) return files.list?.(path) === undefined ? absent(path) : { wrong: 'env secret file cannot be a directory' }
  const found: Sourced[] = []
  for (const written of new TextDecoder().decode(bytes).split(/\r?\n/)) {
    const line = written.trimStart()
    if (line === '' || line.startsWith('#')) continue
    const [key = ''] = line.split('=', 1)
    if (!ENV_NAME.test(key)) return { wrong: `${JSON.stringify(key)} is not a valid key name: ${ENV_NAME_TEXT}` }
    found.push({ key, bytes: encoded(line.slice(key.length + 1)) })
  }
  return found
}

/** The bytes of a file that a flag names; what kubectl says when there are none. */
export function readFlagged(args: Arguments, name: string, files: KubectlFiles): Uint8Array | { readonly wrong: string } {
  const path = flag(args, name) ?? ''
  return files.read(path) ?? { wrong: `Cannot read file ${path}, open ${path}: no such file or directory` }
}
