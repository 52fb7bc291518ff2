// Which objects a command line means: kinds and names, -n and -A, -l and --field-selector.
import type { Kind, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { objectOf, objectsOf, type State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import { readFieldFilter } from './field-filter'
import { labelFilterError, readLabelFilter } from './label-filter'
import { servedKind } from './api-resources'
import { kindsOf } from './resource'

/** A kind and the objects of it that a command line means; `missing` are names that nothing has. */
export interface Chosen {
  readonly kind: Kind
  readonly objects: readonly KubeObject[]
  readonly missing: readonly string[]
}

/** The namespace of a command: -n, else default; undefined with -A. */
export const namespaceOf = (args: Arguments): string | undefined =>
  isSet(args, 'all-namespaces') ? undefined : (flag(args, 'namespace') ?? 'default')

/** Reads `pod,svc [NAME…]` and `kind/name …` with -n, -A, -l; the words of the complaint when that is wrong. */
export function choose(state: State, args: Arguments, named?: string | undefined): readonly Chosen[] | { readonly wrong: string } {
  const filterText = flag(args, 'selector')
  const filter = filterText === undefined ? undefined : readLabelFilter(filterText)
  const fields = flag(args, 'field-selector')
  const [first, ...names] = args.words
  if (first === undefined) return { wrong: named ?? NO_RESOURCE }
  const misused = misuse(args)
  if (misused !== undefined) return { wrong: `error: ${misused}` }
  const chosen: Chosen[] = []
  const slashed = args.words.some(w => w.includes('/'))
  for (const [words, wanted] of slashed
    ? args.words.map(w => [w.split('/')[0]!, [w.split('/').slice(1).join('/')]] as const)
    : [[first, names] as const]) {
    const kinds = kindsOf(state, words)
    if ('unknown' in kinds) return { wrong: unknownKind(state, kinds.unknown, words) }
    for (const kind of kinds) {
      const byField = fields === undefined ? undefined : readFieldFilter(fields, kind)
      const wrong =
        unreadable(filterText, filter === undefined) ?? (byField !== undefined && 'wrong' in byField ? byField.wrong : undefined)
      if (wrong !== undefined)
        return {
          wrong: `Error from server (BadRequest): Unable to find "${groupVersionOf(kind)}, Resource=${KINDS[kind].resource}" that match label selector "${filterText ?? ''}", field selector "${fields ?? ''}": ${wrong}`,
        }
      const passes = (o: KubeObject): boolean =>
        (filter?.(o.metadata.labels) ?? true) && (byField === undefined || 'wrong' in byField || byField(o))
      chosen.push(chooseOf(state, args, kind, wanted, passes))
    }
  }
  return chosen
}

const NO_RESOURCE =
  'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples'

function chooseOf(state: State, args: Arguments, kind: Kind, names: readonly string[], passes: (object: KubeObject) => boolean): Chosen {
  const namespace = KINDS[kind].namespaced ? namespaceOf(args) : undefined
  if (names.length === 0) {
    const objects = (objectsOf(state, kind) as readonly KubeObject[]).filter(
      o => (namespace === undefined || o.metadata.namespace === namespace) && passes(o),
    )
    return { kind, objects, missing: [] }
  }
  const found = names.map(
    name => objectOf(state, kind, KINDS[kind].namespaced ? `${namespace ?? 'default'}/${name}` : name) as KubeObject | undefined,
  )
  return { kind, objects: found.filter(o => o !== undefined), missing: names.filter((_, i) => found[i] === undefined) }
}

const groupVersionOf = (kind: Kind): string => `${KINDS[kind].group}/${KINDS[kind].version}`
const unreadable = (text: string | undefined, isWrong: boolean): string | undefined =>
  text !== undefined && isWrong ? labelFilterError(text) : undefined

/** Words that cannot be meant together. Stands for kubectl's resource builder. */
function misuse(args: Arguments): string | undefined {
  const { words } = args
  const slashed = words.filter(w => w.includes('/'))
  if (slashed.length > 0 && slashed.length < words.length)
    return "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
  for (const word of slashed) {
    const parts = word.split('/')
    if (parts.length > 2) return 'arguments in resource/name form may not have more than one slash'
    if (parts.includes('') || parts[0]!.includes(',')) return 'arguments in resource/name form must have a single resource and name'
  }
  const isNamed = slashed.length > 0 || words.length > 1
  const selects = args.flags.has('selector') || args.flags.has('field-selector') || isSet(args, 'all')
  if (slashed.length > 0 && selects) return 'selectors and the all flag cannot be used when passing resource/name arguments'
  if (isNamed && selects) return 'name cannot be provided when a selector is specified'
  return isNamed && isSet(args, 'all-namespaces') ? 'a resource cannot be retrieved by name across all namespaces' : undefined
}

/** A resource that the real server has is not modelled; any other, or one in another group, does not exist. */
function unknownKind(state: State, word: string, words: string): string {
  const kind = words.split(',').some(w => w.startsWith(`${word}.`)) ? undefined : servedKind(state, word)
  return kind === undefined ? `error: the server doesn't have a resource type "${word}"` : `hopspec: ${kind} is not modelled.`
}
