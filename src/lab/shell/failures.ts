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

/** `usage`: how many words follow, as they are written. `stirs`: the cluster has work again, and is at rest before anybody looks. */
const changing =
  (usage: string, change: (state: State, words: readonly string[]) => State, stirs = false): Failure =>
  (session, words) => {
    const want = usage.split(' ').slice(1)
    if (!usage.includes('[') && words.length !== want.length)
      throw problem('USAGE', `${words.length} words follow.`, { fix: `Write ${usage}.` })
    const state = stateOf(calmed(session))
    if (state === undefined) return refused(session, 'hopspec: this is a network without Kubernetes.', 2)
    return said(withState(session, passTime(change(state, words), 0), stirs), '')
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
function componentIn(state: State, words: readonly string[]): readonly [string, string | null] {
  const at = words.includes('on') ? words.indexOf('on') : words.length
  const [node, extra] = words.slice(at + 1)
  if (at === 0 || extra !== undefined || (at < words.length && node === undefined))
    throw problem('USAGE', 'stop and start take a component and where it runs.', { fix: 'Write stop COMPONENT [on NODE].' })
  return readComponent(state, words.slice(0, at).join(' '), node === undefined ? null : nodeNamed(state, node))
}

function link(state: State, [a, b]: readonly string[], cut: boolean): State {
  const [one, other] = [nodeNamed(state, a), nodeNamed(state, b)]
  if (one === other) throw problem('USAGE', `a link joins two nodes, and both are ${one}.`, { fix: 'Name two nodes.' })
  return cutLink(state, one, other, cut)
}

export const failures: Readonly<Record<string, Failure | undefined>> = {
  stop: changing('stop COMPONENT [on NODE]', (state, words) => stopComponent(state, ...componentIn(state, words))),
  start: changing('start COMPONENT [on NODE]', (state, words) => startComponent(state, ...componentIn(state, words)), true),
  fail: changing('fail NODE', (state, [node]) => failNode(state, nodeNamed(state, node))),
  recover: changing('recover NODE', (state, [node]) => recoverNode(state, nodeNamed(state, node)), true),
  cut: changing('cut NODE NODE', (state, nodes) => link(state, nodes, true)),
  mend: changing('mend NODE NODE', (state, nodes) => link(state, nodes, false), true),
  unready: changing('unready POD', (state, [pod]) => setReadiness(state, podKey(state, pod), false), true),
  ready: changing('ready POD', (state, [pod]) => setReadiness(state, podKey(state, pod), true), true),
}
