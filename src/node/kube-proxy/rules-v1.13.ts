// kube-proxy's iptables mode as of v1.13: the rules of one node and one family. Every sync writes all of them.
// That old kube-proxy holds a socket open for each nodePort is told in the calls, not simulated.
import { type Cidr, cidrFamily, contains, parseCidr } from '../../addr/cidr'
import { type Ip, isLoopback } from '../../addr/ip'
import {
  ACCEPT,
  type Part,
  comment,
  conntrack,
  destination,
  destinationHost,
  destinationType,
  dnat,
  jump,
  line,
  marked,
  masquerade,
  notBridgedIn,
  protocol,
  random,
  recent,
  reject,
  setMark,
  source,
  sourceHost,
  sourceType,
} from '../words'
import { probabilityText } from './chain-name'
import { type Emission, FORWARDING, KUBE_PROXY, NODE_PORTS_LAST, SNAT, type Sheet, sheet, type Writer } from './emission'
import type { Endpoint, ServicePort } from './service-port'
import { type ProxyView, nodePortAddresses } from './view'

const LOOPBACK4 = parseCidr('127.0.0.0/8')
const MARK_MASQ = jump('KUBE-MARK-MASQ')
const MARK_DROP = jump('KUBE-MARK-DROP')

interface Context {
  readonly view: ProxyView
  readonly clusterCIDR: Cidr | undefined
  readonly filter: Sheet
  readonly nat: Sheet
  readonly chains: string[]
}

/** The writer for one node's view; nothing is ever left out. */
export const writeRules13 =
  (view: ProxyView): Writer =>
  ({ keepLines }) => {
    const { detectLocalMode, clusterCIDRs, masqueradeBit } = view.settings
    const clusterCIDR = detectLocalMode === 'ClusterCIDR' ? clusterCIDRs.find(c => cidrFamily(c) === view.family) : undefined
    const mark = 2 ** masqueradeBit
    const nat = sheet(keepLines)
    nat.push(
      line('KUBE-POSTROUTING', [comment(SNAT), marked(mark)], masquerade(false), KUBE_PROXY),
      line('KUBE-MARK-MASQ', [], setMark(mark, 'set-xmark'), KUBE_PROXY),
    )
    const context: Context = { view, clusterCIDR, filter: sheet(keepLines), nat, chains: [] }
    for (const s of view.ports) writeServicePort(s, context)
    return finish(context, mark)
  }

function writeServicePort(s: ServicePort, context: Context): void {
  const { view, chains, filter } = context
  const svc = `KUBE-SVC-${s.hash}`
  const xlb = `KUBE-XLB-${s.hash}`
  const any = s.endpoints.length > 0
  if (any) chains.push(svc)
  if (s.externalLocal) chains.push(xlb)
  if (any) {
    writeEntries(s, svc, xlb, context)
    writeNodePort(s, svc, xlb, context)
  } else {
    const none = comment(`${s.name} has no endpoints`)
    const refuse = (chain: string, parts: readonly Part[]) => filter.push(line(chain, [none, ...parts], reject(view.family), s.origin))
    const to = (ip: Ip) => [protocol(s.protocol, s.port, destinationHost(ip, true))]
    refuse('KUBE-SERVICES', to(s.clusterIP))
    for (const ip of s.externalIPs) refuse('KUBE-EXTERNAL-SERVICES', to(ip))
    if (view.facts.rejectsLoadBalancer) for (const ip of s.loadBalancerIPs) refuse('KUBE-SERVICES', to(ip))
    if (s.nodePort !== 0) refuse('KUBE-EXTERNAL-SERVICES', [destinationType('LOCAL'), protocol(s.protocol, s.nodePort)])
    return
  }
  writeEndpoints(s, svc, context)
  if (s.externalLocal) writeLocal(s, svc, xlb, context)
}

/** ClusterIP, external IPs and load balancer addresses of a service port with endpoints. */
function writeEntries(s: ServicePort, svc: string, xlb: string, { view, clusterCIDR, nat, chains }: Context): void {
  const origin = s.origin
  const to = (ip: Ip) => protocol(s.protocol, s.port, destinationHost(ip, true))
  const cluster = [comment(`${s.name} cluster IP`), to(s.clusterIP)]
  if (view.settings.masqueradeAll) nat.push(line('KUBE-SERVICES', cluster, MARK_MASQ, origin))
  else if (clusterCIDR) nat.push(line('KUBE-SERVICES', [...cluster, source(clusterCIDR, true)], MARK_MASQ, origin))
  nat.push(line('KUBE-SERVICES', cluster, jump(svc), origin))
  for (const ip of s.externalIPs) {
    const external = [comment(`${s.name} external IP`), to(ip)]
    nat.push(
      line('KUBE-SERVICES', external, MARK_MASQ, origin),
      line('KUBE-SERVICES', [...external, notBridgedIn, sourceType('LOCAL', true)], jump(svc), origin),
      line('KUBE-SERVICES', [...external, destinationType('LOCAL')], jump(svc), origin),
    )
  }
  const fw = `KUBE-FW-${s.hash}`
  const why = comment(`${s.name} loadbalancer IP`)
  const goal = jump(s.externalLocal ? xlb : svc)
  for (const ip of s.loadBalancerIPs) {
    chains.push(fw)
    nat.push(line('KUBE-SERVICES', [why, to(ip)], jump(fw), origin))
    if (!s.externalLocal) nat.push(line(fw, [why], MARK_MASQ, origin))
    if (s.sourceRanges.length === 0) nat.push(line(fw, [why], goal, origin))
    for (const range of s.sourceRanges) nat.push(line(fw, [why, source(range)], goal, origin))
    if (s.sourceRanges.some(r => view.nodeIP !== undefined && contains(r, view.nodeIP)))
      nat.push(line(fw, [why, sourceHost(ip, true)], goal, origin))
    nat.push(line(fw, [why], MARK_DROP, origin))
  }
}

function writeNodePort(s: ServicePort, svc: string, xlb: string, { nat }: Context): void {
  if (s.nodePort === 0) return
  const origin = s.origin
  const parts = [comment(s.name), protocol(s.protocol, s.nodePort)]
  if (s.externalLocal)
    nat.push(line('KUBE-NODEPORTS', [...parts, source(LOOPBACK4)], MARK_MASQ, origin), line('KUBE-NODEPORTS', parts, jump(xlb), origin))
  else nat.push(line('KUBE-NODEPORTS', parts, MARK_MASQ, origin), line('KUBE-NODEPORTS', parts, jump(svc), origin))
}

function writeEndpoints(s: ServicePort, svc: string, { view, nat, chains }: Context): void {
  const origin = s.origin
  const n = s.endpoints.length
  for (const e of s.endpoints) chains.push(e.chain)
  if (s.affinitySeconds !== null)
    for (const e of s.endpoints) nat.push(line(svc, [recent(e.chain, s.affinitySeconds, view.family)], jump(e.chain), origin))
  for (const [i, e] of s.endpoints.entries()) {
    const affinity = s.affinitySeconds === null ? [] : [recent(e.chain, null, view.family)]
    nat.push(
      line(svc, i < n - 1 ? [random(probabilityText(n - i, 5))] : [], jump(e.chain), origin),
      line(e.chain, [sourceHost(e.ip, true)], MARK_MASQ, origin),
      line(e.chain, [...affinity, protocol(s.protocol)], dnat(e.ip, e.port), origin),
    )
  }
}

/** externalTrafficPolicy Local: the chain that knows this node's own endpoints alone. */
function writeLocal(s: ServicePort, svc: string, xlb: string, { view, clusterCIDR, nat }: Context): void {
  const origin = s.origin
  const local: readonly Endpoint[] = s.endpoints.filter(e => e.isLocal)
  if (clusterCIDR) {
    const why = comment('Redirect pods trying to reach external loadbalancer VIP to clusterIP')
    nat.push(line(xlb, [why, source(clusterCIDR)], jump(svc), origin))
  }
  if (local.length === 0) nat.push(line(xlb, [comment(`${s.name} has no local endpoints`)], MARK_DROP, origin))
  if (s.affinitySeconds !== null)
    for (const e of local) nat.push(line(xlb, [comment(s.name), recent(e.chain, s.affinitySeconds, view.family)], jump(e.chain), origin))
  for (const [i, e] of local.entries()) {
    const left = local.length - i
    const why = comment(`Balancing rule ${i} for ${s.name}`)
    nat.push(line(xlb, left > 1 ? [why, random(probabilityText(left, 5))] : [why], jump(e.chain), origin))
  }
}

function finish({ view, clusterCIDR, filter, nat, chains }: Context, mark: number): Emission {
  const states = conntrack(['RELATED', 'ESTABLISHED'])
  filter.push(line('KUBE-FORWARD', [comment(FORWARDING), marked(mark)], ACCEPT, KUBE_PROXY))
  if (clusterCIDR)
    filter.push(
      line('KUBE-FORWARD', [source(clusterCIDR), comment('kubernetes forwarding conntrack pod source rule'), states], ACCEPT, KUBE_PROXY),
      line(
        'KUBE-FORWARD',
        [comment('kubernetes forwarding conntrack pod destination rule'), destination(clusterCIDR), states],
        ACCEPT,
        KUBE_PROXY,
      ),
    )
  const { all, addresses } = nodePortAddresses(view)
  const tail = (part: Part) => line('KUBE-SERVICES', [comment(NODE_PORTS_LAST), part], jump('KUBE-NODEPORTS'), KUBE_PROXY)
  return {
    filterChains: ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD'],
    filter,
    natChains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', ...chains],
    nat,
    natTail: all ? [tail(destinationType('LOCAL'))] : inRecordedOrder(view, addresses).map(ip => tail(destinationHost(ip, false))),
    active: new Set(chains),
  }
}

/** Upstream goes over a map here; the recordings have the node's addresses last to first, loopback before all. */
const inRecordedOrder = (view: ProxyView, addresses: readonly Ip[]): readonly Ip[] => {
  const loopback = addresses.filter(isLoopback)
  return [...loopback, ...view.addresses.filter(ip => addresses.includes(ip) && !isLoopback(ip)).reverse()]
}
