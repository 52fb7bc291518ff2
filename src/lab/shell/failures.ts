// What the shell can do to the machinery: components stop and start, nodes fail, links are cut, readiness is taken away.
import { didYouMean } from '../../cluster/nearest'
import { keyOf, objectsOf } from '../../cluster/state'
import { cutLink, failNode, recoverNode, startComponent, stopComponent } from '../../control/component'
import { readComponent } from '../../control/component-name'
import { setReadiness } from '../../control/kubelet'
import { passTime } from '../../control/settle'
import { problem } from '../../error'
import type { State } from '../../cluster/state'
import { calmed, type Ran, refused, said, type Session, stateOf, withState } from './session'

type Failure = (session: Session, words: readonly string[]) => Ran

const changing =
  (change: (state: State, words: readonly string[]) => State): Failure =>
  (session, words) => {
    const state = stateOf(calmed(session))
    if (state === undefined) return refused(session, 'hopspec: this is a network without Kubernetes.', 2)
    return said(withState(session, passTime(change(state, words), 0)), '')
  }

function nodeNamed(state: State, name: string | undefined): string {
  const names = state.config.nodes.map(n => n.name)
  const bare = (name ?? '').replace(/^node\//, '')
  if (!names.includes(bare)) throw problem('UNKNOWN_NAME', `there is no node '${bare}'.`, { fix: didYouMean(bare, names) })
  return bare
}

function podKey(state: State, name: string | undefined): string {
  const keys = objectsOf(state, 'Pod').map(keyOf)
  const bare = (name ?? '').replace(/^pod\//, '')
  const key = bare.includes('/') ? bare : `default/${bare}`
  if (!keys.includes(key)) throw problem('UNKNOWN_NAME', `there is no pod '${bare}'.`, { fix: didYouMean(key, keys) })
  return key
}

/** `stop kube-proxy on node02`: the component's name and where. */
function componentIn(state: State, [name = '', ...rest]: readonly string[]): readonly [string, string | null] {
  const on = rest.filter(w => w !== 'on')[0]
  return readComponent(state, name, on === undefined ? null : nodeNamed(state, on))
}

export const failures: Readonly<Record<string, Failure | undefined>> = {
  stop: changing((state, words) => stopComponent(state, ...componentIn(state, words))),
  start: changing((state, words) => startComponent(state, ...componentIn(state, words))),
  fail: changing((state, [node]) => failNode(state, nodeNamed(state, node))),
  recover: changing((state, [node]) => recoverNode(state, nodeNamed(state, node))),
  cut: changing((state, [a, b]) => cutLink(state, nodeNamed(state, a), nodeNamed(state, b), true)),
  mend: changing((state, [a, b]) => cutLink(state, nodeNamed(state, a), nodeNamed(state, b), false)),
  unready: changing((state, [pod]) => setReadiness(state, podKey(state, pod), false)),
  ready: changing((state, [pod]) => setReadiness(state, podKey(state, pod), true)),
}
