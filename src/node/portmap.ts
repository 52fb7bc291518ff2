// hostPorts of a node's pods as the CNI portmap plugin writes them, behind flannel in kube-flannel's list `cbr0`. Its nftables back end is not modelled.
import { createHash } from 'node:crypto'
import { type Cidr, networkOf, parseCidr } from '../addr/cidr'
import { type Ip, familyOf, readIp } from '../addr/ip'
import type { ContainerPort } from '../apply/object'
import { keyOf } from '../cluster/state'
import { type KernelTables, addRule, ensureRule, newChain } from './kernel-tables'
import type { PodPlace } from './layout'
import {
  type Goal,
  type Part,
  comment,
  destinationHost,
  destinationType,
  dnat,
  jump,
  line,
  marked,
  masquerade,
  protocol,
  setMark,
  source,
} from './words'

/** The name in kube-flannel's CNI configuration. */
const NETWORK = 'cbr0'
const BECAUSE = 'cni portmap'
const MASQUERADE_MARK = 0x2000
/** What the multiport match takes at most. */
const PORTS_PER_RULE = 15
const LOCALHOST = parseCidr('127.0.0.1/32')

/** A hostPort that a pod's container asks for. */
type Mapping = ContainerPort & { readonly hostPort: number }

const mappingsOf = ({ pod }: PodPlace): readonly Mapping[] =>
  (pod?.spec.containers ?? []).flatMap(c => (c.ports ?? []).filter((p): p is Mapping => !!p.hostPort))

/** Whether a pod has a hostPort. */
export const hasHostPorts = (place: PodPlace): boolean => mappingsOf(place).length > 0

/** Writes the chains of all pods with hostPorts; `length` is that of the pods' network. */
export function writePortmap(k: KernelTables, pods: readonly PodPlace[], length: number): void {
  const mapped = pods.filter(hasHostPorts)
  if (mapped.length === 0) return
  writeShared(k)
  for (const place of mapped) {
    const ip = place.ips.find(a => familyOf(a) === k.family)
    if (ip !== undefined) writePod(k, place, ip, networkOf(ip, length))
  }
}

const rule = (parts: readonly Part[], goal: Goal, because = BECAUSE) => line('', parts, goal, { because }).rule

function writeShared(k: KernelTables): void {
  for (const chain of ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ']) newChain(k, 'nat', chain)
  for (const hook of ['PREROUTING', 'OUTPUT'])
    ensureRule(k, 'nat', hook, rule([destinationType('LOCAL')], jump('CNI-HOSTPORT-DNAT')), 'last')
  const set = rule([comment('CNI portfwd masquerade mark')], setMark(MASQUERADE_MARK, 'set-xmark'))
  ensureRule(k, 'nat', 'CNI-HOSTPORT-SETMARK', set, 'last')
  ensureRule(k, 'nat', 'CNI-HOSTPORT-MASQ', rule([marked(MASQUERADE_MARK)], masquerade(false)), 'last')
  ensureRule(k, 'nat', 'POSTROUTING', rule([comment('CNI portfwd requiring masquerade')], jump('CNI-HOSTPORT-MASQ')), 'first')
}

/** The sandbox's id, which a real runtime draws at random. */
export const sandboxId = (pod: string): string => createHash('sha256').update(`sandbox ${pod}`).digest('hex')
/** The pod's own chain: 21 hex digits of network and sandbox. */
export const portmapChain = (id: string): string =>
  `CNI-DN-${createHash('sha512')
    .update(NETWORK + id)
    .digest('hex')
    .slice(0, 21)}`

function writePod(k: KernelTables, place: PodPlace, ip: Ip, network: Cidr): void {
  const id = sandboxId(place.name)
  const chain = portmapChain(id)
  const because = `${BECAUSE}, pod ${place.pod ? keyOf(place.pod) : place.name}`
  const add = (to: string, parts: readonly Part[], goal: Goal) => addRule(k, 'nat', to, rule(parts, goal, because), 'last')
  const mappings = mappingsOf(place)
  newChain(k, 'nat', chain)
  for (const name of ['sctp', 'tcp', 'udp'] as const) {
    const ports = mappings.filter(m => (m.protocol ?? 'TCP').toLowerCase() === name).map(m => m.hostPort)
    for (let at = 0; at < ports.length; at += PORTS_PER_RULE) {
      const some = ports.slice(at, at + PORTS_PER_RULE).map(port => ({ first: port, last: port }))
      const header: Part = { words: `-p ${name}`, header: { protocol: { not: false, is: name } } }
      const multiport: Part = {
        words: `-m multiport --dports ${some.map(p => p.first).join(',')}`,
        match: { match: 'multiport', side: 'dports', not: false, ports: some },
      }
      add('CNI-HOSTPORT-DNAT', [header, comment(`dnat name: "${NETWORK}" id: "${id}"`), multiport], jump(chain))
    }
  }
  for (const m of mappings) {
    const host = m.hostIP ? readIp(m.hostIP) : undefined
    if (host !== undefined && familyOf(host) !== k.family) continue
    const base = protocol(
      (m.protocol ?? 'TCP').toLowerCase() as 'tcp',
      m.hostPort,
      host === undefined ? undefined : destinationHost(host, true),
    )
    add(chain, [base, source(network)], jump('CNI-HOSTPORT-SETMARK'))
    if (k.family === 'ipv4') add(chain, [base, source(LOCALHOST)], jump('CNI-HOSTPORT-SETMARK'))
    add(chain, [base], dnat(ip, m.containerPort))
  }
}
