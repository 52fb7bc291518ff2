// CNI plugins on a machine of our own: what the recordings do not show, and what must hold for any order of calls.
import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { readInterfaceAddress } from '../../src/addr/cidr'
import { ipText } from '../../src/addr/ip'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { type CniHost, freshHost, NODE, nftOf, routesOf } from '../../src/node/cni/host'
import { addContainer, type CniConf, removeContainer } from '../../src/node/cni/runtime'
import { ruleSetOf } from '../../src/node/kernel-tables'
import { SEED } from '../plan'

const machine = (): CniHost => freshHost('v1.9.1', [readInterfaceAddress('192.168.1.201/24')!], [])
const conf = (more: object = {}, plugins: readonly object[] = []): CniConf => ({
  name: 'mynet',
  plugins: [
    { type: 'bridge', bridge: 'cni0', isGateway: true, ipam: { type: 'host-local', subnet: '10.22.0.0/24' }, ...more } as never,
    ...(plugins as never[]),
  ],
})
const call = (name: string) => ({ id: `id-${name}`, interface: 'eth0', space: name })
const rules = (host: CniHost): string => printIptablesSave(ruleSetOf(host.tables.ipv4))
const given = (ips: ReturnType<typeof addContainer>): readonly string[] => ips.map(i => ipText(i.ip))

describe('addresses', () => {
  test('static gives what is written, and nothing is kept', () => {
    const host = machine()
    const ipam = { type: 'static', addresses: [{ address: '10.22.0.7/24', gateway: '10.22.0.1' }], routes: [{ dst: '0.0.0.0/0' }] }
    assert.deepEqual(given(addContainer(host, conf({ ipam }), call('c1'))), ['10.22.0.7'])
    assert.match(routesOf(host.spaces.get('c1')!), /^default via 10\.22\.0\.1 dev eth0\n/)
    assert.equal(host.files.size, 0)
  })
  test('a set of two ranges goes on in the second one, and comes back to the first', () => {
    const host = machine()
    const ranges = [
      [
        { subnet: '10.22.0.0/24', rangeStart: '10.22.0.5', rangeEnd: '10.22.0.6' },
        { subnet: '10.23.0.0/24', rangeStart: '10.23.0.9', rangeEnd: '10.23.0.9' },
      ],
    ]
    const own = conf({ isGateway: false, ipam: { type: 'host-local', ranges } })
    const all = ['c1', 'c2', 'c3'].flatMap(name => given(addContainer(host, own, call(name))))
    assert.deepEqual(all, ['10.22.0.5', '10.22.0.6', '10.23.0.9'])
    removeContainer(host, own, call('c1'))
    assert.deepEqual(given(addContainer(host, own, call('c4'))), ['10.22.0.5'])
    assert.throws(
      () => addContainer(host, own, call('c5')),
      /no IP addresses available in range set: 10\.22\.0\.5-10\.22\.0\.6,10\.23\.0\.9-10\.23\.0\.9$/,
    )
  })
  test('a network of two addresses is too small', () =>
    assert.throws(
      () => addContainer(machine(), conf({ ipam: { type: 'host-local', subnet: '10.22.0.0/31' } }), call('c1')),
      /Network 10\.22\.0\.0\/31 too small to allocate from/,
    ))
})

describe('hostPorts', () => {
  const portmap = { type: 'portmap', capabilities: { portMappings: true } }
  const ports = (count: number) => Array.from({ length: count }, (_, i) => ({ hostPort: 8000 + i, containerPort: 80 }))
  test('sixteen ports need two rules, because multiport takes fifteen', () => {
    const host = machine()
    addContainer(host, conf({}, [portmap]), call('c1'), { portMappings: ports(16) })
    assert.deepEqual(
      [...rules(host).matchAll(/--dports (\S+)/g)].map(m => m[1]!.split(',').length),
      [15, 1],
    )
  })
  test('another bit for the mark', () => {
    const host = machine()
    addContainer(host, conf({}, [{ ...portmap, markMasqBit: 5 }]), call('c1'), { portMappings: ports(1) })
    assert.match(rules(host), /-A CNI-HOSTPORT-SETMARK .* --set-xmark 0x20\/0x20$/m)
  })
  test('without snat nothing is marked', () => {
    const host = machine()
    addContainer(host, conf({}, [{ ...portmap, snat: false }]), call('c1'), { portMappings: ports(1) })
    assert.doesNotMatch(rules(host), /SETMARK|MASQ/)
  })
  test('another’s chain that is there does the marking', () => {
    const host = machine()
    host.tables.ipv4.tables.set(
      'nat',
      new Map([
        ['PREROUTING', []],
        ['INPUT', []],
        ['OUTPUT', []],
        ['POSTROUTING', []],
        ['KUBE-MARK-MASQ', []],
      ]),
    )
    addContainer(host, conf({}, [{ ...portmap, externalSetMarkChain: 'KUBE-MARK-MASQ' }]), call('c1'), { portMappings: ports(1) })
    assert.match(rules(host), /-s 10\.22\.0\.0\/24 .* -j KUBE-MARK-MASQ$/m)
    assert.doesNotMatch(rules(host), /CNI-HOSTPORT-(?:SETMARK|MASQ)/)
  })
})

test('whatever comes and goes, in the end only what is shared stays', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { maxLength: 30 })
  const backends = fc.constantFrom('iptables', 'nftables')
  fc.assert(
    fc.property(steps, backends, backends, (all, masquerade, portmap) => {
      const own = conf({ ipMasq: true, ipMasqBackend: masquerade }, [{ type: 'portmap', backend: portmap }, { type: 'firewall' }])
      const host = machine()
      const there = new Set<string>()
      const remove = (name: string) => {
        removeContainer(host, own, call(name))
        host.spaces.delete(name)
        there.delete(name)
      }
      for (const [n, add] of all) {
        const name = `c${n}`
        if (add && !there.has(name)) {
          addContainer(host, own, call(name), { portMappings: [{ hostPort: 8000 + n, containerPort: 80 }] })
          there.add(name)
        } else if (!add) remove(name)
      }
      for (const name of [...there]) remove(name)
      assert.doesNotMatch(rules(host), /10\.22\./)
      assert.ok(!JSON.stringify(nftOf(host), (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).includes('id-c'))
      assert.deepEqual(
        host.spaces.get(NODE)!.devices.filter(d => d.kind === 'veth'),
        [],
      )
      assert.ok([...host.files.keys()].every(path => /\/(?:lock|last_reserved_ip\.0)$/.test(path)))
    }),
    { seed: SEED, numRuns: 100 },
  )
})
