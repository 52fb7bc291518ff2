// nftables' `fib`: what the routes say of a packet's address. Stands for net/ipv4/netfilter/nft_fib_ipv4.c and its IPv6 sister.
import type { FieldKey } from '../linux/nft-types'
import { VALUE_NAMES } from '../linux/nft-types'
import { addressType, isTaken } from './fib'
import type { Asked } from './match'

type FibField = FieldKey & { readonly read: 'fib' }

/** The type of the address, or the device that its route leaves by: '' where there is none, or where the address is local. */
export function askFib(f: FibField, asked: Asked): number | string {
  const by = (part: FibField['by'][number]) => f.by.includes(part)
  const { packet } = asked.skb
  const address = by('daddr') ? packet.destination : packet.source
  const only = by('iif') ? asked.where.in : by('oif') ? asked.where.out : null
  if (f.result === 'type') return VALUE_NAMES.fib_addrtype![addressType(asked.fib, address, only).toLowerCase()] ?? 0
  if (asked.where.in === 'lo') return 'lo'
  const answer = asked.fib.look({
    destination: address,
    source: by('daddr') ? packet.source : packet.destination,
    in: null,
    mark: by('mark') ? asked.skb.mark : 0,
  })
  if (!isTaken(answer) || answer.to === 'local') return ''
  return only === null || answer.device === only ? answer.device : ''
}
