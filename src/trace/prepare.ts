// Names become machines: flows as written, looked up in a cluster (or a bare network), ready to walk.
import { type Ip, ipText, isLoopback, parseIp, readIp } from '../addr/ip'
import { didYouMean } from '../cluster/nearest'
import { objectOf, type State } from '../cluster/state'
import { resolvingAt } from '../dns/direct'
import { CLUSTER_DOMAIN } from '../dns/pod-files'
import type { RecordType } from '../dns/record'
import { lookUp } from '../dns/resolver'
import { HopspecError, type Place, type Problem } from '../error'
import type { Network } from '../linux/program'
import type { Stranger } from '../node/layout'
import { networkOf } from '../node/network'
import { type FlowSpec, splitTarget, wrongTarget } from './flow-spec'
import type { FlowJson } from './json'
import { nameSource } from './name-source'
import type { Flow, Scene } from './flow'

/** The port a client's kernel would choose; ours is always the same unless the flow says otherwise. */
export const CLIENT_PORT = 51412

/** A world to send flows through: a cluster, or a network without Kubernetes. */
export type World = { readonly state: State } | { readonly network: Network }

/** Looks up every name of the flows; throws all that do not exist at once. */
export function prepare(
  world: World,
  specs: readonly FlowSpec[],
  place?: Place,
): { readonly scene: Scene; readonly flows: readonly Flow[] } {
  const problems: Problem[] = []
  const known = 'network' in world ? world.network : networkOf(world.state)
  const strangers = 'network' in world ? [] : strangersOf(world.state, known, specs)
  const network = strangers.length > 0 && 'state' in world ? networkOf(world.state, { strangers }) : known
  const lookedUp = new Names(network, 'state' in world ? world.state : null, place, problems)
  const flows = specs.map(spec => flowOf(spec, lookedUp))
  if (problems.length > 0) throw new HopspecError(problems)
  const names = 'state' in world ? { names: nameSource(world.state) } : {}
  return { scene: { network, nodeOf: nodeFinder('state' in world ? world.state : null), ...names }, flows: flows as Flow[] }
}

/** The scene of a cluster in which nothing is sent yet. */
export const scenery = (state: State): Scene => ({ network: networkOf(state), nodeOf: nodeFinder(state), names: nameSource(state) })

/** On which node's machine a namespace is. */
function nodeFinder(state: State | null): (namespace: string) => string | null {
  return namespace => {
    const [kind, ...rest] = namespace.split('/')
    if (kind === 'node') return rest.join('/')
    return (kind === 'pod' && state && objectOf(state, 'Pod', rest.join('/'))?.spec.nodeName) || null
  }
}

/** Addresses that flows begin at and nobody has, with the node by which they come. */
function strangersOf(state: State, network: Network, specs: readonly FlowSpec[]): readonly Stranger[] {
  const strangers = new Map<Ip, Stranger>()
  const first = state.config.nodes[0]?.name
  for (const { from, to, via, protocol } of specs) {
    const address = readIp(from)
    const node = via?.replace(/^node\//, '') ?? first
    if (address === undefined || node === undefined || isLoopback(address) || network.owner(address) !== undefined) continue
    const foreign = readIp(splitTarget(to, protocol)?.host ?? '') === address
    const known = strangers.get(address)
    strangers.set(address, known ? { ...known, foreign: known.foreign === true && foreign } : { address, via: node, foreign })
  }
  return [...strangers.values()]
}

/** Who sends: the namespace, and the place as it was said, which for a hostNetwork pod is not its namespace. */
interface Sender {
  readonly namespace: string
  readonly place: string
  readonly source?: Ip
}

class Names {
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

  /** The namespace of a WHERE, and the address that it was asked by, if it was. */
  where(text: string, via: string | undefined): Sender | undefined {
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

function flowOf(spec: FlowSpec, names: Names): Flow | undefined {
  const target = splitTarget(spec.to, spec.protocol)
  if (target === undefined) {
    const { message, fix } = wrongTarget(spec.to, spec.protocol)
    names.wrong('INVALID_VALUE', message, fix)
    return undefined
  }
  names.checkVia(spec.via)
  const from = names.where(spec.from, spec.via)
  const name = names.dnsName(target.host)
  const types = ['A', 'AAAA'] as const
  const destination =
    name === undefined
      ? names.address(target.host, from?.source === undefined ? null : typeof from.source === 'number' ? 'ipv4' : 'ipv6')
      : from && names.lookedUp(name, from.place, types)
  if (from === undefined || destination === undefined) return undefined
  const { namespace } = from
  const source = spec.source ?? from.source
  const words: FlowJson = {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    from: spec.from,
    to: spec.to,
    protocol: spec.protocol,
    ...(spec.via === undefined ? {} : { via: spec.via }),
    ...(spec.sourcePort === undefined ? {} : { sourcePort: spec.sourcePort }),
  }
  return {
    words,
    host: name ?? (/^(service|pod|node|client|namespace)\//.test(target.host) ? ipText(destination) : target.host),
    ...(name === undefined ? {} : { lookup: { namespace, place: from.place, name, types, resolver: 'glibc' as const } }),
    request: {
      namespace,
      protocol: spec.protocol,
      destination,
      destinationPort: target.port ?? 0,
      sourcePort: spec.sourcePort ?? CLIENT_PORT,
      ...(source === undefined ? {} : { source }),
      ...(spec.ttl === undefined ? {} : { ttl: spec.ttl }),
      ...(spec.tos === undefined ? {} : { tos: spec.tos }),
      ...(spec.mark === undefined ? {} : { mark: spec.mark }),
      ...(spec.device === undefined ? {} : { device: spec.device }),
      ...(spec.lengthBytes === undefined ? {} : { lengthBytes: spec.lengthBytes }),
      ...(spec.dontFragment === undefined ? {} : { dontFragment: spec.dontFragment }),
      ...(spec.broadcast === undefined ? {} : { broadcast: spec.broadcast }),
    },
  }
}
