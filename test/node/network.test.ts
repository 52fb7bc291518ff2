// The machines of article 001's cluster, and what stands around them.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { cidrText } from '../../src/addr/cidr'
import { ipText, parseIp } from '../../src/addr/ip'
import { macText } from '../../src/addr/mac'
import type { Pod } from '../../src/apply/object'
import type { Service } from '../../src/apply/object-service'
import { objectsOf } from '../../src/cluster/state'
import { HopspecError } from '../../src/error'
import { printIptablesSave } from '../../src/linux/iptables-save'
import type { Program } from '../../src/linux/program'
import { networkOf, programOf } from '../../src/node/network'
import { golden } from '../golden'
import { PODS, articleConfig, articleState, stateOf } from './article'

/** A Program but its rules, line by line. */
function text(p: Program): string {
  const addresses = (a: Program['devices'][number]['addresses']) => a.map(x => `${ipText(x.ip)}/${x.length}`).join(' ')
  return [
    p.name,
    ...p.devices.map(d =>
      [
        `  device ${d.name} ${d.kind} ${macText(d.mac)} mtu ${d.mtuBytes} ${addresses(d.addresses)}`.trimEnd(),
        d.kind === 'veth' ? ` peer ${d.peer.namespace} ${d.peer.device}` : '',
        d.kind === 'vxlan' ? ` id ${d.id} local ${ipText(d.local)} dev ${d.device} port ${d.udpPort}` : '',
        d.kind === 'tun' ? ` ${d.relay.program} at ${ipText(d.relay.local)}:${d.relay.udpPort}` : '',
        d.kind === 'ethernet' ? ` on ${d.segment}` : '',
        d.port ? ` in ${d.port.bridge}${d.port.hairpin ? ' hairpin' : ''}` : '',
      ].join(''),
    ),
    ...p.routes.map(r => {
      const words = [r.gateway === undefined ? '' : `via ${ipText(r.gateway)}`, `dev ${r.device}`, r.protocol ? `proto ${r.protocol}` : '']
      const rest = [r.scope ? `scope ${r.scope}` : '', r.source === undefined ? '' : `src ${ipText(r.source)}`, r.onlink ? 'onlink' : '']
      return `  route ${[cidrText(r.destination), ...words, ...rest].filter(Boolean).join(' ')}`
    }),
    ...p.neighbours.map(n => `  neighbour ${ipText(n.ip)} lladdr ${macText(n.mac)} dev ${n.device}`),
    ...p.fdb.map(f => `  fdb ${macText(f.mac)} dev ${f.device} dst ${ipText(f.destination)}`),
    ...Object.entries(p.sysctls).map(([name, value]) => `  sysctl ${name}=${value}`),
    ...p.listeners.map(l => `  listens ${l.protocol} ${l.port} ${JSON.stringify(l.answer)}`),
    ...(p.silent ? [`  silent: ${p.silent}`] : []),
    '',
  ].join('\n')
}

const network = networkOf(articleState)

test('every namespace of the article, as the golden file has it', () => {
  golden('node/article-001-network.txt', network.names.map(name => text(network.program(name)!)).join(''))
})

test("the master's rules, as the golden file has them", () => {
  golden('node/article-001-master.iptables.save', printIptablesSave(programOf(articleState, 'master').iptables!))
})

const THIRTEEN = '../shared/oracles/articles/001-iptables-rules.txt'
test.skipIf(!existsSync(THIRTEEN))("the thirteen lines of the article stand in the master's rules, those of one chain in order", () => {
  const wanted = readFileSync(THIRTEEN, 'utf8').split('\n').filter(Boolean)
  const got = printIptablesSave(network.program('node/master')!.iptables!).split('\n')
  assert.equal(wanted.length, 13)
  const chainOf = (l: string) => l.split(' ')[1]!
  for (const chain of new Set(wanted.map(chainOf))) {
    const places = wanted.filter(l => chainOf(l) === chain).map(l => got.indexOf(l))
    assert.ok(
      places.every((p, i) => p >= 0 && (i === 0 || p > places[i - 1]!)),
      `${chain}: ${places.join(', ')}`,
    )
  }
})

describe('who has an address', () => {
  const rows = [
    { address: '10.244.1.2', owner: `pod/default/${PODS[0].name}` },
    { address: '192.168.1.201', owner: 'node/node01' },
    { address: '10.244.1.1', owner: 'node/node01' },
    { address: '10.244.0.0', owner: 'node/master' },
    { address: '192.168.1.1', owner: 'router' },
    { address: '192.168.1.50', owner: 'client/laptop' },
    { address: '203.0.113.7', owner: 'client/phone' },
    { address: '172.17.0.1', owner: undefined },
    { address: '10.244.1.9', owner: undefined },
    { address: '8.8.8.8', owner: undefined },
  ]
  for (const { address, owner } of rows)
    test(`${address} belongs to ${owner ?? 'nobody'}`, () => assert.equal(network.owner(parseIp(address)), owner))
})

test('cni0 exists only on nodes with a pod of their own address', () => {
  const has = (name: string) => network.program(name)!.devices.some(d => d.name === 'cni0')
  assert.deepEqual([has('node/master'), has('node/node01'), has('node/node02')], [false, true, true])
})

test("a pod whose address is not of its node's pod network has a route of its own", () => {
  const [moved] = objectsOf(articleState, 'Pod') as [Pod]
  const state = stateOf(articleConfig, [{ ...moved, status: { phase: 'Running', podIP: '10.244.9.9' } } as Pod])
  const node = networkOf(state).program(`node/${moved.spec.nodeName}`)!
  assert.ok(node.routes.some(r => cidrText(r.destination) === '10.244.9.9/32'))
  assert.ok(!node.devices.some(d => d.name === 'cni0'))
})

test('programs are made once', () => assert.equal(network.program('node/master'), network.program('node/master')))

test('a name that nothing has gives no program', () => {
  for (const name of ['node/nowhere', 'pod/default/none', 'client/none', 'master']) assert.equal(network.program(name), undefined, name)
})

describe('addresses that nobody has', () => {
  const strangers = ['198.51.100.9', '10.244.1.77', '192.168.1.77', '127.0.0.1'].map(a => ({ address: parseIp(a), via: 'node01' }))
  const wide = networkOf(articleState, { strangers })
  test('one from outside enters through its node', () => {
    const client = wide.program('client/198.51.100.9')!
    assert.equal(ipText(client.routes[0]!.gateway!), '192.168.1.201')
    assert.ok(wide.segment('lan').some(c => c.namespace === 'client/198.51.100.9'))
    assert.ok(wide.program('router')!.routes.some(r => cidrText(r.destination) === '198.51.100.9/32' && r.device === 'eth0'))
  })
  test('one in the pod range hangs on its node', () => {
    assert.equal(wide.owner(parseIp('10.244.1.77')), 'pod/?/10.244.1.77')
    assert.match(wide.program('pod/?/10.244.1.77')!.silent!, /Nothing is known/)
    const device = wide.program('pod/?/10.244.1.77')!.devices[1]!
    const port = wide.program('node/node01')!.devices.find(d => device.kind === 'veth' && d.name === device.peer.device)
    assert.equal(port?.port?.bridge, 'cni0')
  })
  test('a loopback address makes no machine', () => assert.equal(wide.names.length, network.names.length + 3))
  test('without a pod network it has a route of its own', () => {
    const bare = networkOf(stateOf({ ...articleConfig, cni: { name: 'none', settings: {} } }, []), {
      strangers: [{ address: parseIp('10.244.1.77'), via: 'node01' }],
    })
    assert.deepEqual(
      bare.program('node/node01')!.routes.map(r => cidrText(r.destination)),
      ['0.0.0.0/0', '10.244.1.77/32', '172.17.0.0/16', '192.168.1.0/24'],
    )
  })
})

describe('a healthCheckNodePort', () => {
  const balanced: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'mytest-svc' },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.100.77.149',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 32_000,
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 31_298 }],
    },
  }
  const local = networkOf(stateOf(articleConfig, [...objectsOf(articleState, 'Endpoints'), balanced]))
  const rows = [
    { node: 'master', count: 0 },
    { node: 'node01', count: 2 },
    { node: 'node02', count: 1 },
  ]
  for (const { node, count } of rows)
    test(`tells of ${count} endpoints on ${node}`, () => {
      const listener = local.program(`node/${node}`)!.listeners.find(l => l.port === 32_000)
      assert.match(listener!.answer!, new RegExp(`"localEndpoints": ${count}\n`))
    })
})

describe('what is not modelled is refused by name', () => {
  const rows = [
    { name: 'calico', config: { ...articleConfig, cni: { name: 'calico' as const, settings: {} } }, says: /cni 'calico'/ },
    {
      name: 'ipip',
      config: { ...articleConfig, cni: { name: 'flannel' as const, settings: { backend: 'ipip' } } },
      says: /backend 'ipip'/,
    },
    {
      name: 'promiscMode',
      config: { ...articleConfig, cni: { name: 'bridge' as const, settings: { promiscMode: true } } },
      says: /promiscMode/,
    },
    { name: 'a VLAN', config: { ...articleConfig, cni: { name: 'bridge' as const, settings: { vlan: 5 } } }, says: /VLANs on a bridge/ },
    { name: 'ipvs', config: { ...articleConfig, proxy: { ...articleConfig.proxy, mode: 'ipvs' as const } }, says: /mode 'ipvs'/ },
  ]
  for (const { name, config, says } of rows)
    test(name, () => {
      assert.throws(
        () => networkOf(stateOf(config, [])).program('node/master'),
        (e: unknown) => e instanceof HopspecError && says.test(e.message),
      )
    })
})
