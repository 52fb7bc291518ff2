// hostPorts by the plugin portmap with iptables: three chains that stay, and one for each container.
import { type Cidr, networkOf, parseCidr } from '../../addr/cidr'
import { familyOf, type Ip, isUnspecified } from '../../addr/ip'
import type { Rule } from '../../linux/rule'
import { addRule, deleteChain, ensureRule, type KernelTables, newChain, removeRules, tableOf } from '../kernel-tables'
import {
  comment,
  destinationHost,
  destinationType,
  dnat,
  type Goal,
  jump,
  line,
  marked,
  masquerade,
  type Part,
  protocol,
  setMark,
  source,
} from '../words'
import { type Attachment, chainName, nameAndId, type PortMapping } from './attachment'

interface PortmapSettings {
  /** Masquerade a container's calls to its own host's port; absent: yes. */
  readonly snat?: boolean
  readonly markMasqBit?: number
  /** Another's chain that marks; portmap then has none of its own. */
  readonly externalSetMarkChain?: string
  /** What an entry asks beside the port, as parts of a rule. */
  readonly conditions?: readonly Part[]
}

const BECAUSE = 'cni portmap'
const DEFAULT_MARK_BIT = 13
/** What the multiport match takes at most. */
const PORTS_PER_RULE = 15
const LOCALHOST = parseCidr('127.0.0.1/32')
const [DNAT, SETMARK, MASQ] = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ'] as const

const rule = (parts: readonly Part[], goal: Goal, because = BECAUSE): Rule => line('', parts, goal, { because }).rule

/** Writes a container's ports; the plugin's word where it fails, after what it wrote before. */
export function addPortmap(
  k: KernelTables,
  a: Attachment,
  mappings: readonly PortMapping[],
  settings: PortmapSettings = {},
): string | null {
  const given = a.ips.find(i => familyOf(i.ip) === k.family)
  if (mappings.length === 0 || given === undefined) return null
  const { snat = true, externalSetMarkChain: external } = settings
  if (snat && external === undefined) writeMarks(k, 2 ** (settings.markMasqBit ?? DEFAULT_MARK_BIT))
  newChain(k, 'nat', DNAT)
  for (const hook of ['PREROUTING', 'OUTPUT']) ensureRule(k, 'nat', hook, rule([destinationType('LOCAL')], jump(DNAT)), 'last')
  const chain = chainName(a, 'DN-')
  newChain(k, 'nat', chain)
  if (snat && external !== undefined && !tableOf(k, 'nat').has(external)) return external
  const target = snat ? (external ?? SETMARK) : null
  writePorts(k, chain, mappings, given.ip, networkOf(given.ip, given.length), target, `${BECAUSE}, ${a.of}`)
  for (const parts of entries(a, mappings, settings.conditions ?? []))
    addRule(k, 'nat', DNAT, rule(parts, jump(chain), `${BECAUSE}, ${a.of}`), 'last')
  return null
}

/** Takes a container's chain away; the shared ones stay. */
export function removePortmap(k: KernelTables, a: Attachment): void {
  const chain = chainName(a, 'DN-')
  if (!k.tables.has('nat') || !tableOf(k, 'nat').has(chain)) return
  removeRules(k, 'nat', DNAT, r => r.target?.do === 'jump' && r.target.chain === chain)
  deleteChain(k, 'nat', chain)
}

function writeMarks(k: KernelTables, mark: number): void {
  newChain(k, 'nat', SETMARK)
  ensureRule(k, 'nat', SETMARK, rule([comment('CNI portfwd masquerade mark')], setMark(mark, 'set-xmark')), 'last')
  newChain(k, 'nat', MASQ)
  ensureRule(k, 'nat', MASQ, rule([marked(mark)], masquerade(false)), 'last')
  ensureRule(k, 'nat', 'POSTROUTING', rule([comment('CNI portfwd requiring masquerade')], jump(MASQ)), 'first')
}

/** Which ports lead to the container's chain: by protocol, of every address and family. */
function entries(a: Attachment, mappings: readonly PortMapping[], conditions: readonly Part[]): readonly (readonly Part[])[] {
  const found: Part[][] = []
  for (const name of ['sctp', 'tcp', 'udp'] as const) {
    const ports = mappings.filter(m => m.protocol === name).map(m => m.hostPort)
    for (let at = 0; at < ports.length; at += PORTS_PER_RULE) {
      const some = ports.slice(at, at + PORTS_PER_RULE).map(port => ({ first: port, last: port }))
      const header: Part = { words: `-p ${name}`, header: { protocol: { not: false, is: name } } }
      const multiport: Part = {
        words: `-m multiport --dports ${some.map(p => p.first).join(',')}`,
        match: { match: 'multiport', side: 'dports', not: false, ports: some },
      }
      found.push([header, comment(`dnat ${nameAndId(a)}`), multiport, ...conditions])
    }
  }
  return found
}

function writePorts(
  k: KernelTables,
  chain: string,
  mappings: readonly PortMapping[],
  ip: Ip,
  network: Cidr,
  setMarkChain: string | null,
  because: string,
): void {
  const add = (parts: readonly Part[], goal: Goal) => addRule(k, 'nat', chain, rule(parts, goal, because), 'last')
  for (const { hostIP, hostPort, containerPort, protocol: name } of mappings) {
    if (hostIP !== null && familyOf(hostIP) !== k.family) continue
    const base = protocol(name, hostPort, hostIP === null || isUnspecified(hostIP) ? undefined : destinationHost(hostIP, true))
    if (setMarkChain !== null) {
      add([base, source(network)], jump(setMarkChain))
      if (k.family === 'ipv4') add([base, source(LOCALHOST)], jump(setMarkChain))
    }
    add([base], dnat(ip, containerPort))
  }
}
