// What `ip route` and `ip addr` print, both ways.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { networkOf } from '../../src/addr/cidr'
import { type Ip4, type Ip6, parseIp } from '../../src/addr/ip'
import { type Mac, readMac } from '../../src/addr/mac'
import { printIpAddr, readIpAddr, type ShownDevice } from '../../src/linux/ip-addr'
import { printRoutes, readRoute, routeText } from '../../src/linux/ip-route'
import type { Device, Program, Route } from '../../src/linux/program'
import { SEED } from '../plan'

const place = { file: 'routes', line: 1 }

describe('ip route', () => {
  for (const line of [
    'default via 192.168.1.1 dev eth0',
    'default via 192.168.1.1 dev eth0 proto dhcp src 192.168.1.200 metric 100',
    '10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1',
    '10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink',
    '10.244.1.0/24 via 192.168.1.201 dev eth0',
    '169.254.1.1 dev eth0 scope link',
    'blackhole 10.0.9.0/24',
    'unreachable 10.0.9.9',
    'prohibit default',
    '10.0.5.0/24 via 10.0.1.1 dev eth0 mtu 1400',
    '10.0.5.0/24 dev eth0 table 100 scope link',
    'fd00:10:244:1::/64 via fe80::1 dev eth0 proto static metric 1024',
    'local 10.0.0.5 dev lo table 255 proto kernel scope host src 10.0.0.5',
  ])
    test(line, () => assert.equal(routeText(readRoute(line, place)), line))

  for (const [written, printed] of [
    ['10.0.5.7/24 via 10.0.1.1', '10.0.5.0/24 via 10.0.1.1'],
    ['10.0.5.7/32 dev eth0', '10.0.5.7 dev eth0'],
    ['unicast 10.0.5.0/24 dev eth0', '10.0.5.0/24 dev eth0'],
    ['0.0.0.0/0 via 10.0.1.1', 'default via 10.0.1.1'],
    ['default via 10.0.1.1 dev eth0 proto boot', 'default via 10.0.1.1 dev eth0'],
    ['10.0.5.0/24 dev eth0 proto 2 scope link', '10.0.5.0/24 dev eth0 proto kernel scope link'],
    ['10.0.5.0/24 dev eth0 table main', '10.0.5.0/24 dev eth0'],
    ['  10.0.5.0/24   dev  eth0  ', '10.0.5.0/24 dev eth0'],
    ['10.0.5.0/24 dev eth0 mtu lock 1400', '10.0.5.0/24 dev eth0 mtu 1400'],
  ] as const)
    test(`'${written}' is printed '${printed}'`, () => assert.equal(routeText(readRoute(written, place)), printed))

  test('-6 makes default an IPv6 network', () => assert.equal(readRoute('-6 default via fd00::1', place).destination.ip, 0n))

  for (const [text, error] of [
    ['10.0.5/24 dev eth0', /routes:1:1: '10\.0\.5\/24' is not a network/],
    ['default via 10.1', /routes:1:13: '10\.1' is not an address/],
    ['default dev', /routes:1:\d+: the line ends where a device should stand/],
    ['default nexthop via 10.0.0.1', /routes:1:9: hopspec does not know 'nexthop' in a route/],
    ['default scope moon', /'moon' is not global, link or host/],
  ] as const)
    test(`'${text}' is refused`, () => assert.throws(() => readRoute(text, place), error))

  test('a table is listed default first, then by network', () => {
    const routes = [
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      '10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1',
      'default via 192.168.1.1 dev eth0',
    ].map(t => readRoute(t, place))
    assert.equal(
      printRoutes(routes, 'ipv4'),
      'default via 192.168.1.1 dev eth0\n10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1\n10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink\n',
    )
    assert.equal(printRoutes(routes, 'ipv6'), '')
  })
  test('an IPv6 table is listed from the leaves of its tree, default last, each with its preference', () => {
    const lines = [
      '-6 default via fd00:22::1 dev eth0 metric 1024',
      'fd00:22::/64 dev eth0 proto kernel metric 256',
      'fd00:22::2 dev veth0 metric 1024',
      'fe80::/64 dev eth0 proto kernel metric 256',
      'fe80::/64 dev cni0 proto kernel metric 256',
    ]
    const routes = lines.map(t => readRoute(t, place))
    assert.deepEqual(printRoutes(routes, 'ipv6').trimEnd().split('\n'), [
      'fd00:22::2 dev veth0 metric 1024 pref medium',
      'fd00:22::/64 dev eth0 proto kernel metric 256 pref medium',
      'fe80::/64 dev eth0 proto kernel metric 256 pref medium',
      'fe80::/64 dev cni0 proto kernel metric 256 pref medium',
      'default via fd00:22::1 dev eth0 metric 1024 pref medium',
    ])
  })

  const ip4 = fc.integer({ min: 1, max: 0xfffffffe }).map(n => n as Ip4)
  const route = fc
    .tuple(
      ip4,
      fc.integer({ min: 0, max: 32 }),
      fc.record(
        {
          gateway: ip4,
          device: fc.constantFrom('eth0', 'cni0'),
          protocol: fc.constantFrom('kernel', 'static', 'dhcp'),
          scope: fc.constantFrom('link' as const, 'host' as const),
          source: ip4,
          metric: fc.integer({ min: 1, max: 9999 }),
          mtuBytes: fc.integer({ min: 68, max: 9000 }),
          onlink: fc.constant(true),
          table: fc.integer({ min: 1, max: 252 }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    )
    .map(([ip, length, rest]): Route => ({ type: 'unicast', destination: networkOf(ip, length), ...rest }))
  test('reading what was printed gives the route back', () => {
    fc.assert(
      fc.property(route, r => assert.deepEqual(readRoute(routeText(r), place), r)),
      { seed: SEED, numRuns: 500 },
    )
  })
})

const mac = (text: string): Mac => readMac(text)!
const at = (ip: string, length: number) => ({ ip: parseIp(ip), length })
const common = { mtuBytes: 1450, addresses: [] }
const devices: readonly Device[] = [
  { ...common, name: 'lo', kind: 'loopback', mac: 0 as Mac, mtuBytes: 65536, addresses: [at('127.0.0.1', 8), at('::1', 128)] },
  {
    ...common,
    name: 'cni0',
    kind: 'bridge',
    mac: mac('0a:58:0a:f4:01:01'),
    addresses: [at('10.244.1.1', 24), at('10.244.1.250', 24), at('10.9.0.1', 16), at('fd00:10:244:1::1', 64), at('fe80::1', 64)],
  },
  {
    ...common,
    name: 'veth1',
    kind: 'veth',
    mac: mac('02:00:00:00:00:01'),
    peer: { namespace: 'node/node01', device: 'veth0' },
    port: { bridge: 'cni0', hairpin: true, isolated: false, flood: true },
  },
  {
    ...common,
    name: 'veth0',
    kind: 'veth',
    mac: mac('02:00:00:00:00:02'),
    mtuBytes: 1500,
    peer: { namespace: 'node/node01', device: 'veth1' },
  },
  {
    ...common,
    name: 'flannel.1',
    kind: 'vxlan',
    mac: mac('02:00:00:00:00:03'),
    id: 1,
    local: parseIp('192.168.1.201'),
    device: 'eth0',
    udpPort: 8472,
    addresses: [at('10.244.1.0', 32)],
  },
] // prettier-ignore
const node: Program = {
  name: 'node/node01',
  devices,
  routes: [],
  policyRules: [],
  neighbours: [],
  fdb: [],
  sysctls: {},
  iptables: null,
  ip6tables: null,
  nftables: null,
  listeners: [],
}
const shown = (d: Device): ShownDevice => ({ name: d.name, mac: d.mac, mtuBytes: d.mtuBytes, addresses: d.addresses })

describe('ip addr', () => {
  test('reads as ip(8) writes', () =>
    assert.equal(
      printIpAddr({ ...node, devices: devices.slice(0, 3) }),
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host${' '}
       valid_lft forever preferred_lft forever
2: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default qlen 1000
    link/ether 0a:58:0a:f4:01:01 brd ff:ff:ff:ff:ff:ff
    inet 10.244.1.1/24 scope global cni0
       valid_lft forever preferred_lft forever
    inet 10.9.0.1/16 scope global cni0
       valid_lft forever preferred_lft forever
    inet 10.244.1.250/24 scope global secondary cni0
       valid_lft forever preferred_lft forever
    inet6 fd00:10:244:1::1/64 scope global${' '}
       valid_lft forever preferred_lft forever
    inet6 fe80::1/64 scope link${' '}
       valid_lft forever preferred_lft forever
3: veth1@veth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master cni0 state UP group default qlen 1000
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
`,
    ))

  test('the peer in another namespace is told by its number', () => {
    const pod: Program = {
      ...node,
      name: 'pod/default/web',
      devices: [
        devices[0]!,
        { ...common, name: 'eth0', kind: 'veth', mac: mac('02:00:00:00:00:09'), peer: { namespace: 'node/node01', device: 'veth1' } },
      ],
    }
    const network = { names: [], program: () => node, segment: () => [], owner: () => undefined, outside: { segment: null, known: [] } }
    assert.match(printIpAddr(pod, network), /^2: eth0@if3: </m)
    assert.match(printIpAddr(pod), /^2: eth0: </m)
  })

  test('reading what was printed gives names, MACs, MTUs and addresses back', () => {
    const four = fc
      .tuple(fc.integer({ min: 1, max: 0x7effffff }), fc.integer({ min: 1, max: 32 }))
      .map(([ip, length]) => ({ ip: ip as Ip4, length }))
    const six = fc
      .tuple(fc.bigInt({ min: 2n, max: 2n ** 127n }), fc.integer({ min: 1, max: 128 }))
      .map(([ip, length]) => ({ ip: ip as Ip6, length }))
    const device = fc
      .tuple(
        fc.constantFrom('eth0', 'cni0', 'br-1a2b', 'flannel.1', 'cali12345678901'),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.integer({ min: 68, max: 65535 }),
        fc.uniqueArray(four, { selector: a => a.ip, maxLength: 3 }),
        fc.uniqueArray(six, { selector: a => a.ip, maxLength: 2 }),
      )
      .map(([name, m, mtuBytes, a, b]): Device => ({ name, mac: m as Mac, mtuBytes, addresses: [...a, ...b], kind: 'bridge' }))
    const sets = (d: ShownDevice) => ({ ...d, addresses: new Set(d.addresses.map(a => `${a.ip}/${a.length}`)) })
    fc.assert(
      fc.property(fc.array(device, { maxLength: 4 }), all => {
        const read = readIpAddr(printIpAddr({ ...node, devices: all }), 'ip addr')
        assert.deepEqual(read.map(sets), all.map(shown).map(sets))
        assert.equal(printIpAddr({ ...node, devices: read.map(d => ({ ...d, kind: 'bridge' })) }), printIpAddr({ ...node, devices: all }))
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  for (const [text, error] of [
    ['    inet 10.0.0.1/24 scope global eth0', /addr:1:5: .* stands before any device/],
    ['1: lo: <UP> mtu 65536\n    link/ether 02:00:00', /addr:2:5: '02:00:00' is not a MAC address/],
    [
      '1: lo: <UP> mtu 65536\n    inet 10.0.0.300/24 scope host lo',
      /addr:2:5: '10\.0\.0\.300\/24' is not an address with a prefix length; write/,
    ],
    ['1: lo: <UP> mtu 65536\n    what is this', /addr:2:5: 'what is this' is not a line of ip addr/],
  ] as const)
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => readIpAddr(text, 'addr'), error))
})

/** Runs a shell command in a network namespace that ends with it. */
const alone = (command: string) => spawnSync('unshare', ['-n', 'sh', '-c', command], { encoding: 'utf8' })
const able = alone('ip link add br0 type bridge').status === 0

describe.skipIf(!able)(`the real ip${able ? '' : ' (skipped: no ip(8) here, or no right to a network namespace)'}`, () => {
  const four = devices.map(d => ({ ...d, addresses: d.addresses.filter(a => typeof a.ip === 'number') }))
  const commands = [
    'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
    'ip link set lo up',
    'ip link add cni0 address 0a:58:0a:f4:01:01 type bridge && ip link set cni0 up',
    'ip link add veth1 index 3 address 02:00:00:00:00:01 type veth peer name veth0 index 4 address 02:00:00:00:00:02',
    'ip link set veth1 mtu 1450 master cni0 && ip link set veth1 up && ip link set veth0 up',
    'ip link add flannel.1 address 02:00:00:00:00:03 mtu 1450 type vxlan id 1 dstport 8472 nolearning && ip link set flannel.1 up',
    'ip addr add 10.244.1.1/24 dev cni0 && ip addr add 10.244.1.250/24 dev cni0 && ip addr add 10.9.0.1/16 dev cni0',
    'ip addr add 10.244.1.0/32 dev flannel.1',
  ]
  test('prints the same devices as we do, and we read what it prints', () => {
    const run = alone(`${commands.join(' && ')} && sleep 0.2 && ip addr`)
    assert.equal(run.stderr, '')
    assert.equal(run.stdout, printIpAddr({ ...node, devices: four }))
    assert.deepEqual(
      readIpAddr(run.stdout, 'ip addr').map(d => d.name),
      four.map(d => d.name),
    )
  })
  test('prints the same routes as we do', () => {
    const lines = [
      'default via 192.168.1.1 dev eth0',
      '10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1',
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      'blackhole 10.9.0.0/16',
      '192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.200',
    ]
    const add = lines.filter(l => !l.includes('kernel')).map(l => `ip route add ${l}`)
    const run = alone(
      [
        'ip link set lo up',
        'for d in eth0 cni0 flannel.1; do ip link add $d type bridge; ip link set $d up; done',
        'ip addr add 192.168.1.200/24 dev eth0',
        'ip addr add 10.244.0.1/24 dev cni0',
        ...add,
        'ip route',
      ].join(' && '),
    )
    assert.equal(run.stderr, '')
    const trimmed = run.stdout.replace(/(?: linkdown)? *$/gm, '')
    assert.equal(
      trimmed,
      printRoutes(
        lines.map(l => readRoute(l, place)),
        'ipv4',
      ),
    )
  })
})
