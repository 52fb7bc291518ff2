// What nftables' limits, quotas and counts of connections say of a packet. Stands for nft_limit.c, nft_quota.c and nft_connlimit.c.
import { never } from '../error'
import { meterText } from '../linux/nft-meter'
import type { NftKey, NftMeter } from '../linux/nft-rules'
import { type Asked, Unmodelled } from './asked'
import { isMore, isWithin, isWithinBytes } from './match-meter'

/** Whether the rule goes on. `whose`: the element of a set that it counts for; without one, it counts for all. */
export function meterHolds(m: NftMeter, asked: Asked, rule: object, whose: NftKey = ''): boolean {
  const { memory, skb } = asked
  switch (m.do) {
    case 'limit':
      if ('bytes' in m)
        return isWithinBytes(memory, nameOf(rule, whose), skb.packet.lengthBytes, m.bytes + m.burst, meterText(m)) !== m.over
      return isWithin(memory, nameOf(rule, whose), m.burst, meterText(m)) !== m.over
    case 'quota': {
      const name = nameOf(rule, whose)
      const spent = (memory.spent.get(name) ?? 0) + skb.packet.lengthBytes
      if (Number.isNaN(spent)) throw new Unmodelled(`what a TCP connection carries: ${meterText(m)}`)
      memory.spent.set(name, spent)
      return spent > m.bytes === m.over
    }
    case 'count':
      return isMore(asked, rule, `${whose}`, m.connections, meterText(m)) === m.over
    default:
      return never(m)
  }
}

const names = new WeakMap<object, Map<NftKey, object>>()

/** The same object for the same rule and element, every time. */
function nameOf(rule: object, whose: NftKey): object {
  let elements = names.get(rule)
  if (elements === undefined) names.set(rule, (elements = new Map()))
  let name = elements.get(whose)
  if (name === undefined) elements.set(whose, (name = {}))
  return name
}
