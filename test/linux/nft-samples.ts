// Rules for the tests of nftables' text: a rule set as the real nft 1.0.6 lists it, and what it makes of rules written otherwise.

/** One of everything that we read and print. */
export const goldenRules = `table inet t {
	comment "tc"
	set a {
		type ipv4_addr
		elements = { 1.1.1.2, 1.1.1.3,
			     1.1.1.4, 1.1.1.5,
			     1.1.1.6, 1.1.1.7,
			     1.1.1.9 }
	}

	set b {
		type ipv6_addr
		elements = { fd00::1,
			     fd00::2,
			     fd00::3,
			     fd00::4,
			     fd00::5 }
	}

	set c {
		type inet_service
		elements = { 1, 2, 3, 4, 5,
			     6, 7, 8, 9, 10,
			     11, 12 }
	}

	set d {
		type inet_proto . inet_service
		elements = { tcp . 7,
			     udp . 53,
			     tcp . 80 }
	}

	set e {
		type ipv4_addr
		flags interval
		comment "x"
		elements = { 10.0.0.0/8, 11.0.0.0/24,
			     12.0.0.1, 13.0.0.1-13.0.0.3 }
	}

	set f {
		type ipv4_addr . inet_service
		flags interval
		elements = { 10.0.0.0/8 . 80-90,
			     1.2.3.4 . 7 }
	}

	set g {
		type ipv4_addr
		size 100
		flags dynamic,timeout
		timeout 1d1h1m1s
		gc-interval 10s
	}

	set h {
		type mark
		elements = { 0x00000001, 0x00000002, 0x00000003, 0x00000004, 0x00000005,
			     0x00000006, 0x00000007 }
	}

	set i {
		type ifname
		elements = { "a",
			     "b",
			     "eth0" }
	}

	set j {
		type inet_proto
		elements = { icmp, tcp, udp, esp, ah,
			     eigrp, ipcomp, sctp }
	}

	set k {
		type icmp_type
		elements = { echo-reply,
			     destination-unreachable,
			     source-quench,
			     redirect,
			     echo-request }
	}

	set l {
		type ct_state
		elements = { established, related,
			     new }
	}

	set n {
		typeof ip saddr . tcp dport
		elements = { 1.2.3.4 . 80 }
	}

	map o {
		type ipv4_addr : mark
		elements = { 1.1.1.1 : 0x00000001, 1.1.1.2 : 0x00000002,
			     1.1.1.3 : 0x00000003 }
	}

	map p {
		type inet_service : verdict
		elements = { 80 : accept, 81 : drop, 82 : jump z }
	}

	map q {
		type ipv4_addr . inet_service : ipv4_addr . inet_service
		elements = { 1.1.1.1 . 80 : 2.2.2.2 . 81 }
	}

	map r {
		type ipv4_addr : ipv4_addr
		flags interval
		elements = { 1.1.1.0/24 : 2.2.2.2 }
	}

	map s {
		type inet_service : ipv4_addr
		elements = { 1 : 1.1.1.1, 2 : 1.1.1.1, 3 : 1.1.1.1 }
	}

	chain z {
		comment "zc"
	}

	chain y {
		comment "yy"
		type filter hook prerouting priority filter + 5; policy drop;
		ct state established,related accept
		ct state != established | related accept
		ct state { established, new } accept
		ct state != new accept
		ct status snat,dnat accept
		ct direction original accept
		ct mark & 0x000000ff == 0x00000001 accept
		ct mark set meta mark & 0x000001ff | 0x00000100
		meta mark set 0x00000005
		meta mark set meta mark ^ 0x00000005
		meta mark set ip saddr map @o
		meta mark set ip saddr map { 1.1.1.1 : 0x00000001, 1.1.1.2 : 0x00000002 }
		ct protocol tcp ct l3proto ipv4
		tcp flags syn accept
		tcp flags syn / fin,syn,rst,ack accept
		tcp flags syn,ack accept
		tcp dport 80-90 accept
		tcp dport { 80, 100-200, 443 } accept
		tcp dport != { 80, 443 } accept
		tcp dport vmap { 80 : accept, 81 : drop }
		ip saddr . tcp dport vmap { 1.1.1.1 . 80 : accept }
		ip protocol tcp accept
		ip6 nexthdr tcp accept
		ip saddr 1.1.1.1 accept
		ip saddr 1.1.1.0/24 accept
		ip saddr 10.0.1.0-10.0.1.255
		ip saddr 10.1.0.0/16
		ip6 saddr fd00::/64
		accept
		log prefix "hey " level info accept
		limit rate 10/second accept
		limit rate over 10/minute drop
		meta l4proto { tcp, udp } th dport 53 accept
		meta l4proto tcp accept
		iif "lo" accept
		iifname "eth0" oifname != "eth*" accept
		notrack
		icmp type { echo-reply, echo-request } accept
		icmp type destination-unreachable icmp code port-unreachable
		icmpv6 type { echo-request, nd-neighbor-solicit } accept
		icmpv6 type nd-router-advert
		meta pkttype { broadcast, multicast }
		meta l4proto tcp reject with tcp reset
		reject
		reject with icmp port-unreachable
		reject with icmpv6 no-route
		ip dscp set cs1
		ip dscp lephb
		ip dscp af11
		ip ttl set 5
		ip ecn ce
		ip frag-off & 8191 != 0
		update @g { ip saddr }
		add @g { ip saddr timeout 5s }
		numgen random mod 10 < 5 accept
		numgen inc mod 3 vmap { 0 : accept, 1-2 : drop }
		numgen inc mod 3 offset 10 vmap { 10 : accept }
		fib daddr type { local, broadcast }
		fib daddr . iif type local
		fib saddr . iif oif missing
		meta length 5
		meta nfproto ipv4 meta protocol ip6
		meta mark 0x00000005
		meta mark & 0x00000001 != 0x00000000
		meta mark & 0x000000ff == 0x00000005
		meta mark != { 0x00000001, 0x00000002 }
		meta mark 0x00000001-0x00000005
		meta mark set ct mark
		ip length > 5
		ip version 4
		ip hdrlength 5
		ip saddr @a ip daddr != @a
		th sport 5
		tcp sport . tcp dport { 5 . 6 }
		udp length 7
		ip saddr vmap { 1.2.3.4 : drop, 10.0.0.0/8 : accept }
		iifname . ip saddr vmap { "eth0" . 1.2.3.4 : drop }
		continue
		return
		goto z
	}

	chain n1 {
		type nat hook prerouting priority dstnat; policy accept;
		dnat ip to 1.1.1.1
		dnat ip to 1.1.1.1 persistent
		dnat ip to ip saddr map { 1.1.1.1 : 2.2.2.2 }
		dnat ip to ip saddr . tcp dport map @q
		dnat ip6 to fd00::1
		tcp dport 5 redirect to :80
		tcp dport 5 redirect to :80-90
		redirect
		tcp dport 6 dnat to :80
	}

	chain n2 {
		type nat hook postrouting priority srcnat + 1; policy accept;
		snat ip to 1.1.1.1
		tcp dport 4 snat ip to 1.1.1.1:80-90 fully-random
		masquerade
		masquerade random
		masquerade fully-random,persistent
		tcp dport 4 masquerade to :1024-2000
	}

	chain o1 {
		type filter hook output priority -100; policy accept;
	}

	chain o2 {
		type filter hook forward priority 105; policy accept;
	}

	chain o3 {
		type filter hook prerouting priority raw - 10; policy accept;
	}

	chain o4 {
		type filter hook prerouting priority -311; policy accept;
	}
}
`

/** Family of the table, the rule as written, the rule as nft prints it. */
export const normalised: readonly (readonly ['ip' | 'ip6' | 'inet', string, string])[] = [
  ['ip', 'mark set mark or 0x4000', 'meta mark set meta mark | 0x00004000'],
  ['ip', 'mark and 0x4000 == 0 return', 'meta mark & 0x00004000 == 0x00000000 return'],
  ['ip', 'mark set mark xor 0x4000', 'meta mark set meta mark ^ 0x00004000'],
  ['ip', 'ip daddr { 172.30.0.0/16 } drop', 'ip daddr 172.30.0.0/16 drop'],
  ['ip', 'ip saddr 10.0.0.1/32 accept', 'ip saddr 10.0.0.1 accept'],
  ['ip', 'ip saddr 10.1.2.3/16 accept', 'ip saddr 10.1.0.0/16 accept'],
  ['ip', 'ip saddr { 10.0.0.9, 10.0.0.0-10.0.0.7 } accept', 'ip saddr { 10.0.0.0/29, 10.0.0.9 } accept'],
  ['ip', 'meta l4proto { 17, 6 } accept', 'meta l4proto { tcp, udp } accept'],
  ['ip', 'tcp dport { 443, 80 } accept', 'tcp dport { 80, 443 } accept'],
  ['ip', 'ct state related,established accept', 'ct state established,related accept'],
  ['ip', 'tcp flags & (fin|syn|rst|ack) == syn accept', 'tcp flags syn / fin,syn,rst,ack accept'],
  ['ip', 'tcp flags == 18 accept', 'tcp flags == 0x12 accept'],
  ['ip', 'tcp flags == syn accept', 'tcp flags == syn accept'],
  ['ip', 'ct state == established|related accept', 'ct state established | related accept'],
  ['ip', 'ct status == dnat accept', 'ct status == dnat accept'],
  ['ip', 'tcp flags & syn == 0 drop', 'tcp flags ! syn drop'],
  ['ip', 'tcp flags & (syn|ack) != 0 drop', 'tcp flags syn,ack drop'],
  ['ip', 'ct state & new != 0 drop', 'ct state new drop'],
  ['ip', 'reject with icmp type port-unreachable', 'reject'],
  ['ip', 'reject with icmp port-unreachable', 'reject'],
  ['ip6', 'reject with icmpv6 port-unreachable', 'reject'],
  ['inet', 'reject with icmp port-unreachable', 'reject with icmp port-unreachable'],
  ['inet', 'reject with icmpx type port-unreachable', 'reject'],
  ['inet', 'ip saddr 10.0.0.1 reject', 'ip saddr 10.0.0.1 reject with icmp port-unreachable'],
  ['inet', 'ip6 daddr . tcp dport { fd00::1 . 80 } reject', 'ip6 daddr . tcp dport { fd00::1 . 80 } reject with icmpv6 port-unreachable'],
  ['inet', 'icmpv6 type echo-request reject', 'icmpv6 type echo-request reject with icmpv6 port-unreachable'],
  ['inet', 'meta protocol ip reject', 'meta protocol ip reject'],
  ['inet', 'ip saddr 10.0.0.1 reject with icmpx port-unreachable', 'ip saddr 10.0.0.1 reject'],
  ['inet', 'meta nfproto ipv4 ct state new reject', 'ct state new reject with icmp port-unreachable'],
  ['inet', 'meta nfproto ipv6 ip6 saddr fd00::1 accept', 'ip6 saddr fd00::1 accept'],
  ['inet', 'meta nfproto ipv4 log reject', 'meta nfproto ipv4 log reject with icmp port-unreachable'],
  ['inet', 'meta nfproto ipv4 tcp dport 80 accept', 'meta nfproto ipv4 tcp dport 80 accept'],
  ['inet', 'meta l4proto tcp meta mark 1 tcp dport 80 accept', 'meta mark 0x00000001 tcp dport 80 accept'],
  ['inet', 'meta l4proto tcp reject with tcp reset', 'meta l4proto tcp reject with tcp reset'],
  ['inet', 'ip protocol tcp tcp dport 80 accept', 'ip protocol tcp tcp dport 80 accept'],
  ['ip', 'ip protocol tcp tcp dport 80 accept', 'tcp dport 80 accept'],
  ['ip', 'ct state new meta l4proto tcp reject with tcp reset', 'ct state new reject with tcp reset'],
  ['ip', 'meta l4proto icmp log icmp type echo-request accept', 'meta l4proto icmp log icmp type echo-request accept'],
  ['ip', 'meta protocol ip tcp dport 80 accept', 'tcp dport 80 accept'],
  ['ip', 'iif lo accept', 'iif "lo" accept'],
  ['ip', 'icmp type 8 accept', 'icmp type echo-request accept'],
  ['ip', 'counter packets 7 bytes 9 accept', 'accept'],
  ['ip', 'numgen random mod 2 vmap { 0 : goto z, 1 : jump z }', 'numgen random mod 2 vmap { 0 : goto z, 1 : jump z }'],
  [
    'ip',
    'meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 81 }',
    'meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 81 }',
  ],
  ['ip', 'meta l4proto tcp dnat to 10.0.0.1:80', 'meta l4proto tcp dnat to 10.0.0.1:80'],
  ['ip6', 'meta l4proto tcp dnat to [fd00::1]:80', 'meta l4proto tcp dnat to [fd00::1]:80'],
  ['ip', 'limit rate 10/second accept', 'limit rate 10/second accept'],
  ['ip', 'meter m { ip saddr limit rate 10/second } accept', 'meter m size 65535 { ip saddr limit rate 10/second } accept'],
  ['inet', 'meter m size 9 { ip saddr . th dport timeout 30s counter }', 'meter m size 9 { ip saddr . th dport timeout 30s counter }'],
]
