// Names become machines: flows as written, looked up in a cluster (or a bare network), ready to walk.
import { type Ip, ipText, isLoopback, readIp } from '../addr/ip'
import type { State } from '../cluster/state'
import { HopspecError, type Place, type Problem } from '../error'
import type { Network } from '../linux/program'
import type { Stranger } from '../node/places'
import { networkOf } from '../node/network'
import type { Flow, Scene } from './flow'
import { machineOf, Names } from './flow-names'
import { type FlowSpec, splitTarget, wrongTarget } from './flow-spec'
import type { FlowJson } from './json'
import { nameSource } from './name-source'

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

/** On which node's machine a namespace is; a network without a cluster has none but its nodes. */
const nodeFinder =
  (state: State | null) =>
  (namespace: string): string | null =>
    state ? machineOf(state, namespace) : namespace.startsWith('node/') ? namespace.slice('node/'.length) : null

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
    ...given(spec, 'name'),
    from: spec.from,
    to: spec.to,
    protocol: spec.protocol,
    ...given(spec, 'via', 'sourcePort'),
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
      ...given(spec, 'ttl', 'tos', 'mark', 'device', 'lengthBytes', 'dontFragment', 'broadcast'),
    },
  }
}

/** These fields of a flow, as far as it has them. */
const given = <K extends keyof FlowSpec>(spec: FlowSpec, ...names: readonly K[]): Pick<FlowSpec, K> =>
  Object.fromEntries(names.flatMap(name => (spec[name] === undefined ? [] : [[name, spec[name]]]))) as Pick<FlowSpec, K>
