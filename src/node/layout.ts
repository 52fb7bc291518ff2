// Who is where: the nodes with their pods and pod networks, the gateway, clients, and addresses nobody declared. Worked out once for a State.
import { type Cidr, cidrFamily, cidrText, contains, networkOf } from '../addr/cidr'
import { type Family, type Ip, addToIp, familyOf, ipText, isLoopback, readIp } from '../addr/ip'
import type { ClusterConfig, ClusterNode } from '../apply/cluster-config'
import type { Pod } from '../apply/object'
import { networksOf } from '../cluster/flannel-node'
import { refusedLease } from '../apply/flannel'
import { didYouMean } from '../cluster/nearest'
import { type State, keyOf, objectOf, objectsOf } from '../cluster/state'
import { problem } from '../error'
import type { InterfaceAddress } from '../linux/program'
import { refuseHostPorts } from './docker-host-ports'
import { gatewaysOf, outsideAddresses } from './gateways'
import { noSharedWork, type SharedWork } from './kube-proxy/shared'
import type { ClientPlace, NodePlace, PodPlace, Stranger } from './places'
import { type PodNetwork, podNetworkOf } from './pod-network'

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

/** A node's InternalIP of a family. */
export const nodeAddress = (place: NodePlace, family: Family): InterfaceAddress | undefined =>
  place.node.addresses.find(a => familyOf(a.ip) === family)

/** The families of a cluster. */
export const familiesOf = (state: State): readonly Family[] =>
  state.config.ipFamily === 'dual' ? ['ipv4', 'ipv6'] : [state.config.ipFamily]

/** Works out the layout; throws where the cluster asks for what is not modelled. */
export function layoutOf(state: State, strangers: readonly Stranger[] = []): Layout {
  const { config } = state
  const podNetwork = podNetworkOf(config)
  if (podNetwork?.runsOnDocker) refuseOtherRuntimes(config.nodes)
  const pods = podsOf(state, podNetwork)
  if (podNetwork?.runsOnDocker) refuseHostPorts(state, [...pods.all.values()])
  for (const { via } of strangers) if (!config.nodes.some(n => n.name === via)) throw unknownNode(state, via)
  const isPods = (ip: Ip) => config.podSubnets.some(s => contains(s, ip))
  const outside = strangers.filter(s => !isLoopback(s.address))
  for (const { address, via } of outside.filter(s => isPods(s.address)))
    pods.add({ pod: null, name: `pod/?/${ipText(address)}`, ips: [address], node: via })
  const clients = clientsOf(
    config,
    outside.filter(s => !isPods(s.address)),
  )
  const taken = new Set<Ip>([
    ...config.nodes.flatMap(n => n.addresses.map(a => a.ip)),
    ...[...clients.values()].map(c => c.address),
    ...[...pods.all.values()].flatMap(p => p.ips),
  ])
  return {
    state,
    podNetwork,
    nodes: new Map(config.nodes.map(node => [node.name, nodePlace(state, node, pods)])),
    pods: pods.all,
    clients,
    gateways: gatewaysOf(config.nodes, taken),
    outsideAddresses: outsideAddresses(familiesOf(state), taken),
    shared: noSharedWork(),
  }
}

/** Pods by their names, and by their nodes. */
class Pods {
  readonly all = new Map<string, PodPlace>()
  private readonly byNode = new Map<string, { readonly pods: PodPlace[]; readonly hostPods: Pod[] }>()

  on(node: string): { readonly pods: PodPlace[]; readonly hostPods: Pod[] } {
    let found = this.byNode.get(node)
    if (found === undefined) this.byNode.set(node, (found = { pods: [], hostPods: [] }))
    return found
  }

  /** A pod without an address is nowhere. */
  add(place: PodPlace): void {
    if (place.ips.length === 0) return
    this.all.set(place.name, place)
    this.on(place.node).pods.push(place)
  }
}

/** The pods that run. */
function podsOf(state: State, podNetwork: PodNetwork | null): Pods {
  const pods = new Pods()
  for (const pod of objectsOf(state, 'Pod')) {
    const node = pod.spec.nodeName
    if (node === undefined || pod.status?.phase !== 'Running') continue
    if (pod.spec.hostNetwork) pods.on(node).hostPods.push(pod)
    else if (podNetwork) pods.add({ pod, name: `pod/${keyOf(pod)}`, ips: ipsOf(state, pod), node })
  }
  return pods
}

function nodePlace(state: State, node: ClusterNode, pods: Pods): NodePlace {
  const object = objectOf(state, 'Node', node.name)
  return {
    node,
    podCIDRs: object === undefined ? node.podCIDRs : networksOf(object),
    labels: { ...node.labels, ...object?.metadata.labels },
    ...pods.on(node.name),
  }
}

/** Who is outside by the Cluster document, then addresses that nobody declared. */
function clientsOf(config: ClusterConfig, strangers: readonly Stranger[]): ReadonlyMap<string, ClientPlace> {
  const networks = config.nodes.flatMap(n => n.addresses.map(a => networkOf(a.ip, a.length)))
  const networkAt = (address: Ip) => networks.find(n => contains(n, address)) ?? null
  const known = config.externalClients.map(({ name, address, listens, answers }): ClientPlace => {
    const serves = { listens, answers }
    return { name: `client/${name}`, address, network: networkAt(address), via: null, foreign: false, serves }
  })
  const others = strangers.map(({ address, via, foreign = false }): ClientPlace => {
    const serves = { listens: [], answers: null }
    return { name: `client/${ipText(address)}`, address, network: networkAt(address), via, foreign, serves }
  })
  return new Map([...known, ...others].map(client => [client.name, client]))
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

/** The gateway in a network that has this address. */
export const gatewayFor = (layout: Layout, a: InterfaceAddress): Ip | undefined =>
  layout.gateways.find(g => familyOf(g.ip) === familyOf(a.ip) && contains(networkOf(g.ip, g.length), a.ip))?.ip

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
