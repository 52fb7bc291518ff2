// Which UDP connections a node's kube-proxy deletes: those to a service port that lead to no endpoint of it any more. Upstream: pkg/proxy/conntrack, CleanStaleEntries.
// Not simulated: the deletions of a v1.13 kube-proxy that go by what changed since its last sync; connections of Services that are gone stay.
import { type Ip, socketText } from '../../addr/ip'
import type { ServicePort } from './service-port'

/** A connection as conntrack knows it: where its packets were sent, and who answers. */
interface UdpConnection {
  readonly destination: Ip
  readonly destinationPort: number
  readonly answers: Ip
  readonly answersPort: number
}

/** Says of a node's UDP connections which are stale, by the service ports that its kube-proxy sees, of both families. */
export function staleAmong(ports: readonly ServicePort[]): (connection: UdpConnection) => boolean {
  const bySocket = new Map<string, ReadonlySet<string>>()
  const byNodePort = new Map<number, Set<string>>()
  for (const s of ports.filter(p => p.protocol === 'udp')) {
    const serving = new Set(s.endpoints.filter(e => e.serving).map(e => socketText(e.ip, e.port)))
    for (const ip of [s.clusterIP, ...s.externalIPs, ...s.loadBalancerIPs]) bySocket.set(socketText(ip, s.port), serving)
    if (s.nodePort !== 0) byNodePort.set(s.nodePort, new Set([...(byNodePort.get(s.nodePort) ?? []), ...serving]))
  }
  return ({ destination, destinationPort, answers, answersPort }) => {
    const serving = bySocket.get(socketText(destination, destinationPort)) ?? byNodePort.get(destinationPort)
    return serving !== undefined && !serving.has(socketText(answers, answersPort))
  }
}
