// What stays in a node's kernel, and what goes, as leases change while its flanneld runs or does not: 34 sequences of the real v0.28.4 went the same ways.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import { macText } from '../../src/addr/mac'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, type State } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { revokeLease, startComponent, stopComponent } from '../../src/control/component'
import { networkOf } from '../../src/node/network'

const cluster = (settings: object): State => {
  const nodes = [1, 2, 3].map(i => ({ name: `n${i}`, addresses: [`192.168.1.20${i}`], podCIDRs: [`10.244.${i}.0/24`] }))
  const networking = { kubeProxyMode: 'none', cni: { name: 'flannel', ...settings } }
  const text = JSON.stringify({ apiVersion: 'hopspec/v1', kind: 'Cluster', networking, nodes })
  return begin(readStore([{ name: 'cluster.json', text }]), { seed: 1 })
}

type Step = (state: State) => State
const stop =
  (node: string): Step =>
  state =>
    stopComponent(state, 'flanneld', node)
const start =
  (node: string): Step =>
  state =>
    startComponent(state, 'flanneld', node)
const remove =
  (node: string): Step =>
  state =>
    write(state, [{ do: 'delete', kind: 'Node', key: node }], 'kubectl')
const revoke =
  (node: string): Step =>
  state =>
    revokeLease(state, node)
const annotate =
  (name: string, what: string, value: string): Step =>
  state => {
    const node = objectOf(state, 'Node', name)!
    const annotations = { ...node.metadata.annotations, [`flannel.alpha.coreos.com/${what}`]: value }
    return write(state, [put({ ...node, metadata: { ...node.metadata, annotations } })], 'kubectl')
  }
const OTHER = '66:66:66:66:66:66'
const otherMac = (node: string): Step => annotate(node, 'backend-data', `{"VNI":1,"VtepMAC":"${OTHER}"}`)

/** What n1 knows of n2: its route's gateway and device, its neighbour and where frames for that go; `own` is the address of n2's device. */
function known(state: State): string {
  const network = networkOf(state)
  const own = network.program('node/n2')!.devices.find(d => d.kind === 'vxlan')?.mac
  const word = (mac: NonNullable<typeof own>) => (mac === own ? 'own' : macText(mac))
  const { routes, neighbours, fdb } = network.program('node/n1')!
  const ways = routes.filter(r => ipText(r.destination.ip) === '10.244.2.0')
  return [
    ...ways.map(r => `via ${r.type === 'unicast' && r.gateway ? ipText(r.gateway) : ''} dev ${r.device}`),
    ...neighbours.filter(n => ipText(n.ip) === '10.244.2.0').map(n => `lladdr ${word(n.mac)}`),
    ...fdb.filter(f => !ipText(f.destination).endsWith('.203')).map(f => `${word(f.mac)} dst ${ipText(f.destination)}`),
  ].join(', ')
}

const TUNNEL = 'via 10.244.2.0 dev flannel.1, lladdr own, own dst 192.168.1.202'
const rows: readonly (readonly [string, object, readonly Step[], string])[] = [
  ['at rest', {}, [], TUNNEL],
  ['a Node goes', {}, [remove('n2')], ''],
  ['a Node goes, unheard', {}, [stop('n1'), remove('n2')], TUNNEL],
  ['and stays unheard when flanneld starts again', {}, [stop('n1'), remove('n2'), start('n1')], TUNNEL],
  ['its address changes', {}, [annotate('n2', 'public-ip', '192.168.1.77')], TUNNEL.replace('1.202', '1.77')],
  [
    'its device changes: the old entry stays',
    {},
    [otherMac('n2')],
    `via 10.244.2.0 dev flannel.1, lladdr ${OTHER}, own dst 192.168.1.202, ${OTHER} dst 192.168.1.202`,
  ],
  ['until its flanneld tells the truth again', {}, [otherMac('n2'), stop('n2'), start('n2')], `${TUNNEL}, ${OTHER} dst 192.168.1.202`],
  ['its backend changes: ignored', {}, [annotate('n2', 'backend-type', 'host-gw')], TUNNEL],
  ['and then it goes: ignored', {}, [annotate('n2', 'backend-type', 'host-gw'), remove('n2')], TUNNEL],
  ['host-gw: a Node goes', { backend: 'host-gw' }, [remove('n2')], ''],
  ['host-gw: its address is no neighbour’s', { backend: 'host-gw' }, [annotate('n2', 'public-ip', '192.168.9.77')], ''],
  ['host-gw: unheard', { backend: 'host-gw' }, [stop('n1'), annotate('n2', 'public-ip', '192.168.1.77')], 'via 192.168.1.202 dev eth0'],
  [
    'direct: a neighbour moves away',
    { directRouting: true },
    [annotate('n2', 'public-ip', '192.168.9.77')],
    'via 10.244.2.0 dev flannel.1, lladdr own, own dst 192.168.9.77',
  ],
  ['etcd: a lease goes', { leases: 'etcd' }, [revoke('n2')], ''],
  ['etcd: it comes back', { leases: 'etcd' }, [revoke('n2'), start('n2')], TUNNEL],
  ['etcd: it goes, unheard', { leases: 'etcd' }, [stop('n1'), revoke('n2')], TUNNEL],
]
describe('what n1 knows of n2', () => {
  for (const [name, settings, steps, wanted] of rows)
    test(`${name}: ${wanted || 'nothing'}`, () =>
      assert.equal(known(steps.reduce((state, step) => step(state), cluster(settings))), wanted))
})

test('flanneld writes on its Node what its device is, whatever was written there meanwhile', () => {
  const told = (state: State) => objectOf(state, 'Node', 'n2')!.metadata.annotations!['flannel.alpha.coreos.com/backend-data']
  const first = cluster({})
  assert.equal(told([otherMac('n2'), stop('n2'), start('n2')].reduce((s, step) => step(s), first)), told(first))
})
