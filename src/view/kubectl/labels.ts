// `kubectl label`, `annotate`, `taint`: `key=value` sets, `key-` removes.
import type { KubeObject, Node } from '../../apply/object'
import { labelValue, qualifiedName } from '../../apply/names'
import type { State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'
import { type Edited, editAll } from './edit'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'

interface Changes {
  readonly set: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

/** Words that change (`a=b`, `a-`) stand behind those that name objects. */
function splitWords(words: readonly string[]): { readonly objects: readonly string[]; readonly changes: readonly string[] } {
  const at = words.findIndex((w, i) => i > 0 && (w.includes('=') || w.endsWith('-')))
  return at < 0 ? { objects: words, changes: [] } : { objects: words.slice(0, at), changes: words.slice(at) }
}

function readChanges(words: readonly string[]): Changes {
  const set = new Map<string, string>()
  const removed: string[] = []
  for (const word of words) {
    const at = word.indexOf('=')
    if (at > 0) set.set(word.slice(0, at), word.slice(at + 1))
    else removed.push(word.replace(/-$/, ''))
  }
  return { set, removed }
}

const LABEL = { field: 'labels', word: 'label', labelled: 'labeled', removed: 'unlabeled', not: 'not labeled', needs: 'label' } as const
const ANNOTATION = {
  field: 'annotations',
  word: 'annotation',
  labelled: 'annotated',
  removed: 'annotated',
  not: 'annotated',
  needs: 'annotation',
} as const

export const label = (state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply =>
  change(state, args, files, passing, LABEL)
export const annotate = (state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply =>
  change(state, args, files, passing, ANNOTATION)

function change(state: State, args: Arguments, files: KubectlFiles, passing: Passing, what: typeof LABEL | typeof ANNOTATION): Reply {
  const { objects, changes } = splitWords(args.words)
  const asked = readChanges(changes)
  if (changes.length === 0) return failed(state, `error: at least one ${what.needs} update is required`)
  for (const word of changes) {
    const value = word.slice(word.indexOf('=') + 1)
    const wrong = what === LABEL && word.includes('=') ? labelValue(value) : []
    if (wrong.length > 0) return failed(state, `error: invalid label value: ${JSON.stringify(word)}: ${wrong.join(';')}`)
  }
  const edit = (object: KubeObject): Edited => withChanges(object, asked, what, isSet(args, 'overwrite'))
  return editAll(state, { ...args, words: objects }, files, passing, {
    by: `kubectl-${what.word}`,
    edit,
    did: what.labelled,
    didNot: what.not,
  })
}

function withChanges(object: KubeObject, { set, removed }: Changes, what: typeof LABEL | typeof ANNOTATION, overwrites: boolean): Edited {
  const had = object.metadata[what.field] ?? {}
  const taken = [...set].filter(([key, value]) => had[key] !== undefined && had[key] !== value)
  if (taken.length > 0 && !overwrites)
    return what === LABEL
      ? { wrong: `error: '${taken[0]![0]}' already has a value (${had[taken[0]![0]]}), and --overwrite is false` }
      : {
          wrong: `error: --overwrite is false but found the following declared annotation(s): ${taken.map(([key]) => `'${key}' already has a value (${had[key]})`).join('; ')}`,
        }
  const kept = Object.fromEntries(Object.entries({ ...had, ...Object.fromEntries(set) }).filter(([key]) => !removed.includes(key)))
  const gone = removed.some(key => had[key] !== undefined)
  const { [what.field]: _, ...metadata } = object.metadata
  const next = { ...object, metadata: Object.keys(kept).length === 0 ? metadata : { ...metadata, [what.field]: kept } } as KubeObject
  return gone && set.size === 0 ? { object: next, said: what.removed } : { object: next }
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number]

/** `kubectl taint nodes NAME key=value:Effect key:Effect- key-`. */
export function taint(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const at = args.words.findIndex((w, i) => i > 0 && (/[=:]/.test(w) || w.endsWith('-')))
  if (at < 0) return failed(state, 'error: at least one taint update is required')
  const adds: Taint[] = []
  const removes: { readonly key: string; readonly effect: string | undefined }[] = []
  for (const word of args.words.slice(at)) {
    const wrong = readTaint(word, adds, removes)
    if (wrong !== undefined) return failed(state, wrong)
  }
  const edit = (object: KubeObject): Edited => withTaints(object as Node, adds, removes, isSet(args, 'overwrite'))
  return editAll(state, { ...args, words: args.words.slice(0, at) }, files, passing, {
    by: 'kubectl-taint',
    edit,
    did: 'tainted',
    didNot: 'not tainted',
  })
}

const SEE = "\nSee 'kubectl taint -h' for help and examples"

function readTaint(
  word: string,
  adds: Taint[],
  removes: { readonly key: string; readonly effect: string | undefined }[],
): string | undefined {
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

function withTaints(
  node: Node,
  adds: readonly Taint[],
  removes: readonly { readonly key: string; readonly effect: string | undefined }[],
  overwrites: boolean,
): Edited {
  const had = node.spec?.taints ?? []
  const same = (a: Taint, b: { readonly key: string; readonly effect: string | undefined }) =>
    a.key === b.key && (b.effect === undefined || a.effect === b.effect)
  const missing = removes.filter(r => !had.some(t => same(t, r)))
  if (missing.length > 0)
    return { wrong: missing.map(r => `error: taint "${r.key}${r.effect === undefined ? '' : `:${r.effect}`}" not found`).join('\n') }
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
    ...(removes.length > 0 && adds.length === 0 ? { said: 'untainted' } : {}),
  }
}
