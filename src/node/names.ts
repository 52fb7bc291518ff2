// Names of devices that a real node draws at random: here they follow from what they belong to, so the same input gives the same network.
import { digest, type Mac } from '../addr/mac'

/** The node's end of a pod's veth pair: `veth` and 8 hex digits, as the CNI bridge plugin names it. */
export const vethName = (pod: string): string => `veth${digest(pod).toString('hex', 0, 4)}`

/** docker0's address: 02:42 and the IPv4 address. */
export const dockerMac = (ip: number): Mac => (0x0242 * 2 ** 32 + ip) as Mac

/** docker's own name for it: `veth` and 7 hex digits. */
export const dockerVethName = (pod: string): string => vethName(pod).slice(0, -1)
