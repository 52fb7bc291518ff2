// `kubectl create`, `apply` and `replace`: manifests become requests, one after the other; the cluster settles afterwards.
import { goJson } from '../../apply/go-json'
import { setDefaults } from '../../apply/defaults'
import type { Kind, KubeObject } from '../../apply/object'
import { mergePatch, strategicPatch, threeWayPatch } from '../../apply/patch'
import type { DecodedRequest } from '../../apply/request'
import type { Manifested, RequestError } from '../../apply/request-refusals'
import { definitionOf } from '../../apply/patched-object'
import { createWarnings } from '../../apply/validate'
import { sameValue } from '../../cluster/equal'
import { KINDS } from '../../cluster/kind'
import { keyOf, objectOf, type State } from '../../cluster/state'
import { type Answer, deleteObject, isError } from '../../cluster/store'
import { withManagers } from '../../control/managers'
import { requestCreate, requestUpdate } from '../../control/request'
import { placeText } from '../../error'
import { apiErrorText, serverErrorText } from './api-error'
import { type Arguments, flag, isSet } from './arguments'
import { type Manifest, readManifests } from './manifests'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'
import { refusedPatch } from './refused-patch'
import { failed, type KubectlFiles, type Reply } from './reply'
import { namedResource, resourceName } from './resource'
import { serverSideApply } from './server-side'
import { jsonText, yamlText } from './yaml-text'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
type ChangeVerb = 'create' | 'apply' | 'replace'

interface Outcome {
  readonly state: State
  readonly said: string
  readonly object: KubeObject
  readonly warnings: readonly string[]
}
interface Failure {
  readonly wrong: string
  /** How it reads where the command has other errors too. */
  readonly amongOthers?: string
  readonly warnings: readonly string[]
}
type Result = Outcome | Failure

/** The whole command. */
export function change(state: State, args: Arguments, files: KubectlFiles, passing: Passing, verb: ChangeVerb): Reply {
  const format = flag(args, 'output')
  if (format !== undefined && !['yaml', 'json', 'name'].includes(format))
    return failed(state, `hopspec: kubectl ${verb} -o ${format} is not modelled; use yaml, json or name.`)
  const manifests = readManifests(state, args, files, verb)
  if ('wrong' in manifests) return failed(state, manifests.wrong)
  if (manifests.length === 0) return failed(state, `error: no objects passed to ${verb}`)
  let now = state
  let stderr = ''
  const done: Outcome[] = []
  const failures: Failure[] = []
  for (const manifest of manifests) {
    const result = one(now, args, verb, manifest)
    for (const warning of result.warnings) stderr += `${warning}\n`
    if ('wrong' in result) {
      failures.push(result)
      continue
    }
    now = result.state
    done.push(result)
  }
  const stdout =
    format === 'yaml' || format === 'json'
      ? documents(done, format)
      : done.map(d => `${format === 'name' ? namedResource(now, d.object) : d.said}\n`).join('')
  const dry = dryRun(args)
  stderr += failuresText(verb === 'apply' && KUBECTL_PROFILES[state.config.profile].readsFirst ? unreadFirst(failures) : failures)
  return { state: dry !== '' || done.length === 0 ? state : passing.after(now), stdout, stderr, exit: failures.length === 0 ? 0 : 1 }
}

/** What kubectl fails at while it reads the manifests, before it sends any. */
const UNREAD = /^error: (resource mapping not found|unable to decode|error parsing|error validating)/
const unreadFirst = (failures: readonly Failure[]): readonly Failure[] => [
  ...failures.filter(f => UNREAD.test(f.wrong)),
  ...failures.filter(f => !UNREAD.test(f.wrong)),
]

/** kubectl tells errors when it has tried everything, and several of them in another form than one. */
function failuresText(failures: readonly Failure[]): string {
  if (failures.length === 1) return `${failures[0]!.wrong}\n`
  return failures.map(({ wrong, amongOthers = wrong.replace(/^error: /, '') }) => `${amongOthers}\n`).join('')
}

function documents(done: readonly Outcome[], format: 'yaml' | 'json'): string {
  return format === 'yaml' ? done.map(d => yamlText(d.object)).join('---\n') : done.map(d => jsonText(d.object)).join('')
}

/** ` (dry run)`, ` (server dry run)` or nothing. */
function dryRun(args: Arguments): string {
  const asked = flag(args, 'dry-run')
  if (asked === undefined || asked === 'none' || asked === 'false') return ''
  return asked === 'server' ? ' (server dry run)' : ' (dry run)'
}

function one(state: State, args: Arguments, verb: ChangeVerb, { file, request }: Manifest): Result {
  if (request.is === 'refused') {
    const hints = request.hints.map(h => `hopspec: ${h.place ? `${placeText(h.place)}: ` : ''}${h.message}${h.fix ? ` ${h.fix}` : ''}`)
    const patch = refusedAsPatch(state, args, request)
    const warnings = [...(patch?.warnings ?? []), ...request.warnings.map(w => `Warning: ${w}`)]
    return { wrong: [patch?.wrong ?? request.text, ...hints].join('\n'), warnings }
  }
  if (KINDS[request.kind as Kind] === undefined) return { wrong: `hopspec: kind ${request.kind} is not modelled.`, warnings: [] }
  const placed = inNamespace(request, flag(args, 'namespace'))
  if ('wrong' in placed) return { ...placed, warnings: [] }
  const known = dryRun(args) === ' (dry run)' ? [] : createWarnings(request.kind, request.object, state.config.profile)
  const warnings = [...request.warnings, ...known].map(w => `Warning: ${w}`)
  const context: Context = { state, args, file, request, object: placed.object, written: placed.written, warnings }
  if (isSet(args, 'server-side')) return serverSide(context)
  return verb === 'create' ? created(context) : verb === 'replace' ? replaced(context) : applied(context)
}

/** What the server says of an apply that it cannot read, where the object exists. */
function refusedAsPatch(
  state: State,
  args: Arguments,
  { patch }: RequestError,
): { readonly wrong: string; readonly warnings: readonly string[] } | undefined {
  if (patch === undefined || KINDS[patch.kind as Kind] === undefined) return undefined
  const placed = inNamespace(patch, flag(args, 'namespace'))
  if ('wrong' in placed) return { ...placed, warnings: [] }
  const live = objectOf(state, patch.kind as 'Pod', keyOf(placed.object)) as KubeObject | undefined
  if (live === undefined) return undefined
  const last = live.metadata.annotations?.[LAST_APPLIED]
  const modified = withLastApplied(placed.written, placed.written)
  return {
    wrong: refusedPatch(state, last === undefined ? {} : readLast(last), modified, live, patch.words),
    warnings: neverApplied(state, live),
  }
}

/** The warning of an object that apply did not make. */
const neverApplied = (state: State, live: KubeObject): readonly string[] =>
  live.metadata.annotations?.[LAST_APPLIED] === undefined
    ? [KUBECTL_PROFILES[state.config.profile].neverApplied(`${KINDS[live.kind as Kind].resource}/${live.metadata.name}`)]
    : []

interface Context {
  readonly state: State
  readonly args: Arguments
  readonly file: string
  readonly request: DecodedRequest
  readonly object: KubeObject
  /** As kubectl keeps it in last-applied-configuration: with namespace and annotations. */
  readonly written: KubeObject
  readonly warnings: readonly string[]
}

/** The object in its namespace: its own, else -n, else default. */
function inNamespace(
  request: Manifested,
  asked: string | undefined,
): { readonly object: KubeObject; readonly written: KubeObject } | { readonly wrong: string } {
  const written = request.written as unknown as KubeObject
  if (!KINDS[request.kind as Kind].namespaced)
    return {
      object: { ...request.object, metadata: { ...request.object.metadata, name: request.object.metadata?.name ?? '' } },
      written: withMeta(written, {}),
    }
  const metadata = { ...request.object.metadata, name: request.object.metadata?.name ?? '' }
  const own = metadata.namespace
  if (own !== undefined && own !== '' && asked !== undefined && own !== asked) {
    return {
      wrong: `error: the namespace from the provided object "${own}" does not match the namespace "${asked}". You must pass '--namespace=${own}' to perform this operation.`,
    }
  }
  const namespace = own || asked || 'default'
  return { object: { ...request.object, metadata: { ...metadata, namespace } }, written: withMeta(written, { namespace }) }
}

const withMeta = (written: KubeObject, more: object): KubeObject => {
  const { [LAST_APPLIED]: _, ...annotations } = written.metadata?.annotations ?? {}
  return { ...written, metadata: { ...written.metadata, ...more, annotations } }
}

function outcome(context: Context, answer: Answer, did: string, what: string): Result {
  const { object, warnings, state } = context
  if (isError(answer))
    return {
      wrong: apiErrorText(answer.error, what, object.kind, object.metadata.name),
      amongOthers: serverErrorText(answer.error, what),
      warnings: fromRequest(context),
    }
  const dry = dryRun(context.args)
  return { state: answer.state, said: `${namedResource(state, answer.object)} ${did}${dry}`, object: answer.object, warnings }
}

/** The warnings that come with an answer of the server, good or bad. */
const fromRequest = (context: Context): readonly string[] => context.request.warnings.map(w => `Warning: ${w}`)

/** Who is to be remembered for the fields. */
const managerOf = ({ args }: Context, usual: string): string => flag(args, 'field-manager') ?? usual

/** A dry run on the client's side sends nothing. */
const local = (context: Context, did: string, object: KubeObject): Result => ({
  state: context.state,
  said: `${namedResource(context.state, object)} ${did} (dry run)`,
  object,
  warnings: fromRequest(context),
})

function created(context: Context): Result {
  const { state, object, file } = context
  if (dryRun(context.args) === ' (dry run)') return local(context, 'created', context.written)
  const saved = isSet(context.args, 'save-config') ? withLastApplied(object, context.written) : object
  return outcome(
    context,
    requestCreate(state, saved, managerOf(context, 'kubectl-create'), dryRun(context.args) !== ''),
    'created',
    `error when creating ${JSON.stringify(file)}`,
  )
}

function replaced(context: Context): Result {
  const { state, object, file } = context
  if (isSet(context.args, 'force')) return replacedByForce(context)
  return outcome(
    context,
    requestUpdate(state, object, managerOf(context, 'kubectl-replace')),
    'replaced',
    `error when replacing ${JSON.stringify(file)}`,
  )
}

/** Deleted at once, then made anew; what was not there is only made. */
function replacedByForce(context: Context): Result {
  const { state, object, file, args } = context
  const kind = object.kind as Kind
  const gone = deleteObject(state, kind, keyOf(object), 'kubectl', 0)
  const what = `error when replacing ${JSON.stringify(file)}`
  if ('error' in gone) return outcome(context, requestCreate(state, object, 'kubectl-replace'), 'replaced', what)
  const from = KUBECTL_PROFILES[state.config.profile].deletedFrom(object.metadata.namespace)
  const made = outcome(context, requestCreate(gone.state, object, 'kubectl-replace'), 'replaced', what)
  if ('wrong' in made) return made
  return { ...made, said: `${resourceName(state, kind)} "${object.metadata.name}" deleted${from}${dryRun(args)}\n${made.said}` }
}

const withLastApplied = <O extends KubeObject>(object: O, written: KubeObject): O => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [LAST_APPLIED]: `${goJson(written)}\n` } },
})

function applied(context: Context): Result {
  const { state, object, file, written } = context
  const live = objectOf(state, object.kind as 'Pod', keyOf(object)) as KubeObject | undefined
  if (!object.metadata.name) return { wrong: nameless(context), warnings: [] }
  if (live === undefined) {
    if (dryRun(context.args) === ' (dry run)') return local(context, 'created', written)
    return outcome(
      context,
      requestCreate(state, withLastApplied(object, written), managerOf(context, 'kubectl-client-side-apply'), dryRun(context.args) !== ''),
      'created',
      `error when creating ${JSON.stringify(file)}`,
    )
  }
  const last = live.metadata.annotations?.[LAST_APPLIED]
  const merged = mergedApply(state, last, withLastApplied(written, written), live)
  const known = { ...context, warnings: [...neverApplied(state, live), ...context.warnings] }
  if (sameValue(merged, live))
    return { state, said: `${namedResource(state, object)} unchanged${dryRun(context.args)}`, object: live, warnings: known.warnings }
  const defaulted = structuredClone(merged)
  setDefaults(object.kind, object.apiVersion, defaulted, state.config.profile)
  if (dryRun(context.args) === ' (dry run)') return local(known, 'configured', defaulted)
  return outcome(
    known,
    requestUpdate(state, defaulted, managerOf(context, 'kubectl-client-side-apply')),
    'configured',
    patching(context, merged, live),
  )
}

/** The live object with what the manifest says, without what the last manifest said and this one no longer does. */
function mergedApply(state: State, last: string | undefined, written: KubeObject, live: KubeObject): KubeObject {
  const original: unknown = last === undefined ? {} : readLast(last)
  const known = definitionOf(state.config.profile, written.apiVersion, written.kind)
  if (known === undefined) return mergePatch(live, written) as KubeObject
  const patch = threeWayPatch(known.schema, known.definition, original, written)
  return strategicPatch(known.schema, known.definition, live, patch) as KubeObject
}

/** An annotation that somebody has broken counts for nothing. */
function readLast(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** What apply says about a manifest without a name. */
function nameless({ object, file }: Context): string {
  if (object.metadata.generateName) return `error: from ${object.metadata.generateName}: cannot use generate name with apply`
  return `error: error when retrieving current configuration of:\n${resourceLine(object)}\nName: "", Namespace: "${object.metadata.namespace ?? ''}"\nfrom server for: ${JSON.stringify(file)}: resource name may not be empty`
}

const resourceLine = (object: KubeObject): string =>
  `Resource: "${serverResourceLong(object.kind as Kind)}", GroupVersionKind: "${groupVersion(object)}, Kind=${object.kind}"`

/** How kubectl introduces a refused patch: the patch, and what it was for. */
function patching({ file, object }: Context, merged: KubeObject, live: KubeObject): string {
  const patch = difference(live, merged)
  const resource = resourceLine(object)
  return `error when applying patch:\n${goJson(patch)}\nto:\n${resource}\nName: "${object.metadata.name}", Namespace: "${object.metadata.namespace ?? ''}"\nfor: ${JSON.stringify(file)}: error when patching ${JSON.stringify(file)}`
}

const groupVersion = (o: KubeObject): string => (o.apiVersion.includes('/') ? o.apiVersion : `/${o.apiVersion}`)
const serverResourceLong = (kind: Kind): string => `${KINDS[kind].group}/${KINDS[kind].version}, Resource=${KINDS[kind].resource}`

/** A merge patch from one object to another: null removes. */
function difference(from: unknown, to: unknown): unknown {
  const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
  if (!isObject(from) || !isObject(to)) return to
  const patch: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (sameValue(from[key], to[key])) continue
    patch[key] = to[key] === undefined ? null : difference(from[key], to[key])
  }
  return patch
}

function serverSide(given: Context): Result {
  const { state, object, written, file } = given
  const { generateName, deletionTimestamp } = object.metadata as { generateName?: string; deletionTimestamp?: string }
  if (!object.metadata.name && generateName) return { wrong: nameless(given), warnings: [] }
  const going =
    deletionTimestamp === undefined
      ? []
      : [`Warning: Detected changes to resource ${object.metadata.name} which is currently being deleted.`]
  const context = { ...given, warnings: [...given.warnings, ...going] }
  const live = objectOf(state, object.kind as 'Pod', keyOf(object)) as KubeObject | undefined
  const manager = flag(context.args, 'field-manager') ?? 'kubectl'
  const last = live?.metadata.annotations?.[LAST_APPLIED]
  const merged = live === undefined ? object : mergedApply(state, undefined, written, live)
  const applied = serverSideApply(state, live, {
    manager,
    force: isSet(context.args, 'force-conflicts'),
    written: context.request.written as unknown as KubeObject,
    merged,
    lastApplied: last === undefined ? undefined : readLast(last),
    note: `${goJson(written)}\n`,
  })
  if ('wrong' in applied) return { wrong: applied.wrong, warnings: context.warnings }
  const defaulted = structuredClone(applied.object)
  setDefaults(object.kind, object.apiVersion, defaulted, state.config.profile)
  const answer =
    live === undefined ? requestCreate(state, defaulted, manager, dryRun(context.args) !== '') : requestUpdate(state, defaulted, manager)
  const noted = isError(answer) ? answer : { ...answer, state: withManagers(answer.state, answer.object, applied.managers) }
  return outcome(context, noted, 'serverside-applied', live === undefined ? '' : `error when patching ${JSON.stringify(file)}`)
}
