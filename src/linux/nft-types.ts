// nftables' types of values with the names their values have, and the fields that can be read from a packet. Stands for nft's datatype.c and payload.c.
// Left out on purpose: names of services and of user accounts, which depend on the machine.
import { never } from '../error'

export const NFT_TYPES = [
  'ipv4_addr',
  'ipv6_addr',
  'inet_proto',
  'inet_service',
  'mark',
  'ifname',
  'iface_index',
  'iface_type',
  'ct_state',
  'ct_status',
  'ct_dir',
  'icmp_type',
  'icmpv6_type',
  'icmp_code',
  'icmpv6_code',
  'dscp',
  'ecn',
  'pkt_type',
  'nf_proto',
  'ether_type',
  'fib_addrtype',
  'fib_oif',
  'tcp_flag',
  'integer',
] as const // prettier-ignore
export type NftType = (typeof NFT_TYPES)[number]

/** The names that values of a type have, in text. The first name of a value is the one printed. */
export const VALUE_NAMES: Partial<Readonly<Record<NftType, Readonly<Record<string, number>>>>> = {
  inet_proto: {
    icmp: 1,
    igmp: 2,
    ipencap: 4,
    tcp: 6,
    egp: 8,
    udp: 17,
    dccp: 33,
    gre: 47,
    esp: 50,
    ah: 51,
    'ipv6-icmp': 58,
    icmpv6: 58,
    eigrp: 88,
    ospf: 89,
    pim: 103,
    ipcomp: 108,
    comp: 108,
    vrrp: 112,
    sctp: 132,
    udplite: 136,
  }, // prettier-ignore
  ct_state: { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 },
  ct_status: { expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
  ct_dir: { original: 0, reply: 1 },
  tcp_flag: { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
  icmp_type: {
    'echo-reply': 0,
    'destination-unreachable': 3,
    'source-quench': 4,
    redirect: 5,
    'echo-request': 8,
    'router-advertisement': 9,
    'router-solicitation': 10,
    'time-exceeded': 11,
    'parameter-problem': 12,
    'timestamp-request': 13,
    'timestamp-reply': 14,
    'info-request': 15,
    'info-reply': 16,
    'address-mask-request': 17,
    'address-mask-reply': 18,
  }, // prettier-ignore
  icmpv6_type: {
    'destination-unreachable': 1,
    'packet-too-big': 2,
    'time-exceeded': 3,
    'parameter-problem': 4,
    'echo-request': 128,
    'echo-reply': 129,
    'mld-listener-query': 130,
    'mld-listener-report': 131,
    'mld-listener-done': 132,
    'mld-listener-reduction': 132,
    'nd-router-solicit': 133,
    'nd-router-advert': 134,
    'nd-neighbor-solicit': 135,
    'nd-neighbor-advert': 136,
    'nd-redirect': 137,
    'router-renumbering': 138,
    'ind-neighbor-solicit': 141,
    'ind-neighbor-advert': 142,
    'mld2-listener-report': 143,
  }, // prettier-ignore
  icmp_code: {
    'net-unreachable': 0,
    'host-unreachable': 1,
    'prot-unreachable': 2,
    'port-unreachable': 3,
    'frag-needed': 4,
    'net-prohibited': 9,
    'host-prohibited': 10,
    'admin-prohibited': 13,
  }, // prettier-ignore
  icmpv6_code: { 'no-route': 0, 'admin-prohibited': 1, 'addr-unreachable': 3, 'port-unreachable': 4, 'policy-fail': 5, 'reject-route': 6 },
  dscp: {
    cs0: 0,
    lephb: 1,
    cs1: 8,
    af11: 10,
    af12: 12,
    af13: 14,
    cs2: 16,
    af21: 18,
    af22: 20,
    af23: 22,
    cs3: 24,
    af31: 26,
    af32: 28,
    af33: 30,
    cs4: 32,
    af41: 34,
    af42: 36,
    af43: 38,
    cs5: 40,
    va: 44,
    ef: 46,
    cs6: 48,
    cs7: 56,
    be: 0,
    df: 0,
  }, // prettier-ignore
  ecn: { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 },
  pkt_type: { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 },
  nf_proto: { ipv4: 2, ipv6: 10 },
  ether_type: { ip: 0x0800, arp: 0x0806, ip6: 0x86dd, vlan: 0x8100 },
  iface_type: { ether: 1, ppp: 512, ipip: 768, ipip6: 769, loopback: 772, sit: 776, ipgre: 778 },
  fib_addrtype: {
    unspec: 0,
    unicast: 1,
    local: 2,
    broadcast: 3,
    anycast: 4,
    multicast: 5,
    blackhole: 6,
    unreachable: 7,
    prohibit: 8,
  }, // prettier-ignore
}

/** Types whose values are sets of bits. */
export const BIT_TYPES: ReadonlySet<NftType> = new Set(['ct_state', 'ct_status', 'tcp_flag'])

const PORTS = { sport: 'inet_service', dport: 'inet_service' } as const
/** The fields of each header. */
export const HEADERS = {
  ip: {
    saddr: 'ipv4_addr',
    daddr: 'ipv4_addr',
    protocol: 'inet_proto',
    ttl: 'integer',
    length: 'integer',
    dscp: 'dscp',
    ecn: 'ecn',
    version: 'integer',
    hdrlength: 'integer',
    id: 'integer',
    'frag-off': 'integer',
    checksum: 'integer',
  }, // prettier-ignore
  ip6: {
    saddr: 'ipv6_addr',
    daddr: 'ipv6_addr',
    nexthdr: 'inet_proto',
    hoplimit: 'integer',
    length: 'integer',
    dscp: 'dscp',
    ecn: 'ecn',
    version: 'integer',
    flowlabel: 'integer',
  }, // prettier-ignore
  tcp: { ...PORTS, flags: 'tcp_flag', sequence: 'integer', ackseq: 'integer', window: 'integer', checksum: 'integer', urgptr: 'integer' },
  udp: { ...PORTS, length: 'integer', checksum: 'integer' },
  sctp: { ...PORTS, vtag: 'integer', checksum: 'integer' },
  th: PORTS,
  icmp: { type: 'icmp_type', code: 'icmp_code', id: 'integer', sequence: 'integer', mtu: 'integer', checksum: 'integer' },
  icmpv6: { type: 'icmpv6_type', code: 'icmpv6_code', id: 'integer', sequence: 'integer', mtu: 'integer', checksum: 'integer' },
} as const satisfies Record<string, Readonly<Record<string, NftType>>>
export type NftHeader = keyof typeof HEADERS

/** What the kernel knows of a packet beside its bytes. */
export const META_KEYS = {
  mark: 'mark',
  l4proto: 'inet_proto',
  nfproto: 'nf_proto',
  protocol: 'ether_type',
  length: 'integer',
  iifname: 'ifname',
  oifname: 'ifname',
  iif: 'iface_index',
  oif: 'iface_index',
  iiftype: 'iface_type',
  oiftype: 'iface_type',
  pkttype: 'pkt_type',
  skuid: 'integer',
  skgid: 'integer',
} as const satisfies Record<string, NftType> // prettier-ignore
export type MetaKey = keyof typeof META_KEYS

/** What conntrack knows of a packet's connection. Addresses have the family that the text names. */
export const CT_KEYS = {
  state: 'ct_state',
  status: 'ct_status',
  mark: 'mark',
  direction: 'ct_dir',
  protocol: 'inet_proto',
  l3proto: 'nf_proto',
  'ip saddr': 'ipv4_addr',
  'ip daddr': 'ipv4_addr',
  'ip6 saddr': 'ipv6_addr',
  'ip6 daddr': 'ipv6_addr',
  'proto-src': 'inet_service',
  'proto-dst': 'inet_service',
  zone: 'integer',
} as const satisfies Record<string, NftType> // prettier-ignore
export type CtKey = keyof typeof CT_KEYS

export const FIB_PARTS = ['saddr', 'daddr', 'mark', 'iif', 'oif'] as const
export type FibPart = (typeof FIB_PARTS)[number]

/** A field by its name. */
export type FieldKey =
  | { readonly read: 'payload'; readonly header: NftHeader; readonly field: string }
  | { readonly read: 'meta'; readonly key: MetaKey }
  | { readonly read: 'ct'; readonly key: CtKey; readonly direction?: 'original' | 'reply' }
  | { readonly read: 'fib'; readonly by: readonly FibPart[]; readonly result: 'type' | 'oif' | 'oifname' }

/** The type of a field's value. */
export function fieldType(f: FieldKey): NftType {
  switch (f.read) {
    case 'payload':
      return (HEADERS[f.header] as Readonly<Record<string, NftType>>)[f.field]!
    case 'meta':
      return META_KEYS[f.key]
    case 'ct':
      return CT_KEYS[f.key]
    case 'fib':
      return f.result === 'type' ? 'fib_addrtype' : 'fib_oif'
    default:
      return never(f)
  }
}
