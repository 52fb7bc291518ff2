// ADD and DEL of a container, plugin after plugin as a runtime calls them, with flannel's delegate. What a plugin says when it fails is thrown; what it had done stays.
// Not simulated: CHECK, results as JSON, capabilities other than portMappings, the plugins tuning, bandwidth, macvlan and the like (refused by name).
import { familyOf, readIp } from '../../addr/ip'
import { readIptablesSave } from '../../linux/iptables-save'
import { readNft } from '../../linux/nft-ruleset'
import type { NftStatement } from '../../linux/nft-rules'
import { problem } from '../../error'
import type { Part } from '../words'
import type { Attachment, GivenAddress, PortMapping } from './attachment'
import { addFirewall, type FirewallSettings, removeFirewall } from './firewall'
import { CniError, type CniHost } from './host'
import { release, reserve } from './host-local'
import { addBridge, addLoopback, addPtp, type Call, type PluginConf, removeCable, removeLoopback } from './plugin'
import { addPortmap, removePortmap } from './portmap'

/** A configuration file: one plugin, or a list of them. */
export interface CniConf {
  readonly name: string
  readonly cniVersion?: string
  readonly plugins?: readonly PluginConf[]
  readonly [word: string]: unknown
}

export interface RuntimeConfig {
  readonly portMappings?: readonly { hostPort: number; containerPort: number; protocol?: string; hostIP?: string }[]
}

const SUBNET_ENV = '/run/flannel/subnet.env'
const pluginsOf = (conf: CniConf): readonly PluginConf[] => conf.plugins ?? [conf as unknown as PluginConf]

/** Connects a container; throws a CniError with the words of the plugin that fails. */
export function addContainer(
  host: CniHost,
  conf: CniConf,
  call: Omit<Call, 'network'>,
  runtime: RuntimeConfig = {},
): readonly GivenAddress[] {
  const named = { ...call, network: conf.name }
  let ips: readonly GivenAddress[] = []
  let bridge = ''
  for (const plugin of pluginsOf(conf)) {
    const real = plugin.type === 'flannel' ? delegate(host, conf, plugin, call.id) : plugin
    if (real.type === 'bridge') bridge = real.bridge ?? 'cni0'
    ips = addPlugin(host, named, real, { ...named, ips, of: `container ${call.space}` }, runtime, bridge)
  }
  return ips
}

function addPlugin(
  host: CniHost,
  call: Call,
  conf: PluginConf,
  before: Attachment,
  runtime: RuntimeConfig,
  bridge: string,
): readonly GivenAddress[] {
  switch (conf.type) {
    case 'loopback':
      addLoopback(host, call)
      return before.ips
    case 'bridge':
      return addBridge(host, call, conf)
    case 'ptp':
      return addPtp(host, call, conf)
    case 'host-local':
      return reserve(host, call.network, call.id, call.interface, conf.ipam ?? {})
    case 'portmap':
      mapPorts(host, conf, before, runtime)
      return before.ips
    case 'firewall':
      for (const k of Object.values(host.tables)) addFirewall(k, before, firewallSettings(host, conf, bridge))
      return before.ips
    default:
      throw problem('NOT_MODELLED', `hopspec does not model the CNI plugin '${conf.type}'.`)
  }
}

/** Disconnects it, the last plugin first. `hasSpace`: its namespace is still there. */
export function removeContainer(host: CniHost, conf: CniConf, call: Omit<Call, 'network'>, hasSpace = true): void {
  const named = { ...call, network: conf.name }
  const a: Attachment = {
    ...named,
    ips: host.spaces.get(call.space)?.devices.find(d => d.name === call.interface)?.addresses ?? [],
    of: '',
  }
  for (const { type } of [...pluginsOf(conf)].reverse())
    switch (type) {
      case 'flannel':
        host.files.delete(`/var/lib/cni/flannel/${call.id}`)
        removeCable(host, named, hasSpace)
        break
      case 'bridge':
      case 'ptp':
        removeCable(host, named, hasSpace)
        break
      case 'loopback':
        if (hasSpace) removeLoopback(host, named)
        break
      case 'host-local':
        release(host, conf.name, call.id, call.interface)
        break
      case 'portmap':
        unmapPorts(host, a)
        break
      case 'firewall':
        for (const k of Object.values(host.tables)) removeFirewall(k, a)
        break
      default:
    }
}

/** The configuration that flannel's plugin makes of subnet.env and its own words, and keeps for DEL. */
function delegate(host: CniHost, conf: CniConf, plugin: PluginConf, id: string): PluginConf {
  const env = new Map((host.files.get(SUBNET_ENV) ?? '').split('\n').map(l => l.split('=') as [string, string]))
  const subnet = env.get('FLANNEL_SUBNET')
  if (subnet === undefined)
    throw new CniError(
      `failed to load flannel 'subnet.env' file: open ${SUBNET_ENV}: no such file or directory. Check the flannel pod log for this node.`,
    )
  const [ip = '', length = ''] = subnet.split('/')
  const network = `${ip.replace(/\d+$/, last => `${Number(last) - 1}`)}/${length}`
  const own = (plugin.delegate ?? {}) as Partial<PluginConf>
  const type = own.type ?? 'bridge'
  const routes = [{ dst: env.get('FLANNEL_NETWORK') ?? '' }]
  const ipam =
    host.version === 'v0.8.6'
      ? { routes, subnet: network, type: 'host-local' }
      : { ranges: [[{ subnet: network }]], routes, type: 'host-local' }
  const made = {
    ...(conf.cniVersion === undefined ? {} : { cniVersion: conf.cniVersion }),
    ...own,
    ...(type === 'bridge' && own.isGateway === undefined && { isGateway: true }),
    ipMasq: own.ipMasq ?? env.get('FLANNEL_IPMASQ') !== 'true',
    mtu: own.mtu ?? Number(env.get('FLANNEL_MTU')),
    ipam,
    name: conf.name,
    type,
  }
  host.files.set(`/var/lib/cni/flannel/${id}`, sortedJson(made))
  return made
}

/** JSON with its keys in order, as Go writes maps. */
const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  )

const mappingsOf = ({ portMappings = [] }: RuntimeConfig): readonly PortMapping[] =>
  portMappings.map(m => ({
    hostPort: m.hostPort,
    containerPort: m.containerPort,
    protocol: (m.protocol ?? 'tcp').toLowerCase() as PortMapping['protocol'],
    hostIP: (m.hostIP ? readIp(m.hostIP) : undefined) ?? null,
  }))

/** What only iptables has: with nftables it is refused. */
const IPTABLES_ONLY = ['externalSetMarkChain'] as const

function mapPorts(host: CniHost, conf: PluginConf, a: Attachment, runtime: RuntimeConfig): void {
  const mappings = mappingsOf(runtime)
  if (mappings.length === 0) return
  const snat = conf.snat !== false
  if (conf.backend === 'nftables') {
    const strange = IPTABLES_ONLY.filter(option => conf[option] !== undefined)
    if (strange.length > 0)
      throw new CniError(
        `failed to parse config: nftables backend was requested but configuration contains iptables-specific options [${strange.join(' ')}]`,
      )
    const conditions = { ipv4: nftParts(conf.conditionsV4), ipv6: nftParts(conf.conditionsV6) }
    for (const family of ['ipv4', 'ipv6'] as const)
      if (a.ips.some(i => familyOf(i.ip) === family))
        host.mapped[family] = {
          containers: [...(host.mapped[family]?.containers ?? []), { attachment: a, mappings }],
          settings: { snat, conditions },
        }
    return
  }
  for (const [family, k] of Object.entries(host.tables)) {
    const conditions = iptablesParts(family === 'ipv4' ? conf.conditionsV4 : conf.conditionsV6)
    const { externalSetMarkChain: external, markMasqBit } = conf as { externalSetMarkChain?: string; markMasqBit?: number }
    const missing = addPortmap(k, a, mappings, {
      snat,
      conditions,
      ...(external === undefined ? {} : { externalSetMarkChain: external }),
      ...(markMasqBit === undefined ? {} : { markMasqBit }),
    })
    if (missing !== null) throw new CniError(`unable to setup DNAT: Chain '${missing}' does not exist`)
  }
}

function unmapPorts(host: CniHost, a: Attachment): void {
  for (const k of Object.values(host.tables)) removePortmap(k, a)
  for (const family of ['ipv4', 'ipv6'] as const) {
    const made = host.mapped[family]
    if (made) host.mapped[family] = { ...made, containers: made.containers.filter(c => c.attachment.id !== a.id) }
  }
}

/** Words of iptables, as the rule that they make. */
function iptablesParts(words: unknown): readonly Part[] {
  if (!Array.isArray(words) || words.length === 0) return []
  const text = `*nat\n:X - [0:0]\n-A X ${words.join(' ')}\nCOMMIT\n`
  const [rule] = readIptablesSave(text, 'conditionsV4', 'ipv4').tables[0]!.chains.find(c => c.name === 'X')!.rules
  return [{ words: words.join(' '), header: rule!.header }, ...rule!.matches.map(match => ({ words: '', match }))]
}

/** Words of nft, as the statements that they make. */
function nftParts(words: unknown): readonly NftStatement[] {
  if (!Array.isArray(words) || words.length === 0) return []
  const text = `table inet x {\n\tchain x {\n\t\t${words.join(' ')} accept\n\t}\n}\n`
  return readNft(text, 'conditions').tables[0]!.chains[0]!.rules[0]!.statements.slice(0, -1)
}

function firewallSettings(host: CniHost, conf: PluginConf, bridge: string): FirewallSettings {
  const ingressPolicy = conf.ingressPolicy === 'isolated' || conf.ingressPolicy === 'same-bridge' ? conf.ingressPolicy : 'open'
  return {
    adminChain:
      typeof conf.iptablesAdminChainName === 'string' && conf.iptablesAdminChainName !== '' ? conf.iptablesAdminChainName : 'CNI-ADMIN',
    adminComment: host.version !== 'v0.8.6',
    ingressPolicy,
    bridge,
  }
}
