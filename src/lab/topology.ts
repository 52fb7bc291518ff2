// The cluster as the report draws it: its machines, what stands on them, and its Services.
import { cidrText } from '../addr/cidr'
import { ipText } from '../addr/ip'
import { keyOf, objectsOf, type State } from '../cluster/state'
import type { TopologyJson } from '../view/report/probe'

export function topologyOf(state: State): TopologyJson {
  const { config } = state
  const pods = objectsOf(state, 'Pod')
  return {
    nodes: config.nodes.map(n => ({
      name: n.name,
      role: n.role,
      addresses: n.addresses.map(a => ipText(a.ip)),
      podCIDRs: n.podCIDRs.map(cidrText),
      pods: pods
        .filter(p => p.spec.nodeName === n.name)
        .map(p => ({ name: p.metadata.name, namespace: p.metadata.namespace ?? 'default', ip: p.status?.podIP ?? '' })),
    })),
    clients: config.externalClients.map(c => ({ name: c.name, address: ipText(c.address) })),
    services: objectsOf(state, 'Service').map(s => ({
      name: s.metadata.name,
      namespace: keyOf(s).split('/')[0]!,
      type: s.spec.type,
      clusterIP: s.spec.clusterIP ?? '',
      ports: (s.spec.ports ?? []).map(p => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol}`).join(','),
    })),
    version: config.kubernetesVersion,
    proxyMode: config.proxy.mode,
    cni: config.cni.name,
  }
}
