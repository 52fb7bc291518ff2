// The word after `-p`: the protocols that hopspec sends by their names, the others as numbers with the names of /etc/protocols.
import { PROTOCOL_NUMBERS, type Protocol, readProtocol } from '../addr/port'

const NUMBER_TO_PROTOCOL = new Map<number, Protocol>(Object.entries(PROTOCOL_NUMBERS).map(([name, number]) => [number, name as Protocol]))

/** Names that Linux' tools print for protocols that hopspec never sends. */
const OTHERS: Readonly<Record<string, number>> = {
  igmp: 2,
  ipencap: 4,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  eigrp: 88,
  ospf: 89,
  ipip: 94,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  udplite: 136,
} // prettier-ignore
const NAMES = new Map(Object.entries(OTHERS).map(([name, number]) => [number, name]))

/** As iptables-save prints it. */
export const protocolName = (number: number): string => NAMES.get(number) ?? `${number}`

/** null stands for `all`. */
export function readProtocolWord(text: string): Protocol | number | null | undefined {
  const word = text.toLowerCase()
  if (word === 'all' || word === '0') return null
  if (word === 'ipv6-icmp') return 'icmpv6'
  if (/^\d{1,3}$/.test(word) && Number(word) < 256) return NUMBER_TO_PROTOCOL.get(Number(word)) ?? Number(word)
  return readProtocol(word) ?? (Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined)
}
