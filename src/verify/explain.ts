// Why a request was not answered, in the user's own objects: the Service that was meant, what it selects, what its pods listen on, and what to change.
// Only what the cluster's objects show; what a rule decided stands in the outcome itself.
import { contains, networkOf } from '../addr/cidr'
import { type Ip, ipText, readIp, socketText } from '../addr/ip'
import type { Pod } from '../apply/object'
import type { Service, ServicePort } from '../apply/object-service'
import { keyOf, objectsOf, type State } from '../cluster/state'
import { whyNoEndpoints, whyPortLeadsNowhere } from '../control/explain'
import { slicesOf } from '../control/endpoint-slices'
import { never, placeText } from '../error'
import { explainFailure } from './explain-failure'
import { explainName } from './explain-name'
import { explainSlices } from './explain-slices'
import { explainWay } from './explain-way'
import { heldText, listenersOf } from '../node/images'
import { kubeProxyFacts } from '../node/profile'
import type { OutcomeJson } from '../trace/json'
import type { Scene } from '../trace/flow'

/** The explanation of outcomes in a cluster, for traces. */
export const explainIn =
  (state: State): NonNullable<Scene['explain']> =>
  (flow, outcome, dns) => {
    const broken = explainFailure(state, outcome) ?? explainWay(state, outcome)
    if (broken !== null) return broken
    if (dns !== undefined) return explainName(state, flow.lookup?.place ?? flow.request.namespace, outcome, dns)
    const { destination, destinationPort, protocol } = flow.request
    const asked = serviceAsked(state, destination, destinationPort, protocol)
    if (asked === undefined)
      return (
        podExplanation(state, outcome, listening => `Ask port ${listening}.`) ??
        portExplanation(state, destination, destinationPort) ??
        nobodyThere(state, destination)
      )
    const { service, port } = asked
    if (port === undefined && (protocol === 'icmp' || protocol === 'icmpv6'))
      return `${named(state, service)} answers no ping: kube-proxy translates only its ports (${portList(service)}). Ping one of its pods.`
    if (port === undefined)
      return `${named(state, service)} has the ports ${portList(service)}; ${protocol} ${destinationPort} is none of them.`
    return (
      notBroughtToNodes(state, asked, destination, outcome) ??
      leftAlone(state, service) ??
      noEndpoints(state, service) ??
      whereNamed(state, service, whyPortLeadsNowhere(state, service, port)) ??
      noLocalPod(state, service, destination, outcome) ??
      explainSlices(state, service, port, destination, outcome) ??
      wrongTarget(state, service, port, outcome)
    )
  }

/** By which of its addresses a Service was asked. */
type AddressKind = 'clusterIP' | 'externalIP' | 'ingress' | 'nodePort'

interface Asked {
  readonly service: Service
  readonly kind: AddressKind
  /** Undefined where it has no such port. */
  readonly port: ServicePort | undefined
}

/** The Service that has the address; of several, one that has the port as well. */
function serviceAsked(state: State, ip: Ip, port: number, protocol: string): Asked | undefined {
  const asked = objectsOf(state, 'Service').flatMap((service): Asked[] => {
    const kind = addressKind(state, service, ip, port)
    return kind === null ? [] : [{ service, kind, port: servicePort(service, kind, port, protocol) }]
  })
  return asked.find(a => a.port !== undefined) ?? asked[0]
}

/** The address of a node is a Service's only at the Service's own ports: whatever else listens there has the others. */
function addressKind(state: State, s: Service, ip: Ip, port: number): AddressKind | null {
  const among = (texts: readonly (string | undefined)[]) => texts.some(text => readIp(text ?? '') === ip)
  const ports = s.spec.ports ?? []
  const ofNode = isNodeAddress(state, ip)
  if (ofNode && ports.some(p => p.nodePort === port)) return 'nodePort'
  if (ofNode && !ports.some(p => p.port === port)) return null
  if (among([s.spec.clusterIP, ...(s.spec.clusterIPs ?? [])])) return 'clusterIP'
  if (among(s.spec.externalIPs ?? [])) return 'externalIP'
  return among(ingressOf(s)) ? 'ingress' : null
}

const ingressOf = (s: Service): readonly (string | undefined)[] => (s.status?.loadBalancer?.ingress ?? []).map(i => i.ip)
const isNodeAddress = (state: State, ip: Ip): boolean => state.config.nodes.some(n => n.addresses.some(a => a.ip === ip))

const servicePort = (s: Service, kind: AddressKind, port: number, protocol: string): ServicePort | undefined =>
  (s.spec.ports ?? []).find(p => p.protocol.toLowerCase() === protocol && (kind === 'nodePort' ? p.nodePort : p.port) === port)

/** An address of a Service that no machine outside knows a way to: the request met no node, so no kube-proxy translated it. */
function notBroughtToNodes(state: State, { service, kind, port }: Asked, ip: Ip, outcome: OutcomeJson): string | null {
  if (outcome.hops.some(h => h.in.startsWith('node/'))) return null
  switch (kind) {
    case 'nodePort':
      return null
    case 'ingress':
      return `no load balancer is modelled: ${ipText(ip)} is an address of ${named(state, service)}, and nothing outside brings it to a node. ${nodePortAdvice(state, service, port)}`
    case 'externalIP':
      return `${ipText(ip)} is an external IP of ${named(state, service)}, and nothing outside brings it to a node. ${nodePortAdvice(state, service, port)}`
    case 'clusterIP':
      return `a ClusterIP is known on nodes only, and ${ipText(ip)} is that of ${named(state, service)}. ${nodePortAdvice(state, service, port)}`
    default:
      return never(kind)
  }
}

/** A Service that a label keeps from kube-proxy. */
function leftAlone(state: State, service: Service): string | null {
  const label = kubeProxyFacts(state.config).leavesLabelled.find(l => service.metadata.labels?.[l] !== undefined)
  if (label === undefined) return null
  return `${named(state, service)} has the label ${label}, so kube-proxy writes no rules for it. Take the label away, or let the proxy that it names serve it.`
}

/** How to come to a Service from outside. */
function nodePortAdvice(state: State, service: Service, port: ServicePort | undefined): string {
  const { nodes } = state.config
  const local = service.spec.externalTrafficPolicy === 'Local' ? nodes.find(n => hasReadyPod(state, service, n.name)) : undefined
  const address = (local ?? nodes[0])?.addresses[0]?.ip
  if (!port?.nodePort || address === undefined)
    return 'Send from a pod or a node, or give the Service type: NodePort and send to NODE:nodePort.'
  return `Send to NODE:nodePort, as in ${socketText(address, port.nodePort)}, or from a pod or a node.`
}

const hasReadyPod = (state: State, service: Service, node: string): boolean =>
  slicesOf(state, keyOf(service)).some(s => (s.endpoints ?? []).some(e => e.nodeName === node && e.conditions?.ready !== false))

/** An address of the nodes' own network that no machine has. */
function nobodyThere(state: State, ip: Ip): string | null {
  const { nodes, externalClients } = state.config
  const near = nodes.some(n => n.addresses.some(a => contains(networkOf(a.ip, a.length), ip)))
  if (!near || isNodeAddress(state, ip) || externalClients.some(c => c.address === ip)) return null
  return `no node and no client has the address ${ipText(ip)} of the nodes' network. If a machine has it, list it under externalClients of the Cluster document.`
}

const portList = (s: Service): string => (s.spec.ports ?? []).map(p => `${p.protocol.toLowerCase()} ${p.port}`).join(', ') || 'none'

/** `Service default/myweb (svc.yaml:1:1)`. */
function named(state: State, o: Service): string {
  const place = state.places.get(`Service ${keyOf(o)}`)
  return `Service ${keyOf(o)}${place ? ` (${placeText(place)})` : ''}`
}

/** Why a Service has no endpoints, with its place; null when it has some. */
const noEndpoints = (state: State, service: Service): string | null => whereNamed(state, service, whyNoEndpoints(state, keyOf(service)))

/** A sentence with the Service's place behind its name. */
const whereNamed = (state: State, service: Service, why: string | null): string | null =>
  why === null ? null : why.replace(`Service ${keyOf(service)}`, () => named(state, service))

/** A node that may only answer from its own pods, and has none. */
function noLocalPod(state: State, service: Service, ip: Ip, outcome: OutcomeJson): string | null {
  if (outcome.fate !== 'dropped' || service.spec.externalTrafficPolicy !== 'Local') return null
  const node = state.config.nodes.find(n => n.addresses.some(a => a.ip === ip))
  if (node === undefined) return null
  return `${named(state, service)} has externalTrafficPolicy Local, and none of its ready pods is on ${node.name}. Send to a node that has one, or write Cluster.`
}

/** A request that reached a pod on which nobody listens at that port. */
function wrongTarget(state: State, service: Service, port: ServicePort, outcome: OutcomeJson): string | null {
  const said = podExplanation(state, outcome, port => `Write targetPort: ${port}.`)
  return said === null ? null : `${named(state, service)} sends port ${port.port} to targetPort ${port.targetPort}; ${said}`
}

/** `advice`: what to do about the port on which the pod does listen. */
function podExplanation(state: State, outcome: OutcomeJson, advice: (port: string) => string): string | null {
  if (outcome.fate !== 'refused') return null
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(outcome.destination) ?? []
  const ip = readIp(host ?? '')
  const pod = objectsOf(state, 'Pod').find(p => p.status?.podIP === host && !p.spec.hostNetwork)
  if (ip === undefined || pod === undefined) return null
  const held = heldText(pod)
  if (held !== undefined) return `${held} Apply the ConfigMap, or write 'optional: true'.`
  const listens = listened(state, pod, ip)
  return listens.length === 0
    ? `pod ${keyOf(pod)} listens on no port at all. Declare its ports, or write under \`images\` what its image listens on.`
    : `pod ${keyOf(pod)} listens on ${listens.join(', ')}, not on ${port}. ${advice(listens[0]!.split(' ')[1]!)}`
}

const listened = (state: State, pod: Pod, ip: Ip): readonly string[] =>
  listenersOf(pod, ip, state.config).map(l => `${l.protocol} ${l.port}`)

/** An address or a port of a node that no Service has. */
function portExplanation(state: State, ip: Ip, port: number): string | null {
  if (state.config.serviceSubnets.some(s => contains(s, ip))) {
    const addresses = objectsOf(state, 'Service').flatMap(s =>
      readIp(s.spec.clusterIP ?? '') === undefined ? [] : [`${s.spec.clusterIP} (${keyOf(s)})`],
    )
    return `no Service has the address ${ipText(ip)}. The ClusterIPs are ${addresses.join(', ') || 'none'}.`
  }
  if (!isNodeAddress(state, ip)) return null
  const nodePorts = objectsOf(state, 'Service').flatMap(s =>
    (s.spec.ports ?? []).flatMap(p => (p.nodePort ? [`${p.nodePort} (${keyOf(s)})`] : [])),
  )
  return `no Service has the nodePort ${port}, and nothing on ${ipText(ip)} listens on it. ${nodePorts.length === 0 ? 'There is no nodePort at all.' : `The nodePorts are ${nodePorts.join(', ')}.`}`
}
