// CNI plugins on a machine of our own: what the recordings do not show, and what must hold for any order of calls.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { readInterfaceAddress } from '../../src/addr/cidr'
import { HopspecError } from '../../src/error'
import { printIptablesSave } from '../../src/linux/iptables-save'
import type { Command } from '../../src/node/cni/call'
import { type CniHost, deleteSpace, freshHost, NODE, spaceOf } from '../../src/node/cni/machine'
import { nftOf, routesText } from '../../src/node/cni/machine-text'
import type { CniVersion } from '../../src/node/cni/profile'
import { type CniConf, type Kept, type Outcome, runCni } from '../../src/node/cni/runtime'
import { ruleSetOf } from '../../src/node/kernel-tables'
import { SEED } from '../plan'

interface Machine {
  readonly host: CniHost
  run(
    command: Command,
    conf: CniConf,
    name: string,
    more?: { readonly runtime?: object; readonly args?: string; readonly ifname?: string },
  ): Outcome
}
function machine(version: CniVersion = 'v1.9.1'): Machine {
  const host = freshHost(version, [readInterfaceAddress('192.168.1.201/24')!], [])
  const kept: Kept = new Map()
  return {
    host,
    run: (command, conf, name, { runtime = {}, args = '', ifname = 'eth0' } = {}) => {
      spaceOf(host, name)
      const container = { id: `id-${name}`, interface: ifname, netns: `/var/run/netns/${name}`, args }
      return runCni(host, kept, command, conf, container, runtime as Readonly<Record<string, unknown>>)
    },
  }
}
const conf = (more: object = {}, plugins: readonly object[] = []): CniConf => ({
  cniVersion: '1.0.0',
  name: 'mynet',
  plugins: [
    { type: 'bridge', bridge: 'cni0', isGateway: true, ipam: { type: 'host-local', subnet: '10.22.0.0/24' }, ...more },
    ...(plugins as never[]),
  ],
})
const rules = ({ host }: Machine): string => printIptablesSave(ruleSetOf(host.tables.ipv4))
const addressesOf = ({ result }: Outcome): readonly string[] => ((result?.ips ?? []) as readonly { address: string }[]).map(i => i.address)
const wordsOf = ({ error }: Outcome): unknown => error?.msg

describe('addresses', () => {
  test('static gives what is written, and nothing is kept', () => {
    const m = machine()
    const ipam = { type: 'static', addresses: [{ address: '10.22.0.7/24', gateway: '10.22.0.1' }], routes: [{ dst: '0.0.0.0/0' }] }
    assert.deepEqual(addressesOf(m.run('ADD', conf({ ipam }), 'c1')), ['10.22.0.7/24'])
    assert.match(routesText(m.host, m.host.spaces.get('c1')!, 'ipv4'), /^default via 10\.22\.0\.1 dev eth0\n/)
    assert.equal(m.host.files.size, 0)
  })
  test('a set of two ranges goes on in the second one, and comes back to the first', () => {
    const m = machine()
    const ranges = [
      [
        { subnet: '10.22.0.0/24', rangeStart: '10.22.0.5', rangeEnd: '10.22.0.6' },
        { subnet: '10.23.0.0/24', rangeStart: '10.23.0.9', rangeEnd: '10.23.0.9' },
      ],
    ]
    const own = conf({ isGateway: false, ipam: { type: 'host-local', ranges } })
    const all = ['c1', 'c2', 'c3'].flatMap(name => addressesOf(m.run('ADD', own, name)))
    assert.deepEqual(all, ['10.22.0.5/24', '10.22.0.6/24', '10.23.0.9/24'])
    m.run('DEL', own, 'c1')
    assert.deepEqual(addressesOf(m.run('ADD', own, 'c4')), ['10.22.0.5/24'])
    assert.match(
      String(wordsOf(m.run('ADD', own, 'c5'))),
      /no IP addresses available in range set: 10\.22\.0\.5-10\.22\.0\.6,10\.23\.0\.9-10\.23\.0\.9$/,
    )
  })
  for (const [what, ipam, words] of [
    ['a network of two addresses is too small', { subnet: '10.22.0.0/31' }, 'Network 10.22.0.0/31 too small to allocate from'],
    [
      'a range may not begin behind its end',
      { subnet: '10.22.0.0/24', rangeStart: '10.22.0.9', rangeEnd: '10.22.0.8' },
      'RangeStart 10.22.0.9 not in network 10.22.0.0/24',
    ],
    ['two families in one set are refused', { ranges: [[{ subnet: '10.22.0.0/24' }, { subnet: 'fd00::/64' }]] }, 'mixed address families'],
  ] as const)
    test(what, () =>
      assert.equal(wordsOf(machine().run('ADD', conf({ ipam: { type: 'host-local', ...ipam } }), 'c1')), `invalid range set 0: ${words}`),
    )
  test('an address that is asked for is given, but not twice and not the gateway’s', () => {
    const m = machine()
    const ask = (name: string, ip: string) => m.run('ADD', conf(), name, { args: `IgnoreUnknown=1;IP=${ip}` })
    assert.deepEqual(addressesOf(ask('c1', '10.22.0.77')), ['10.22.0.77/24'])
    assert.match(String(wordsOf(ask('c2', '10.22.0.77'))), /requested IP address 10\.22\.0\.77 is not available in range set/)
    assert.match(String(wordsOf(ask('c3', '10.22.0.1'))), /requested ip 10\.22\.0\.1 is subnet's gateway/)
  })
})

describe('what is not modelled is refused by name', () => {
  for (const [what, own] of [
    ['macvlan', { cniVersion: '1.0.0', name: 'n', type: 'macvlan' }],
    ['tuning', conf({}, [{ type: 'tuning' }])],
    ['dhcp', conf({ ipam: { type: 'dhcp' } })],
    ['vlan', conf({ vlan: 7 })],
    ['firewalld', conf({}, [{ type: 'firewall', backend: 'firewalld' }])],
  ] as const)
    test(what, () =>
      assert.throws(
        () => machine().run('ADD', own, 'c1'),
        (error: unknown) => error instanceof HopspecError && error.message.includes(`'${what}'`),
      ),
    )
})

describe('hostPorts', () => {
  const portmap = { type: 'portmap', capabilities: { portMappings: true } }
  const ports = (count: number) => Array.from({ length: count }, (_, i) => ({ hostPort: 8000 + i, containerPort: 80, protocol: 'tcp' }))
  const add = (m: Machine, more: object, count: number) =>
    m.run('ADD', conf({}, [{ ...portmap, ...more }]), 'c1', { runtime: { portMappings: ports(count) } })
  test('sixteen ports need two rules, because multiport takes fifteen', () => {
    const m = machine()
    add(m, {}, 16)
    assert.deepEqual(
      [...rules(m).matchAll(/--dports (\S+)/g)].map(found => found[1]!.split(',').length),
      [15, 1],
    )
  })
  test('another bit for the mark', () => {
    const m = machine()
    add(m, { markMasqBit: 5 }, 1)
    assert.match(rules(m), /-A CNI-HOSTPORT-SETMARK .* --set-xmark 0x20\/0x20$/m)
  })
  test('without snat nothing is marked', () => {
    const m = machine()
    add(m, { snat: false }, 1)
    assert.doesNotMatch(rules(m), /SETMARK|MASQ/)
  })
  test('a plugin that does not say that it takes ports is not told of any', () => {
    const m = machine()
    add(m, { capabilities: {} }, 1)
    assert.doesNotMatch(rules(m), /DNAT/)
  })
})

describe('two interfaces of one container', () => {
  const own = conf({ ipMasq: true })
  for (const version of ['v0.8.6', 'v1.9.1'] as const)
    test(`share a chain, so that the first one cannot go quietly (${version})`, () => {
      const m = machine(version)
      const old = { ...own, cniVersion: '0.4.0' }
      for (const ifname of ['net1', 'net2']) m.run('ADD', old, 'c1', { ifname })
      assert.match(String(wordsOf(m.run('DEL', old, 'c1', { ifname: 'net1' }))), /CHAIN_DEL failed \(Device or resource busy\)/)
    })
})

test('whatever comes and goes, in the end only what is shared stays', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { maxLength: 30 })
  const backends = fc.constantFrom('iptables', 'nftables')
  fc.assert(
    fc.property(steps, backends, backends, (all, ipMasqBackend, backend) => {
      const portmap = { type: 'portmap', backend, capabilities: { portMappings: true } }
      const own = conf({ ipMasq: true, ipMasqBackend }, [portmap, { type: 'firewall' }])
      const m = machine()
      const there = new Set<string>()
      const call = (command: Command, name: string) => {
        const portMappings = [{ hostPort: 8000 + Number(name.slice(1)), containerPort: 80, protocol: 'tcp' }]
        assert.equal(m.run(command, own, name, { runtime: { portMappings } }).error, null)
      }
      const remove = (name: string) => {
        call('DEL', name)
        deleteSpace(m.host, name)
        there.delete(name)
      }
      for (const [n, isAdd] of all) {
        const name = `c${n}`
        if (isAdd && !there.has(name)) {
          call('ADD', name)
          call('CHECK', name)
          there.add(name)
        } else if (!isAdd) remove(name)
      }
      for (const name of [...there]) remove(name)
      assert.doesNotMatch(rules(m), /10\.22\./)
      assert.ok(!JSON.stringify(nftOf(m.host), (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).includes('id-c'))
      const cables = m.host.spaces.get(NODE)!.devices.filter(d => d.kind === 'veth')
      assert.deepEqual(cables, [])
      assert.ok([...m.host.files.keys()].every(path => /\/(?:lock|last_reserved_ip\.0)$/.test(path)))
    }),
    { seed: SEED, numRuns: 100 },
  )
})
