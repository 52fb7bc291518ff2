// What a probe finds: whether something listens where it asks. Stands for kubelet's prober. Every HTTP and gRPC server answers well; exec always succeeds.
import { socketText, readIp } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import type { Container, Pod, Probe } from '../apply/object'
import { podListens } from './image'
import { podIPs } from './pod-state'

/** The output of the failed readiness probe; undefined when it succeeds or there is none. */
export const probeFailure = (config: ClusterConfig, pod: Pod, container: Container): string | undefined =>
  failureOf(config, pod, container, container.readinessProbe)

/** The output of the failed liveness probe; undefined when it succeeds or there is none. */
export const livenessFailure = (config: ClusterConfig, pod: Pod, container: Container): string | undefined =>
  failureOf(config, pod, container, container.livenessProbe)

/** How long after its start a container whose liveness fails is killed, in seconds. */
export function livenessSeconds({ livenessProbe: probe }: Container): number {
  return 1 + (probe?.initialDelaySeconds ?? 0) + (probe?.periodSeconds ?? 10) * ((probe?.failureThreshold ?? 3) - 1)
}

function failureOf(config: ClusterConfig, pod: Pod, container: Container, probe: Probe | undefined): string | undefined {
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
