// Names of tables, chains, sets and maps: any word but those of nft's own language. As the grammar of nftables 1.0.6 has them.
import type { NftReader } from './nft-words'

const OWN_WORDS = new Set(
  `accept add ah all and arp auto-merge bridge cgroup chain comment comp constant continue counter cpu create ct day dccp define delete
  describe device devices dnat drop dst dup dynamic ecn element elements eq esp ether exists expires export exthdr fib flags flow
  flowtable flush frag fwd gc-interval goto gt handle hbh hook hour ibriport ibrname icmp icmpv6 igmp iif iifgroup iifname iiftype
  import include index inet insert interval ip ip6 ipsec jhash jump limit list log lshift lt map mark masquerade meta meter mh missing
  monitor netdev nftrace not notrack numgen obriport obrname oif oifgroup oifname oiftype or osf pkttype policy position priority queue
  quota random redefine redirect reject rename replace reset return rshift rt rt0 rt2 rtclassid rule ruleset sctp secmark set size skgid
  skuid snat socket srh symhash synproxy table tcp th time timeout tproxy type typeof udp undefine update vlan vmap xor xt`.split(/\s+/),
)

/** The next word as the name of a `noun`. */
export function nextName(r: NftReader, noun: string): string {
  const { place } = r
  const name = r.next(`the name of a ${noun}`)
  if (OWN_WORDS.has(name))
    throw r.wrong(`'${name}' is a word of nft's own language and cannot name a ${noun}; write another name, as in my-${name}.`, place)
  return name
}
