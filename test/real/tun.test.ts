// TUN devices on the kernel, with a relay of ours in the place of flanneld: every flow as the simulator says.
import { strict as assert } from 'node:assert'
import { afterAll, describe, test } from 'vitest'
import { kernelFindings, probeOnKernel } from '../../src/lab/kernel'
import type { Device, Network, Program } from '../../src/linux/program'
import { build, type Built } from '../../src/real/build'
import { check, whyNotBuilt } from '../../src/real/check'
import { Observatory } from '../../src/real/observe'
import { noTun, unavailable } from '../../src/real/rights'
import { KernelSession } from '../../src/real/session'
import { prepare } from '../../src/trace/prepare'
import { articleState } from '../trace/article'
import { tunnelOfTwo } from '../tun'

const why = unavailable() ?? noTun()

describe.skipIf(why !== undefined)(`a tunnel held by a program${why ? ` (skipped: ${why})` : ''}`, () => {
  let built: Built | undefined
  const eyes = () => new Observatory((built ??= build(tunnelOfTwo)))
  afterAll(() => built?.close())

  const rows = [
    { name: 'a connection', to: '10.0.90.2:8080', protocol: 'tcp', result: 'answered' },
    { name: 'an echo request', to: '10.0.90.2', protocol: 'icmp', result: 'answered' },
    { name: 'a port where nobody listens', to: '10.0.90.2:9', protocol: 'udp', result: 'refused' },
    { name: 'as much as fits', to: '10.0.90.2:9', protocol: 'udp', lengthBytes: 1472, dontFragment: true, result: 'refused' },
    { name: 'more, in pieces', to: '10.0.90.2:9', protocol: 'udp', lengthBytes: 4000, dontFragment: false, result: 'refused' },
    { name: 'a network that nobody has leased', to: '10.0.77.7:80', protocol: 'tcp', result: 'timeout' },
    { name: 'a TTL that ends in the program', to: '10.0.90.2:8080', protocol: 'tcp', ttl: 2, result: 'timeout' },
  ] as const
  for (const { name, result, ...flow } of rows)
    test(`${name}: ${result}`, () => {
      const { scene, flows } = prepare({ network: tunnelOfTwo }, [{ from: 'namespace/nginx', ...flow }])
      const checked = check(scene.network, eyes(), flows[0]!.request)
      assert.ok(checked.compared)
      assert.deepEqual(checked.comparison.differences, [])
      assert.equal(checked.real.client.result, result)
    })
})

type Tun = Device & { readonly kind: 'tun' }

/** The network of two with something else about what holds the TUN device of node1. */
function relayed(change: (relay: Tun['relay']) => Partial<Tun['relay']>): Network {
  const changed = (program: Program): Program => ({
    ...program,
    devices: program.devices.map(d => (d.kind === 'tun' ? { ...d, relay: { ...d.relay, ...change(d.relay) } } : d)),
  })
  const program = (name: string) => {
    const given = tunnelOfTwo.program(name)
    return given?.name === 'namespace/node1' ? changed(given) : given
  }
  return { ...tunnelOfTwo, program }
}

describe.skipIf(why !== undefined)('what the program does is part of the network', () => {
  const session = new KernelSession()
  afterAll(() => session.close())

  const rows = [
    { name: 'it runs', network: tunnelOfTwo, result: 'answered' },
    { name: 'it has no lease: only that differs', network: relayed(() => ({ leases: [] })), result: 'timeout' },
    { name: 'it runs again', network: tunnelOfTwo, result: 'answered' },
  ] as const
  for (const [i, { name, network, result }] of rows.entries())
    test(`${name}: ${result}`, () => {
      const { scene, flows } = prepare({ network }, [{ from: 'namespace/nginx', to: '10.0.90.2:8080', protocol: 'tcp' }])
      const checked = check(scene.network, session.on(network), flows[0]!.request)
      assert.ok(checked.compared)
      assert.deepEqual(checked.comparison.differences, [])
      assert.equal(checked.real.client.result, result)
      assert.equal(session.builds, i + 1)
    })
})

describe.skipIf(why !== undefined)('a cluster with flannel’s backend udp runs on the kernel', () => {
  const session = new KernelSession()
  afterAll(() => session.close())

  const rows = [
    { name: 'a pod of another node', from: 'pod/default/busybox0', to: '10.244.2.2:8080' },
    { name: 'a Service', from: 'pod/default/busybox0', to: '10.100.77.149:80' },
    { name: 'a node to a pod of another', from: 'node/node01', to: '10.244.2.2:8080' },
    { name: 'a nodePort from outside', from: 'client/laptop', to: '192.168.1.200:31298' },
  ] as const
  for (const { name, from, to } of rows)
    test(name, () => {
      const kernel = probeOnKernel(articleState('udp'), { from, to, protocol: 'tcp', times: 1 }, session)
      assert.ok(kernel.compared, JSON.stringify(kernel))
      assert.equal(kernel.saw[0], 'answered')
      for (const f of kernelFindings(kernel)) assert.ok(f.met, f.happened)
      const carried = kernel.hops.flatMap(h =>
        h.steps.flatMap(s => (s.kind === 'encapsulate' || s.kind === 'decapsulate' ? [s.tunnel] : [])),
      )
      assert.deepEqual(carried, ['udp', 'udp'])
    })
})

describe('where there are no TUN devices', () => {
  const lacking = () => '/dev/net/tun: ENOENT'
  test('a network with one is counted apart, by its name and the kernel’s word', () =>
    assert.equal(
      whyNotBuilt(tunnelOfTwo, lacking),
      'flannel0 of namespace/node1 is a TUN device, and this user gets none here: /dev/net/tun: ENOENT',
    ))
  test('a network without one is built', () =>
    assert.equal(whyNotBuilt({ ...tunnelOfTwo, names: ['namespace/nginx'] }, lacking), undefined))
})
