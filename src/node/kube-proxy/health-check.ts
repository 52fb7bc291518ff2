// The HTTP server of a Service's healthCheckNodePort: how many of its endpoints are ready on this node. kube-proxy's own health is taken as good.
import type { Family } from '../../addr/ip'
import type { Listener } from '../../linux/program'
import type { KubeProxyFacts } from '../profile'
import { type Watched, servicePorts } from './service-port'

/** What answers on healthCheckNodePorts of this node; every local address, as without --nodeport-addresses. */
export function healthListeners(watched: Watched, family: Family, nodeName: string, facts: KubeProxyFacts): readonly Listener[] {
  const services = watched.services.filter(s => (s.spec.healthCheckNodePort ?? 0) > 0)
  if (services.length === 0) return []
  const counted = new Map<string, { port: number; ips: Set<unknown> }>()
  for (const s of servicePorts({ ...watched, services }, family, nodeName, facts)) {
    if (s.healthCheckNodePort === 0) continue
    const of = counted.get(s.service) ?? { port: s.healthCheckNodePort, ips: new Set() }
    for (const e of s.endpoints) if (e.isLocal && e.ready) of.ips.add(e.ip)
    counted.set(s.service, of)
  }
  return [...counted].map(([service, { port, ips }]) => ({
    protocol: 'tcp',
    port,
    address: null,
    answer: bodyOf(service, ips.size, facts),
    because: `service ${service}, healthCheckNodePort`,
  }))
}

/** The JSON body, indented with tabs. */
function bodyOf(service: string, localEndpoints: number, facts: KubeProxyFacts): string {
  const [namespace, name] = service.split('/')
  const body = { service: { namespace, name }, localEndpoints, ...(facts.knowsConditions && { serviceProxyHealthy: true }) }
  return `${JSON.stringify(body, null, '\t')}\n`
}
