// Networks that follow one another: what is built at the beginning, what changes later, and which changes are none for a network that stands.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import type { Network, Program } from '../../src/linux/program'
import { networkOf } from '../../src/node/network'
import { type Succession, succession } from '../../src/real/succession'
import { cluster, clusterOf, pod, service } from '../dns/cluster'

const web = (name: string, ip: string) => pod(name, ip, { labels: { app: 'web' } })
const of = (...pods: readonly object[]): Network =>
  networkOf(
    clusterOf(
      cluster(),
      service('web', { selector: { app: 'web' }, clusterIP: '10.96.1.10', ports: [{ port: 80 }] }),
      pod('client', '10.244.1.9'),
      ...pods,
    ),
  )
const before = of(web('old', '10.244.1.20'))
const after = of(web('fresh', '10.244.1.21'))

function became(...networks: readonly Network[]): Succession {
  const one = succession(networks)
  assert.ok(typeof one !== 'string', String(one))
  return one
}

describe('networks that follow one another', () => {
  const { network, changes } = became(before, after)
  test('all that ever stands is there', () => {
    for (const name of ['pod/default/old', 'pod/default/fresh', 'pod/default/client', 'node/node-1']) assert.ok(network.program(name), name)
    const ports = (n: Network) => n.program('node/node-1')!.devices.filter(d => d.kind === 'veth').length
    assert.equal(ports(network), ports(before) + 1)
  })
  test('the rules are those of the first', () =>
    assert.deepEqual(network.program('node/node-1')!.iptables, before.program('node/node-1')!.iptables))
  test('what goes is named, and whose rules change', () => {
    assert.deepEqual(
      changes.map(c => c.gone),
      [['pod/default/old']],
    )
    assert.deepEqual(
      changes[0]!.rules.map(r => r.namespace),
      ['node/master', 'node/node-1'],
    )
    assert.match(changes[0]!.rules[1]!.after.iptables!, /10\.244\.1\.21/)
  })
  test('nothing changes where nothing does', () => assert.deepEqual(became(before, before).changes, [{ gone: [], rules: [] }]))

  const other = (change: (p: Program) => Program): Network => ({
    ...before,
    program: name => {
      const program = before.program(name)
      return program?.name === 'node/node-1' ? change(program) : program
    },
  })
  const refused: readonly { readonly name: string; readonly next: Network; readonly words: string }[] = [
    {
      name: 'an address that moves',
      next: of(web('fresh', '10.244.1.20')),
      words: '10.244.1.20 moves from pod/default/old to pod/default/fresh',
    },
    {
      name: 'a device that changes',
      next: other(p => ({ ...p, devices: p.devices.map(d => (d.name === 'eth0' ? { ...d, mtuBytes: 1400 } : d)) })),
      words: 'eth0 of node/node-1 changes',
    },
    {
      name: 'a setting that changes',
      next: other(p => ({ ...p, sysctls: { ...p.sysctls, 'net.ipv4.ip_forward': 0 } })),
      words: 'net.ipv4.ip_forward of node/node-1 changes',
    },
  ]
  for (const { name, next, words } of refused) test(`refused: ${name}`, () => assert.equal(succession([before, next]), words))

  test('whose an address is, the last network says', () => assert.equal(network.owner(parseIp('10.244.1.20')), undefined))
})
