// Stale UDP connections, by the service port they were sent to.
import { expect, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import type { ServicePort } from '../../src/node/kube-proxy/service-port'
import { staleAmong } from '../../src/node/kube-proxy/stale-connections'

const port = (clusterIP: string, number: number, endpoints: readonly string[], more: object = {}): ServicePort =>
  ({
    protocol: 'udp',
    clusterIP: parseIp(clusterIP),
    port: number,
    nodePort: 0,
    externalIPs: [],
    loadBalancerIPs: [],
    endpoints: endpoints.map(ip => ({ ip: parseIp(ip), port: 53, serving: true })),
    ...more,
  }) as unknown as ServicePort

const isStale = staleAmong([
  port('10.96.0.10', 53, ['10.244.1.2'], {
    nodePort: 30_053,
    externalIPs: [parseIp('203.0.113.7')],
    loadBalancerIPs: [parseIp('198.51.100.7')],
  }),
  port('10.96.0.11', 53, ['10.244.1.3']),
  port('10.96.0.12', 53, []),
  port('fd00::10', 53, ['fd00:1::2']),
  port('10.96.0.13', 80, ['10.244.1.2'], { protocol: 'tcp' }),
])

for (const [what, destination, destinationPort, answers, stale] of [
  ['an endpoint that the Service has stays', '10.96.0.10', 53, '10.244.1.2', false],
  ['an endpoint that it has no more goes', '10.96.0.10', 53, '10.244.9.9', true],
  ['an endpoint of another Service goes', '10.96.0.10', 53, '10.244.1.3', true],
  ['another port of the address is none of its service ports', '10.96.0.10', 54, '10.244.9.9', false],
  ['by node port', '192.168.1.200', 30_053, '10.244.9.9', true],
  ['by node port, of an endpoint that is there', '192.168.1.200', 30_053, '10.244.1.2', false],
  ['by external address', '203.0.113.7', 53, '10.244.1.3', true],
  ['by the address of a load balancer', '198.51.100.7', 53, '10.244.1.3', true],
  ['of a Service without endpoints', '10.96.0.12', 53, '10.96.0.12', true],
  ['of IPv6', 'fd00::10', 53, 'fd00:1::3', true],
  ['of IPv6, of an endpoint that is there', 'fd00::10', 53, 'fd00:1::2', false],
  ['what no Service has stays', '8.8.8.8', 53, '8.8.8.8', false],
  ['TCP ports have no say', '10.96.0.13', 80, '10.244.9.9', false],
] as const)
  test(what, () => {
    expect(isStale({ destination: parseIp(destination), destinationPort, answers: parseIp(answers), answersPort: 53 })).toBe(stale)
  })
