// `get -f` and `describe -f`: the stored objects that manifests name.
import type { Kind, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { objectOf, type State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { type Chosen, choose } from './choose'
import { readManifests } from './manifests'
import type { KubectlFiles } from './reply'

/** What the words mean, or the files where `-f` is given; the words of the complaint when that is wrong. `named`: what is said where nothing is given. */
export function chooseAll(
  state: State,
  args: Arguments,
  files: KubectlFiles,
  named?: string,
): readonly Chosen[] | { readonly wrong: string } {
  if (!args.flags.has('filename')) return choose(state, args, named)
  const manifests = readManifests(state, args, files, 'create')
  if ('wrong' in manifests) return manifests
  const chosen: Chosen[] = []
  for (const { request } of manifests) {
    if (request.is === 'refused') return { wrong: request.text }
    const kind = request.kind as Kind
    const { name, namespace } = request.object.metadata
    const key = KINDS[kind].namespaced ? `${namespace || flag(args, 'namespace') || 'default'}/${name}` : name
    const object = objectOf(state, kind, key) as KubeObject | undefined
    chosen.push({ kind, objects: object === undefined ? [] : [object], missing: object === undefined ? [name] : [] })
  }
  return chosen
}
