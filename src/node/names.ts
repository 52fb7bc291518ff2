// What devices are like that nobody declares: their MTU; and the link-layer addresses and names that a real node draws at random: here they follow from what they belong to, so the same input gives the same network.
import { createHash } from 'node:crypto'
import type { Mac } from '../addr/mac'

/** Of every machine's network card. */
export const ETH0_MTU_BYTES = 1500

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A locally administered address, 02:…, for a device named by `namespace device`. */
export const macOf = (text: string): Mac => (0x02 * 2 ** 40 + digest(text).readUIntBE(0, 5)) as Mac

/** The node's end of a pod's veth pair: `veth` and 8 hex digits, as the CNI bridge plugin names it. */
export const vethName = (pod: string): string => `veth${digest(pod).toString('hex', 0, 4)}`

/** docker0's address: 02:42 and the IPv4 address. */
export const dockerMac = (ip: number): Mac => (0x0242 * 2 ** 32 + ip) as Mac

/** docker's own name for it: `veth` and 7 hex digits. */
export const dockerVethName = (pod: string): string => vethName(pod).slice(0, -1)
