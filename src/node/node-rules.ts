// Everything that iptables and nftables hold on a node: docker's rules, kubelet's, kube-proxy's and the CNI's, in the order in which they come to lie on a kubeadm node.
// Refused by name: kube-proxy's other modes. Not simulated: rules that an administrator or a distribution adds.
import { networkOf } from '../addr/cidr'
import { type Family, type Ip, familyOf } from '../addr/ip'
import { ZONE_LABEL } from '../cluster/labels'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { never, problem } from '../error'
import type { NftRuleSet } from '../linux/nft-rules'
import type { RuleSet } from '../linux/rule'
import { writeDocker } from './docker-rules'
import { flannelTables } from './flannel-nft'
import { writeFlannel } from './flannel-rules'
import { type KernelTables, emptyTables, ruleSetOf, tableOf } from './kernel-tables'
import { servicePorts, type Watched } from './kube-proxy/service-port'
import { differsByNode } from './kube-proxy/shared'
import { syncIptables } from './kube-proxy/sync'
import type { ProxyView } from './kube-proxy/view'
import { writeKubelet, writeMarkDrop } from './kubelet-rules'
import { type Layout, bridgeAddress, flannelRuns, layoutOf, nodeAddress, podCidrOf } from './layout'
import type { NodePlace } from './places'
import { cniTables, cniRules } from './pod-plugins'
import { NODE_FACTS, kubeProxyFacts } from './profile'

/** Who writes rules on a node; `policy` nobody yet. */
export const WRITERS = ['kubelet', 'kube-proxy', 'cni', 'policy'] as const
export type RuleWriter = (typeof WRITERS)[number]

/** The objects that every kube-proxy of a cluster watches. */
export const watchedOf = (state: State): Watched => ({
  services: objectsOf(state, 'Service'),
  slices: objectsOf(state, 'EndpointSlice'),
  endpoints: objectsOf(state, 'Endpoints'),
  placeOf: service => state.places.get(`Service ${keyOf(service)}`),
})

/** What kube-proxy sees on a node; `addresses` are those on its devices, `ports` the service ports where they are known already. Throws for modes that are not modelled. */
export function proxyViewOf(
  layout: Layout,
  place: NodePlace,
  family: Family,
  addresses: readonly Ip[],
  ports?: ProxyView['ports'],
): ProxyView {
  const { state } = layout
  const { proxy } = state.config
  if (proxy.mode !== 'iptables')
    throw problem('NOT_MODELLED', `hopspec does not model kube-proxy's mode '${proxy.mode}' yet.`, {
      fix: 'Write `kubeProxyMode: iptables`.',
    })
  const facts = kubeProxyFacts(state.config)
  const name = place.node.name
  const watched = watchedOf(state)
  return {
    family,
    facts,
    settings: proxy,
    topology: {
      nodeName: name,
      zone: place.labels[ZONE_LABEL],
      nodeHints: proxy.featureGates.PreferSameTrafficDistribution ?? true,
    },
    nodeIP: nodeAddress(place, family)?.ip,
    addresses: addresses.filter(ip => familyOf(ip) === family),
    podCIDRs: place.podCIDRs,
    nfacct: place.node.kernel.nfacct,
    ports: ports ?? servicePorts(watched, family, name, facts),
  }
}

/** The tables in which a kube-proxy of a cluster begins to write, with what its rules jump to and others made. */
export function tablesForProxy(layout: Layout, family: Family): KernelTables {
  const kernel = emptyTables(family)
  for (const table of ['mangle', 'filter', 'nat'] as const) tableOf(kernel, table)
  if (NODE_FACTS[layout.state.config.profile].kubelet === 'marks') writeMarkDrop(kernel)
  return kernel
}

/** The cluster as a node's kube-proxy last saw it: as it was when it stopped. */
function seenByProxy(layout: Layout, place: NodePlace): { readonly layout: Layout; readonly place: NodePlace } {
  const frozen = layout.state.frozen.get(`kube-proxy/${place.node.name}`)
  const before = frozen && layoutOf(frozen)
  const there = before?.nodes.get(place.node.name)
  return before === undefined || there === undefined ? { layout, place } : { layout: before, place: there }
}

/** The first sync of a node's kube-proxy; what another node's wrote is taken over where nothing depends on the node. */
function firstSync(layout: Layout, place: NodePlace, addresses: readonly Ip[], kernel: KernelTables): KernelTables {
  const { shared, state } = layout
  shared.differs ??= differsByNode(watchedOf(state), state.config.proxy)
  const key = `${kernel.family} ${place.node.kernel.nfacct}`
  const known = shared.differs ? undefined : shared.done.get(key)
  const view = proxyViewOf(layout, place, kernel.family, addresses, known?.ports)
  const sync = syncIptables(view, { kernel, memory: null, full: true, nowMs: 0, ...(known && { emission: known.emission }) })
  if (!shared.differs) shared.done.set(key, { ports: view.ports, emission: sync.emission })
  return sync.kernel
}

/** The rules of one node: everybody's, or one writer's with the chains of others that its rules jump to. */
export function nodeRules(layout: Layout, place: NodePlace, family: Family, addresses: readonly Ip[], only?: RuleWriter): RuleSet {
  const kube = layout.state.config.proxy.mode !== 'none'
  const seen = seenByProxy(layout, place)
  const sync = (kernel: KernelTables) => firstSync(seen.layout, seen.place, addresses, kernel)
  switch (only) {
    case 'kube-proxy':
      return ruleSetOf(kube ? sync(tablesForProxy(layout, family)) : emptyTables(family))
    case 'kubelet': {
      const kernel = emptyTables(family)
      writeKubelet(kernel, NODE_FACTS[layout.state.config.profile].kubelet)
      return ruleSetOf(kernel)
    }
    case 'cni': {
      const kernel = emptyTables(family)
      writeCni(layout, place, kernel)
      return ruleSetOf(kernel)
    }
    case 'policy':
      return ruleSetOf(emptyTables(family))
    case undefined: {
      let kernel = emptyTables(family)
      if (family === 'ipv4') writeDockers(layout, place, kernel)
      writeKubelet(kernel, NODE_FACTS[layout.state.config.profile].kubelet)
      if (kube) kernel = sync(kernel)
      writeCni(layout, place, kernel)
      return ruleSetOf(kernel)
    }
    default:
      return never(only)
  }
}

/** docker's rules; its address and whether it masquerades are what its daemon was told. */
function writeDockers({ podNetwork }: Layout, place: NodePlace, kernel: KernelTables): void {
  const { bip, containerRuntime } = place.node
  if (containerRuntime !== 'docker' || !bip) return
  const own = (podNetwork?.runsOnDocker && bridgeAddress(place, 'ipv4')) || bip
  const ipMasq = !podNetwork?.runsOnDocker || podNetwork.dockerMasquerades
  writeDocker(kernel, networkOf(own.ip, own.length), ipMasq, podNetwork?.forwardPolicy)
}

function writeCni(layout: Layout, place: NodePlace, kernel: KernelTables): void {
  const subnet = podCidrOf(place, kernel.family)
  const { podNetwork } = layout
  if (!podNetwork || !subnet || !flannelRuns(layout, place)) return
  if (podNetwork.flannel) writeFlannel(kernel, podNetwork.flannel, subnet)
  cniRules(kernel, podNetwork, place)
}

/** The tables of nftables on a node: those of the pod network; null where it writes none. */
export function nodeNft(layout: Layout, place: NodePlace): NftRuleSet | null {
  const { podNetwork } = layout
  if (!podNetwork || !flannelRuns(layout, place)) return null
  const flannels = podNetwork.flannel ? flannelTables(podNetwork.flannel, place.podCIDRs) : []
  const tables = [...flannels, ...cniTables(podNetwork, place)]
  return tables.length > 0 ? { tables } : null
}
