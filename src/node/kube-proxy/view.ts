// What one node's kube-proxy knows of one family when it syncs: its service ports, its settings, and the node it runs on.
import { type Cidr, cidrFamily, contains, overlaps, parseCidr, readCidr } from '../../addr/cidr'
import { type Family, type Ip, compareIps, familyOf, isLoopback } from '../../addr/ip'
import type { ProxyConfig } from '../../apply/cluster-config'
import type { KubeProxyFacts } from '../profile'
import { type Part, inputDevice, source } from '../words'
import type { Topology } from './endpoint-choice'
import type { ServicePort } from './service-port'

export interface ProxyView {
  readonly family: Family
  readonly facts: KubeProxyFacts
  readonly settings: ProxyConfig
  readonly topology: Topology
  /** The node's InternalIP of this family. */
  readonly nodeIP: Ip | undefined
  /** Every address on the node's devices, of this family. */
  readonly addresses: readonly Ip[]
  readonly podCIDRs: readonly Cidr[]
  /** The kernel has nfacct counters. */
  readonly nfacct: boolean
  readonly ports: readonly ServicePort[]
}

/** The words for "from a pod" and "not from a pod"; null: kube-proxy cannot tell, and writes no such rule. */
export interface LocalDetector {
  readonly isPod: Part
  readonly isNotPod: Part
}

/** kube-proxy's --detect-local-mode. */
export function localDetector(view: ProxyView): LocalDetector | null {
  const { detectLocalMode, clusterCIDRs, bridgeInterface, interfaceNamePrefix } = view.settings
  const ofFamily = (cidrs: readonly Cidr[]) => cidrs.find(c => cidrFamily(c) === view.family)
  const byCidr = (cidr: Cidr | undefined) => (cidr ? { isPod: source(cidr), isNotPod: source(cidr, true) } : null)
  const byDevice = (name: string) => (name === '' ? null : { isPod: inputDevice(name), isNotPod: inputDevice(name, true) })
  switch (detectLocalMode) {
    case 'ClusterCIDR':
      return byCidr(ofFamily(clusterCIDRs))
    case 'NodeCIDR':
      return byCidr(ofFamily(view.podCIDRs))
    case 'BridgeInterface':
      return byDevice(bridgeInterface)
    case 'InterfaceNamePrefix':
      return byDevice(interfaceNamePrefix === '' ? '' : `${interfaceNamePrefix}+`)
    default:
      return null
  }
}

/** Where nodePorts answer: on every local address, or on these. */
interface NodePortAddresses {
  readonly all: boolean
  /** Ascending; empty when `all`. */
  readonly addresses: readonly Ip[]
  readonly loopback: boolean
}

const LOOPBACK4 = parseCidr('127.0.0.0/8')

/** kube-proxy's --nodeport-addresses, filtered to the family. */
export function nodePortAddresses(view: ProxyView): NodePortAddresses {
  const words = view.settings.nodePortAddresses
  if (words.length === 1 && words[0] === 'primary')
    return { all: false, addresses: view.nodeIP === undefined ? [] : [view.nodeIP], loopback: false }
  const cidrs = words.map(readCidr).filter((c): c is Cidr => c !== undefined && cidrFamily(c) === view.family)
  if (cidrs.length === 0 || cidrs.some(c => c.length === 0)) return { all: true, addresses: [], loopback: true }
  const addresses = view.addresses.filter(ip => cidrs.some(c => contains(c, ip)))
  return { all: false, addresses: [...new Set(addresses)].sort(compareIps), loopback: cidrs.some(c => overlaps(c, LOOPBACK4)) }
}

/** Whether 127.0.0.1:nodePort is to work on this node. */
export const localhostNodePorts = (view: ProxyView): boolean =>
  view.family === 'ipv4' && view.settings.localhostNodePorts && nodePortAddresses(view).loopback

/** The addresses of `nodePortAddresses` that rules are written for. */
export const usableNodePortAddresses = (view: ProxyView): readonly Ip[] =>
  nodePortAddresses(view).addresses.filter(ip => familyOf(ip) === view.family && (!isLoopback(ip) || localhostNodePorts(view)))
