// `kubectl delete`: each object in turn, then virtual time passes until they are gone (unless --wait=false).
import type { Kind, KubeObject } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { objectOf, type State } from '../../cluster/state'
import { deleteObject, isError, type Propagation } from '../../cluster/store'
import { apiErrorText } from './api-error'
import { type Arguments, flag, isSet } from './arguments'
import { dryRun } from './edit'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName } from './resource'
import { storedOf, type Target, targetsOf } from './targets'

const AT_ONCE =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.'
const NOT_SCOPED = 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace'

const CASCADES: Readonly<Record<string, Propagation>> = {
  true: 'Background',
  background: 'Background',
  false: 'Orphan',
  orphan: 'Orphan',
  foreground: 'Foreground',
}

/** The whole command. */
export function remove(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const cascade = CASCADES[flag(args, 'cascade') ?? 'background']
  if (cascade === undefined)
    return failed(state, `error: invalid cascade value (${flag(args, 'cascade')}). Must be "background", "foreground", or "orphan"`)
  const misused = misuse(args)
  if (misused !== undefined) return failed(state, `error: ${misused}`)
  const asked = targetsOf(state, args, files, 'error when deleting')
  if ('usage' in asked) return failed(state, asked.usage)
  const force = isSet(args, 'force')
  const grace = force ? 0 : isSet(args, 'now') ? 1 : mercifulGrace(args)
  const dry = dryRun(args)
  const missing = isSet(args, 'ignore-not-found') ? [] : asked.wrong
  const stderr = [...(force ? [AT_ONCE] : []), ...warnings(state, args, asked.found)]
  let now = state
  let stdout = ''
  const deleted: (Target & { readonly uid: string | undefined })[] = []
  for (const target of asked.found) {
    const { uid } = storedOf(now, target).metadata
    const answer = dry === '' ? deleteOne(now, target, cascade, grace) : undefined
    if (answer !== undefined && isError(answer)) {
      stderr.push(apiErrorText(answer.error, '', target.kind, target.name))
      continue
    }
    if (answer !== undefined) now = answer.state
    deleted.push({ ...target, uid })
    stdout += `${saidOf(state, args, target, force)}${dry}\n`
  }
  stderr.push(...missing)
  if (asked.found.length === 0 && asked.wrong.length === 0) stdout += 'No resources found\n'
  const after = dry !== '' || now === state ? state : passed(now, args, passing, deleted, force)
  const exit = missing.length > 0 || deleted.length < asked.found.length ? 1 : 0
  return { state: after, stdout, stderr: stderr.map(l => `${l}\n`).join(''), exit }
}

function saidOf(state: State, args: Arguments, target: Target, force: boolean): string {
  const name = resourceName(state, target.kind)
  if (flag(args, 'output') === 'name') return `${name}/${target.name}`
  const from = KUBECTL_PROFILES[state.config.profile].deletedFrom(target.namespace)
  return `${name} "${target.name}" ${force ? 'force deleted' : 'deleted'}${from}`
}

/** Namespaces that every cluster needs stay. */
const KEPT_NAMESPACES = ['default', 'kube-system', 'kube-public']

function deleteOne(state: State, target: Target, cascade: Propagation, grace: number | undefined): ReturnType<typeof deleteObject> {
  if (target.kind === 'Namespace' && KEPT_NAMESPACES.includes(target.name))
    return {
      error: { code: 403, reason: 'Forbidden', message: `namespaces "${target.name}" is forbidden: this namespace may not be deleted` },
    }
  return deleteObject(state, target.kind, target.key, 'kubectl', grace, cascade)
}

function warnings(state: State, args: Arguments, found: readonly Target[]): string[] {
  const words = args.words.join(' ')
  const profile = KUBECTL_PROFILES[state.config.profile]
  const named = found.map(t => t.kind)
  const clusterWide = named.some(kind => !KINDS[kind].namespaced) || CLUSTER_WORDS.test(words)
  return [
    ...(clusterWide && args.flags.has('namespace') && profile.modernPods ? [NOT_SCOPED] : []),
    ...(named.includes('Endpoints') && profile.endpointsWarning ? [profile.endpointsWarning] : []),
  ]
}
const CLUSTER_WORDS = /^(no|nodes?|ns|namespaces?|ingressclass(es)?|ipaddress(es)?|ip|servicecidrs?)(\/| |$)/

/** A delete waits for what it deleted; a forced one, and one told not to, do not. */
function passed(
  state: State,
  args: Arguments,
  passing: Passing,
  deleted: readonly (Target & { readonly uid: string | undefined })[],
  force: boolean,
): State {
  if (force || flag(args, 'wait') === 'false') return passing.after(state)
  const there = (s: State, t: (typeof deleted)[number]): boolean =>
    (objectOf(s, t.kind as Kind, t.key) as KubeObject | undefined)?.metadata.uid === t.uid
  const gone = (s: State): boolean => !deleted.some(t => there(s, t))
  return passing.after(gone(state) ? state : passing.until(state, gone, LONGEST_MS))
}

/** An object that a finalizer keeps is waited for only so long. */
const LONGEST_MS = 10 * 60_000

/** No grace at all is only given by force: `--grace-period=0` alone means one second. */
function mercifulGrace(args: Arguments): number | undefined {
  const grace = graceOf(args)
  return grace === 0 ? 1 : grace
}

function misuse(args: Arguments): string | undefined {
  if (isSet(args, 'all') && args.flags.has('selector')) return 'cannot set --all and --selector at the same time'
  if (isSet(args, 'all') && args.flags.has('field-selector')) return 'cannot set --all and --field-selector at the same time'
  const grace = graceOf(args)
  if (isSet(args, 'now') && grace !== undefined) return '--now and --grace-period cannot be specified together'
  return isSet(args, 'force') && grace !== undefined && grace > 0
    ? '--force and --grace-period greater than 0 cannot be specified together'
    : undefined
}

function graceOf(args: Arguments): number | undefined {
  const asked = flag(args, 'grace-period')
  return asked === undefined || Number(asked) < 0 ? undefined : Number(asked)
}
