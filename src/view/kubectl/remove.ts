// `kubectl delete` and `kubectl scale`. A delete waits until the objects are gone: virtual time passes for pods that stop.
import type { Deployment, Kind, KubeObject, ReplicaSet, ReplicationController } from '../../apply/object'
import { KINDS } from '../../cluster/kind'
import { keyOf, objectOf, type State } from '../../cluster/state'
import { deleteObject, isError } from '../../cluster/store'
import { put, write } from '../../cluster/write'
import { type Arguments, flag, isSet } from './arguments'
import { choose } from './get'
import { readManifests } from './manifests'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName, serverResource } from './resource'

interface Target {
  readonly kind: Kind
  readonly key: string
  readonly name: string
  readonly namespace: string | undefined
}

const targetOf = (o: KubeObject): Target => ({
  kind: o.kind as Kind,
  key: keyOf(o),
  name: o.metadata.name,
  namespace: o.metadata.namespace,
})

/** What the words or the files of a command line mean, and the complaints about what is not there. */
function targets(
  state: State,
  args: Arguments,
  files: KubectlFiles,
): { readonly found: readonly Target[]; readonly wrong: readonly string[] } | { readonly usage: string } {
  if (args.flags.has('filename')) {
    const manifests = readManifests(state, args, files, 'create')
    if ('wrong' in manifests) return { usage: manifests.wrong }
    const found: Target[] = []
    const wrong: string[] = []
    for (const { file, request } of manifests) {
      if (request.is === 'refused') {
        wrong.push(request.text)
        continue
      }
      const kind = request.kind as Kind
      const namespace = KINDS[kind].namespaced ? request.object.metadata.namespace || flag(args, 'namespace') || 'default' : undefined
      const target = {
        kind,
        name: request.object.metadata.name,
        namespace,
        key: namespace === undefined ? request.object.metadata.name : `${namespace}/${request.object.metadata.name}`,
      }
      if (objectOf(state, kind, target.key) !== undefined) found.push(target)
      else
        wrong.push(`Error from server (NotFound): error when deleting "${file}": ${serverResource(state, kind)} "${target.name}" not found`)
    }
    return { found, wrong }
  }
  const chosen = choose(state, args, 'error: You must provide one or more resources by argument or filename.')
  if ('wrong' in chosen) return { usage: chosen.wrong }
  const unnamed = args.words.length === 1 && !args.words[0]!.includes('/') && !isSet(args, 'all') && flag(args, 'selector') === undefined
  if (unnamed) return { usage: 'error: resource(s) were provided, but no name was specified' }
  return {
    found: chosen.flatMap(c => c.objects.map(targetOf)),
    wrong: chosen.flatMap(c => c.missing.map(name => `Error from server (NotFound): ${serverResource(state, c.kind)} "${name}" not found`)),
  }
}

/** `kubectl delete`. */
export function remove(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const asked = targets(state, args, files)
  if ('usage' in asked) return failed(state, asked.usage)
  const force = isSet(args, 'force')
  const grace = force ? 0 : isSet(args, 'now') ? 1 : graceOf(args)
  let now = state
  let stdout = ''
  const texts = KUBECTL_PROFILES[state.config.profile]
  for (const target of asked.found) {
    const answer = deleteObject(now, target.kind, target.key, 'kubectl', grace)
    if (isError(answer)) continue
    now = answer.state
    const name = resourceName(state, target.kind)
    stdout +=
      flag(args, 'output') === 'name'
        ? `${name}/${target.name}\n`
        : `${name} "${target.name}" ${force ? 'force deleted' : 'deleted'}${texts.deletedFrom(target.namespace)}\n`
  }
  const wrong = isSet(args, 'ignore-not-found') ? [] : asked.wrong
  const warning = force
    ? [
        'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
      ]
    : []
  const nothing = asked.found.length === 0 && wrong.length === 0 ? ['No resources found'] : []
  const stderr = [...warning, ...nothing, ...wrong].map(l => `${l}\n`).join('')
  return { state: asked.found.length === 0 ? state : passing.after(now), stdout, stderr, exit: wrong.length > 0 ? 1 : 0 }
}

function graceOf(args: Arguments): number | undefined {
  const asked = flag(args, 'grace-period')
  return asked === undefined || Number(asked) < 0 ? undefined : Number(asked)
}

type Scalable = Deployment | ReplicaSet | ReplicationController
const SCALABLE = new Set<Kind>(['Deployment', 'ReplicaSet', 'ReplicationController'])

/** `kubectl scale`. */
export function scale(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const asked = flag(args, 'replicas')
  if (asked === undefined) return failed(state, 'error: required flag(s) "replicas" not set')
  const replicas = Number(asked)
  if (!/^-?\d+$/.test(asked))
    return failed(
      state,
      `error: invalid argument "${asked}" for "--replicas" flag: strconv.ParseInt: parsing "${asked}": invalid syntax\nSee 'kubectl scale --help' for usage.`,
    )
  if (replicas < 0) return failed(state, 'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  const all = targets(state, args, files)
  if ('usage' in all) return failed(state, all.usage)
  let now = state
  let stdout = ''
  const wrong = [...all.wrong]
  for (const target of all.found) {
    if (!SCALABLE.has(target.kind)) {
      wrong.push('Error from server (NotFound): the server could not find the requested resource')
      continue
    }
    const object = objectOf(now, target.kind as 'Deployment', target.key) as Scalable
    const current = flag(args, 'current-replicas')
    if (current !== undefined && Number(current) !== object.spec.replicas) {
      wrong.push(`error: Expected replicas to be ${current}, was ${object.spec.replicas}`)
      continue
    }
    now = write(now, [put({ ...object, spec: { ...object.spec, replicas } })], 'kubectl')
    stdout += `${resourceName(state, target.kind)}/${target.name} scaled\n`
  }
  return { state: passing.after(now), stdout, stderr: wrong.map(l => `${l}\n`).join(''), exit: wrong.length > 0 ? 1 : 0 }
}
