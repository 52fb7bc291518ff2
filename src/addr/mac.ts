// Link-layer addresses as values: 48 bits in a number, so that equal means ===. Those that a real machine draws at random follow here from what they belong to.
import { createHash } from 'node:crypto'

/** 0 … 2⁴⁸−1, first octet most significant. */
export type Mac = number & { readonly _mac: never }

/** The address that six colon-separated hex pairs stand for, or undefined. */
export function readMac(text: string): Mac | undefined {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text) ? (Number.parseInt(text.replaceAll(':', ''), 16) as Mac) : undefined
}

/** `0a:58:0a:f4:01:02`, lower case. */
export const macText = (mac: Mac): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?=.)/g, '$1:')

export const BROADCAST_MAC = 0xffffffffffff as Mac
/** Whether the group bit is set: broadcast or multicast. */
export const isGroupMac = (mac: Mac): boolean => Math.floor(mac / 2 ** 40) % 2 === 1

/** The same bytes for the same text, in the place of chance. */
export const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A locally administered address, 02:…, for a device named by `namespace device`. */
export const macOf = (text: string): Mac => (0x02 * 2 ** 40 + digest(text).readUIntBE(0, 5)) as Mac
