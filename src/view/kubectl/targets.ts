// What the words or the files of a command line mean: stored objects, and the complaints about what is not there.
import type { Kind, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { keyOf, objectOf, type State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import { choose } from './choose'
import { readManifests } from './manifests'
import type { KubectlFiles } from './reply'
import { serverResource } from './resource'

export interface Target {
  readonly kind: Kind
  readonly key: string
  readonly name: string
  readonly namespace: string | undefined
}

export const targetOf = (o: KubeObject): Target => ({
  kind: o.kind as Kind,
  key: keyOf(o),
  name: o.metadata.name,
  namespace: o.metadata.namespace,
})

export type Targets =
  | { readonly found: readonly Target[]; readonly wrong: readonly string[] }
  /** The words themselves are wrong. */
  | { readonly usage: string }

const NOTHING_GIVEN = `error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`

/** `doing`: `error when deleting`, before a file's name. `unnamed`: whether a kind without a name means all of it. */
export function targetsOf(state: State, args: Arguments, files: KubectlFiles, doing: string, unnamed = false): Targets {
  if (args.flags.has('filename')) return targetsOfFiles(state, args, files, doing)
  const chosen = choose(state, args, NOTHING_GIVEN)
  if ('wrong' in chosen) return { usage: chosen.wrong }
  const named = args.words.length > 1 || args.words[0]!.includes('/') || isSet(args, 'all') || flag(args, 'selector') !== undefined
  if (!named && !unnamed && flag(args, 'field-selector') === undefined)
    return { usage: 'error: resource(s) were provided, but no name was specified' }
  return {
    found: chosen.flatMap(c => c.objects.map(targetOf)),
    wrong: chosen.flatMap(c => c.missing.map(name => `Error from server (NotFound): ${serverResource(state, c.kind)} "${name}" not found`)),
  }
}

function targetsOfFiles(state: State, args: Arguments, files: KubectlFiles, doing: string): Targets {
  const manifests = readManifests(state, args, files, 'create')
  if ('wrong' in manifests) return { usage: manifests.wrong }
  const found: Target[] = []
  const wrong: string[] = []
  for (const { file, request } of manifests) {
    if (request.is === 'refused') {
      wrong.push(request.text)
      continue
    }
    const kind = request.kind as Kind
    const { name, namespace: own } = request.object.metadata
    const namespace = KINDS[kind].namespaced ? own || flag(args, 'namespace') || 'default' : undefined
    const key = namespace === undefined ? name : `${namespace}/${name}`
    if (objectOf(state, kind, key) !== undefined) found.push({ kind, name, namespace, key })
    else wrong.push(`Error from server (NotFound): ${doing} "${file}": ${serverResource(state, kind)} "${name}" not found`)
  }
  return { found, wrong }
}

/** The stored object of a target; it was there when the target was found. */
export const storedOf = (state: State, target: Target): KubeObject => objectOf(state, target.kind, target.key) as KubeObject
