// One container on one network, as the CNI plugins are told of it, and the names that they make of it.
import { createHash } from 'node:crypto'
import type { Ip } from '../../addr/ip'

/** An address with the length of its network, as an IPAM plugin gave it. */
export interface GivenAddress {
  readonly ip: Ip
  readonly length: number
}

export interface Attachment {
  /** The name of the list of plugins: `cbr0`. */
  readonly network: string
  /** The container's id, which a real runtime draws at random. */
  readonly id: string
  readonly interface: string
  readonly ips: readonly GivenAddress[]
  /** Whose container it is: `pod default/web`. */
  readonly of: string
}

export interface PortMapping {
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  /** Only on this address of the host; null: on all. */
  readonly hostIP: Ip | null
}

const digest = (text: string): string => createHash('sha512').update(text).digest('hex')
const CHAIN_LENGTH = 28

/** `CNI-` or `CNI-DN-` and as many hex digits as fit: one name for network and container, whatever the interface. */
export function chainName({ network, id }: Pick<Attachment, 'network' | 'id'>, prefix: '' | 'DN-' = ''): string {
  const head = `CNI-${prefix}`
  return head + digest(network + id).slice(0, CHAIN_LENGTH - head.length)
}

/** The 16 hex digits by which the plugins find their nftables rules again. */
export const shortHash = (text: string): string => digest(text).slice(0, 16)

/** `name: "cbr0" id: "…"`, as it stands in rules. */
export const nameAndId = ({ network, id }: Attachment): string => `name: "${network}" id: "${id}"`
