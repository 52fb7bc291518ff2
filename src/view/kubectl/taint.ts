// `kubectl taint`: `key=value:Effect` sets, `key:Effect-` and `key-` remove.
import type { KubeObject, Node } from '../../apply/object'
import { qualifiedName } from '../../apply/names'
import type { State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'
import { type Edited, editAll, several } from './edit'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { kindOf } from './resource'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number]

/** `kubectl taint nodes NAME key=value:Effect key:Effect- key-`. */
export function taint(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const isTaint = (w: string) => /[=:]/.test(w) || w.endsWith('-')
  const found = args.words.findIndex(isTaint)
  const at = found < 0 ? args.words.length : found
  const late = args.words.slice(at).find(w => !isTaint(w))
  if (late !== undefined) return failed(state, `error: all resources must be specified before taint changes: ${late}`)
  if (at === 0) return failed(state, 'error: one or more resources must be specified as <resource> <name>')
  if (found < 0) return failed(state, 'error: at least one taint update is required')
  const adds: Taint[] = []
  const removes: Removed[] = []
  for (const word of args.words.slice(at)) {
    const wrong = readTaint(word, adds, removes)
    if (wrong !== undefined) return failed(state, wrong)
  }
  const wrong = misuse(state, args, args.words.slice(0, at), adds, removes)
  if (wrong !== undefined) return failed(state, wrong)
  const edit = (object: KubeObject): Edited => withTaints(object as Node, adds, removes, isSet(args, 'overwrite'))
  return editAll(state, { ...args, words: args.words.slice(0, at) }, files, passing, {
    by: 'kubectl-taint',
    edit,
    did: 'tainted',
    didNot: 'not tainted',
  })
}

interface Removed {
  readonly key: string
  readonly effect: string | undefined
}

function misuse(state: State, args: Arguments, objects: readonly string[], adds: readonly Taint[], removes: readonly Removed[]) {
  const [word = '', ...names] = objects
  const kind = kindOf(state, word)
  if (kind === undefined) return `error: the server doesn't have a resource type "${word}"`
  if (kind !== 'Node') return `error: invalid resource type ${word.toLowerCase()}, only node types are supported`
  const both = removes.filter(r => adds.some(a => a.key === r.key && (r.effect === undefined || a.effect === r.effect)))
  if (both.length > 0)
    return `error: can not both modify and remove the following taint(s) in the same command: ${both.map(r => `{"${r.key}":"${r.effect ?? ''}"}`).join(', ')}`
  const selects = args.flags.has('selector')
  if (isSet(args, 'all') && selects) return "error: setting 'all' parameter with a non empty selector is prohibited"
  return !isSet(args, 'all') && !selects && names.length === 0
    ? "error: at least one resource name must be specified since 'all' parameter is not set"
    : undefined
}

const SEE = "\nSee 'kubectl taint -h' for help and examples"

function readTaint(word: string, adds: Taint[], removes: Removed[]): string | undefined {
  const removal = word.endsWith('-')
  const [left = '', effect] = (removal ? word.slice(0, -1) : word).split(':')
  const [key = '', value] = left.split('=')
  const badKey = qualifiedName(key)
  if (badKey.length > 0) return `error: invalid taint spec: ${word}, ${badKey.join('; ')}${SEE}`
  if (effect !== undefined && !EFFECTS.includes(effect)) return `error: invalid taint effect: ${effect}, unsupported taint effect${SEE}`
  if (removal) {
    removes.push({ key, effect })
    return undefined
  }
  if (effect === undefined) return `error: invalid taint spec: ${word}${SEE}`
  adds.push({ key, ...(value === undefined ? {} : { value }), effect })
  return undefined
}

function withTaints(node: Node, adds: readonly Taint[], removes: readonly Removed[], overwrites: boolean): Edited {
  const had = node.spec?.taints ?? []
  const same = (a: Taint, b: Removed) => a.key === b.key && (b.effect === undefined || a.effect === b.effect)
  const missing = removes.filter(r => !had.some(t => same(t, r)))
  if (missing.length > 0)
    return { wrong: several(missing.map(r => `taint "${r.key}${r.effect === undefined ? '' : `:${r.effect}`}" not found`)) }
  const clash = adds.filter(a => had.some(t => same(t, a)))
  if (clash.length > 0 && !overwrites)
    return {
      wrong: `error: node ${node.metadata.name} already has ${clash.map(t => t.key).join(', ')} taint(s) with same effect(s) and --overwrite is false`,
    }
  const kept = had.filter(t => !removes.some(r => same(t, r)) && !adds.some(a => same(t, a)))
  const taints = [...adds, ...kept]
  const { taints: _, ...spec } = node.spec ?? {}
  return {
    object: { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } } as Node,
    said: overwrites || (removes.length > 0 && adds.length > 0) ? 'modified' : adds.length > 0 ? 'tainted' : 'untainted',
  }
}
