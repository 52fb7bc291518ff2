// The kubernetes plugin's answers: A, AAAA, SRV, PTR, TXT, CNAME, SOA, NS, and what every other type gets. Upstream: plugin/kubernetes/handler.go, plugin/backend_lookup.go.
import { type Ip, ipText } from '../addr/ip'
import type { State } from '../cluster/state'
import { clusterNames, endpointLabel, type ClusterNames } from './cluster-names'
import { type Findings, type Found, isExposed, isWatched, recordsFor } from './kubernetes-records'
import { absolute, inZone, isWithin, normal, zoneOf } from './name'
import type { KubernetesPlugin } from './plugin'
import { type Answer, AUTHORITATIVE, bareAnswer, type DnsRecord, type Question, type RecordType } from './record'
import { addressOfReverse, isReverse } from './reverse'

/** What the plugin needs of the server around it. */
export interface Around {
  readonly state: State
  /** Asks the whole server for a name outside the zone. */
  lookup(question: Question): Answer
  /** Addresses that this CoreDNS answers at. */
  readonly own: readonly Ip[]
}

/** dns-version, of the DNS specification of Kubernetes. */
const SCHEMA_VERSION = '1.1.0'
const SCHEMA_TTL = 28_800
const MOST_CNAMES = 7
const NEVER_CHANGED = 1

/** Records of the answer and of its additional section; null: no such name. */
interface Body {
  readonly records: readonly DnsRecord[]
  readonly extra?: readonly DnsRecord[]
}

/** The plugin's answer; undefined where the next plugin is asked instead. */
export function askKubernetes(plugin: KubernetesPlugin, question: Question, around: Around): Answer | undefined {
  const name = normal(question.name)
  const matched = zoneOf(plugin.zones, name)
  if (matched === undefined) return undefined
  const zone = matched === '.' ? '.' : absolute(question.name).slice(-matched.length)
  const asked = new Asked(plugin, question, name, matched, zone, around)
  if (question.type === 'AXFR' || question.type === 'IXFR') return bareAnswer('REFUSED', 'kubernetes: zones are not transferred')
  const body = asked.body(question.type)
  if (body !== null) return asked.answer('NOERROR', body)
  if (plugin.fallthrough?.some(z => isWithin(z, name))) return undefined
  return asked.answer('NXDOMAIN', { records: [] })
}

class Asked {
  private because = ''
  private readonly names: ClusterNames
  constructor(
    private readonly plugin: KubernetesPlugin,
    private readonly question: Question,
    private readonly name: string,
    /** In lower case; `zone` is the same in the client's letters. */
    private readonly matched: string,
    private readonly zone: string,
    private readonly around: Around,
  ) {
    this.names = clusterNames(around.state)
  }

  answer(rcode: 'NOERROR' | 'NXDOMAIN', { records, extra = [] }: Body): Answer {
    return {
      rcode,
      flags: AUTHORITATIVE,
      answers: records,
      authority: records.length === 0 ? [this.soa()] : [],
      additional: extra,
      because: `kubernetes: ${this.because || this.name}`,
    }
  }

  body(type: RecordType): Body | null {
    switch (type) {
      case 'A':
      case 'AAAA':
        return this.addresses(type, this.question.name, [])
      case 'SRV':
        return this.srv()
      case 'PTR':
        return this.ptr()
      case 'CNAME':
        return this.cname()
      case 'TXT':
        return this.txt()
      case 'SOA':
        return { records: this.name === this.matched ? [this.soa()] : [] }
      case 'MX': {
        const findings = this.find(this.name)
        return findings.exists ? { records: [] } : null
      }
      case 'NS':
        if (this.name === this.matched) return this.ns()
        return this.addresses('A', this.question.name, []) && { records: [] }
      default:
        return this.addresses('A', this.question.name, []) && { records: [] }
    }
  }

  private find(name: string): Findings {
    const findings = recordsFor(this.plugin, this.names, name, this.matched)
    this.because = findings.because
    return findings
  }

  private record(name: string, type: RecordType, data: string, ttl = this.plugin.ttl): DnsRecord {
    return { name: absolute(name), type, ttl, data }
  }

  /** A or AAAA, through aliases: inside the zone from here, outside by asking the server again. */
  private addresses(type: 'A' | 'AAAA', asked: string, aliases: readonly DnsRecord[]): Body | null {
    const name = normal(asked)
    if (name === inZone('ns.dns', this.matched)) return { records: this.ownAddresses(type, asked) }
    const { exists, found } = this.find(name)
    if (!exists) return null
    const records: DnsRecord[] = []
    const known = new Set<Ip>()
    for (const { host } of found) {
      if (typeof host === 'string') records.push(...this.alias(type, asked, host, aliases))
      else if (!known.has(host) && (typeof host === 'number') === (type === 'A')) {
        known.add(host)
        records.push(this.record(asked, type, ipText(host)))
      }
    }
    return { records }
  }

  private alias(type: 'A' | 'AAAA', asked: string, host: string, aliases: readonly DnsRecord[]): readonly DnsRecord[] {
    const target = absolute(host)
    const own = this.record(asked, 'CNAME', target)
    const again = aliases.some(a => normal(a.name) === normal(asked) && a.data === target)
    if (isWithin(normal(asked), normal(target)) || aliases.length > MOST_CNAMES || again) return []
    const { because } = this
    if (isWithin(this.matched, normal(target))) {
      const rest = this.addresses(type, target, [...aliases, own])
      this.because = because
      return rest === null || rest.records.length === 0 ? [] : [own, ...rest.records]
    }
    return [own, ...this.around.lookup({ name: target, type }).answers]
  }

  private srv(): Body | null {
    if (this.name === inZone('ns.dns', this.matched)) return { records: [] }
    const { exists, found } = this.find(this.name)
    if (!exists) return null
    const internal = found.filter((f): f is Found & { readonly host: Ip } => typeof f.host !== 'string')
    const weight = Math.max(1, Math.floor(100 / internal.length))
    const records = new Map<string, DnsRecord>()
    const extra = new Map<string, DnsRecord>()
    for (const { host, port, labels } of internal) {
      if (port === -1) continue
      const target = inZone(labels, this.zone)
      records.set(`${target} ${port}`, this.record(this.question.name, 'SRV', `0 ${weight} ${port} ${target}`))
      extra.set(`${target} ${ipText(host)}`, this.addressRecord(target, host))
    }
    return { records: [...records.values()], extra: [...extra.values()] }
  }

  private addressRecord(name: string, ip: Ip): DnsRecord {
    return this.record(name, typeof ip === 'number' ? 'A' : 'AAAA', ipText(ip))
  }

  private ptr(): Body | null {
    const ip = addressOfReverse(this.name)
    if (ip === undefined) return this.find(this.name).exists ? { records: [] } : null
    const targets = this.namesOf(ip)
    this.because = targets.length === 0 ? `no Service and no endpoint has the address ${ipText(ip)}` : `${ipText(ip)} is theirs`
    return targets.length === 0 ? null : { records: targets.map(target => this.record(this.question.name, 'PTR', target)) }
  }

  /** A Service's own name before those of endpoints, which have one for each Service. */
  private namesOf(ip: Ip): readonly string[] {
    const { plugin, names } = this
    const primary = plugin.zones.find(zone => !isReverse(zone))!
    const limited = plugin.namespaces !== null
    const service = names.servicesByIp
      .get(ip)
      ?.find(s => isWatched(plugin, s.labels) && (!limited || isExposed(plugin, names, s.namespace)))
    if (service) return [inZone(`${service.name}.${service.namespace}.svc`, primary)]
    if (!plugin.endpoints) return []
    return (names.endpointsByIp.get(ip) ?? []).flatMap(key => {
      const [namespace = '', name = ''] = key.split('/')
      if (limited && !isExposed(plugin, names, namespace)) return []
      const own = names.endpoints.get(key)!.flatMap(g => (isWatched(plugin, g.labels) ? g.addresses : []).filter(a => a.host === ip))
      const labels = new Set(own.map(a => endpointLabel(a, plugin.endpointPodNames)))
      return [...labels].map(label => inZone(`${label}.${name}.${namespace}.svc`, primary))
    })
  }

  private cname(): Body | null {
    if (this.name === inZone('ns.dns', this.matched)) return { records: [] }
    const { exists, found } = this.find(this.name)
    if (!exists) return null
    const [first] = found
    return { records: typeof first?.host === 'string' ? [this.record(this.question.name, 'CNAME', absolute(first.host))] : [] }
  }

  /** Only the version of the DNS schema has text; any other name that exists has none. */
  private txt(): Body | null {
    if (this.name === inZone('dns-version', this.matched))
      return { records: [this.record(this.question.name, 'TXT', `"${SCHEMA_VERSION}"`, SCHEMA_TTL)] }
    return this.find(this.name).found.length > 0 ? { records: [] } : null
  }

  private ns(): Body {
    const servers = this.nameServers()
    const names = [...new Set(servers.map(s => s.name))]
    this.because = 'the name servers of the zone'
    return {
      records: names.map(name => this.record(this.question.name, 'NS', name)),
      extra: servers.map(({ name, ip }) => this.addressRecord(name, ip)),
    }
  }

  private ownAddresses(type: 'A' | 'AAAA', asked: string): readonly DnsRecord[] {
    this.because = 'the addresses of the DNS server'
    return this.nameServers()
      .filter(({ ip }) => (typeof ip === 'number') === (type === 'A'))
      .map(({ ip }) => this.addressRecord(asked, ip))
  }

  /** The Services that CoreDNS itself is an endpoint of; where it is of none, its own addresses. */
  private nameServers(): readonly { readonly name: string; readonly ip: Ip }[] {
    const { own } = this.around
    const keys = new Set(own.flatMap(ip => this.names.endpointsByIp.get(ip) ?? []))
    const services = [...keys].flatMap(key => this.names.services.get(key) ?? [])
    const found = services.flatMap(s => s.clusterIPs.map(ip => ({ name: inZone(`${s.name}.${s.namespace}.svc`, this.zone), ip })))
    return found.length > 0 ? found : own.map(ip => ({ name: inZone('ns.dns', this.zone), ip }))
  }

  private soa(): DnsRecord {
    const { ttl } = this.plugin
    const data = `${inZone('ns.dns', this.zone)} ${inZone('hostmaster', this.zone)} ${NEVER_CHANGED} 7200 1800 86400 ${ttl}`
    return { name: this.zone, type: 'SOA', ttl: Math.min(ttl, 300), data }
  }
}
