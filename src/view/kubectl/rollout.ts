// `kubectl rollout status|history|undo|pause|resume|restart`.
import type { Kind, KubeObject, PodTemplate } from '../../apply/object'
import type { Deployment, ReplicaSet, ControllerRevision } from '../../apply/object-workloads'
import { timeText } from '../../cluster/clock'
import { sameValue } from '../../cluster/equal'
import { writesOf } from '../../cluster/log'
import { keyOf, objectOf, objectsOf, type State } from '../../cluster/state'
import { OWN_ANNOTATIONS, REVISION, sameTemplate } from '../../control/deployment-set'
import { templateOf as revisedTemplate } from '../../control/revision'
import { controllerOf } from '../../control/selector'
import { type Arguments, flag } from './arguments'
import { templateLines } from './describe-workload'
import { durationMs } from './duration'
import { dryRun, type Edited, editAll } from './edit'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName, serverResource } from './resource'
import { rolloutStatus } from './rollout-status'
import { templateOf, withTemplate } from './set'
import { described } from './tabs'
import { storedOf, type Target, targetsOf } from './targets'

type Sub = (state: State, args: Arguments, files: KubectlFiles, passing: Passing) => Reply

const SUBS: Readonly<Record<string, Sub | undefined>> = { status, history, undo, pause: paused(true), resume: paused(false), restart }

/** The whole command: the first word is what to do. */
export function rollout(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const [what, ...words] = args.words
  if (what === undefined)
    return failed(state, `hopspec: the help of kubectl rollout is not modelled; there are ${Object.keys(SUBS).join(', ')}.`)
  const sub = SUBS[what]
  if (sub === undefined)
    return failed(state, `error: unknown command ${JSON.stringify(args.words.join(' '))}\nSee 'kubectl rollout -h' for help and examples`)
  if (words.length === 0 && !args.flags.has('filename')) return failed(state, 'error: required resource not specified')
  return sub(state, { ...args, words }, files, passing)
}

function status(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const targets = targetsOf(state, args, files, 'error when', true)
  if ('usage' in targets) return failed(state, targets.usage)
  if (targets.wrong.length > 0) return failed(state, targets.wrong.join('\n'))
  const [target, ...others] = targets.found
  if (target === undefined || others.length > 0)
    return failed(
      state,
      `error: rollout status is only supported on individual resources and resource collections - ${targets.found.length} resources were found`,
    )
  const first = rolloutStatus(storedOf(state, target))
  if (first === undefined) return failed(state, `error: no status viewer has been implemented for ${kindText(target)}`)
  if (first.failed !== undefined) return failed(state, `error: ${first.failed}`)
  if (first.done || flag(args, 'watch') === 'false') return { state, stdout: first.text, stderr: '', exit: 0 }
  const limit = durationMs(flag(args, 'timeout') ?? '0s') || LONGEST_MS
  const ended = (s: State): boolean => {
    const object = objectOf(s, target.kind, target.key) as KubeObject | undefined
    const now = object && rolloutStatus(object)
    return now === undefined || now.done || now.failed !== undefined
  }
  const after = passing.until(state, ended, limit)
  return watched(state, after, target, first.text)
}

/** A rollout that nobody limits ends, at the latest, with its progress deadline. */
const LONGEST_MS = 24 * 3600 * 1000

const kindText = (target: Target): string => target.kind

/** One line for every version of the object that was written meanwhile. */
function watched(before: State, after: State, target: Target, first: string): Reply {
  let stdout = first
  for (const event of writesOf(after.log, before.log.length)) {
    if (event.object.kind !== target.kind || keyOf(event.object) !== target.key) continue
    if (event.type === 'DELETED') return { state: after, stdout, stderr: 'error: object has been deleted\n', exit: 1 }
    const now = rolloutStatus(event.object)!
    if (now.failed !== undefined) return { state: after, stdout, stderr: `error: ${now.failed}\n`, exit: 1 }
    stdout += now.text
    if (now.done) return { state: after, stdout, stderr: '', exit: 0 }
  }
  return { state: after, stdout, stderr: 'error: timed out waiting for the condition\n', exit: 1 }
}

interface Revision {
  readonly number: number
  readonly template: PodTemplate
  readonly cause: string | undefined
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly keeper: KubeObject
}

const CAUSE = 'kubernetes.io/change-cause'

/** Revisions of a workload, the oldest first. */
function revisionsOf(state: State, object: KubeObject): readonly Revision[] | undefined {
  const owned = (o: KubeObject): boolean => controllerOf(o)?.uid === object.metadata.uid
  const made = (o: KubeObject, number: number, template: PodTemplate): Revision => ({
    number,
    template,
    cause: o.metadata.annotations?.[CAUSE],
    keeper: o,
  })
  const inOrder = (list: Revision[]): Revision[] => list.filter(r => r.number > 0).sort((a, b) => a.number - b.number)
  if (object.kind === 'Deployment')
    return inOrder(
      objectsOf(state, 'ReplicaSet')
        .filter(owned)
        .map(rs => made(rs, Number(rs.metadata.annotations?.[REVISION] ?? 0), rs.spec.template)),
    )
  if (object.kind !== 'StatefulSet' && object.kind !== 'DaemonSet') return undefined
  return inOrder(
    (objectsOf(state, 'ControllerRevision') as readonly ControllerRevision[])
      .filter(owned)
      .map(r => made(r, r.revision, revisedTemplate(r))),
  )
}

function history(state: State, args: Arguments, files: KubectlFiles): Reply {
  const targets = targetsOf(state, args, files, 'error when', true)
  if ('usage' in targets) return failed(state, targets.usage)
  let stdout = ''
  const stderr = [...targets.wrong]
  for (const target of targets.found) {
    const revisions = revisionsOf(state, storedOf(state, target))
    if (revisions === undefined) {
      stderr.push(`error: no history viewer has been implemented for "${target.kind}"`)
      continue
    }
    const name = `${resourceName(state, target.kind)}/${target.name}`
    const asked = Number(flag(args, 'revision') ?? 0)
    if (asked === 0) {
      const rows = ['REVISION\tCHANGE-CAUSE', ...revisions.map(r => `${r.number}\t${r.cause ?? '<none>'}`)]
      stdout += `${name} \n${described(`${rows.join('\n')}\n`)}\n`
      continue
    }
    const found = revisions.find(r => r.number === asked)
    if (found === undefined) stderr.push(`error: unable to find the specified revision`)
    else stdout += `${name} with revision #${asked}\n${templateLines(state, caused(target, found))}\n`
  }
  return { state, stdout, stderr: stderr.map(l => `${l}\n`).join(''), exit: stderr.length > 0 ? 1 : 0 }
}

/** A Deployment's template with its change cause among the annotations. */
function caused({ kind }: Target, { template, cause }: Revision): PodTemplate {
  if (kind !== 'Deployment' || !cause) return template
  return { ...template, metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [CAUSE]: cause } } }
}

function undo(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const asked = Number(flag(args, 'to-revision') ?? 0)
  const isLocal = dryRun(args) === ' (dry run)'
  const edit = (object: KubeObject): Edited => {
    const found = revisionToUndo(state, object, asked)
    if ('wrong' in found) return found
    return isLocal ? { object, said: templateLines(state, found.template) } : undone(state, object, found)
  }
  return editAll(state, args, files, passing, { by: 'kubectl-rollout', edit, did: 'rolled back', unnamed: true })
}

function revisionToUndo(state: State, object: KubeObject, asked: number): Revision | { readonly wrong: string } {
  const revisions = revisionsOf(state, object)
  if (revisions === undefined) return { wrong: `error: no rollbacker has been implemented for "${object.kind}"` }
  const nothing =
    object.kind === 'Deployment'
      ? `no rollout history found for deployment ${JSON.stringify(object.metadata.name)}`
      : 'no last revision to roll back to'
  if (asked === 0 && revisions.length < 2) return { wrong: `error: ${nothing}` }
  const found = asked === 0 ? revisions.at(-2) : revisions.find(r => r.number === asked)
  return found ?? { wrong: `error: unable to find specified revision ${asked} in history` }
}

function undone(state: State, object: KubeObject, found: Revision): Edited {
  if (object.kind === 'Deployment' && (object as Deployment).spec.paused) {
    const resume = KUBECTL_PROFILES[state.config.profile].resumeWith(object.metadata.name)
    return { wrong: `error: you cannot rollback a paused deployment; resume it first with '${resume}' and try again` }
  }
  const same =
    object.kind === 'Deployment'
      ? sameTemplate(found.keeper as ReplicaSet, object as Deployment)
      : sameValue(found.template, templateOf(object))
  const skipped = `skipped rollback (current template already matches revision ${found.number})`
  if (same) return { object, said: skipped }
  const back = withTemplate(object, withoutHash(found.template))
  return { object: object.kind === 'Deployment' ? annotatedAs(back, found.keeper) : back }
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** A Deployment that goes back has the annotations of the set to which it goes back, and of its own only the controller's. */
function annotatedAs(object: KubeObject, keeper: KubeObject): KubeObject {
  const own = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => OWN_ANNOTATIONS.has(key))
  const former = Object.entries(keeper.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key))
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries([...own, ...former]) } }
}

/** `error: deployments.apps "web"`, before what it is not. */
const complaintAbout = (state: State, object: KubeObject): string =>
  `error: ${serverResource(state, object.kind as Kind)} ${JSON.stringify(object.metadata.name)}`

function paused(wanted: boolean): Sub {
  const word = wanted ? 'paused' : 'resumed'
  return (state, args, files, passing) =>
    editAll(state, args, files, passing, {
      by: 'kubectl-rollout',
      did: word,
      unnamed: true,
      keepsPrefix: true,
      edit: object => {
        const start = complaintAbout(state, object)
        if (object.kind !== 'Deployment') return { wrong: `${start} ${wanted ? 'pausing' : 'resuming'} is not supported` }
        const d = object as Deployment
        if ((d.spec.paused === true) === wanted) return { wrong: `${start} is ${wanted ? 'already' : 'not'} paused` }
        const { paused: _, ...spec } = d.spec
        return { object: { ...d, spec: wanted ? { ...spec, paused: true } : spec } as Deployment }
      },
    })
}

const RESTARTED = 'kubectl.kubernetes.io/restartedAt'

function restart(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  return editAll(state, args, files, passing, {
    by: 'kubectl-rollout',
    did: 'restarted',
    unnamed: true,
    keepsPrefix: true,
    edit: object => {
      const start = complaintAbout(state, object)
      const template = templateOf(object)
      if (template === undefined || !['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind))
        return { wrong: `${start} restarting is not supported` }
      if ((object as Deployment).spec.paused) return { wrong: `${start} can't restart paused deployment (run rollout resume first)` }
      const annotations = { ...template.metadata?.annotations, [RESTARTED]: timeText(state) }
      return { object: withTemplate(object, { ...template, metadata: { ...template.metadata, annotations } }) }
    },
  })
}
