// hostPorts of pods that docker itself connects: docker writes rules of its own for them and starts docker-proxy, which carries what the rules leave out. Neither is modelled: refused.
import type { KubeObject, Pod } from '../apply/object'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { HopspecError, type Place, type Problem } from '../error'
import type { PodPlace } from './places'
import { mappingsOf } from './pod-plugins'

/** Throws a problem for each workload of the input whose pods have hostPorts. */
export function refuseHostPorts(state: State, pods: readonly PodPlace[]): void {
  const problems = new Map<string, Problem>()
  for (const { pod } of pods) {
    const ports = pod ? mappingsOf({ pod }).map(m => m.hostPort) : []
    if (!pod || ports.length === 0) continue
    const declared = declaredBy(state, pod)
    const what = `${declared.kind.toLowerCase()}/${keyOf(declared)}`
    const place = placeOf(state, declared)
    problems.set(what, {
      code: 'NOT_MODELLED',
      message: `hopspec does not model hostPorts of pods on docker0 yet: ${what} wants ${ports.join(', ')}.`,
      ...(place === undefined ? {} : { place }),
      fix: 'Leave the hostPort out, give the pod hostNetwork, or take a pod network whose hostPorts are modelled, like `cni: flannel`.',
    })
  }
  if (problems.size > 0) throw new HopspecError([...problems.values()])
}

const placeOf = (state: State, object: KubeObject): Place | undefined => state.places.get(`${object.kind} ${keyOf(object)}`)

/** The object of the input that a pod comes from: itself, or the nearest owner that has a place. */
function declaredBy(state: State, pod: Pod): KubeObject {
  let object: KubeObject = pod
  for (let depth = 0; depth < 5 && placeOf(state, object) === undefined; depth++) {
    const { ownerReferences = [], namespace } = object.metadata
    const by = ownerReferences.find(o => o.controller) ?? ownerReferences[0]
    const owner = by && objectsOf(state, by.kind as 'Pod').find(o => o.metadata.name === by.name && o.metadata.namespace === namespace)
    if (owner === undefined) break
    object = owner
  }
  return object
}
