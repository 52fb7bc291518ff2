// The machines: those of the Cluster document, then those that objects name; addresses and podCIDRs given out where the input has none.
import { type Cidr, cidrFamily, cidrText, networkOf, readCidr, readCidrLeniently, readInterfaceAddress } from '../addr/cidr'
import { type Family, familyOf, type Ip, ipText, isLoopback, isMulticast, isUnspecified, parseIp, readIp } from '../addr/ip'
import type { Place } from '../error'
import type { ClusterNode } from './cluster-config'
import { AddressGiver, FIRST_ADDRESS } from './address-giver'
import type { Complaints } from './complaints'
import { type Drawing, withPodCidrs } from './node-pod-cidrs'
import type { ProfileName } from './profile'
import type { RawNode } from './raw-cluster'

/** A node as the objects of the input know it: a Node object's own words, or only a name in `nodeName`. */
export interface NamedNode {
  readonly name: string
  /** There is a Node object of the name. */
  readonly isObject: boolean
  readonly controlPlane: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly addresses: readonly string[]
  readonly podCIDRs: readonly string[]
  readonly place: Place
}

interface Making {
  readonly complaints: Complaints
  readonly raw: readonly RawNode[] | undefined
  readonly named: readonly NamedNode[]
  readonly families: readonly Family[]
  readonly podSubnets: readonly Cidr[]
  /** Every address that the input speaks of: none of them is given out. */
  readonly taken: ReadonlySet<Ip>
  readonly profile: ProfileName
  /** Pods hang on docker0: a node's `bip` is also its pod network. */
  readonly podsOnDocker: boolean
  readonly drawing: Drawing | null
}

const RUNTIME: Readonly<Record<ProfileName, ClusterNode['containerRuntime']>> = { 'v1.13': 'docker', 'v1.35': 'containerd' }
const DEFAULT_NODES: readonly RawNode[] = [{ name: 'control-plane', role: 'control-plane' }, { name: 'worker' }, { name: 'worker2' }]
const NETWORK_LENGTH: Readonly<Record<Family, number>> = { ipv4: 24, ipv6: 64 }

/** All nodes, in the order of the document, then of the objects. */
export function readNodes(making: Making): readonly ClusterNode[] {
  const { raw, named, complaints } = making
  const written = raw !== undefined && raw.length > 0
  const known = new Map(named.map(n => [n.name, n]))
  const listed = written ? raw : named.length > 0 ? [] : DEFAULT_NODES
  const addresses = new AddressGiver(making.taken)
  const names = new Set<string>()
  const nodes: ClusterNode[] = []
  for (const [i, node] of listed.entries()) {
    const path = ['nodes', i]
    if (names.has(node.name))
      complaints.add('CLUSTER_INVALID', [...path, 'name'], `Two nodes are named '${node.name}'.`, 'Give each its own name.')
    if (!NODE_NAME.test(node.name))
      complaints.add('INVALID_VALUE', [...path, 'name'], `'${node.name}' cannot name a node.`, 'Write lower-case letters, digits, - and .')
    names.add(node.name)
    nodes.push(readNode(making, node, known.get(node.name), path, written ? undefined : addresses))
  }
  for (const node of named) if (!names.has(node.name) && (node.isObject || !written)) nodes.push(nodeOfObjects(making, node, addresses))
  checkAddresses(complaints, nodes)
  return withPodCidrs(making, nodes)
}

/** What machines may be called: a DNS subdomain, as Kubernetes asks of its nodes. */
export const NODE_NAME = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

type NodeAddress = ClusterNode['addresses'][number]
const withLength = (ip: Ip): NodeAddress => ({ ip, length: NETWORK_LENGTH[familyOf(ip)] })

function readNode(
  making: Making,
  node: RawNode,
  object: NamedNode | undefined,
  path: (string | number)[],
  giver: AddressGiver | undefined,
): ClusterNode {
  const { complaints, families, profile } = making
  const given = node.addresses ?? object?.addresses ?? []
  const addresses = given.flatMap((text, i) => readAddress(complaints, text, [...path, 'addresses', i]))
  if (giver && addresses.length === 0) addresses.push(...families.map(f => withLength(giver.give(f))))
  if (given.length === 0 && !giver)
    complaints.add('CLUSTER_INVALID', path, `The node '${node.name}' has no address.`, `Write 'addresses: [${suggestion(making)}]'.`)
  const containerRuntime = complaints.oneOf([...path, 'containerRuntime'], node.containerRuntime ?? RUNTIME[profile], [
    'docker',
    'containerd',
  ] as const)
  return {
    name: node.name,
    role: complaints.oneOf([...path, 'role'], node.role ?? (object?.controlPlane ? 'control-plane' : 'worker'), [
      'control-plane',
      'worker',
    ] as const),
    addresses: addresses.filter(a => families.includes(familyOf(a.ip))),
    containerRuntime,
    bip: containerRuntime === 'docker' ? readBip(complaints, node.bip, [...path, 'bip']) : null,
    podCIDRs: readPodCidrs(
      complaints,
      node.podCIDRs ?? (object?.podCIDRs.length ? object.podCIDRs : ownBip(making, node)),
      [...path, 'podCIDRs'],
      families,
    ),
    labels: { ...object?.labels, ...node.labels },
    kernel: { nfacct: node.kernel?.nfacct ?? true },
    place: complaints.placeOf(path),
  }
}

/** What docker gives its containers, where those are the pods. */
function ownBip({ podsOnDocker }: Making, { bip }: RawNode): readonly string[] {
  const address = podsOnDocker && bip !== undefined ? readInterfaceAddress(bip) : undefined
  return address ? [cidrText(networkOf(address.ip, address.length))] : []
}

function nodeOfObjects(making: Making, node: NamedNode, giver: AddressGiver): ClusterNode {
  const ips = node.addresses.flatMap(text => readIp(text) ?? []).filter(ip => making.families.includes(familyOf(ip)))
  return {
    name: node.name,
    role: node.controlPlane ? 'control-plane' : 'worker',
    addresses: (ips.length > 0 ? ips : making.families.map(f => giver.give(f))).map(withLength),
    containerRuntime: RUNTIME[making.profile],
    bip: RUNTIME[making.profile] === 'docker' ? readBip(making.complaints, undefined, []) : null,
    podCIDRs: node.podCIDRs.flatMap(text => readCidrLeniently(text) ?? []).filter(c => making.families.includes(cidrFamily(c))),
    labels: node.labels,
    kernel: { nfacct: true },
    place: node.place,
  }
}

function suggestion(making: Making): string {
  const taken = new Set(making.taken)
  for (const node of making.raw ?? [])
    for (const text of node.addresses ?? []) taken.add(readInterfaceAddress(text)?.ip ?? readIp(text) ?? FIRST_ADDRESS.ipv4)
  return ipText(new AddressGiver(taken).give(making.families[0]!))
}

function readAddress(complaints: Complaints, text: string, path: (string | number)[]): NodeAddress[] {
  const ip = readIp(text)
  const address = ip === undefined ? readInterfaceAddress(text) : withLength(ip)
  if (!address)
    complaints.add(
      'INVALID_VALUE',
      path,
      `'${text}' is no IP address.`,
      'Write one like 192.168.1.200, with a length like /24 if it is another than that.',
    )
  else if (isUnspecified(address.ip) || isLoopback(address.ip) || isMulticast(address.ip) || address.ip === BROADCAST)
    complaints.add('INVALID_VALUE', path, `'${text}' can be no machine's address.`, 'Write one like 192.168.1.200.')
  return address ? [address] : []
}

const BROADCAST = parseIp('255.255.255.255')

function readBip(complaints: Complaints, text: string | undefined, path: (string | number)[]): NodeAddress {
  const address = readInterfaceAddress(text ?? '172.17.0.1/16')
  if (!address)
    complaints.add('INVALID_VALUE', path, `'${text}' is no address with a length.`, "Write docker0's own address, like 172.17.0.1/16.")
  return address ?? readInterfaceAddress('172.17.0.1/16')!
}

function readPodCidrs(complaints: Complaints, texts: readonly string[], path: (string | number)[], families: readonly Family[]): Cidr[] {
  return texts
    .flatMap((text, i) => {
      const cidr = readCidr(text)
      if (!cidr)
        complaints.add('INVALID_VALUE', [...path, i], `'${text}' is no CIDR.`, 'Write an address and a length, like 10.244.0.0/24.')
      return cidr ? [cidr] : []
    })
    .filter(c => families.includes(cidrFamily(c)))
}

function checkAddresses(complaints: Complaints, nodes: readonly ClusterNode[]): void {
  const owners = new Map<Ip, ClusterNode>()
  for (const node of nodes)
    for (const { ip } of node.addresses) {
      const other = owners.get(ip)
      const address = ipText(ip)
      if (other)
        complaints.problems.push({
          code: 'CLUSTER_INVALID',
          message:
            other === node
              ? `The node '${node.name}' has the address ${address} twice.`
              : `The nodes '${other.name}' and '${node.name}' both have the address ${address}.`,
          place: node.place,
          fix: other === node ? 'Write each address once.' : 'Give each node addresses of its own.',
        })
      owners.set(ip, node)
    }
}
