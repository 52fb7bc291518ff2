// What a v1.13 kube-proxy does beside its rules, as it is told in the list of calls: it holds nodePorts open and deletes UDP connections that went stale.
// Nothing here has an effect on packets: no socket is simulated, and the recordings found no connection to delete. Sockets for external IPs are not told.
import { ipText } from '../../addr/ip'
import type { ServicePort } from './service-port'
import { type ProxyView, nodePortAddresses } from './view'

/** `tcp :31298 (nodePort for default/mytest-svc:)` → 31298. */
export function portsToHold(view: ProxyView): ReadonlyMap<string, number> {
  const { all, addresses } = nodePortAddresses(view)
  const ports = new Map<string, number>()
  const hosts = all ? [''] : addresses.map(ipText).map(text => (text.includes(':') ? `[${text}]` : text))
  for (const s of view.ports)
    if (s.nodePort !== 0 && s.protocol !== 'sctp')
      for (const host of hosts) ports.set(`${s.protocol} ${host}:${s.nodePort} (nodePort for ${s.name})`, s.nodePort)
  return ports
}

/** The deletions after a sync: UDP Services that got their first endpoint or went away, then endpoints that are gone. */
export function staleConnections(before: readonly ServicePort[], now: readonly ServicePort[]): readonly string[] {
  const udp = (ports: readonly ServicePort[]) => new Map(ports.filter(s => s.protocol === 'udp').map(s => [s.name, s]))
  const [old, current] = [udp(before), udp(now)]
  const services = new Set<string>()
  for (const [name, s] of old) if (!current.has(name)) services.add(ipText(s.clusterIP))
  for (const [name, s] of current)
    if (s.endpoints.length > 0 && (old.get(name)?.endpoints.length ?? 0) === 0)
      for (const ip of [s.clusterIP, ...s.externalIPs]) services.add(ipText(ip))
  const endpoints: string[] = []
  for (const [name, s] of current) {
    const kept = new Set(s.endpoints.map(e => e.text))
    for (const gone of old.get(name)?.endpoints.filter(e => !kept.has(e.text)) ?? [])
      endpoints.push(`/usr/sbin/conntrack -D --orig-dst ${ipText(s.clusterIP)} --dst-nat ${ipText(gone.ip)} -p udp   # exit 1`)
  }
  return [...[...services].sort().map(ip => `/usr/sbin/conntrack -D --orig-dst ${ip} -p udp   # exit 1`), ...endpoints]
}
