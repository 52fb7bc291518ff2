// A TUN device and the program that holds it, on two machines of our own: what flanneld's backend udp does to packets.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { tunnelOfTwo } from '../tun'
import { ScriptedChooser } from '../../src/path/chooser'
import { exchange } from '../../src/path/exchange'
import { prepare } from '../../src/trace/prepare'

const send = (to: string, more: object = {}) => {
  const { flows, scene } = prepare({ network: tunnelOfTwo }, [{ from: 'namespace/nginx', to, protocol: 'tcp', ...more }])
  return exchange(scene.network, flows[0]!.request, new ScriptedChooser([]))
}

test('each program takes one from the TTL, as each machine does', () => {
  const { delivered, wire } = send('10.0.90.2:8080')
  assert.equal(delivered?.packet.ttl, 60)
  const at = (end: string) => wire.filter(l => l.startsWith(`${end} `) && / (?:tcp|udp) (?:10\.0\.46\.2|192\.168\.8\.227):/.test(l))
  assert.deepEqual(at('node1/flannel0'), ['node1/flannel0 tx tcp 10.0.46.2:51412 > 10.0.90.2:8080 ttl 63 len 60'])
  assert.deepEqual(at('node1/eth0'), ['node1/eth0 tx udp 192.168.8.227:8285 > 192.168.8.228:8285 ttl 64 len 88'])
  assert.deepEqual(at('node2/flannel0'), ['node2/flannel0 rx tcp 10.0.46.2:51412 > 10.0.90.2:8080 ttl 61 len 60'])
})

test('the outer packet may not be cut, and carries no mark', () => {
  const { steps } = send('10.0.90.2:8080')
  const wrapped = steps.find(({ step }) => step.kind === 'encapsulate')!.step
  assert.ok(wrapped.kind === 'encapsulate' && wrapped.outer.dontFragment && wrapped.protocol === 'udp')
})

test('a packet whose TTL ends in the program ends without a word', () => {
  const { lost, client } = send('10.0.90.2:8080', { ttl: 2 })
  assert.equal(lost[0]?.kind, 'ttl-exceeded')
  assert.deepEqual(client, { result: 'timeout' })
})

test('a network without a lease is told from an address of the machine itself, which its kernel does not take', () => {
  const { lost, client, wire } = send('10.0.77.7:80')
  assert.deepEqual(
    lost.map(l => [l.leg, l.kind]),
    [
      ['request', 'no-route'],
      ['reply', 'dropped'],
    ],
  )
  assert.match(lost[1]!.why, /martian source: 10\.0\.46\.0/)
  assert.ok(wire.includes('node1/flannel0 rx icmp 3/0 10.0.46.0 > 10.0.46.2 ttl 8 len 56'), wire.join('\n'))
  assert.deepEqual(client, { result: 'timeout' })
})

test('an echo request without a lease is not even told of', () => {
  const { lost, wire } = send('10.0.77.7', { protocol: 'icmp' })
  assert.equal(lost.length, 1)
  assert.ok(!wire.some(l => l.includes('icmp 3/')))
})

test('what is no packet is dropped at the program', () => {
  const { lost } = send('192.168.8.227:8285', { protocol: 'udp' })
  assert.match(lost[0]!.why, /this datagram holds none/)
})
