// `kubectl get`: what of the chosen objects is printed, and how. Not simulated: -o kyaml, formats from files.
import type { Kind, KubeObject, Pod } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import type { State } from '../../cluster/state'
import { settle } from '../../control/settle'
import { type Arguments, flag, isSet } from './arguments'
import { type Chosen, namespaceOf } from './choose'
import { chooseAll } from './choose-files'
import { durationMs } from './duration'
import type { Passing } from './passing'
import { isTemplated, type PathText, pathText, sortedBy, sortingError } from './print-paths'
import { KUBECTL_PROFILES } from './profile'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName, serverResource } from './resource'
import { headOf, rowOf } from './table-rows'
import { table } from './tabs'
import { watchedText } from './watch'
import { withManagedFields } from '../../control/managers'
import { jsonText, yamlText } from './yaml-text'

const FORMATS = new Set(['wide', 'yaml', 'json', 'name'])

/** The whole command. */
export function get(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const format = flag(args, 'output')
  if (format !== undefined && !FORMATS.has(format) && !isTemplated(format)) {
    return /^(jsonpath|custom-columns|go-template|templatefile|kyaml)/.test(format)
      ? failed(state, `hopspec: kubectl get -o ${format.split('=')[0]} is not modelled; use -o wide, yaml, json, name or jsonpath.`)
      : failed(
          state,
          `error: unable to match a printer suitable for the output format "${format}", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml`,
        )
  }
  if (isSet(args, 'output-watch-events') && !isSet(args, 'watch') && !isSet(args, 'watch-only'))
    return failed(state, 'error: --output-watch-events option can only be used with --watch or --watch-only')
  const broken = format === undefined ? undefined : pathText(format, {}, [], true)
  if (broken !== undefined && 'wrong' in broken) return failed(state, broken.wrong)
  const found = chooseAll(state, args, files)
  if ('wrong' in found) return failed(state, found.wrong)
  const order = flag(args, 'sort-by')
  const unsorted =
    order === undefined
      ? undefined
      : sortingError(
          found.flatMap(c => c.objects),
          order,
        )
  if (unsorted !== undefined) return failed(state, unsorted)
  const chosen = order === undefined ? found : found.map(c => ({ ...c, objects: sortedBy(c.objects, order) }))
  if (isSet(args, 'watch') || isSet(args, 'watch-only')) return watched(state, args, passing, chosen)
  const texts = KUBECTL_PROFILES[state.config.profile]
  const warnings = chosen.some(c => c.kind === 'Endpoints') && texts.endpointsWarning ? [texts.endpointsWarning] : []
  const ambiguous = args.words[0]?.split(',').includes('ev') && texts.modernPods ? [AMBIGUOUS] : []
  const missing = isSet(args, 'ignore-not-found')
    ? []
    : chosen.flatMap(c => c.missing.map(name => `Error from server (NotFound): ${serverResource(state, c.kind)} "${name}" not found`))
  const objects = chosen.flatMap(c => c.objects)
  const asked =
    chosen.every(c => c.objects.length + c.missing.length > 0 && args.words.length > 1) ||
    args.words.some(w => w.includes('/')) ||
    args.flags.has('filename')
  const output = objects.length === 0 && !isListing(format) ? { text: '' } : printObjects(state, args, chosen, format, asked)
  if ('wrong' in output) return failed(state, output.wrong)
  const nothing =
    objects.length === 0 && missing.length === 0 && !isListing(format) && format !== 'name' && !isSet(args, 'ignore-not-found')
  const empty = nothing ? [texts.nothingFound(chosen.some(c => KINDS[c.kind].namespaced) ? namespaceOf(args) : undefined)] : []
  const lines = [...ambiguous, ...warnings, ...empty, ...missing]
  return {
    state,
    stdout: missing.length > 0 && objects.length === 0 ? '' : output.text,
    stderr: lines.map(l => `${l}\n`).join(''),
    exit: missing.length > 0 ? 1 : 0,
  }
}

/** Two groups have Events. */
const AMBIGUOUS = 'Warning: short name "ev" could also match lower priority resource events.events.k8s.io'

/** Until the time is over; without a limit until the cluster has come to rest: then nothing more is told that one could wait for. */
function watched(state: State, args: Arguments, passing: Passing, chosen: readonly Chosen[]): Reply {
  const limitMs = durationMs(flag(args, 'request-timeout') ?? '0s')
  const after = limitMs > 0 ? passing.until(state, () => false, limitMs) : settle(state)
  return { state: after, stdout: watchedText(state, after, args, chosen), stderr: '', exit: 0 }
}

const isListing = (format: string | undefined): boolean => format !== undefined && format !== 'wide' && format !== 'name'

/** A pod's conditions always tell of a probe's time, which nobody ever sets. */
function served(object: KubeObject): KubeObject {
  if (object.kind === 'Namespace' && !('spec' in object)) return { ...object, spec: { finalizers: ['kubernetes'] } } as KubeObject
  if (object.kind !== 'Pod') return object
  const { status } = object as Pod
  if (status?.conditions === undefined) return object
  return {
    ...object,
    status: { ...status, conditions: status.conditions.map(c => ({ lastProbeTime: null, lastTransitionTime: null, ...c })) },
  } as KubeObject
}

function printObjects(state: State, args: Arguments, chosen: readonly Chosen[], format: string | undefined, single: boolean): PathText {
  const shown = isSet(args, 'show-managed-fields') ? withManagedFields : (_: State, object: KubeObject) => object
  const objects = chosen.flatMap(c => c.objects).map(object => shown(state, served(object)))
  if (format === 'name') return { text: objects.map(o => `${resourceName(state, o.kind as Kind)}/${o.metadata.name}\n`).join('') }
  const root =
    single && objects.length === 1
      ? objects[0]
      : { apiVersion: 'v1', items: objects, kind: 'List', metadata: KUBECTL_PROFILES[state.config.profile].listMeta }
  if (format === 'yaml' || format === 'json') return { text: (format === 'yaml' ? yamlText : jsonText)(root) }
  const paths = format === undefined ? undefined : pathText(format, root, objects, !isSet(args, 'no-headers'))
  return paths ?? { text: tables(state, args, chosen, format === 'wide') }
}

function tables(state: State, args: Arguments, chosen: readonly Chosen[], wide: boolean): string {
  const merged = mergedKinds(chosen)
  const prefixed = merged.length > 1 || isSet(args, 'show-kind') || chosen.length > 1
  return merged
    .filter(c => c.objects.length > 0)
    .map(c => {
      const options = { args, kind: c.kind, wide, prefixed }
      const rows = c.objects.map(o => rowOf(state, options, o))
      return table(isSet(args, 'no-headers') ? rows : [headOf(state, options), ...rows])
    })
    .join('\n')
}

/** `svc/a svc/b` is one table. */
function mergedKinds(chosen: readonly Chosen[]): readonly Chosen[] {
  const byKind = new Map<Kind, Chosen>()
  for (const c of chosen) byKind.set(c.kind, { ...c, objects: [...(byKind.get(c.kind)?.objects ?? []), ...c.objects] })
  return [...byKind.values()]
}
