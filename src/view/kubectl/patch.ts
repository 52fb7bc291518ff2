// `kubectl patch`: strategic merge, JSON merge and JSON patches, also of a status.
import { goJson } from '../../apply/go-json'
import { jsonPatch, mergePatch, strategicPatch } from '../../apply/patch'
import { readText } from '../../apply/documents'
import type { KubeObject } from '../../apply/object'
import { definitionOf, readPatched } from '../../apply/patched-object'
import { sameValue } from '../../cluster/equal'
import type { State } from '../../cluster/state'
import { put, write } from '../../cluster/write'
import { type Arguments, flag } from './arguments'
import { dryRun, type Edited, editAll } from './edit'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName } from './resource'
import { storedOf, targetsOf } from './targets'
import { withManagedFields } from '../../control/managers'

/** The whole command. */
export function patch(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const type = flag(args, 'type') ?? 'strategic'
  if (!['strategic', 'merge', 'json'].includes(type))
    return failed(state, `error: --type must be one of [json merge strategic], not ${JSON.stringify(type)}`)
  const text = patchText(args, files)
  if (text === undefined) return failed(state, 'error: must specify --patch or --patch-file containing the contents of the patch')
  const read = readText('patch', text)
  if (read.problems.length > 0) return failed(state, `error: unable to parse ${JSON.stringify(text)}: ${read.problems[0]!.message}`)
  const value = read.documents[0]?.value ?? null
  const edit = (object: KubeObject): Edited => patched(state, object, type, value)
  if (flag(args, 'subresource') === 'status') return patchStatus(state, args, files, passing, edit)
  return editAll(state, args, files, passing, { by: 'kubectl-patch', edit, did: 'patched', didNot: 'patched (no change)' })
}

function patchText(args: Arguments, files: KubectlFiles): string | undefined {
  const file = flag(args, 'patch-file')
  const bytes = file === undefined ? undefined : files.read(file)
  return bytes === undefined ? flag(args, 'patch') : new TextDecoder().decode(bytes)
}

const REFUSED = 'The request is invalid: the server rejected our request due to an error in our request'

/** The object with the patch, as the server reads it. */
function patched(state: State, object: KubeObject, type: string, value: unknown): Edited {
  if (type !== 'json' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
    const got = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value
    return {
      wrong: `Error from server (BadRequest): error decoding patch: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`,
    }
  }
  const undecoded = type === 'json' ? undecodedPatch(value) : undefined
  if (undecoded !== undefined) return { wrong: `Error from server (BadRequest): error decoding patch: json: cannot unmarshal ${undecoded}` }
  const known = definitionOf(state.config.profile, object.apiVersion, object.kind)
  const made =
    type === 'json'
      ? jsonPatch(object, value)
      : type === 'merge' || known === undefined
        ? mergePatch(object, value)
        : strategicPatch(known.schema, known.definition, object, value)
  if (made === undefined) return { wrong: REFUSED }
  const next = made as KubeObject
  if (next.metadata?.name !== object.metadata.name)
    return {
      wrong: `Error from server (BadRequest): the name of the object (${next.metadata?.name ?? ''}) does not match the name on the URL (${object.metadata.name})`,
    }
  const answer = readPatched(state.config.profile, next)
  if ('wrong' in answer)
    return {
      wrong: `The request is invalid: patch: Invalid value: ${JSON.stringify(objectText(withManagedFields(state, next)))}: ${answer.wrong}`,
    }
  return answer
}

const METADATA =
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields'.split(
    ' ',
  )

/** An object as the server has it in hand while it merges: metadata in the order of its type, what the patch has opened by the names of its fields. */
function objectText(object: KubeObject): string {
  const given = object.metadata as unknown as Readonly<Record<string, unknown>>
  const metadata = METADATA.filter(name => given[name] !== undefined).map(
    name => `${JSON.stringify(name)}:${name === 'managedFields' ? JSON.stringify(given[name]) : goJson(given[name])}`,
  )
  const parts = Object.keys(object)
    .sort()
    .map(
      name =>
        `${JSON.stringify(name)}:${name === 'metadata' ? `{${metadata.join()}}` : goJson((object as never as Record<string, unknown>)[name])}`,
    )
  return `{${parts.join()}}`
}

/** What of a JSON patch is no list of operations, in the words of Go's decoder. */
function undecodedPatch(value: unknown): string | undefined {
  const kind = (v: unknown): string => (Array.isArray(v) ? 'array' : typeof v === 'boolean' ? 'bool' : typeof v)
  if (!Array.isArray(value)) return `${kind(value)} into Go value of type jsonpatch.Patch`
  const odd = value.find(v => typeof v !== 'object' || v === null || Array.isArray(v))
  return odd === undefined ? undefined : `${kind(odd)} into Go value of type jsonpatch.Operation`
}

/** A status is written as it is: nothing of it is validated here. */
function patchStatus(state: State, args: Arguments, files: KubectlFiles, passing: Passing, edit: (object: KubeObject) => Edited): Reply {
  const targets = targetsOf(state, args, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  let now = state
  let stdout = ''
  const stderr = [...targets.wrong]
  for (const target of targets.found) {
    const before = storedOf(now, target)
    const edited = edit(before)
    if (edited === undefined || 'wrong' in edited) {
      stderr.push(edited?.wrong ?? '')
      continue
    }
    const status = withIpModes((edited.object as { status?: unknown }).status)
    const next = { ...before, status } as KubeObject
    const said = sameValue(before, next) ? 'patched (no change)' : 'patched'
    now = write(now, [put(next)], 'kubectl-patch')
    stdout += `${resourceName(state, target.kind)}/${target.name} ${said}${dryRun(args)}\n`
  }
  return {
    state: dryRun(args) === '' && now !== state ? passing.after(now) : state,
    stdout,
    stderr: stderr.map(l => `${l}\n`).join(''),
    exit: stderr.length > 0 ? 1 : 0,
  }
}

/** A load balancer's address is a VIP unless it says otherwise. */
function withIpModes(status: unknown): unknown {
  const of = status as { loadBalancer?: { ingress?: readonly { ip?: string; ipMode?: string }[] } } | undefined
  const ingress = of?.loadBalancer?.ingress
  if (ingress === undefined) return status
  return { ...of, loadBalancer: { ...of!.loadBalancer, ingress: ingress.map(i => (i.ip ? { ...i, ipMode: i.ipMode ?? 'VIP' } : i)) } }
}
