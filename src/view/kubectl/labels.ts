// `kubectl label`, `annotate`, `taint`: `key=value` sets, `key-` removes.
import type { KubeObject, Node } from '../../apply/object'
import { labelValue, qualifiedName } from '../../apply/names'
import type { State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'
import { type Edited, editAll } from './edit'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { storedOf, targetsOf } from './targets'

interface Changes {
  readonly set: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

/** Words that change (`a=b`, `a-`) stand behind those that name objects; one that does not is a mistake. */
export function splitPairs(words: readonly string[], what: string): Split | { readonly wrong: string } {
  const isPair = (w: string) => (w.includes('=') && !w.startsWith('=')) || (w.endsWith('-') && w !== '-')
  const at = words.findIndex(isPair)
  if (at < 0) return { objects: words, changes: [] }
  const late = words.slice(at).find(w => !isPair(w))
  if (late !== undefined) return { wrong: `error: all resources must be specified before ${what} changes: ${late}` }
  return { objects: words.slice(0, at), changes: words.slice(at) }
}

interface Split {
  readonly objects: readonly string[]
  readonly changes: readonly string[]
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
  const split = splitPairs(args.words, what.word)
  if ('wrong' in split) return failed(state, split.wrong)
  const { objects, changes } = split
  const wrong = changes.map(word => wrongChange(word, what)).find(w => w !== undefined)
  if (wrong !== undefined) return failed(state, wrong)
  const asked = readChanges(changes)
  const misuse = wrongUse(args, objects, changes, what) ?? contradiction(asked, what)
  if (misuse !== undefined) return failed(state, misuse)
  const on = { ...args, words: objects }
  if (isSet(args, 'list')) return listed(state, on, files, what)
  const notFound = (object: KubeObject): string =>
    what === LABEL
      ? asked.removed
          .filter(key => object.metadata.labels?.[key] === undefined)
          .map(key => `label ${JSON.stringify(key)} not found.\n`)
          .join('')
      : ''
  const edit = (object: KubeObject): Edited => {
    const edited = withChanges(object, asked, what, isSet(args, 'overwrite'))
    return edited !== undefined && 'object' in edited ? { ...edited, before: notFound(object) } : edited
  }
  return editAll(state, on, files, passing, { by: `kubectl-${what.word}`, edit, did: what.labelled, didNot: what.not })
}

/** A label that cannot be read; annotations take anything. */
function wrongChange(word: string, what: typeof LABEL | typeof ANNOTATION): string | undefined {
  if (what !== LABEL || !word.includes('=')) return undefined
  if (word.split('=').length !== 2) return `error: invalid label spec: ${word}`
  const wrong = labelValue(word.slice(word.indexOf('=') + 1))
  return wrong.length > 0 ? `error: invalid label value: ${JSON.stringify(word)}: ${wrong.join(';')}` : undefined
}

function wrongUse(args: Arguments, objects: readonly string[], changes: readonly string[], what: typeof LABEL | typeof ANNOTATION) {
  if (isSet(args, 'all') && args.flags.has('selector')) return 'error: cannot set --all and --selector at the same time'
  if (isSet(args, 'all') && args.flags.has('field-selector')) return 'error: cannot set --all and --field-selector at the same time'
  if (objects.length === 0 && !args.flags.has('filename'))
    return 'error: one or more resources must be specified as <resource> <name> or <resource>/<name>'
  return changes.length === 0 && !isSet(args, 'list') ? `error: at least one ${what.needs} update is required` : undefined
}

function contradiction({ set, removed }: Changes, what: typeof LABEL | typeof ANNOTATION): string | undefined {
  const both = removed.filter(key => set.has(key))
  if (both.length === 0) return undefined
  return what === LABEL
    ? 'error: can not both modify and remove a label in the same command'
    : `error: can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`
}

/** `--list`: what each object has. */
function listed(state: State, args: Arguments, files: KubectlFiles, what: typeof LABEL | typeof ANNOTATION): Reply {
  const targets = targetsOf(state, args, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  const isSingle = targets.found.length === 1 && !isSet(args, 'all') && !args.flags.has('selector')
  const lines = targets.found.flatMap(target => {
    const object = storedOf(state, target)
    const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0]! : ''
    const pairs = Object.entries(object.metadata[what.field] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    const head = isSingle ? [] : [`Listing ${what.field} for ${target.kind}.${group}/${target.name}:`]
    return [...head, ...pairs.map(([k, v]) => `${isSingle ? '' : ' '}${k}=${v}`)]
  })
  const stderr = targets.wrong.map(l => `${l}\n`).join('')
  return { state, stdout: lines.map(l => `${l}\n`).join(''), stderr, exit: stderr === '' ? 0 : 1 }
}

/** Several errors of Go in one. */
const aggregated = (errors: readonly string[]): string => (errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)

function withChanges(object: KubeObject, { set, removed }: Changes, what: typeof LABEL | typeof ANNOTATION, overwrites: boolean): Edited {
  const had = object.metadata[what.field] ?? {}
  const taken = [...set].filter(([key, value]) => had[key] !== undefined && had[key] !== value)
  if (taken.length > 0 && !overwrites)
    return what === LABEL
      ? { wrong: `error: ${aggregated(taken.map(([key]) => `'${key}' already has a value (${had[key]}), and --overwrite is false`))}` }
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
