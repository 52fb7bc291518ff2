// What a probe finds: whether something listens where it asks. Stands for kubelet's prober. Every HTTP and gRPC server answers well; exec always succeeds.
import { socketText, readIp } from '../addr/ip'
import type { ClusterConfig } from '../apply/cluster-config'
import type { Container, Pod, Probe } from '../apply/object'
import { podListens } from './image'
import { podIPs } from './pod-state'
import { CONTROL_PROFILES } from './profile'

/** What became of the readiness probe, `failed: …` or that it could not ask; undefined when it succeeds or there is none. */
export function probeFailure(config: ClusterConfig, pod: Pod, container: Container): string | undefined {
  const probe = container.readinessProbe
  const error = probe && probeError(container, probe)
  if (error !== undefined) return `${CONTROL_PROFILES[config.profile].probeErrored}: ${error}`
  const failure = failureOf(config, pod, container, probe)
  return failure === undefined ? undefined : `failed: ${failure}`
}

/** What keeps the readiness probe of a pod from ever succeeding, and what to write; undefined where it can. */
export function neverReady(config: ClusterConfig, pod: Pod): string | undefined {
  for (const container of pod.spec.containers) {
    const probe = container.readinessProbe
    if (probe === undefined) continue
    if (probeError(container, probe) !== undefined)
      return `its readiness probe asks the port ${askedPort(probe)}, and no port of container ${container.name} has that name`
    if (failureOf(config, pod, container, probe) !== undefined)
      return `its readiness probe asks port ${portOf(container, probe)}, on which nothing in it listens: declare the port, or write under \`images\` what its image listens on`
  }
  return undefined
}

/** The output of the failed liveness probe; undefined when it succeeds, cannot ask (that kills nothing) or there is none. */
export const livenessFailure = (config: ClusterConfig, pod: Pod, container: Container): string | undefined =>
  failureOf(config, pod, container, container.livenessProbe)

/** How long after its start a container whose liveness fails is killed, in seconds. */
export function livenessSeconds({ livenessProbe: probe }: Container): number {
  return 1 + (probe?.initialDelaySeconds ?? 0) + (probe?.periodSeconds ?? 10) * ((probe?.failureThreshold ?? 3) - 1)
}

/** The port that is asked for, by number or by the name of a port of the container. */
const askedPort = (probe: Probe): number | string | undefined => probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port

function portOf(container: Container, probe: Probe): number | undefined {
  const asked = askedPort(probe)
  return typeof asked === 'string' ? container.ports?.find(p => p.name === asked)?.containerPort : asked
}

/** Why the probe cannot ask at all: its port has a name that no port of the container has. */
function probeError(container: Container, probe: Probe): string | undefined {
  const asked = askedPort(probe)
  return asked === undefined || portOf(container, probe) !== undefined
    ? undefined
    : `strconv.Atoi: parsing ${JSON.stringify(asked)}: invalid syntax`
}

function failureOf(config: ClusterConfig, pod: Pod, container: Container, probe: Probe | undefined): string | undefined {
  if (probe === undefined) return undefined
  const port = portOf(container, probe)
  if (port === undefined) return undefined
  if (podListens(config, pod).some(l => l.protocol === 'TCP' && l.port === port)) return undefined
  const ip = readIp(probe.httpGet?.host ?? probe.tcpSocket?.host ?? podIPs(pod)[0] ?? '')
  const socket = ip === undefined ? `:${port}` : socketText(ip, port)
  const refused = `dial tcp ${socket}: connect: connection refused`
  if (probe.httpGet === undefined) return refused
  const { path = '/', scheme = 'HTTP' } = probe.httpGet
  return `Get "${scheme.toLowerCase()}://${socket}${path.startsWith('/') ? path : `/${path}`}": ${refused}`
}
