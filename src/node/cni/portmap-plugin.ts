// The plugin portmap as it is called: which ports of which container, by iptables or nftables; the rules are in portmap.ts and portmap-nft.ts.
import { FAMILIES, type Family, familyOf, type Ip, readIp } from '../../addr/ip'
import { readIptablesSave } from '../../linux/iptables-save'
import { readNft } from '../../linux/nft-ruleset'
import type { NftStatement } from '../../linux/nft-rules'
import type { Part } from '../words'
import type { GivenAddress, PortMapping } from './attachment'
import type { Call } from './call'
import { type CniHost, deviceIn, NODE, spaceOf, writeSysctl } from './machine'
import { attachmentOf } from './masquerade'
import { addPortmap, checkPortmap, hasPorts, type PortmapSettings, removePortmap } from './portmap'
import { addHostports, checkHostports, removeHostports } from './portmap-nft'
import { CniError, type CniResult, readResult, type Written } from './result'
import { routeTo } from './route-table'

interface RawMapping {
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol?: string
  readonly hostIP?: string
}
interface PortmapConf {
  readonly backend: 'iptables' | 'nftables'
  readonly snat: boolean
  readonly masqAll: boolean
  readonly markMasqBit: number
  readonly externalSetMarkChain: string | undefined
  readonly conditions: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] }
  readonly mappings: readonly PortMapping[]
  /** The container's address of each family. */
  readonly ips: readonly GivenAddress[]
}

const DEFAULT_BIT = 13

function read(host: CniHost, call: Call): PortmapConf {
  const { conf } = call
  const external = conf.externalSetMarkChain as string | undefined
  const bit = conf.markMasqBit as number | undefined
  if (external !== undefined && bit !== undefined) throw new CniError('Cannot specify externalSetMarkChain and markMasqBit')
  if (bit !== undefined && (bit < 0 || bit > 31)) throw new CniError('MasqMarkBit must be between 0 and 31')
  const conditions = { ipv4: (conf.conditionsV4 ?? []) as readonly string[], ipv6: (conf.conditionsV6 ?? []) as readonly string[] }
  const raw = ((conf.runtimeConfig as Written | undefined)?.portMappings ?? []) as readonly RawMapping[]
  const backend = host.facts.portmap.nftables ? readBackend(conf, external, conditions) : 'iptables'
  for (const { containerPort, hostPort } of raw) {
    if (containerPort <= 0) throw new CniError(`Invalid container port number: ${containerPort}`)
    if (hostPort <= 0) throw new CniError(`Invalid host port number: ${hostPort}`)
  }
  const result = conf.prevResult === undefined ? null : readResult(conf.prevResult as Written)
  return {
    backend,
    snat: conf.snat !== false,
    masqAll: host.facts.portmap.masqAll && conf.masqAll === true,
    markMasqBit: bit ?? DEFAULT_BIT,
    externalSetMarkChain: external,
    conditions,
    mappings: raw.map(m => ({
      hostPort: m.hostPort,
      containerPort: m.containerPort,
      protocol: (m.protocol ?? '') as PortMapping['protocol'],
      hostIP: m.hostIP ? (readIp(m.hostIP) ?? null) : null,
    })),
    ips: result ? ownAddresses(result, call.interface) : [],
  }
}

/** The first address of each family that is the container's. */
function ownAddresses(result: CniResult, name: string): readonly GivenAddress[] {
  return FAMILIES.flatMap(family => {
    const own = result.ips.find(i => {
      if (familyOf(i.ip) !== family) return false
      const at = i.interface === null ? undefined : result.interfaces[i.interface]
      return at === undefined || (at.name === name && at.sandbox !== undefined && at.sandbox !== '')
    })
    return own === undefined ? [] : [{ ip: own.ip, length: own.length }]
  })
}

/** Conditions that begin like iptables' are iptables'. */
function toolOf([first = '']: readonly string[]): 'iptables' | 'nftables' | null {
  if (first === '') return null
  return first.startsWith('-') || first.startsWith('!') ? 'iptables' : 'nftables'
}

function readBackend(conf: Written, external: string | undefined, conditions: PortmapConf['conditions']): 'iptables' | 'nftables' {
  const backend = (conf.backend as string | undefined) ?? 'iptables'
  const wrong = backend === 'iptables' ? 'nftables' : 'iptables'
  const strange = [
    ...(external !== undefined && wrong === 'iptables' ? ['externalSetMarkChain'] : []),
    ...(toolOf(conditions.ipv4) === wrong ? ['conditionsV4'] : []),
    ...(toolOf(conditions.ipv6) === wrong ? ['conditionsV6'] : []),
  ]
  if (strange.length > 0)
    throw new CniError(`${backend} backend was requested but configuration contains ${wrong}-specific options [${strange.join(' ')}]`)
  if (backend !== 'iptables' && backend !== 'nftables') throw new CniError(`unrecognized backend "${backend}"`)
  return backend
}

const parse = (host: CniHost, call: Call): PortmapConf => {
  try {
    return read(host, call)
  } catch (error) {
    throw error instanceof CniError ? new CniError(`failed to parse config: ${error.message}`) : error
  }
}

export function addPortmapPlugin(host: CniHost, call: Call): void {
  const conf = parse(host, call)
  if (call.conf.prevResult === undefined) throw new CniError('must be called as chained plugin')
  if (conf.mappings.length === 0) return
  for (const given of conf.ips) {
    const { localnet } = host.facts.portmap
    const opens = (when: typeof localnet) => when === localnet && conf.snat && familyOf(given.ip) === 'ipv4'
    if (opens('first')) routeLocalnet(host, given.ip)
    forward(host, call, conf, given)
    if (opens('last')) routeLocalnet(host, given.ip)
  }
}

function forward(host: CniHost, call: Call, conf: PortmapConf, given: GivenAddress): void {
  const family = familyOf(given.ip)
  const a = attachmentOf(call, [given])
  if (conf.backend === 'nftables') {
    const conditions = nftParts(conf.conditions[family])
    host.hostports[family] = addHostports(host.hostports[family], { attachment: a, mappings: conf.mappings, snat: conf.snat }, conditions)
    return
  }
  const failed = addPortmap(host.tables[family], a, conf.mappings, settingsOf(host, conf, family))
  if (failed !== null) throw new CniError(`unable to setup DNAT: ${failed}`)
}

/** 127.0.0.1 may leave by the device that leads to the container. */
function routeLocalnet(host: CniHost, ip: Ip): void {
  const node = spaceOf(host, NODE)
  const name = routeTo(node, ip)?.device
  const device = name === undefined ? undefined : deviceIn(node, name)
  if (device) writeSysctl(device, 'ipv4.route_localnet', 1)
}

export function deletePortmapPlugin(host: CniHost, call: Call): void {
  const { backend, mappings } = parse(host, call)
  if (mappings.length === 0 && !host.facts.portmap.deletesAlways) return
  const a = attachmentOf(call, [])
  for (const family of FAMILIES)
    if (backend === 'iptables') removePortmap(host.tables[family], a)
    else host.hostports[family] = removeHostports(host.hostports[family], a)
}

/** The settings of its rules for an address's family. */
function settingsOf(host: CniHost, conf: PortmapConf, family: Family): PortmapSettings {
  const { snat, masqAll, markMasqBit, externalSetMarkChain } = conf
  return {
    snat,
    masqAll,
    markMasqBit,
    conditions: iptablesParts(conf.conditions[family], family),
    unspecifiedIsAddress: host.facts.portmap.unspecifiedIsAddress,
    ...(externalSetMarkChain === undefined ? {} : { externalSetMarkChain }),
  }
}

export function checkPortmapPlugin(host: CniHost, call: Call): void {
  const conf = read(host, call)
  if (call.conf.prevResult === undefined) throw new CniError('Required prevResult missing')
  if (conf.mappings.length === 0) return
  for (const given of conf.ips) checkAddress(host, call, conf, given)
}

function checkAddress(host: CniHost, call: Call, conf: PortmapConf, given: GivenAddress): void {
  const family = familyOf(given.ip)
  const a = attachmentOf(call, [given])
  if (conf.backend === 'nftables') {
    const missing = checkHostports(host.hostports[family], { attachment: a, mappings: conf.mappings, snat: conf.snat }, family)
    if (missing !== null) throw new CniError(missing)
    return
  }
  const both = host.facts.portmap.checks === 'both-families'
  for (const where of both ? FAMILIES : [family]) {
    if (both && !hasPorts(host.tables[where], a)) return
    const missing = checkPortmap(host.tables[where], a, conf.mappings, settingsOf(host, conf, family))
    if (missing !== null) throw new CniError(`could not check ${where} dnat: ${missing}`)
  }
}

/** Words of iptables, as the rule that they make. */
function iptablesParts(words: readonly string[], family: 'ipv4' | 'ipv6'): readonly Part[] {
  if (words.length === 0) return []
  const text = `*nat\n:X - [0:0]\n-A X ${words.join(' ')}\nCOMMIT\n`
  const [rule] = readIptablesSave(text, 'conditions', family).tables[0]!.chains.find(c => c.name === 'X')!.rules
  return [{ words: words.join(' '), header: rule!.header }, ...rule!.matches.map(match => ({ words: '', match }))]
}

/** Words of nft, as the statements that they make. */
function nftParts(words: readonly string[]): readonly NftStatement[] {
  if (words.length === 0) return []
  const text = `table inet x {\n\tchain x {\n\t\t${words.join(' ')} accept\n\t}\n}\n`
  return readNft(text, 'conditions').tables[0]!.chains[0]!.rules[0]!.statements.slice(0, -1)
}
