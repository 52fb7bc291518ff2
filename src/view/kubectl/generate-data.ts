// `kubectl create configmap` and `kubectl create secret generic|tls|docker-registry`.
import { base64Of, base64OfText } from '../../apply/base64'
import { configKey } from '../../apply/names'
import { pairError } from '../../apply/validate-secret'
import type { State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { readFlagged, readSources } from './data-sources'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { send } from './send'

export function configMap(state: State, args: Arguments, passing: Passing, files: KubectlFiles): Reply {
  const name = args.words[1] ?? ''
  const sources = readSources(args, files)
  if ('wrong' in sources) return failed(state, `error: ${sources.wrong}`)
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  for (const { key, bytes } of sources) {
    const wrong = configKey(key)
    if (wrong.length > 0) return failed(state, `error: ${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${wrong.join(',')}`)
    const twice = Object.hasOwn(data, key) ? 'Data' : Object.hasOwn(binaryData, key) ? 'BinaryData' : undefined
    if (twice !== undefined)
      return failed(
        state,
        `error: cannot add key ${JSON.stringify(key)}, another key by that name already exists in ${twice} for ConfigMap ${JSON.stringify(name)}`,
      )
    const text = utf8(bytes)
    if (text === undefined) binaryData[key] = base64Of(bytes)
    else data[key] = text
  }
  const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...ifAny({ data }), ...ifAny({ binaryData }) }
  return send(state, args, passing, made, { refused: 'failed to create configmap:' })
}

const ifAny = (field: Readonly<Record<string, object>>): object =>
  Object.values(field).some(value => Object.keys(value).length > 0) ? field : {}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

type Made = { readonly type?: string; readonly data: Readonly<Record<string, string>> } | { readonly wrong: string }

const DOCKER_FILE = '.dockerconfigjson'

const MAKERS: Readonly<Record<string, ((args: Arguments, files: KubectlFiles) => Made) | undefined>> = {
  generic: (args, files) => {
    const made = dataOf(args, files)
    const type = flag(args, 'type')
    return 'wrong' in made || !type ? made : { ...made, type }
  },
  tls: tlsPair,
  'docker-registry': dockerConfig,
}

/** `create secret KIND NAME`. */
export function secret(state: State, args: Arguments, passing: Passing, files: KubectlFiles): Reply {
  const [kind, name = '', ...more] = args.words.slice(1)
  const maker = MAKERS[kind ?? '']
  if (kind === undefined) return failed(state, 'hopspec: write kubectl create secret generic, tls or docker-registry, and a name.')
  if (maker === undefined)
    return failed(
      state,
      `error: unknown command ${JSON.stringify(args.words.slice(1).join(' '))}\nSee 'kubectl create secret -h' for help and examples`,
    )
  if (name === '' || more.length > 0)
    return failed(
      state,
      `error: exactly one NAME is required, got ${args.words.length - 2}\nSee 'kubectl create secret ${kind} -h' for help and examples`,
    )
  const made = maker(args, files)
  if ('wrong' in made) return failed(state, `error: ${made.wrong}`)
  const { data, type } = made
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...ifAny({ data }), ...(type === undefined ? {} : { type }) }
  return send(state, args, passing, object, { refused: 'failed to create secret' })
}

function dataOf(args: Arguments, files: KubectlFiles, fileKey?: string): Made {
  const sources = readSources(args, files, fileKey)
  if ('wrong' in sources) return sources
  const data: Record<string, string> = {}
  for (const { key, bytes } of sources) {
    const wrong = configKey(key)
    if (wrong.length > 0) return { wrong: `${JSON.stringify(key)} is not valid key name for a Secret ${wrong.join(';')}` }
    if (Object.hasOwn(data, key)) return { wrong: `cannot add key ${key}, another key by that name already exists` }
    data[key] = base64Of(bytes)
  }
  return { data }
}

function tlsPair(args: Arguments, files: KubectlFiles): Made {
  if (!flag(args, 'key') || !flag(args, 'cert')) return { wrong: 'key and cert must be specified' }
  const [cert, key] = [readFlagged(args, 'cert', files), readFlagged(args, 'key', files)]
  if ('wrong' in cert) return cert
  if ('wrong' in key) return key
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const wrong = pairError(text(cert), text(key))
  if (wrong !== undefined) return { wrong }
  return { type: 'kubernetes.io/tls', data: { 'tls.crt': base64Of(cert), 'tls.key': base64Of(key) } }
}

function dockerConfig(args: Arguments, files: KubectlFiles): Made {
  const type = 'kubernetes.io/dockerconfigjson'
  const [username = '', password = '', email = ''] = ['username', 'password', 'email'].map(name => flag(args, `docker-${name}`))
  const server = flag(args, 'docker-server') ?? 'https://index.docker.io/v1/'
  if (args.flags.has('from-file')) {
    const made = dataOf(args, files, DOCKER_FILE)
    return 'wrong' in made ? made : { ...made, type }
  }
  if (!username || !password || !server)
    return { wrong: 'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required' }
  const entry = { username, password, ...(email === '' ? {} : { email }), auth: base64OfText(`${username}:${password}`) }
  return { type, data: { [DOCKER_FILE]: base64OfText(JSON.stringify({ auths: { [server]: entry } })) } }
}
