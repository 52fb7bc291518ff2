// What a name asks the kubernetes plugin for. In: a normal name and the zone it lies in; out: its parts, or that no such name can be. Upstream: plugin/kubernetes/parse.go.
import { labelsBefore } from './name'

export interface KubernetesRequest {
  /** `web.default.svc` is a service, `10-244-1-2.default.pod` a pod; `apex` is the zone, `svc` or `pod` itself. */
  readonly of: 'apex' | 'svc' | 'pod'
  readonly namespace: string
  /** The Service's name, or what stands for a pod's address. */
  readonly service: string
  /** One label before the Service's: an endpoint. Two: port and protocol. Empty means not asked for. */
  readonly endpoint: string
  readonly port: string
  readonly protocol: string
}

const withoutUnderscore = (label: string): string => (label.startsWith('_') ? label.slice(1) : label)

/** Splits `_port._protocol.service.namespace.svc` from its end; undefined for what has another form. */
export function readRequest(name: string, zone: string): KubernetesRequest | undefined {
  const labels = labelsBefore(zone, name)
  const of = labels.at(-1)
  const apex: KubernetesRequest = { of: 'apex', namespace: '', service: '', endpoint: '', port: '', protocol: '' }
  if (of === undefined || (labels.length === 1 && (of === 'svc' || of === 'pod'))) return apex
  if (of !== 'svc' && of !== 'pod') return undefined
  const [namespace = '', service = '', ...rest] = labels.slice(0, -1).reverse()
  const request = { ...apex, of, namespace, service } as const
  if (rest.length === 0) return request
  if (rest.length === 1) return { ...request, endpoint: rest[0]! }
  if (rest.length === 2) return { ...request, protocol: withoutUnderscore(rest[0]!), port: withoutUnderscore(rest[1]!) }
  return undefined
}
