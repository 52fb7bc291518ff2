// The jumps from built-in chains into kube-proxy's own: ensured one by one at a full sync, each put before what is there.
import type { TableName } from '../../linux/rule'
import { type Line, comment, conntrack, jump, line } from '../words'
import type { KubeProxyFacts } from '../profile'
import { KUBE_PROXY } from './emission'

export interface Jump {
  readonly table: TableName
  readonly chain: string
  readonly line: Line
}

const NEW = conntrack(['NEW'])
const EXTERNAL = 'kubernetes externally-visible service portals'
const PORTALS = 'kubernetes service portals'
const FIREWALL = 'kubernetes load balancer firewall'

const plain = (table: TableName, from: string, to: string, text: string): Jump => ({
  table,
  chain: to,
  line: line(from, [comment(text)], jump(to), KUBE_PROXY),
})
const fresh = (from: string, to: string, text: string): Jump => ({
  table: 'filter',
  chain: to,
  line: line(from, [NEW, comment(text)], jump(to), KUBE_PROXY),
})
const firewall = (from: string): Jump => ({
  table: 'filter',
  chain: 'KUBE-FIREWALL',
  line: line(from, [], jump('KUBE-FIREWALL'), KUBE_PROXY),
})

const NAT: readonly Jump[] = [
  plain('nat', 'OUTPUT', 'KUBE-SERVICES', PORTALS),
  plain('nat', 'PREROUTING', 'KUBE-SERVICES', PORTALS),
  plain('nat', 'POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules'),
]
const FORWARD = plain('filter', 'FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules')

/** In the order in which kube-proxy ensures them. */
export const JUMPS: Readonly<Record<KubeProxyFacts['jumps'], readonly Jump[]>> = {
  'v1.13.0': [fresh('INPUT', 'KUBE-EXTERNAL-SERVICES', EXTERNAL), fresh('OUTPUT', 'KUBE-SERVICES', PORTALS), ...NAT, FORWARD],
  'v1.13.6': [
    fresh('INPUT', 'KUBE-EXTERNAL-SERVICES', EXTERNAL),
    fresh('FORWARD', 'KUBE-SERVICES', PORTALS),
    fresh('OUTPUT', 'KUBE-SERVICES', PORTALS),
    fresh('INPUT', 'KUBE-SERVICES', PORTALS),
    FORWARD,
    ...NAT,
  ],
  'v1.35': [
    fresh('INPUT', 'KUBE-EXTERNAL-SERVICES', EXTERNAL),
    fresh('FORWARD', 'KUBE-EXTERNAL-SERVICES', EXTERNAL),
    plain('filter', 'INPUT', 'KUBE-NODEPORTS', 'kubernetes health check service ports'),
    fresh('FORWARD', 'KUBE-SERVICES', PORTALS),
    fresh('OUTPUT', 'KUBE-SERVICES', PORTALS),
    FORWARD,
    fresh('INPUT', 'KUBE-PROXY-FIREWALL', FIREWALL),
    fresh('OUTPUT', 'KUBE-PROXY-FIREWALL', FIREWALL),
    fresh('FORWARD', 'KUBE-PROXY-FIREWALL', FIREWALL),
    ...NAT,
    firewall('INPUT'),
    firewall('OUTPUT'),
  ],
}
