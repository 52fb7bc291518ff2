// `kubectl describe svc`.
import type { Service, ServicePort } from '../../apply/object-service'
import { compareText, keyOf, objectOf, type State } from '../../cluster/state'
import { slicesOf } from '../../control/endpoint-slices'
import { labelsText } from '../../control/selector'
import { endpointsText } from './columns'
import { annotationLines, eventLines, labelLines } from './describe-parts'
import { KUBECTL_PROFILES } from './profile'
import { sliceBackends } from './slice-backends'

export function describeService(state: State, s: Service): string {
  const { spec } = s
  const { describeFamilies } = KUBECTL_PROFILES[state.config.profile]
  const lines: string[] = []
  const line = (name: string, value: string | number | undefined) =>
    value !== undefined && value !== '' && lines.push(`${name}:\t${value}\n`)
  line('Selector', labelsText(spec.selector))
  line('Type', spec.type)
  if (describeFamilies) {
    line('IP Family Policy', spec.ipFamilyPolicy)
    line('IP Families', spec.ipFamilies?.join(',') || '<none>')
  }
  lines.push(`IP:\t${spec.clusterIP ?? ''}\n`)
  if (describeFamilies) line('IPs', spec.clusterIPs?.join(',') || '<none>')
  line('External IPs', spec.externalIPs?.join(','))
  line(state.config.profile === 'v1.13' ? 'IP' : 'Desired LoadBalancer IP', spec.loadBalancerIP)
  line('External Name', spec.externalName)
  line(
    'LoadBalancer Ingress',
    (s.status?.loadBalancer?.ingress ?? []).map(i => (i.ip ? `${i.ip}${i.ipMode ? ` (${i.ipMode})` : ''}` : (i.hostname ?? ''))).join(', '),
  )
  for (const port of spec.ports ?? []) lines.push(portLines(state, s, port))
  line('Session Affinity', spec.sessionAffinity)
  line('External Traffic Policy', spec.externalTrafficPolicy)
  line('Internal Traffic Policy', spec.internalTrafficPolicy)
  line('HealthCheck NodePort', spec.healthCheckNodePort || undefined)
  line('Traffic Distribution', spec.trafficDistribution)
  line('LoadBalancer Source Ranges', spec.loadBalancerSourceRanges?.join(','))
  const head = `Name:\t${s.metadata.name}\nNamespace:\t${s.metadata.namespace}\n`
  return `${head}${labelLines('Labels', s.metadata.labels)}${annotationLines(state, s.metadata.annotations)}${lines.join('')}${eventLines(state, s)}`
}

function portLines(state: State, s: Service, p: ServicePort): string {
  const name = p.name || '<unset>'
  const nodePort = p.nodePort ? `NodePort:\t${name}  ${p.nodePort}/${p.protocol}\n` : ''
  return `Port:\t${name}  ${p.port}/${p.protocol}\nTargetPort:\t${p.targetPort}/${p.protocol}\n${nodePort}Endpoints:\t${backends(state, s, p)}\n`
}

/** Ready endpoints behind one port: by slices where the version has them, else by Endpoints. */
function backends(state: State, s: Service, p: ServicePort): string {
  const slices = [...slicesOf(state, keyOf(s))].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
  const endpoints = objectOf(state, 'Endpoints', keyOf(s))
  if (!KUBECTL_PROFILES[state.config.profile].describeFamilies) return endpointsText(endpoints, p.name ?? '')
  return sliceBackends(slices, p.name ?? '')
}
