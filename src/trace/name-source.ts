// Names of a cluster, for traces: who resolves how, and who answers questions that arrive.
import { contains } from '../addr/cidr'
import { hostOf, type Ip, readIp } from '../addr/ip'
import { objectsOf, type State } from '../cluster/state'
import type { Asking } from '../dns/server'
import { clusterNames } from '../dns/cluster-names'
import { resolvingAt } from '../dns/direct'
import { isDnsPod, leadsToCoreDns } from '../dns/own-addresses'
import { serverOf, shuffles } from '../dns/server'
import type { NameSource } from './lookup'

/** The names of a cluster. `asking` may hold what CoreDNS keeps from one request to the next. */
export const nameSource = (state: State, asking: Asking = {}): NameSource => ({
  resolvingAt: place => resolvingAt(state, place, asking),
  answers: outcome => answerer(state, outcome),
  shuffles: () => shuffles(serverOf(state)),
})

function answerer(state: State, outcome: Parameters<NameSource['answers']>[0]): 'coredns' | 'outside' | null {
  const ip = addressOf(outcome.destination)
  if (ip === undefined) return null
  if (outcome.fate === 'left-the-cluster') return isOfCluster(state, ip) ? null : 'outside'
  if (leadsToCoreDns(state, ip) || isEndpointOfDns(state, ip)) return 'coredns'
  const onNode = objectsOf(state, 'Pod').some(
    p => isDnsPod(p) && p.spec.hostNetwork === true && outcome.answeredBy === `node/${p.spec.nodeName}`,
  )
  return onNode ? 'coredns' : null
}

const addressOf = (end: string): Ip | undefined => readIp(hostOf(end)) ?? readIp(end)

const isOfCluster = (state: State, ip: Ip): boolean =>
  [...state.config.podSubnets, ...state.config.serviceSubnets].some(net => contains(net, ip))

/** Of a snapshot whose pods are not given, the endpoints of Service kube-dns are known. */
const isEndpointOfDns = (state: State, ip: Ip): boolean =>
  clusterNames(state).endpointsByIp.get(ip)?.includes('kube-system/kube-dns') === true
