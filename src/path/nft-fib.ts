// nftables' `fib`: what the routes say of a packet's address. Stands for net/ipv4/netfilter/nft_fib_ipv4.c and its IPv6 sister.
import type { FieldKey } from '../linux/nft-types'
import { VALUE_NAMES } from '../linux/nft-types'
import { typeOfFour, typeOfSix } from './address-type'
import { isTaken } from './fib'
import type { Asked } from './asked'

type FibField = FieldKey & { readonly read: 'fib' }

/** The type of the address, or the device that its route leaves by: '' where there is none, or where the address is local. */
export function askFib(f: FibField, asked: Asked): number | string {
  const by = (part: FibField['by'][number]) => f.by.includes(part)
  const { packet } = asked.skb
  const only = by('iif') ? asked.where.in : by('oif') ? asked.where.out : null
  const destination = by('daddr') ? packet.destination : packet.source
  const source = by('daddr') ? packet.source : packet.destination
  const question = { destination, source, in: null, mark: by('mark') ? asked.skb.mark : 0 }
  if (f.result === 'type') {
    const type =
      typeof destination === 'number' ? typeOfFour(asked.fib, destination, only) : typeOfSix(asked.fib, { ...question, destination }, only)
    return VALUE_NAMES.fib_addrtype![type.toLowerCase()] ?? 0
  }
  if (asked.where.in === 'lo') return 'lo'
  const answer = asked.fib.look(question)
  if (!isTaken(answer) || answer.to === 'local' || answer.rejects) return ''
  return only === null || answer.device === only ? answer.device : ''
}
