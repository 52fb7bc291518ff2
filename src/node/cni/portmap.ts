// hostPorts by the plugin portmap with iptables: three chains that stay, and one for each container.
import { networkOf, parseCidr } from '../../addr/cidr'
import { type Family, familyOf, ipText, isUnspecified } from '../../addr/ip'
import type { Rule } from '../../linux/rule'
import { deleteChain, ensureRule, hasRule, type KernelTables, newChain, removeRules, tableOf } from '../kernel-tables'
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
import { type Attachment, chainName, type GivenAddress, nameAndId, type PortMapping } from './attachment'
import { missingChain } from './iptables-error'

export interface PortmapSettings {
  /** Masquerade a container's calls to its own host's port; absent: yes. */
  readonly snat?: boolean
  readonly markMasqBit?: number
  /** Another's chain that marks; portmap then has none of its own. */
  readonly externalSetMarkChain?: string
  /** What an entry asks beside the port, as parts of a rule. */
  readonly conditions?: readonly Part[]
  /** Masquerade whoever calls, not only the container's own network and 127.0.0.1. */
  readonly masqAll?: boolean
  /** A hostIP of 0.0.0.0 or :: is asked for like any other. */
  readonly unspecifiedIsAddress?: boolean
}

const BECAUSE = 'cni portmap'
const DEFAULT_MARK_BIT = 13
/** What the multiport match takes at most. */
const PORTS_PER_RULE = 15
const LOCALHOST = parseCidr('127.0.0.1/32')
const [DNAT, SETMARK, MASQ] = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ'] as const

const rule = (parts: readonly Part[], goal: Goal, because = BECAUSE): Rule => line('', parts, goal, { because }).rule

/** Writes a container's ports; what iptables says where it fails, after what was written before. */
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
  const because = `${BECAUSE}, ${a.of}`
  for (const { parts, goal, words } of portLines(k.family, mappings, given, settings)) {
    if (snat && external !== undefined && !tableOf(k, 'nat').has(external))
      return missingChain(k.family === 'ipv4' ? 'iptables' : 'ip6tables', `-C ${chain} ${words}`, external)
    ensureRule(k, 'nat', chain, rule(parts, goal, because), 'last')
  }
  for (const { parts } of entries(a, mappings, settings.conditions ?? []))
    ensureRule(k, 'nat', DNAT, rule(parts, jump(chain), because), 'last')
  return null
}

/** Whether a container has a chain of its own. */
export const hasPorts = (k: KernelTables, a: Attachment): boolean => k.tables.has('nat') && tableOf(k, 'nat').has(chainName(a, 'DN-'))

/** What of the ports of a container's first address is not there, in the plugin's words; null: nothing. */
export function checkPortmap(k: KernelTables, a: Attachment, mappings: readonly PortMapping[], settings: PortmapSettings): string | null {
  const [given] = a.ips
  if (given === undefined) return null
  const chain = chainName(a, 'DN-')
  if (!hasPorts(k, a)) return `chain ${chain} not found in iptables table nat`
  const missing = (all: readonly { readonly words: string }[], at: string) =>
    `rule [${all.map(l => `[${l.words}]`).join(' ')}] in chain ${at} not found in table nat`
  const lines = portLines(familyOf(given.ip), mappings, given, settings)
  if (lines.some(l => !hasRule(k, 'nat', chain, rule(l.parts, l.goal)))) return missing(lines, chain)
  const ways = entries(a, mappings, settings.conditions ?? [])
  if (ways.some(w => !hasRule(k, 'nat', DNAT, rule(w.parts, jump(chain))))) return missing(ways, DNAT)
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

interface Way {
  readonly parts: readonly Part[]
  /** The plugin's own words. */
  readonly words: string
}

/** Which ports lead to the container's chain: by protocol, of every address and family. */
function entries(a: Attachment, mappings: readonly PortMapping[], conditions: readonly Part[]): readonly Way[] {
  const found: Way[] = []
  for (const name of ['sctp', 'tcp', 'udp'] as const) {
    const ports = mappings.filter(m => m.protocol === name).map(m => m.hostPort)
    for (let at = 0; at < ports.length; at += PORTS_PER_RULE) {
      const some = ports.slice(at, at + PORTS_PER_RULE).map(port => ({ first: port, last: port }))
      const list = some.map(p => p.first).join(',')
      const header: Part = { words: `-p ${name}`, header: { protocol: { not: false, is: name } } }
      const multiport: Part = {
        words: `-m multiport --dports ${list}`,
        match: { match: 'multiport', side: 'dports', not: false, ports: some },
      }
      const why = `dnat ${nameAndId(a)}`
      const more = conditions.map(c => c.words).filter(Boolean)
      found.push({
        parts: [header, comment(why), multiport, ...conditions],
        words: [`-m comment --comment ${why} -m multiport -p ${name} --destination-ports ${list}`, ...more].join(' '),
      })
    }
  }
  return found
}

/** The rules of a container's chain: who is masqueraded, then where each port leads. */
function portLines(
  family: Family,
  mappings: readonly PortMapping[],
  given: GivenAddress,
  settings: PortmapSettings,
): readonly (Way & { readonly goal: Goal })[] {
  const { snat = true, masqAll = false, externalSetMarkChain = SETMARK, unspecifiedIsAddress = false } = settings
  const mark = jump(externalSetMarkChain)
  const network = networkOf(given.ip, given.length)
  return mappings.flatMap(({ hostIP, hostPort, containerPort, protocol: name }) => {
    if (hostIP !== null && familyOf(hostIP) !== family) return []
    const only = hostIP === null || (isUnspecified(hostIP) && !unspecifiedIsAddress) ? undefined : hostIP
    const base = protocol(name, hostPort, only === undefined ? undefined : destinationHost(only, true))
    const words = `-p ${name} --dport ${hostPort}${only === undefined ? '' : ` -d ${ipText(only)}`}`
    const to = dnat(given.ip, containerPort)
    const from = (text: string, parts: readonly Part[]) => ({
      parts: [base, ...parts],
      goal: mark,
      words: `${words} -s ${text} ${mark.words}`,
    })
    const everybody = family === 'ipv4' ? '0.0.0.0/0' : '::/0'
    return [
      ...(snat ? [masqAll ? from(everybody, []) : from(`${ipText(given.ip)}/${given.length}`, [source(network)])] : []),
      ...(snat && !masqAll && family === 'ipv4' ? [from('127.0.0.1', [source(LOCALHOST)])] : []),
      { parts: [base], goal: to, words: `${words} ${to.words}` },
    ]
  })
}
