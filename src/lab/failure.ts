// What a scenario does to the machinery: components that stop and start, nodes that fail, links that are cut, pods whose probes fail.
import { keyOf } from '../cluster/state'
import type { State } from '../cluster/state'
import { cutLink, failNode, recoverNode, startComponent, stopComponent } from '../control/component'
import { readComponent } from '../control/component-name'
import { setReadiness } from '../control/kubelet'
import { passTime } from '../control/settle'
import { type Lab, running } from './lab'
import { nodeNamed, podNamed } from './named'

/** Changes the running cluster; what follows at once has followed, what takes its time has not. */
function changed(lab: Lab, change: (state: State) => State): Lab {
  const now = running(lab)
  return { ...now, state: passTime(change(now.state), 0) }
}

/** A component as a step names it, on a node for those that run on each. */
const named = (state: State, component: string, node: string | null) =>
  readComponent(state, component, node === null ? null : nodeNamed(state, node))

/** The cluster after a component stopped: on a node, or (null) the one of the control plane. */
export const stopped = (lab: Lab, component: string, node: string | null): Lab =>
  changed(lab, state => stopComponent(state, ...named(state, component, node)))

/** After it began again: it lists what there is. */
export const started = (lab: Lab, component: string, node: string | null): Lab =>
  changed(lab, state => startComponent(state, ...named(state, component, node)))

/** After a node's machine went dark. */
export const failed = (lab: Lab, node: string): Lab => changed(lab, state => failNode(state, nodeNamed(state, node)))
export const recovered = (lab: Lab, node: string): Lab => changed(lab, state => recoverNode(state, nodeNamed(state, node)))

/** After the link between two nodes was cut, or mended. */
export const cut = (lab: Lab, a: string, b: string, isCut: boolean): Lab =>
  changed(lab, state => cutLink(state, nodeNamed(state, a), nodeNamed(state, b), isCut))

/** After a pod's readiness was said to hold or to fail, whatever its probes see. */
export const probed = (lab: Lab, pod: string, isReady: boolean): Lab =>
  changed(lab, state => setReadiness(state, keyOf(podNamed(state, pod)), isReady))
