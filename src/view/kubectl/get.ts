// `kubectl get`: which objects, and how they are printed. Not simulated: -w, custom columns, jsonpath, go-template, --sort-by.
import type { Kind, Kinds, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { objectOf, objectsOf, type State } from '../../cluster/state'
import { labelsText } from '../../control/selector'
import { type Arguments, flag, isSet } from './arguments'
import { cellsOf, columnsOf } from './columns'
import { readLabelFilter } from './label-filter'
import { KUBECTL_PROFILES } from './profile'
import { failed, type Reply } from './reply'
import { kindsOf, resourceName, serverResource } from './resource'
import { table } from './tabs'
import { jsonText, yamlText } from './yaml-text'

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
  const [first, ...names] = args.words
  if (first === undefined) return { wrong: named ?? NO_RESOURCE }
  const chosen: Chosen[] = []
  const slashed = args.words.some(w => w.includes('/'))
  for (const [words, wanted] of slashed
    ? args.words.map(w => [w.split('/')[0]!, [w.split('/').slice(1).join('/')]] as const)
    : [[first, names] as const]) {
    const kinds = kindsOf(state, words)
    if ('unknown' in kinds) return { wrong: `error: the server doesn't have a resource type "${kinds.unknown}"` }
    for (const kind of kinds) {
      if (filterText !== undefined && filter === undefined) {
        return {
          wrong: `Error from server (BadRequest): Unable to find "/v1, Resource=${KINDS[kind].resource}" that match label selector "${filterText}", field selector "": unable to parse requirement`,
        }
      }
      chosen.push(chooseOf(state, args, kind, wanted, filter ?? (() => true)))
    }
  }
  return chosen
}

const NO_RESOURCE =
  'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.'

function chooseOf(
  state: State,
  args: Arguments,
  kind: Kind,
  names: readonly string[],
  filter: (labels: KubeObject['metadata']['labels']) => boolean,
): Chosen {
  const namespace = KINDS[kind].namespaced ? namespaceOf(args) : undefined
  if (names.length === 0) {
    const objects = (objectsOf(state, kind) as readonly KubeObject[]).filter(
      o => (namespace === undefined || o.metadata.namespace === namespace) && filter(o.metadata.labels),
    )
    return { kind, objects, missing: [] }
  }
  const found = names.map(
    name => objectOf(state, kind, KINDS[kind].namespaced ? `${namespace ?? 'default'}/${name}` : name) as KubeObject | undefined,
  )
  return { kind, objects: found.filter(o => o !== undefined), missing: names.filter((_, i) => found[i] === undefined) }
}

const FORMATS = new Set(['wide', 'yaml', 'json', 'name'])

/** The whole command. */
export function get(state: State, args: Arguments): Reply {
  const format = flag(args, 'output')
  for (const unsupported of ['watch', 'sort-by', 'field-selector'] as const) {
    if (args.flags.has(unsupported)) return failed(state, `hopspec: kubectl get --${unsupported} is not modelled.`)
  }
  if (format !== undefined && !FORMATS.has(format)) {
    return /^(jsonpath|custom-columns|go-template|template|kyaml)/.test(format)
      ? failed(state, `hopspec: kubectl get -o ${format.split('=')[0]} is not modelled; use -o wide, yaml, json or name.`)
      : failed(
          state,
          `error: unable to match a printer suitable for the output format "${format}", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml`,
        )
  }
  const chosen = choose(state, args)
  if ('wrong' in chosen) return failed(state, chosen.wrong)
  const texts = KUBECTL_PROFILES[state.config.profile]
  const warnings = chosen.some(c => c.kind === 'Endpoints') && texts.endpointsWarning ? [texts.endpointsWarning] : []
  const missing = isSet(args, 'ignore-not-found')
    ? []
    : chosen.flatMap(c => c.missing.map(name => `Error from server (NotFound): ${serverResource(state, c.kind)} "${name}" not found`))
  const objects = chosen.flatMap(c => c.objects)
  const asked = chosen.every(c => c.objects.length + c.missing.length > 0 && args.words.length > 1) || args.words.some(w => w.includes('/'))
  const stdout = objects.length === 0 && !isListing(format) ? '' : printObjects(state, args, chosen, format, asked)
  const nothing =
    objects.length === 0 && missing.length === 0 && !isListing(format) && format !== 'name' && !isSet(args, 'ignore-not-found')
  const empty = nothing ? [texts.nothingFound(chosen.some(c => KINDS[c.kind].namespaced) ? namespaceOf(args) : undefined)] : []
  const lines = [...warnings, ...empty, ...missing]
  return {
    state,
    stdout: missing.length > 0 && objects.length === 0 ? '' : stdout,
    stderr: lines.map(l => `${l}\n`).join(''),
    exit: missing.length > 0 ? 1 : 0,
  }
}

const isListing = (format: string | undefined): boolean => format === 'yaml' || format === 'json'

function printObjects(state: State, args: Arguments, chosen: readonly Chosen[], format: string | undefined, single: boolean): string {
  const objects = chosen.flatMap(c => c.objects)
  if (format === 'name') return objects.map(o => `${resourceName(state, o.kind as Kind)}/${o.metadata.name}\n`).join('')
  if (format === 'yaml' || format === 'json') {
    const text = format === 'yaml' ? yamlText : jsonText
    return text(
      single && objects.length === 1
        ? objects[0]
        : { apiVersion: 'v1', items: objects, kind: 'List', metadata: KUBECTL_PROFILES[state.config.profile].listMeta },
    )
  }
  const merged = mergedKinds(chosen)
  const prefixed = merged.length > 1 || isSet(args, 'show-kind') || chosen.length > 1
  return merged
    .filter(c => c.objects.length > 0)
    .map(c => tableOf(state, args, c, format === 'wide', prefixed))
    .join('\n')
}

/** `svc/a svc/b` is one table. */
function mergedKinds(chosen: readonly Chosen[]): readonly Chosen[] {
  const byKind = new Map<Kind, Chosen>()
  for (const c of chosen) byKind.set(c.kind, { ...c, objects: [...(byKind.get(c.kind)?.objects ?? []), ...c.objects] })
  return [...byKind.values()]
}

function tableOf(state: State, args: Arguments, { kind, objects }: Chosen, wide: boolean, prefixed: boolean): string {
  const { head, wide: more } = columnsOf(state, kind)
  const everywhere = isSet(args, 'all-namespaces') && KINDS[kind].namespaced
  const labelColumns = (args.flags.get('label-columns') ?? []).flatMap(l => l.split(','))
  const showLabels = isSet(args, 'show-labels')
  const take = head.length + (wide ? more.length : 0)
  const titles = [
    ...(everywhere ? ['NAMESPACE'] : []),
    ...head,
    ...(wide ? more : []),
    ...labelColumns.map(l => l.slice(l.lastIndexOf('/') + 1).toUpperCase()),
    ...(showLabels ? ['LABELS'] : []),
  ]
  const rows = objects.map(o => {
    const name = prefixed ? `${resourceName(state, kind)}/${o.metadata.name}` : o.metadata.name
    const cells = cellsOf(state, kind, o as Kinds[typeof kind] as never, name).slice(0, take)
    const labels = o.metadata.labels
    return [
      ...(everywhere ? [o.metadata.namespace ?? ''] : []),
      ...cells,
      ...labelColumns.map(l => labels?.[l] ?? ''),
      ...(showLabels ? [labelsText(labels)] : []),
    ]
  })
  return table(isSet(args, 'no-headers') ? rows : [titles, ...rows])
}
