// kube-proxy's iptables mode as of v1.35 and v1.36: the rules of one node and one family. Upstream: pkg/proxy/iptables/proxier.go, syncProxyRules.
import { type Cidr, contains, parseCidr } from '../../addr/cidr'
import type { Ip } from '../../addr/ip'
import {
  ACCEPT,
  DROP,
  type Goal,
  type Line,
  NOTHING,
  type Part,
  RETURN,
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
  nfacct,
  protocol,
  random,
  recent,
  reject,
  setMark,
  source,
  sourceHost,
  sourceType,
  xorMark,
} from '../words'
import { probabilityText } from './chain-name'
import { type Emission, FORWARDING, KUBE_PROXY, LOCALNET, NODE_PORTS_LAST, SNAT, type Sheet, sheet, type Writer } from './emission'
import { type Choice, chooseEndpoints, externallyAccessible, usesCluster, usesLocal } from './endpoint-choice'
import type { Endpoint, ServicePort } from './service-port'
import { type LocalDetector, type ProxyView, localDetector, localhostNodePorts, nodePortAddresses, usableNodePortAddresses } from './view'

const LOOPBACK4 = parseCidr('127.0.0.0/8')
const LOOPBACK6 = parseCidr('::1/128')
const MARK_MASQ = jump('KUBE-MARK-MASQ')

/** What the rules of every service port need, worked out once for a sync. */
interface Context {
  readonly view: ProxyView
  readonly detector: LocalDetector | null
  readonly localhost: boolean
  readonly large: boolean
  readonly filter: Sheet
  readonly nat: Sheet
  readonly chains: string[]
  readonly active: Set<string>
}

/** A service port with its chains and its verdicts. */
interface Case {
  readonly s: ServicePort
  readonly choice: Choice
  readonly svc: string
  readonly svl: string
  readonly ext: string
  readonly fw: string
  readonly usesFirewall: boolean
  readonly internal: Goal | null
  readonly internalWhy: string
  readonly external: Goal | null
  readonly externalWhy: string
}

/** The writer for one node's view. */
export const writeRules35 =
  (view: ProxyView): Writer =>
  ({ unchanged, large, keepLines }) => {
    const context: Context = {
      view,
      detector: localDetector(view),
      localhost: localhostNodePorts(view),
      large,
      filter: sheet(keepLines),
      nat: sheet(keepLines),
      chains: [],
      active: new Set(),
    }
    writeStatic(context)
    for (const s of view.ports) {
      const c = caseOf(s, context)
      writeShared(c, context)
      const skip = unchanged(s.service)
      markChains(c, context, skip)
      if (!skip) writeOwn(c, context)
    }
    return finish(context)
  }

function caseOf(s: ServicePort, { view }: Context): Case {
  const choice = chooseEndpoints(s, view.topology)
  const none: [Goal, string] = [reject(view.family), `${s.name} has no endpoints`]
  const noLocal: [Goal, string] = [DROP, `${s.name} has no local endpoints`]
  const verdict = (local: boolean): [Goal | null, string] =>
    !choice.any ? none : local && choice.local.length === 0 ? noLocal : [null, '']
  const [internal, internalWhy] = verdict(s.internalLocal)
  const [external, externalWhy] = verdict(s.externalLocal)
  return {
    s,
    choice,
    svc: `KUBE-SVC-${s.hash}`,
    svl: `KUBE-SVL-${s.hash}`,
    ext: `KUBE-EXT-${s.hash}`,
    fw: `KUBE-FW-${s.hash}`,
    usesFirewall: choice.any && s.loadBalancerIPs.length > 0 && s.sourceRanges.length > 0,
    internal,
    internalWhy,
    external,
    externalWhy,
  }
}

function writeStatic({ view, localhost, filter, nat }: Context): void {
  const mark = 2 ** view.settings.masqueradeBit
  if (localhost)
    filter.push(
      line(
        'KUBE-FIREWALL',
        [comment(LOCALNET), destination(LOOPBACK4), source(LOOPBACK4, true), conntrack(['RELATED', 'ESTABLISHED', 'DNAT'], true)],
        DROP,
        KUBE_PROXY,
      ),
    )
  nat.push(
    line('KUBE-POSTROUTING', [marked(mark, true)], RETURN, KUBE_PROXY),
    line('KUBE-POSTROUTING', [], xorMark(mark), KUBE_PROXY),
    line('KUBE-POSTROUTING', [comment(SNAT)], masquerade(true), KUBE_PROXY),
    line('KUBE-MARK-MASQ', [], setMark(mark, 'or-mark'), KUBE_PROXY),
  )
}

/** The rules of a service port in chains that all share: steps a to f of every sync. */
function writeShared(c: Case, { view, localhost, filter, nat }: Context): void {
  const { s } = c
  const origin = s.origin
  const to = (ip: Ip) => protocol(s.protocol, s.port, destinationHost(ip, false))
  const services = (why: string, ip: Ip, chain: string) => nat.push(line('KUBE-SERVICES', [comment(why), to(ip)], jump(chain), origin))
  const refuse = (chain: string, ip: Ip, goal: Goal, why: string) => filter.push(line(chain, [comment(why), to(ip)], goal, origin))

  if (c.internal === null) services(`${s.name} cluster IP`, s.clusterIP, s.internalLocal ? c.svl : c.svc)
  else refuse('KUBE-SERVICES', s.clusterIP, c.internal, c.internalWhy)
  for (const ip of s.externalIPs) {
    if (c.choice.any) services(`${s.name} external IP`, ip, c.ext)
    if (c.external !== null) refuse('KUBE-EXTERNAL-SERVICES', ip, c.external, c.externalWhy)
  }
  for (const ip of s.loadBalancerIPs) {
    if (c.choice.any) services(`${s.name} loadbalancer IP`, ip, c.usesFirewall ? c.fw : c.ext)
    if (c.usesFirewall) refuse('KUBE-PROXY-FIREWALL', ip, DROP, `${s.name} traffic not accepted by ${c.fw}`)
  }
  if (c.external !== null) for (const ip of s.loadBalancerIPs) refuse('KUBE-EXTERNAL-SERVICES', ip, c.external, c.externalWhy)
  if (s.nodePort !== 0) {
    const own = (parts: readonly Part[]) => nat.push(line('KUBE-NODEPORTS', [comment(s.name), ...parts], jump(c.ext), origin))
    if (c.choice.any && localhost && view.nfacct)
      own([protocol(s.protocol, s.nodePort, destination(LOOPBACK4)), nfacct('localhost_nps_accepted_pkts')])
    if (c.choice.any) own([protocol(s.protocol, s.nodePort)])
    if (c.external !== null) {
      const parts = [comment(c.externalWhy), destinationType('LOCAL'), protocol(s.protocol, s.nodePort)]
      filter.push(line('KUBE-EXTERNAL-SERVICES', parts, c.external, origin))
    }
  }
  if (s.healthCheckNodePort !== 0)
    filter.push(
      line('KUBE-NODEPORTS', [comment(`${s.name} health check node port`), protocol('tcp', s.healthCheckNodePort)], ACCEPT, origin),
    )
}

/** Remembers which chains are in use, and writes their chain lines unless they are left as they are. */
function markChains(c: Case, { chains, active }: Context, skip: boolean): void {
  const { s, choice } = c
  const used = [
    ...(choice.any && externallyAccessible(s) ? [c.ext] : []),
    ...(c.usesFirewall ? [c.fw] : []),
    ...(choice.cluster.length > 0 && usesCluster(s) ? [c.svc] : []),
    ...(choice.local.length > 0 && usesLocal(s) ? [c.svl] : []),
    ...choice.reachable.map(e => e.chain),
  ]
  for (const chain of used) {
    active.add(chain)
    if (!skip) chains.push(chain)
  }
}

/** The rules in a service port's own chains: steps g to l. */
function writeOwn(c: Case, context: Context): void {
  const { s, choice } = c
  const { nat, view, detector } = context
  const origin = s.origin
  if (c.internal === null) {
    const parts = [comment(`${s.name} cluster IP`), protocol(s.protocol, s.port, destinationHost(s.clusterIP, false))]
    const chain = s.internalLocal ? c.svl : c.svc
    if (view.settings.masqueradeAll) nat.push(line(chain, parts, MARK_MASQ, origin))
    else if (detector) nat.push(line(chain, [...parts, detector.isNotPod], MARK_MASQ, origin))
  }
  if (choice.any && externallyAccessible(s)) writeExternal(c, context)
  if (c.usesFirewall) writeFirewall(c, context)
  if (choice.cluster.length > 0 && usesCluster(s)) writeBalancing(c.svc, s, choice.cluster, context)
  if (choice.local.length > 0 && usesLocal(s)) writeBalancing(c.svl, s, choice.local, context)
  writeEndpoints(s, choice.reachable, context)
}

function writeExternal(c: Case, { nat, detector }: Context): void {
  const { s, ext, svc, svl } = c
  const origin = s.origin
  const add = (parts: readonly Part[], chain: string) => nat.push(line(ext, parts, jump(chain), origin))
  if (!s.externalLocal) add([comment(`masquerade traffic for ${s.name} external destinations`)], 'KUBE-MARK-MASQ')
  else {
    if (detector) add([comment(`pod traffic for ${s.name} external destinations`), detector.isPod], svc)
    add([comment(`masquerade LOCAL traffic for ${s.name} external destinations`), sourceType('LOCAL')], 'KUBE-MARK-MASQ')
    add([comment(`route LOCAL traffic for ${s.name} external destinations`), sourceType('LOCAL')], svc)
  }
  if (c.external === null) add([], s.externalLocal ? svl : svc)
}

function writeFirewall(c: Case, { nat, view }: Context): void {
  const { s, fw, ext } = c
  const origin = s.origin
  const why = comment(`${s.name} loadbalancer IP`)
  const holdsNode = (range: Cidr) => view.nodeIP !== undefined && contains(range, view.nodeIP)
  for (const range of s.sourceRanges) nat.push(line(fw, [why, source(range)], jump(ext), origin))
  if (s.sourceRanges.some(holdsNode))
    for (const ip of s.loadBalancerIPs) nat.push(line(fw, [why, sourceHost(ip, false)], jump(ext), origin))
  nat.push(line(fw, [comment(`other traffic to ${s.name} will be dropped by KUBE-PROXY-FIREWALL`)], NOTHING, origin))
}

function writeBalancing(chain: string, s: ServicePort, endpoints: readonly Endpoint[], { nat, large, view }: Context): void {
  const origin = s.origin
  const why = (e: Endpoint) => (large ? [] : [comment(`${s.name} -> ${e.text}`)])
  if (s.affinitySeconds !== null)
    for (const e of endpoints) nat.push(line(chain, [...why(e), recent(e.chain, s.affinitySeconds, view.family)], jump(e.chain), origin))
  for (const [i, e] of endpoints.entries()) {
    const left = endpoints.length - i
    nat.push(line(chain, left > 1 ? [...why(e), random(probabilityText(left, 10))] : why(e), jump(e.chain), origin))
  }
}

/** The chains of a service port's endpoints. */
function writeEndpoints(s: ServicePort, endpoints: readonly Endpoint[], { nat, large, view }: Context): void {
  const why = large ? [] : [comment(s.name)]
  const port = protocol(s.protocol)
  for (const e of endpoints) {
    const affinity = s.affinitySeconds === null ? [] : [recent(e.chain, null, view.family)]
    nat.push(
      line(e.chain, [...why, sourceHost(e.ip, false)], MARK_MASQ, s.origin),
      line(e.chain, [...why, ...affinity, port], dnat(e.ip, e.port), s.origin),
    )
  }
}

function finish({ view, localhost, filter, nat, chains, active }: Context): Emission {
  const mark = 2 ** view.settings.masqueradeBit
  if (!view.settings.conntrackTcpBeLiberal)
    filter.push(
      line('KUBE-FORWARD', [conntrack(['INVALID']), ...(view.nfacct ? [nfacct('ct_state_invalid_dropped_pkts')] : [])], DROP, KUBE_PROXY),
    )
  filter.push(
    line('KUBE-FORWARD', [comment(FORWARDING), marked(mark)], ACCEPT, KUBE_PROXY),
    line('KUBE-FORWARD', [comment('kubernetes forwarding conntrack rule'), conntrack(['RELATED', 'ESTABLISHED'])], ACCEPT, KUBE_PROXY),
  )
  const shared = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL']
  return {
    filterChains: localhost ? [...shared, 'KUBE-FIREWALL'] : shared,
    filter,
    natChains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', ...chains],
    nat,
    natTail: nodePortTail(view, localhost),
    active,
  }
}

function nodePortTail(view: ProxyView, localhost: boolean): readonly Line[] {
  const last = (parts: readonly Part[]) => line('KUBE-SERVICES', [comment(NODE_PORTS_LAST), ...parts], jump('KUBE-NODEPORTS'), KUBE_PROXY)
  if (!nodePortAddresses(view).all) return usableNodePortAddresses(view).map(ip => last([destinationHost(ip, false)]))
  if (localhost) return [last([destinationType('LOCAL')])]
  return [last([destinationType('LOCAL'), destination(view.family === 'ipv4' ? LOOPBACK4 : LOOPBACK6, true)])]
}
