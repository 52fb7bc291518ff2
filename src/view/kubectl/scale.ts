// `kubectl scale`.
import type { Kind, KubeObject } from '../../apply/object'
import type { State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { type Edited, editAll } from './edit'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'

const SCALABLE = new Set<Kind>(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** The whole command. */
export function scale(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const asked = flag(args, 'replicas')
  if (asked === undefined) return failed(state, 'error: required flag(s) "replicas" not set')
  if (!/^[+-]?\d+$/.test(asked))
    return failed(
      state,
      `error: invalid argument "${asked}" for "--replicas" flag: strconv.ParseInt: parsing "${asked}": invalid syntax\nSee 'kubectl scale --help' for usage.`,
    )
  const replicas = Number(asked)
  if (replicas < 0) return failed(state, 'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  const edit = (object: KubeObject): Edited => scaled(object, replicas, flag(args, 'current-replicas'))
  return editAll(state, args, files, passing, { by: 'kubectl-scale', edit, did: 'scaled', didNot: 'scaled' })
}

function scaled(object: KubeObject, replicas: number, current: string | undefined): Edited {
  if (!SCALABLE.has(object.kind as Kind)) return { wrong: 'Error from server (NotFound): the server could not find the requested resource' }
  const spec = (object as unknown as { spec: { replicas: number } }).spec
  if (current !== undefined && Number(current) !== spec.replicas)
    return { wrong: `error: Expected replicas to be ${current}, was ${spec.replicas}` }
  return { object: { ...object, spec: { ...spec, replicas } } as unknown as KubeObject }
}
