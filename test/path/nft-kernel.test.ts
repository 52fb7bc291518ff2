// nftables on both dataplanes: the same rule sets and flows in the simulator and on the kernel of this machine.
import { strict as assert } from 'node:assert'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Built, build } from '../../src/real/build'
import { check } from '../../src/real/check'
import { differenceText } from '../../src/real/compare'
import { Observatory } from '../../src/real/observe'
import { unavailable } from '../../src/real/rights'
import { prepared, star } from './flows'

const cases: readonly { readonly says: string; readonly nftables: string; readonly flows: readonly string[] }[] = [
  {
    says: 'addresses and ports are translated',
    nftables: `table inet t {
 chain pre { type nat hook prerouting priority dstnat; ip daddr 10.9.9.9 tcp dport 80 dnat ip to 10.0.2.2:8080 ; ip daddr 10.9.9.9 udp dport 53 dnat ip to 10.0.3.2 ; ip daddr 10.9.9.8 redirect; udp dport 99 redirect to :53 }
 chain out { type nat hook output priority -100; ip daddr 10.9.9.9 tcp dport 80 dnat ip to 10.0.2.2:8080; udp dport 99 redirect to :53 }
 chain post { type nat hook postrouting priority srcnat; oifname "eth2" masquerade }
}
`,
    flows: [
      'a → 10.9.9.9:80',
      'a → 10.9.9.9:53 udp',
      'a → 10.9.9.8:53 udp',
      'a → 10.0.2.2:99 udp',
      'r → 10.9.9.9:80',
      'r → 10.0.2.2:99 udp',
      'a → 10.0.2.2 icmp',
    ],
  },
  {
    says: 'rejected before it is routed',
    nftables: `table inet t {
 chain pre { type filter hook prerouting priority 5; udp dport 99 reject; tcp dport 99 reject with tcp reset; tcp dport 98 reject with icmpx admin-prohibited ; udp dport 97 reject with icmp host-unreachable }
 chain out { type filter hook output priority 5; udp dport 99 reject; tcp dport 98 reject with icmpx admin-prohibited }
}
`,
    flows: [
      'a → 10.0.2.2:99 udp',
      'a → 10.0.3.1:99 udp',
      'a → 10.0.3.1:99',
      'a → 10.0.3.1:98',
      'a → 10.0.2.2:97 udp',
      'r → 10.0.2.2:99 udp',
      'r → 10.0.2.2:98',
    ],
  },
  {
    says: 'flags and connections',
    nftables: `table ip t {
 chain c { type filter hook forward priority filter; 
  udp dport 53 ct state != established,related drop
  udp dport 8080 ct state established,new accept
  tcp flags != syn,ack tcp dport 8080 drop
  tcp dport 80 tcp flags == syn drop
  udp dport 8080 ct direction reply drop
  ct status dnat drop
  meta l4proto udp ct original ip saddr 10.0.1.2 ct original proto-dst 80 drop
  ct protocol udp ct l3proto ipv4 ct reply ip saddr 10.0.3.2 drop
 }
}
`,
    flows: [
      'a → 10.0.2.2:53 udp',
      'a → 10.0.2.2:8080 udp',
      'a → 10.0.2.2:8080',
      'a → 10.0.2.2:80',
      'a → 10.0.2.2:80 udp',
      'a → 10.0.3.2:8080 udp',
      'a → 10.0.2.2 icmp',
    ],
  },
  {
    says: 'sets and maps',
    nftables: `table ip t {
 set iv { type ipv4_addr . inet_service; flags interval; elements = { 10.0.2.0/24 . 50-60, 10.0.3.2 . 80 } }
 map to { type inet_service : ipv4_addr . inet_service; elements = { 81 : 10.0.2.2 . 80, 82 : 10.0.3.2 . 8080 } }
 map m { type ipv4_addr : mark; flags interval; elements = { 10.0.1.0/24 : 7, 10.0.3.0/24 : 9 } }
 map v { type ipv4_addr : verdict; flags interval; elements = { 10.0.2.0/24 : jump x, 10.0.3.2 : drop } }
 chain x { udp dport 8080 drop; }
 chain pre { type nat hook prerouting priority dstnat; ip daddr 10.9.9.9 meta l4proto { tcp, udp } dnat to th dport map @to }
 chain f { type filter hook forward priority filter; 
  ip daddr . udp dport @iv drop
  meta mark set ip saddr map @m
  meta mark 9 udp dport 8080 drop
  tcp dport 80 ip daddr vmap @v
  udp dport 8080 ip daddr vmap @v
  ip daddr 10.0.3.2 counter drop
 }
}
`,
    flows: [
      'a → 10.0.2.2:53 udp',
      'a → 10.0.2.2:61 udp',
      'a → 10.0.2.2:8080 udp',
      'c → 10.0.1.2:8080 udp',
      'a → 10.9.9.9:81',
      'a → 10.9.9.9:82',
      'a → 10.0.2.2:80',
    ],
  },
  {
    says: 'marks, routes and devices',
    nftables: `table ip t {
 chain r { type route hook output priority mangle; udp dport 53 meta mark set meta mark | 0x10; meta mark & 0xf0 == 0x10 meta mark set meta mark ^ 0x11; meta mark 1 ip dscp set cs1 }
 chain o { type filter hook output priority 5; meta mark 1 ip dscp cs1 udp dport 53 accept; udp dport 53 drop; oifname != "eth2" udp dport 80 drop }
 chain i { type filter hook input priority 5; iif "eth1" udp dport 8080 drop; fib saddr . iif oif missing drop; fib daddr type local meta length 37-38 udp dport 53 accept }
 chain p { type filter hook postrouting priority 5; policy drop; oifname { "eth1", "eth2" } accept; meta oiftype loopback accept }
}
`,
    flows: [
      'r → 10.0.2.2:53 udp',
      'r → 10.0.3.2:80 udp',
      'r → 10.0.2.2:80 udp',
      'a → 10.0.1.1:8080 udp',
      'a → 10.0.1.1:53 udp',
      'a → 10.0.3.2:53 udp',
      'r → 10.0.1.1:53 udp',
    ],
  },
  {
    says: 'nat chains take turns by priority, the later made first',
    nftables: `table ip a { chain c { type nat hook prerouting priority -90; udp dport 53 dnat to 10.0.2.2; } }
table ip b { chain c { type nat hook prerouting priority -110; udp dport 53 dnat to 10.0.3.2; udp dport 80 accept; udp dport 8080 drop } }
table ip d { chain c { type nat hook prerouting priority 0; udp dport 80 dnat to 10.0.2.2; } chain f { type filter hook prerouting priority -50; ip daddr 10.9.9.9 udp dport 80 drop } }
table ip e { chain x { type filter hook forward priority 5; udp dport 99 reject; } chain y { type filter hook forward priority 5; udp dport 99 drop; } }
`,
    flows: ['a → 10.9.9.9:53 udp', 'a → 10.9.9.9:80 udp', 'a → 10.0.2.2:8080 udp', 'a → 10.0.2.2:99 udp'],
  },
  {
    says: 'tracked or not',
    nftables: `table ip t {
 chain raw { type filter hook prerouting priority raw; udp dport 53 notrack ; udp dport 80 ct mark set 5; }
 chain late { type filter hook prerouting priority -150; udp dport 8080 notrack; udp dport 8080 ct state untracked drop; udp dport 80 ct mark 5 drop; ct state invalid drop; ct state untracked udp dport 53 accept }
 chain early { type filter hook prerouting priority -250; udp dport 99 ct state invalid drop; udp dport 98 ct mark 0 drop }
 chain n { type nat hook postrouting priority 100; masquerade }
}
`,
    flows: ['a → 10.0.2.2:53 udp', 'a → 10.0.2.2:80 udp', 'a → 10.0.2.2:8080 udp', 'a → 10.0.2.2:99 udp', 'a → 10.0.2.2:98 udp'],
  },
  {
    says: 'the way of kube-proxy',
    nftables: `table ip kube-proxy {
 set hairpin { type ipv4_addr . ipv4_addr . inet_proto . inet_service; elements = { 10.0.1.2 . 10.0.1.2 . tcp . 80, 10.0.2.2 . 10.0.2.2 . udp . 53 } }
 set ips { type ipv4_addr; elements = { 172.30.0.1, 172.30.0.2 } }
 map svc { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 172.30.0.1 . tcp . 80 : goto s1, 172.30.0.1 . udp . 53 : goto s2, 172.30.0.2 . tcp . 80 : goto s3 } }
 map none { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 172.30.0.2 . tcp . 81 : goto rej, 172.30.0.2 . udp . 81 : drop } }
 chain s1 { meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.0.1.2 . 80 } }
 chain s2 { ip saddr != 10.0.1.0/24 meta mark set meta mark | 0x4000; meta l4proto udp dnat to 10.0.2.2:53 }
 chain s3 { meta l4proto tcp dnat to 10.0.3.2:8080 }
 chain rej { reject }
 chain pre { type nat hook prerouting priority dstnat; jump services }
 chain out { type nat hook output priority -100; jump services }
 chain services { ip daddr . meta l4proto . th dport vmap @svc; fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap { tcp . 30080 : goto s3 } }
 chain post { type nat hook postrouting priority srcnat; meta mark & 0x4000 != 0 meta mark set meta mark ^ 0x4000 masquerade; ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin masquerade }
 chain fw { type filter hook forward priority filter; ct state new ip daddr . meta l4proto . th dport vmap @none; ct state new ip daddr @ips reject; ip daddr 172.30.0.0/16 drop }
 chain o2 { type filter hook output priority filter; ct state new ip daddr . meta l4proto . th dport vmap @none; ct state new ip daddr @ips reject; ip daddr 172.30.0.0/16 drop }
}
`,
    flows: [
      'a → 172.30.0.1:80',
      'b → 172.30.0.1:80',
      'a → 172.30.0.1:53 udp',
      'b → 172.30.0.1:53 udp',
      'c → 172.30.0.1:53 udp',
      'c → 172.30.0.2:80',
      'a → 172.30.0.2:81',
      'a → 172.30.0.2:81 udp',
      'a → 172.30.0.2:82 udp',
      'a → 172.30.9.9:82 udp',
      'a → 172.30.0.1 icmp',
      'r → 172.30.0.1:80',
      'r → 172.30.0.1:53 udp',
      'r → 172.30.0.2:82 udp',
      'r → 172.30.0.2:81',
      'a → 10.0.1.1:30080',
      'b → 10.0.3.1:30080',
      'r → 10.0.1.1:30080',
    ],
  },
]

const why = unavailable()
const SERVERS = [80, 8080]
  .flatMap(port => [
    { protocol: 'tcp', port },
    { protocol: 'udp', port },
  ])
  .concat([{ protocol: 'udp', port: 53 }])

for (const { says, nftables, flows } of cases)
  describe.skipIf(why !== undefined)(`${says}${why ? ` (skipped: ${why})` : ''}`, () => {
    const end = { listeners: SERVERS }
    const world = star({ r: { nftables, ...end }, a: end, b: end, c: end })
    if (!('network' in world)) throw new Error('no network')
    const { network } = world
    let built: Built
    let eyes: Observatory
    beforeAll(() => {
      built = build(network)
      eyes = new Observatory(built)
    })
    afterAll(() => built?.close())
    for (const send of flows)
      test(send, () => {
        const checked = check(network, eyes, prepared(world, { send }).request)
        assert.ok(checked.compared, checked.compared ? '' : checked.why)
        assert.deepEqual(checked.comparison.differences.filter(d => d.aspect !== 'order').map(differenceText), [])
      })
  })
