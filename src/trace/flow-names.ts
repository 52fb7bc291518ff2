// The names that flows are written with, looked up: who sends, where to, and which DNS name a program asks for first.
import { type Ip, isLoopback, parseIp, readIp } from '../addr/ip'
import { didYouMean } from '../cluster/nearest'
import { objectOf, type State } from '../cluster/state'
import { isLost } from '../control/component'
import { resolvingAt } from '../dns/direct'
import { CLUSTER_DOMAIN } from '../dns/pod-files'
import type { RecordType } from '../dns/record'
import { lookUp } from '../dns/resolver'
import type { Place, Problem } from '../error'
import type { Network } from '../linux/program'

/** Who sends: the namespace, and the place as it was said, which for a hostNetwork pod is not its namespace. */
interface Sender {
  readonly namespace: string
  readonly place: string
  readonly source?: Ip
}

/** On which node's machine a namespace is; null for what is outside. */
export function machineOf(state: State, namespace: string): string | null {
  const [kind, ...rest] = namespace.split('/')
  if (kind === 'node') return rest.join('/')
  return (kind === 'pod' && objectOf(state, 'Pod', rest.join('/'))?.spec.nodeName) || null
}

/** The names of flows in one world; what is wrong with them is collected. */
export class Names {
  constructor(
    readonly network: Network,
    readonly state: State | null,
    private readonly place: Place | undefined,
    private readonly problems: Problem[],
  ) {}

  wrong(code: Problem['code'], message: string, fix?: string): undefined {
    this.problems.push({ code, message, ...(this.place ? { place: this.place } : {}), ...(fix ? { fix } : {}) })
    return undefined
  }

  /** `via` says a node of the cluster, also where the sender needs none. */
  checkVia(via: string | undefined): void {
    const names = this.state?.config.nodes.map(n => n.name)
    const name = via?.replace(/^node\//, '')
    if (names && name !== undefined && !names.includes(name))
      this.wrong('UNKNOWN_NAME', `There is no node '${name}'.`, didYouMean(name, names))
  }

  /** The namespace of a WHERE, and the address that it was asked by, if it was. A machine that failed sends nothing. */
  where(text: string, via: string | undefined): Sender | undefined {
    const sender = this.sender(text, via)
    const node = sender && this.state && machineOf(this.state, sender.namespace)
    if (!node || !isLost(this.state!, node)) return sender
    return this.wrong(
      'INVALID_VALUE',
      `Node ${node} has failed, so nothing there can send: '${text}' is on it.`,
      `Send from another place, or let it come back first: When node "${node}" comes back.`,
    )
  }

  private sender(text: string, via: string | undefined): Sender | undefined {
    const ip = readIp(text)
    if (ip === undefined) return this.named(text)
    if (isLoopback(ip)) {
      const node = via?.replace(/^node\//, '') ?? this.state?.config.nodes[0]?.name
      return node === undefined
        ? this.wrong('UNKNOWN_NAME', `${text} needs a node to be on.`, 'Add via: NODE.')
        : this.named(`node/${node}`, ip)
    }
    const owner = this.network.owner(ip)
    return owner === undefined
      ? this.wrong('UNKNOWN_NAME', `Nobody has the address ${text}.`)
      : { namespace: owner, place: owner, source: ip }
  }

  private named(text: string, source?: Ip): Sender | undefined {
    const program = this.network.program(text)
    if (program) return { namespace: program.name, place: text, ...(source === undefined ? {} : { source }) }
    const bare = this.state === null ? undefined : /^pod\/([^/]+)$/.exec(text)?.[1]
    const meant = bare === undefined ? text : `pod/default/${bare}`
    const form = bare === undefined ? '' : 'A pod is written pod/NAMESPACE/NAME. '
    return this.wrong('UNKNOWN_NAME', `There is no '${text}'.`, `${form}${didYouMean(meant, this.network.names)}`)
  }

  /** The address of a destination's host part. */
  address(host: string, family: 'ipv4' | 'ipv6' | null): Ip | undefined {
    const ip = readIp(host)
    if (ip === 0) return parseIp('127.0.0.1')
    if (ip !== undefined) return ip
    if (host.startsWith('service/')) return this.serviceAddress(host.slice('service/'.length))
    const found = this.named(host)
    const devices = found && this.network.program(found.namespace)!.devices.filter(d => d.kind !== 'loopback')
    const addresses = devices?.flatMap(d => d.addresses.map(a => a.ip))
    if (addresses === undefined) return undefined
    return (
      addresses.find(a => (typeof a === 'number' ? 'ipv4' : 'ipv6') === (family ?? 'ipv4')) ??
      addresses[0] ??
      this.wrong('UNKNOWN_NAME', `${host} has no address.`)
    )
  }

  private serviceAddress(key: string): Ip | undefined {
    const service = this.state ? objectOf(this.state, 'Service', key) : undefined
    if (service === undefined) {
      const names = [...(this.state?.objects.get('Service')?.keys() ?? [])].map(name => `service/${name}`)
      return this.wrong('UNKNOWN_NAME', `There is no 'service/${key}'.`, didYouMean(`service/${key}`, names))
    }
    const ip = readIp(service.spec.clusterIP ?? '')
    return ip ?? this.wrong('UNKNOWN_NAME', `Service ${key} has no ClusterIP.`, 'Write the address of a pod.')
  }

  /** The DNS name that a host stands for: itself, or that of a Service which has no address of its own; undefined for places and addresses. */
  dnsName(host: string): string | undefined {
    if (this.state === null || readIp(host) !== undefined) return undefined
    const [, key] = /^service\/(.+)$/.exec(host) ?? []
    if (key === undefined) return /^(pod|node|client|namespace)\//.test(host) ? undefined : host
    const spec = objectOf(this.state, 'Service', key)?.spec
    const [namespace, name] = key.split('/')
    return spec?.type === 'ExternalName' || spec?.clusterIP === 'None' ? `${name}.${namespace}.svc.${CLUSTER_DOMAIN}.` : undefined
  }

  /** A name, looked up without packets; the trace sends them. */
  lookedUp(name: string, place: string, types: readonly RecordType[]): Ip | undefined {
    if (!/^[\w-]([\w.-]*[\w.-])?$/.test(name))
      return this.wrong(
        'INVALID_VALUE',
        `'${name}' is neither a name nor an address.`,
        'Write a name of letters, digits, dots and hyphens.',
      )
    return lookUp('glibc', name, types, resolvingAt(this.state!, place)).addresses[0] ?? NOWHERE
  }
}

/** Where a request to a name without an address would go; it is never sent. */
const NOWHERE = parseIp('0.0.0.0')
