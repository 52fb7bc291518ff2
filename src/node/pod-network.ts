// How pods hang on their node, whichever program makes it so: the bridge, what its ports and the pods' devices are like, who routes between nodes, who masquerades.
// Modelled: docker's own bridge, the CNI plugin bridge with host-local, flannel with its delegate or with docker. Refused by name: calico, canal, VLANs, promiscMode.
import type { Cidr } from '../addr/cidr'
import { type ClusterConfig, ETH0_MTU_BYTES } from '../apply/cluster-config'
import { problem } from '../error'
import { type Flannel, flannelOf } from '../apply/flannel'

/** Which tool a CNI plugin writes its rules with; null: it writes none. */
type RuleBackend = 'iptables' | 'nftables' | null

export interface PodNetwork {
  /** `cni flannel`, `docker`: whose devices, routes and rules these are. */
  readonly because: string
  /** cni0, docker0. */
  readonly bridge: string
  readonly runsOnDocker: boolean
  readonly mtuBytes: number
  /** Frames may go back where they came from: a pod that calls its own Service. */
  readonly hairpin: boolean
  /** The bridge has the first address of the node's pod network. */
  readonly isGateway: boolean
  /** Pods send everything else by the bridge. */
  readonly isDefaultGateway: boolean
  /** Further networks that pods reach by the bridge. */
  readonly routes: readonly Cidr[]
  /** Who replaces a pod's address when it leaves its node's pod network: the plugin for each pod, or docker for the bridge. */
  readonly ipMasq: RuleBackend
  readonly dockerMasquerades: boolean
  /** The policy that docker gives FORWARD, or that an administrator put in its place. */
  readonly forwardPolicy: 'ACCEPT' | 'DROP'
  /** hostPorts: the plugin portmap's rules. */
  readonly portmap: RuleBackend
  /** Each node has a route to every other node's pod network, by an administrator or a cloud. */
  readonly nodeRoutes: boolean
  /** The name of the list of plugins, in comments and chain names. */
  readonly list: string
  readonly flannel: Flannel | null
}

const refuse = (what: string, fix: string) => problem('NOT_MODELLED', `hopspec does not model ${what} yet.`, { fix })

/** The pod network of a cluster, null where pods have none; throws where it asks for what is not modelled. */
export function podNetworkOf(config: ClusterConfig): PodNetwork | null {
  const { name, settings } = config.cni
  switch (name) {
    case 'none':
      return null
    case 'flannel':
      return flannelNetworkOf(config)
    case 'docker0':
      return {
        ...onDocker('docker', settings.ipMasq !== false, ETH0_MTU_BYTES, null),
        nodeRoutes: settings.nodeRoutes === true,
        forwardPolicy: settings.forwardPolicy === 'ACCEPT' ? 'ACCEPT' : 'DROP',
      }
    case 'bridge':
      return bridgeNetworkOf(settings)
    default:
      throw refuse(
        `the pod network of cni '${name}'`,
        'Write `cni: flannel`, `bridge` or `docker0`, or `cni: none` for a cluster without a pod network.',
      )
  }
}

function flannelNetworkOf(config: ClusterConfig): PodNetwork {
  const flannel = flannelOf(config)!
  const { settings } = config.cni
  const because = 'cni flannel'
  if (settings.bridge === 'docker0') return onDocker(because, !flannel.ipMasq, flannel.mtuBytes, flannel)
  if (settings.bridge !== undefined && settings.bridge !== 'cni0')
    throw refuse(`flannel with the bridge '${String(settings.bridge)}'`, 'Write cni0, or docker0 for pods that docker connects.')
  return {
    because,
    bridge: 'cni0',
    runsOnDocker: false,
    mtuBytes: flannel.mtuBytes,
    hairpin: true,
    isGateway: true,
    isDefaultGateway: true,
    routes: flannel.networks,
    ipMasq: flannel.ipMasq ? null : 'iptables',
    dockerMasquerades: false,
    forwardPolicy: 'DROP',
    portmap: backendOf(settings.portmap, 'iptables'),
    nodeRoutes: false,
    list: 'cbr0',
    flannel,
  }
}

/** Pods that docker itself connects: no CNI plugin is asked. With flannel, docker's options come from what flanneld wrote. */
function onDocker(because: string, dockerMasquerades: boolean, mtuBytes: number, flannel: Flannel | null): PodNetwork {
  return {
    because,
    bridge: 'docker0',
    runsOnDocker: true,
    mtuBytes,
    hairpin: false,
    isGateway: true,
    isDefaultGateway: true,
    routes: [],
    ipMasq: null,
    dockerMasquerades,
    forwardPolicy: 'DROP',
    portmap: null,
    nodeRoutes: false,
    list: 'docker',
    flannel,
  }
}

function backendOf(written: unknown, otherwise: RuleBackend): RuleBackend {
  if (written === 'none' || written === false) return null
  return written === 'nftables' || written === 'iptables' ? written : otherwise
}

/** The plugin's own words; what is absent is as in the configuration that its documentation shows for a node: a gateway that masquerades. */
function bridgeNetworkOf(settings: ClusterConfig['cni']['settings']): PodNetwork {
  if (settings.promiscMode === true)
    throw refuse("the bridge plugin's promiscMode", 'Write `hairpinMode: true`, which is what pods need to call their own Service.')
  if (settings.vlan !== undefined) throw refuse('VLANs on a bridge', 'Leave `vlan` out.')
  const isDefaultGateway = settings.isDefaultGateway !== false
  return {
    because: 'cni bridge',
    bridge: typeof settings.bridge === 'string' ? settings.bridge : 'cni0',
    runsOnDocker: false,
    mtuBytes: typeof settings.mtu === 'number' && settings.mtu > 0 ? settings.mtu : ETH0_MTU_BYTES,
    hairpin: settings.hairpinMode === true,
    isGateway: isDefaultGateway || settings.isGateway !== false,
    isDefaultGateway,
    routes: [],
    ipMasq: settings.ipMasq === false ? null : backendOf(settings.ipMasqBackend, 'iptables'),
    dockerMasquerades: false,
    forwardPolicy: 'DROP',
    portmap: backendOf(settings.portmap, 'iptables'),
    nodeRoutes: settings.nodeRoutes === true,
    list: 'bridge',
    flannel: null,
  }
}
