// Which addresses of the pod network are in use, kept up to date write by write, and the next one for a pod. Stands for the IPAM plugin's store on each node.
import { readIp, familyOf, ipText, type Ip } from '../addr/ip'
import type { Node, Pod } from '../apply/object'
import { derived } from '../cluster/derived'
import { refusedLease } from '../apply/flannel'
import { flannelByNodes } from '../cluster/flannel-node'
import { keyOf, type State } from '../cluster/state'
import type { Facts } from './controller'
import { nextAddress, podCidrsOf } from './ipam'
import { internalIPs } from './kubelet-status'
import { isReserved, pinnedIP } from './pin'
import { podIPs } from './pod-state'

type Counts = Map<string, number>

const usedIn = derived<Pod, Counts>(
  'Pod',
  () => new Map(),
  (counts, old, now) => {
    if (old !== undefined && now !== undefined && old.status?.podIPs === now.status?.podIPs) return
    if (old !== undefined) count(counts, old, -1)
    if (now !== undefined) count(counts, now, 1)
  },
)

const count = (counts: Counts, pod: Pod, by: 1 | -1): void => {
  for (const ip of podIPs(pod)) counts.set(ip, (counts.get(ip) ?? 0) + by)
}

/** The addresses that the input's own slices name, of which no pod may be known. Read once for each input. */
const GIVEN = new WeakMap<object, ReadonlySet<string>>()

function givenAddresses(state: State): ReadonlySet<string> {
  const known = GIVEN.get(state.places)
  if (known) return known
  const given = new Set<string>()
  for (const slice of state.objects.get('EndpointSlice')?.values() ?? []) {
    for (const endpoint of (slice as unknown as { endpoints?: readonly { addresses?: readonly string[] }[] | null }).endpoints ?? [])
      for (const ip of endpoint.addresses ?? []) given.add(ip)
  }
  GIVEN.set(state.places, given)
  return given
}

/** What the CNI plugin says on a node where flanneld has ended instead of running; null elsewhere. */
export function missingNetwork(state: State, node: Node): string | null {
  const flannel = flannelByNodes(state.config)
  const ends = flannel !== null && refusedLease(flannel, node.metadata.name, podCidrsOf(node)) !== null
  return ends ? flannel.facts.noSubnetFile : null
}

/** The node's own for hostNetwork, the pinned one, or the next free of each of the node's ranges. Empty: nothing left, the pod waits. */
export function addressesFor(state: State, pod: Pod, node: Node): { readonly ips: readonly string[]; readonly facts: Facts } {
  if (pod.spec.hostNetwork) return { ips: internalIPs(node), facts: {} }
  if (missingNetwork(state, node) !== null) return { ips: [], facts: {} }
  const used = usedIn(state)
  const given = givenAddresses(state)
  const taken = (text: string): boolean => (used.get(text) ?? 0) > 0 || given.has(text) || isReserved(state, text)
  const pinned = pinnedIP(state, keyOf(pod))
  const wanted = pinned === undefined ? undefined : readIp(pinned)
  const facts: Facts = {}
  const ips: string[] = []
  for (const range of podCidrsOf(node)) {
    const cursor = `ipam ${node.metadata.name} ${familyOf(range.ip)}`
    const last = readIp(String(state.memory[cursor] ?? ''))
    const ip: Ip | undefined = wanted !== undefined && familyOf(wanted) === familyOf(range.ip) ? wanted : nextAddress(range, last, taken)
    if (ip === undefined) return { ips: [], facts: {} }
    facts[cursor] = ipText(ip)
    ips.push(ipText(ip))
  }
  return { ips: ips.length === 0 && pinned !== undefined ? [pinned] : ips, facts }
}
