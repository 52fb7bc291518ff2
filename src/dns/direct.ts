// Questions that reach their server without a packet: to CoreDNS where the address leads to it, otherwise to the world outside.
import type { Ip } from '../addr/ip'
import type { Pod } from '../apply/object'
import { objectOf, type State } from '../cluster/state'
import { readHosts } from './hosts-lines'
import { leadsToCoreDns } from './own-addresses'
import { etcHostsOf, NODE_RESOLV_CONF, nodeHosts, podAddresses, resolvConfOf } from './pod-files'
import { readResolvConf } from './resolv-conf'
import type { Reply, Resolving } from './query'
import type { Question } from './record'
import { ask, type Asking, serverOf } from './server'
import { truncated } from './message'
import { askUpstream } from './upstream'

/** The answer of whoever is at an address, over a transport that may be too small for it. */
export function replyOf(state: State, server: Ip, question: Question, transport: 'udp' | 'tcp', asking: Asking = {}): Reply {
  if (!leadsToCoreDns(state, server)) {
    const answer = askUpstream(state.config.dns, question)
    return { kind: 'answered', log: [{ question, answer: transport === 'udp' ? truncated(question, answer) : answer }] }
  }
  const log = ask(serverOf(state), question, asking)
  const last = log.at(-1)!
  return {
    kind: 'answered',
    log: [...log.slice(0, -1), transport === 'udp' ? { ...last, answer: truncated(question, last.answer) } : last],
  }
}

/** What the resolver of a pod works with. */
export function resolvingOfPod(state: State, pod: Pod, asking: Asking = {}): Resolving {
  const addresses = podAddresses(pod)
  return {
    conf: resolvConfOf(state, pod),
    hosts: readHosts(etcHostsOf(pod) ?? ''),
    families: { ipv4: addresses.some(a => !a.includes(':')), ipv6: addresses.some(a => a.includes(':')) },
    ask: ({ server, question, transport }) => replyOf(state, server, question, transport, asking),
  }
}

/** What the resolver of a place works with: of a pod by what kubelet wrote; of a node or a client, one that asks the world outside. */
export function resolvingAt(state: State, place: string, asking: Asking = {}): Resolving {
  const [kind, ...rest] = place.split('/')
  const pod = kind === 'pod' ? objectOf(state, 'Pod', rest.join('/')) : undefined
  if (pod) return resolvingOfPod(state, pod, asking)
  return {
    conf: NODE_RESOLV_CONF,
    hosts: readHosts(nodeHosts(rest.join('/'))),
    families: { ipv4: true, ipv6: state.config.ipFamily !== 'ipv4' },
    ask: ({ server, question, transport }) => replyOf(state, server, question, transport, asking),
  }
}

/** The names that any machine knows of itself. */
export const LOCALHOST = readHosts('127.0.0.1 localhost\n::1 localhost')

/** What a resolver works with that has this resolv.conf, on a machine of which nothing else is known. */
export const resolvingOfText = (state: State, text: string): Resolving => ({
  conf: readResolvConf(text),
  hosts: LOCALHOST,
  families: { ipv4: true, ipv6: true },
  ask: ({ server, question, transport }) => replyOf(state, server, question, transport),
})
