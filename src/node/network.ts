// The whole cluster as a Network: every namespace by name, its Program made when it is first asked for.
import type { Ip } from '../addr/ip'
import { isLoopback } from '../addr/ip'
import { type State, objectOf } from '../cluster/state'
import { hasCuts, isCut, isLost } from '../control/component'
import type { Network, Program } from '../linux/program'
import { type Layout, knownNetworks, layoutOf, unknownNode } from './layout'
import type { Stranger } from './places'
import { LAN, addressedDevices, nodeProgram } from './node-program'
import { OUTSIDE, ROUTER, clientProgram, routerProgram, segmentOf } from './outside-program'
import { podProgram } from './pod-program'

/** The machines of a cluster. A hostNetwork pod's name gives its node's Program. Strangers are addresses of flows that nobody has. */
export function networkOf(state: State, options: { readonly strangers?: readonly Stranger[] } = {}): Network {
  const layout = layoutOf(state, options.strangers)
  const made = new Map<string, Program | undefined>()
  const program = (name: string): Program | undefined => {
    if (!made.has(name)) made.set(name, make(layout, name))
    return made.get(name)
  }
  const owners = ownersOf(layout)
  const segments = new Map<string, readonly { namespace: string; device: string }[]>(
    [LAN, OUTSIDE].map(segment => [segment, cardsOn(layout, segment)]),
  )
  return {
    names: [...[...layout.nodes.keys()].map(n => `node/${n}`), ...layout.pods.keys(), ...layout.clients.keys(), ROUTER],
    program,
    segment: name => segments.get(name) ?? [],
    owner: ip => owners.get(ip) ?? undefined,
    outside: { segment: OUTSIDE, known: knownNetworks(state) },
    ...(hasCuts(state) ? { isCut: (a: string, b: string) => isCut(state, bareNode(a), bareNode(b)) } : {}),
  }
}

const bareNode = (namespace: string): string => namespace.replace(/^node\//, '')

function make(layout: Layout, name: string): Program | undefined {
  const pod = layout.pods.get(name)
  if (pod) return podProgram(layout, pod)
  if (name === ROUTER) return routerProgram(layout)
  const client = layout.clients.get(name)
  if (client) return clientProgram(layout, client)
  const node = name.startsWith('node/') ? layout.nodes.get(name.slice('node/'.length)) : nodeOfHostPod(layout, name)
  return node && nodeProgram(layout, node)
}

function nodeOfHostPod(layout: Layout, name: string) {
  if (!name.startsWith('pod/')) return undefined
  const pod = objectOf(layout.state, 'Pod', name.slice('pod/'.length))
  if (!pod?.spec.hostNetwork || pod.status?.phase !== 'Running' || pod.spec.nodeName === undefined) return undefined
  return layout.nodes.get(pod.spec.nodeName)
}

function cardsOn(layout: Layout, segment: string): readonly { namespace: string; device: string }[] {
  const clients = [...layout.clients.values()].filter(c => segmentOf(c) === segment).map(c => ({ namespace: c.name, device: 'eth0' }))
  const router = { namespace: ROUTER, device: segment === LAN ? 'eth0' : 'eth1' }
  const present = [...layout.nodes.keys()].filter(n => !isLost(layout.state, n))
  const nodes = segment === LAN ? present.map(n => ({ namespace: `node/${n}`, device: 'eth0' })) : []
  return [...nodes, router, ...clients]
}

/** Address → namespace; an address that several have (docker0's) has no owner. */
function ownersOf(layout: Layout): ReadonlyMap<Ip, string | null> {
  const owners = new Map<Ip, string | null>()
  const put = (ip: Ip, name: string) => owners.set(ip, owners.has(ip) && owners.get(ip) !== name ? null : name)
  for (const pod of layout.pods.values()) for (const ip of pod.ips) put(ip, pod.name)
  for (const [name, place] of layout.nodes)
    for (const device of addressedDevices(layout, place))
      for (const { ip } of device.addresses) if (!isLoopback(ip)) put(ip, `node/${name}`)
  for (const g of layout.gateways) put(g.ip, ROUTER)
  for (const ip of layout.outsideAddresses) put(ip, ROUTER)
  for (const client of layout.clients.values()) put(client.address, client.name)
  return owners
}

/** One node of a cluster as pure data; throws when there is no such node. */
export function programOf(state: State, nodeName: string): Program {
  const layout = layoutOf(state)
  const place = layout.nodes.get(nodeName)
  if (!place) throw unknownNode(state, nodeName)
  return nodeProgram(layout, place)
}
