// What flanneld keeps at its Node where its leases are the nodes' own: the annotations that the flanneld of every other node goes by, and the condition NetworkUnavailable.
// Stands for flannel's kube subnet manager. Not simulated: the annotation node-public-ip, another prefix than flannel's own.
import { type Cidr, cidrFamily, readCidrLeniently } from '../addr/cidr'
import { type Family, familyOf, type Ip, ipText, readIp } from '../addr/ip'
import { type Mac, macOf, macText, readMac } from '../addr/mac'
import type { ClusterConfig, ClusterNode } from '../apply/cluster-config'
import { type Flannel, flannelNetwork, leaseBackend, readFlannel, refusedLease, vtepData, vxlanName } from '../apply/flannel'
import type { Node } from '../apply/object'
import { HopspecError } from '../error'
import { writesOf } from './log'
import { objectOf, type State } from './state'
import { put, type Change } from './write'

const annotation = (name: string): string => `flannel.alpha.coreos.com/${name}`
const MANAGED = annotation('kube-subnet-manager')
const BACKEND = annotation('backend-type')

interface FamilyAnnotations {
  readonly data: string
  readonly address: string
  readonly overwrite: string
}
export const ANNOTATIONS: Readonly<Record<Family, FamilyAnnotations>> = {
  ipv4: { data: annotation('backend-data'), address: annotation('public-ip'), overwrite: annotation('public-ip-overwrite') },
  ipv6: { data: annotation('backend-v6-data'), address: annotation('public-ipv6'), overwrite: annotation('public-ipv6-overwrite') },
}

/** Of one family: the network of a node's pods, the machine to which what is for it is sent, and its vxlan device's address, where it can be read. */
export interface LeaseSide {
  readonly subnet: Cidr
  readonly machine: Ip
  readonly mac: Mac | undefined
}
export interface Lease {
  readonly node: string
  /** As the lease names it: udp and alloc are empty. */
  readonly backend: string
  readonly sides: Readonly<Partial<Record<Family, LeaseSide>>>
}

/** flannel's settings where its leases are the nodes' podCIDRs and annotations, and all is modelled. */
export function flannelByNodes(config: ClusterConfig): Flannel | null {
  const flannel = readFlannel(config)
  return flannel === null || flannel instanceof HopspecError || flannel.inEtcd ? null : flannel
}

/** A Node's pod networks. */
export const networksOf = ({ spec }: Node): readonly Cidr[] =>
  (spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])).flatMap(text => readCidrLeniently(text) ?? [])

/** Whether flannel looks at the Node at all. */
export const isManaged = (node: Node): boolean => node.metadata.annotations?.[MANAGED] === 'true'

/** The backend that a Node names. */
export const backendOf = (node: Node): string => node.metadata.annotations?.[BACKEND] ?? ''

/** What the others' flanneld makes of a Node; undefined for one that is not flannel's, or where an address or network is missing. */
export function leaseOfNode(flannel: Flannel, node: Node): Lease | undefined {
  const { annotations = {}, name } = node.metadata
  if (!isManaged(node)) return undefined
  const sides: Partial<Record<Family, LeaseSide>> = {}
  for (const network of flannel.networks) {
    const family = cidrFamily(network)
    const subnet = networksOf(node).find(c => cidrFamily(c) === family)
    const address = readIp(annotations[ANNOTATIONS[family].address] ?? '')
    if (subnet === undefined || address === undefined || familyOf(address) !== family) return undefined
    sides[family] = { subnet, machine: address, mac: vtepMac(annotations[ANNOTATIONS[family].data]) }
  }
  return { node: name, backend: backendOf(node), sides }
}

/** The address in `{"VNI":1,"VtepMAC":"…"}`. */
function vtepMac(data: string | undefined): Mac | undefined {
  const [, mac = ''] = /"VtepMAC"\s*:\s*"([^"]*)"/.exec(data ?? '') ?? []
  return readMac(mac)
}

/** A Node once flanneld has started on its machine; `first`: as it was when flanneld first did, and made its device. */
export function registeredNode(flannel: Flannel, machine: ClusterNode, node: Node, first: Node = node): Node {
  const podCIDRs = networksOf(node)
  if (podCIDRs.length === 0) return node
  const given = node.metadata.annotations ?? {}
  const annotations: Record<string, string> = { ...given, [BACKEND]: leaseBackend(flannel), [MANAGED]: 'true' }
  for (const family of ['ipv4', 'ipv6'] as const) {
    if (flannelNetwork(flannel, family) === undefined || (family === 'ipv6' && leaseBackend(flannel) === '')) continue
    const { data, address, overwrite } = ANNOTATIONS[family]
    const own = machine.addresses.find(a => familyOf(a.ip) === family)
    if (own === undefined) continue
    const mac = vtepMac(first.metadata.annotations?.[data]) ?? macOf(`node/${machine.name} ${vxlanName(flannel, family)}`)
    annotations[data] = flannel.backend === 'vxlan' ? JSON.stringify(vtepData(flannel, macText(mac))) : 'null'
    annotations[address] = given[overwrite] || ipText(own.ip)
  }
  const known = { ...node, metadata: { ...node.metadata, annotations } }
  const runs = flannel.facts.setsCondition && refusedLease(flannel, machine.name, podCIDRs) === null
  if (!runs || node.status === undefined) return known
  const others = (node.status.conditions ?? []).filter(c => c.type !== 'NetworkUnavailable')
  return { ...known, status: { ...node.status, conditions: [FLANNEL_IS_UP, ...others] } }
}

/** The write of a flanneld that starts on a node: none where leases are not the nodes', or no machine has the Node's name. */
export function registration(state: State, name: string): readonly Change[] {
  const flannel = flannelByNodes(state.config)
  const machine = state.config.nodes.find(n => n.name === name)
  const node = objectOf(state, 'Node', name)
  if (flannel === null || machine === undefined || node === undefined) return []
  return [put(registeredNode(flannel, machine, node, firstManaged(state, name)))]
}

/** A Node as flanneld first wrote on it. */
function firstManaged(state: State, name: string): Node | undefined {
  for (const { object } of writesOf(state.log))
    if (object.kind === 'Node' && object.metadata.name === name && isManaged(object as Node)) return object as Node
  return undefined
}

const FLANNEL_IS_UP: NonNullable<NonNullable<Node['status']>['conditions']>[number] = {
  type: 'NetworkUnavailable',
  status: 'False',
  reason: 'FlannelIsUp',
  message: 'Flannel is running on this node',
}
