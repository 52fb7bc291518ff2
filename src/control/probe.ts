// What a readiness probe finds: whether something listens where it asks. Stands for kubelet's prober. Every HTTP and gRPC server answers well; exec always succeeds.
import { socketText, readIp } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import type { Container, Pod } from '../apply/object'
import { podListens } from './image'
import { podIPs } from './pod-state'

/** The output of the failed probe; undefined when it succeeds or there is none. */
export function probeFailure(config: ClusterConfig, pod: Pod, container: Container): string | undefined {
  const probe = container.readinessProbe
  if (probe === undefined) return undefined
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port
  if (asked === undefined) return undefined
  const port = typeof asked === 'number' ? asked : container.ports?.find(p => p.name === asked)?.containerPort
  if (port === undefined) return `strconv.Atoi: parsing "${asked}": invalid syntax`
  if (podListens(config, pod).some(l => l.protocol === 'TCP' && l.port === port)) return undefined
  const ip = readIp(probe.httpGet?.host ?? probe.tcpSocket?.host ?? podIPs(pod)[0] ?? '')
  const socket = ip === undefined ? `:${port}` : socketText(ip, port)
  const refused = `dial tcp ${socket}: connect: connection refused`
  if (probe.httpGet === undefined) return refused
  const { path = '/', scheme = 'HTTP' } = probe.httpGet
  return `Get "${scheme.toLowerCase()}://${socket}${path.startsWith('/') ? path : `/${path}`}": ${refused}`
}
