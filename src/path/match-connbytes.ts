// `-m connbytes`: what a connection has carried so far. Stands for net/netfilter/xt_connbytes.c and the counters of nf_conntrack_acct.c.
import { type ConnbytesMatch, connbytesText } from '../linux/connbytes'
import { Unmodelled } from './asked'
import type { Skb } from './skb'

/** A packet of no connection never fits, and does not fit the opposite. */
export function connbytesFits(m: ConnbytesMatch, { entry }: Skb): boolean {
  if (entry === null) return false
  const { side, mode } = m
  const counts = entry.counts.filter((_, i) => side === 'both' || i === (side === 'original' ? 0 : 1))
  const packets = counts.reduce((sum, c) => sum + c.packets, 0)
  const bytes = counts.reduce((sum, c) => sum + c.bytes, 0)
  const what = mode === 'packets' ? packets : mode === 'bytes' ? bytes : packets === 0 ? 0 : Math.floor(bytes / packets)
  if (Number.isNaN(what)) throw new Unmodelled(`what a TCP connection carries: ${connbytesText(m)}`)
  return (what >= m.from && what <= (m.to ?? Number.POSITIVE_INFINITY)) !== m.not
}
