// `kubectl label` and `annotate`: `key=value` sets, `key-` removes.
import type { KubeObject } from '../../apply/object'
import { labelValue } from '../../apply/names'
import type { State } from '../../cluster/state'
import { type Arguments, isSet } from './arguments'
import { type Edited, editAll, several } from './edit'
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
    if (edited === undefined || !('object' in edited)) return edited
    const emptied = what === LABEL && asked.set.size === 0 && object.metadata.labels === undefined
    return { ...edited, before: notFound(object), ...(emptied ? { said: what.labelled } : {}) }
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

function withChanges(object: KubeObject, { set, removed }: Changes, what: typeof LABEL | typeof ANNOTATION, overwrites: boolean): Edited {
  const had = object.metadata[what.field] ?? {}
  const taken = [...set].filter(([key, value]) => had[key] !== undefined && had[key] !== value)
  if (taken.length > 0 && !overwrites)
    return what === LABEL
      ? { wrong: several(taken.map(([key]) => `'${key}' already has a value (${had[key]}), and --overwrite is false`)) }
      : {
          wrong: `error: --overwrite is false but found the following declared annotation(s): ${taken.map(([key]) => `'${key}' already has a value (${had[key]})`).join('; ')}`,
        }
  const kept = Object.fromEntries(Object.entries({ ...had, ...Object.fromEntries(set) }).filter(([key]) => !removed.includes(key)))
  const gone = removed.some(key => had[key] !== undefined)
  const { [what.field]: _, ...metadata } = object.metadata
  const next = { ...object, metadata: Object.keys(kept).length === 0 ? metadata : { ...metadata, [what.field]: kept } } as KubeObject
  return gone && set.size === 0 ? { object: next, said: what.removed } : { object: next }
}
