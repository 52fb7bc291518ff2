// Who is where: the nodes with their pods and pod networks, the gateway, clients, and addresses nobody declared. Worked out once for a State.
import { type Cidr, cidrFamily, cidrText, contains, networkOf, rangeOf } from '../addr/cidr'
import { type Family, type Ip, addToIp, compareIps, familyOf, ipText, isLoopback, parseIp, readIp } from '../addr/ip'
import type { ClusterNode, ServerFacts } from '../apply/cluster-config'
import type { Pod } from '../apply/object'
import { networksOf, refusedLease } from '../cluster/flannel-node'
import { didYouMean } from '../cluster/nearest'
import { type State, keyOf, objectOf, objectsOf } from '../cluster/state'
import { problem } from '../error'
import type { InterfaceAddress } from '../linux/program'
import { refuseHostPorts } from './docker-host-ports'
import { noSharedWork, type SharedWork } from './kube-proxy/shared'
import { type PodNetwork, podNetworkOf } from './pod-network'

/** A pod with a network namespace of its own. */
export interface PodPlace {
  readonly pod: Pod | null
  /** `pod/default/web-1`. */
  readonly name: string
  readonly ips: readonly Ip[]
  readonly node: string
}

/** An address nobody has, that a flow speaks of: `via` names the node where it arrives. */
export interface Stranger {
  readonly address: Ip
  readonly via: string
  /** It sends from the very address it sends to, so that address cannot be its own: a packet with a foreign source. */
  readonly foreign?: boolean
}

export interface ClientPlace {
  /** `client/laptop`. */
  readonly name: string
  readonly address: Ip
  /** Of the network it stands in; null: behind the router. */
  readonly network: Cidr | null
  /** Enters the cluster through this node, not through the router. */
  readonly via: string | null
  /** Sends from the address without having it. */
  readonly foreign: boolean
  readonly serves: ServerFacts
}

export interface Layout {
  readonly state: State
  readonly podNetwork: PodNetwork | null
  readonly nodes: ReadonlyMap<string, NodePlace>
  readonly pods: ReadonlyMap<string, PodPlace>
  readonly clients: ReadonlyMap<string, ClientPlace>
  /** One in each network of the nodes' first addresses. */
  readonly gateways: readonly InterfaceAddress[]
  /** The router's own address towards the outside, per family in use. */
  readonly outsideAddresses: readonly Ip[]
  /** A memo, not a fact: what one node's kube-proxy wrote and others write too. */
  readonly shared: SharedWork
}

export interface NodePlace {
  readonly node: ClusterNode
  readonly podCIDRs: readonly Cidr[]
  readonly labels: Readonly<Record<string, string>>
  /** Running pods with an address of their own. */
  readonly pods: readonly PodPlace[]
  readonly hostPods: readonly Pod[]
}

const firstOf = (place: { node: ClusterNode }, family: Family): InterfaceAddress | undefined =>
  place.node.addresses.find(a => familyOf(a.ip) === family)
/** A node's InternalIP of a family. */
export const nodeAddress = (place: NodePlace, family: Family): InterfaceAddress | undefined => firstOf(place, family)

/** The families of a cluster. */
export const familiesOf = (state: State): readonly Family[] =>
  state.config.ipFamily === 'dual' ? ['ipv4', 'ipv6'] : [state.config.ipFamily]

/** Works out the layout; throws where the cluster asks for what is not modelled. */
export function layoutOf(state: State, strangers: readonly Stranger[] = []): Layout {
  const { config } = state
  const podNetwork = podNetworkOf(config)
  if (podNetwork?.runsOnDocker) refuseOtherRuntimes(config.nodes)
  const pods = new Map<string, PodPlace>()
  const byNode = new Map<string, { pods: PodPlace[]; hostPods: Pod[] }>()
  const at = (node: string) => byNode.get(node) ?? byNode.set(node, { pods: [], hostPods: [] }).get(node)!
  for (const pod of objectsOf(state, 'Pod')) {
    const node = pod.spec.nodeName
    if (node === undefined || pod.status?.phase !== 'Running') continue
    if (pod.spec.hostNetwork) at(node).hostPods.push(pod)
    else if (podNetwork) addPod({ pod, name: `pod/${keyOf(pod)}`, ips: ipsOf(state, pod), node }, pods, at(node).pods)
  }
  if (podNetwork?.runsOnDocker) refuseHostPorts(state, [...pods.values()])
  const networks = config.nodes.flatMap(n => n.addresses.map(a => networkOf(a.ip, a.length)))
  const clients = new Map<string, ClientPlace>()
  for (const { name, address, listens, answers } of config.externalClients)
    clients.set(`client/${name}`, {
      name: `client/${name}`,
      address,
      network: networks.find(n => contains(n, address)) ?? null,
      via: null,
      foreign: false,
      serves: { listens, answers },
    })
  for (const { address, via, foreign = false } of strangers) {
    if (!config.nodes.some(n => n.name === via)) throw unknownNode(state, via)
    if (isLoopback(address)) continue
    const text = ipText(address)
    if (config.podSubnets.some(s => contains(s, address)))
      addPod({ pod: null, name: `pod/?/${text}`, ips: [address], node: via }, pods, at(via).pods)
    else
      clients.set(`client/${text}`, {
        name: `client/${text}`,
        address,
        network: networks.find(n => contains(n, address)) ?? null,
        via,
        foreign,
        serves: { listens: [], answers: null },
      })
  }
  const nodes = new Map<string, NodePlace>()
  for (const node of config.nodes) {
    const object = objectOf(state, 'Node', node.name)
    const { pods = [], hostPods = [] } = byNode.get(node.name) ?? {}
    nodes.set(node.name, {
      node,
      podCIDRs: object === undefined ? node.podCIDRs : networksOf(object),
      labels: { ...node.labels, ...object?.metadata.labels },
      pods,
      hostPods,
    })
  }
  const taken = new Set<Ip>([
    ...config.nodes.flatMap(n => n.addresses.map(a => a.ip)),
    ...[...clients.values()].map(c => c.address),
    ...[...pods.values()].flatMap(p => p.ips),
  ])
  const gateways = gatewaysOf(config.nodes, taken)
  return {
    state,
    podNetwork,
    nodes,
    pods,
    clients,
    gateways,
    outsideAddresses: outsideOf(familiesOf(state), taken),
    shared: noSharedWork(),
  }
}

/** Pods on docker0 need docker. */
function refuseOtherRuntimes(nodes: readonly ClusterNode[]): void {
  const other = nodes.find(n => n.containerRuntime !== 'docker')
  if (other)
    throw problem('CLUSTER_INVALID', `Pods hang on docker0, but the node '${other.name}' runs ${other.containerRuntime}.`, {
      place: other.place,
      fix: 'Write `containerRuntime: docker`, or `kubernetesVersion: v1.13.0`, where docker is the default.',
    })
}

/** The error for a node that is none. */
export const unknownNode = (state: State, name: string) =>
  problem('UNKNOWN_NAME', `There is no node '${name}'.`, {
    fix: didYouMean(
      name,
      state.config.nodes.map(n => n.name),
    ),
  })

function addPod(place: PodPlace, pods: Map<string, PodPlace>, onNode: PodPlace[]): void {
  if (place.ips.length === 0) return
  pods.set(place.name, place)
  onNode.push(place)
}

/** The addresses of a pod's status; throws where one is none, since a pod that is nowhere would be no answer. */
function ipsOf(state: State, pod: Pod): readonly Ip[] {
  const { podIPs, podIP } = pod.status ?? {}
  const texts = podIPs?.map(p => p.ip) ?? (podIP === undefined ? [] : [podIP])
  return texts.map(text => {
    const ip = readIp(text)
    if (ip !== undefined) return ip
    const place = state.places.get(`Pod ${keyOf(pod)}`)
    const fix = 'Write one like 10.244.1.7, or leave the status out: then the pod gets one.'
    throw problem('INVALID_VALUE', `The pod ${keyOf(pod)} has the address '${text}', which is none.`, { ...(place && { place }), fix })
  })
}

/** The first host address that nobody has, in each network of the nodes' first addresses; else its last one. */
function gatewaysOf(nodes: readonly ClusterNode[], taken: ReadonlySet<Ip>): readonly InterfaceAddress[] {
  const gateways = new Map<string, InterfaceAddress>()
  for (const node of nodes)
    for (const family of ['ipv4', 'ipv6'] as const) {
      const first = firstOf({ node }, family)
      if (first === undefined) continue
      const network = networkOf(first.ip, first.length)
      if (gateways.has(cidrText(network))) continue
      const last = addToIp(rangeOf(network).last, family === 'ipv4' ? -1 : 0) ?? network.ip
      let ip = addToIp(network.ip, 1)
      while (ip !== undefined && compareIps(ip, last) < 0 && taken.has(ip)) ip = addToIp(ip, 1)
      gateways.set(cidrText(network), { ip: ip !== undefined && compareIps(ip, last) <= 0 ? ip : last, length: first.length })
    }
  return [...gateways.values()]
}

/** The gateway in a network that has this address. */
export const gatewayFor = (layout: Layout, a: InterfaceAddress): Ip | undefined =>
  layout.gateways.find(g => familyOf(g.ip) === familyOf(a.ip) && contains(networkOf(g.ip, g.length), a.ip))?.ip

/** RFC 5737 and RFC 3849 keep these for documentation. */
const OUTSIDE = { ipv4: parseIp('192.0.2.1'), ipv6: parseIp('2001:db8:ffff::1') } as const

function outsideOf(families: readonly Family[], taken: ReadonlySet<Ip>): readonly Ip[] {
  return families.map(family => {
    let ip: Ip = OUTSIDE[family]
    while (taken.has(ip)) ip = addToIp(ip, 1) ?? ip
    return ip
  })
}

/** Every network that belongs to the cluster: the pods', then the nodes'. */
export const knownNetworks = (state: State): readonly Cidr[] => {
  const all = [...state.config.podSubnets, ...state.config.nodes.flatMap(n => n.addresses.map(a => networkOf(a.ip, a.length)))]
  return [...new Map(all.map(c => [cidrText(c), c])).values()]
}

/** The address that the bridge has and pods use as their gateway: the first of the node's pod network. */
export function bridgeAddress(place: NodePlace, family: Family): InterfaceAddress | undefined {
  const subnet = podCidrOf(place, family)
  const ip = subnet && addToIp(subnet.ip, 1)
  return subnet && ip !== undefined ? { ip, length: subnet.length } : undefined
}

/** Whether a pod hangs on its node's bridge, or (an address that is not of its node's pod network) on a route of its own. */
export function onBridge(layout: Layout, place: NodePlace, pod: PodPlace): boolean {
  const subnet = podCidrOf(place, familyOf(pod.ips[0]!))
  return layout.podNetwork !== null && subnet !== undefined && contains(subnet, pod.ips[0]!)
}

/** Whether flanneld, where there is one, has got as far on a node as to have a network for it. */
export function flannelRuns({ podNetwork }: Layout, place: NodePlace): boolean {
  const flannel = podNetwork?.flannel
  return !flannel || flannel.inEtcd || refusedLease(flannel, place.node.name, place.podCIDRs) === null
}

/** Whether two machines are neighbours on one network, so that one can be the other's gateway. */
export const adjacent = (a: InterfaceAddress, b: InterfaceAddress): boolean => contains(networkOf(a.ip, a.length), b.ip)

/** A node's pod network of a family. */
export const podCidrOf = (place: NodePlace, family: Family): Cidr | undefined => place.podCIDRs.find(c => cidrFamily(c) === family)
