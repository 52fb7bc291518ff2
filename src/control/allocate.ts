// Service addresses and node ports: explicit ones checked, the rest drawn from the dynamic band with the seed. Stands for the API server's service/ipallocator and portallocator.
import { contains, cidrText, rangeOf, type Cidr } from '../addr/cidr'
import { addToIp, ipText, readIp, readIpLeniently } from '../addr/ip'
import type { Service, ServicePort } from '../apply/object-service'
import { below, seedOf } from '../cluster/random'
import { keyOf, objectsOf, type State } from '../cluster/state'
import type { ApiError } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import type { Controller } from './controller'
import { CONTROL_PROFILES } from './profile'
import { carriedOver } from './service-update'

export const NODE_PORTS = { first: 30000, last: 32767 } as const

export type Allocated = { readonly service: Service } | { readonly error: ApiError }

/** Gives addresses to the Services of the store that have none; what is explicit stays, even where a request would be refused. */
export const serviceAllocator: Controller = {
  name: 'kube-apiserver',
  latencyMs: 0,
  watches: ['Service'],
  keys: ({ event }) => (event.type === 'DELETED' || event.by === 'kube-apiserver' ? [] : ['services']),
  sync: state => {
    const taken = takenBy(state)
    const changes: Change[] = []
    for (const service of objectsOf(state, 'Service')) {
      const answer = complete(state, service, taken, false)
      if ('service' in answer && answer.service !== service) {
        note(taken, answer.service)
        changes.push(put(answer.service))
      }
    }
    return { changes }
  },
}

/** A request's Service with what the API server would allocate, or its refusal. `old`: the stored one, when this is an update. */
export function allocateService(state: State, service: Service, old?: Service): Allocated {
  const merged = old === undefined ? service : carriedOver(state, service, old)
  const taken = takenBy(state, old === undefined ? undefined : keyOf(old))
  return complete(state, merged, taken, true)
}

interface Taken {
  readonly ips: Set<string>
  readonly ports: Set<number>
}

function takenBy(state: State, except?: string): Taken {
  const taken: Taken = { ips: new Set(), ports: new Set() }
  for (const service of objectsOf(state, 'Service')) if (keyOf(service) !== except) note(taken, service)
  return taken
}

function note(taken: Taken, service: Service): void {
  for (const text of clusterIPsOf(service)) taken.ips.add(canonical(text))
  for (const port of service.spec.ports ?? []) if (port.nodePort) taken.ports.add(port.nodePort)
  if (service.spec.healthCheckNodePort) taken.ports.add(service.spec.healthCheckNodePort)
}

const canonical = (text: string): string => {
  const ip = readIpLeniently(text)
  return ip === undefined ? text : ipText(ip)
}

/** The addresses of a Service that are addresses. */
const clusterIPsOf = (service: Service): readonly string[] =>
  ((service.spec.clusterIPs?.length ?? 0) > 0 ? service.spec.clusterIPs! : [service.spec.clusterIP]).filter(
    ip => ip !== undefined && ip !== '' && ip !== 'None',
  ) as string[]

const invalid = (service: Service, cause: string): Allocated => ({
  error: { code: 422, reason: 'Invalid', message: `Service "${service.metadata.name}" is invalid: ${cause}`, causes: [cause] },
})

const full = (what: string): Allocated => ({
  error: { code: 500, reason: 'InternalError', message: `Internal error occurred: failed to allocate a ${what}: range is full` },
})

/** The Service with everything it needs; the same object when nothing is missing. `strict`: explicit values are checked too. */
function complete(state: State, service: Service, taken: Taken, strict: boolean): Allocated {
  if (service.spec.type === 'ExternalName') return { service }
  const addressed = withAddresses(state, service, taken, strict)
  if ('error' in addressed) return addressed
  return withNodePorts(state, addressed.service, taken, strict)
}

function withAddresses(state: State, service: Service, taken: Taken, strict: boolean): Allocated {
  const { spec } = service
  const { ipFamilies } = CONTROL_PROFILES[state.config.profile]
  if (spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None') return { service: ipFamilies ? headless(state, service) : service }
  const subnets = subnetsFor(state, service)
  const given = clusterIPsOf(service)
  for (const text of strict ? given : []) {
    const cause = refusal(state, text, taken)
    if (cause !== undefined) return invalid(service, cause)
  }
  const ips: string[] = [...given]
  for (const subnet of subnets) {
    if (ips.some(ip => ip.includes(':') === (typeof subnet.ip === 'bigint'))) continue
    const ip = freeAddress(state, service, subnet, taken)
    if (ip === undefined) return full('serviceIP')
    ips.push(ip)
  }
  if (ips.length === 0) return { service }
  if (!ipFamilies) return { service: spec.clusterIP ? service : { ...service, spec: { ...spec, clusterIP: ips[0]! } } }
  const complete =
    spec.clusterIP !== undefined &&
    spec.clusterIP !== '' &&
    spec.clusterIPs?.length === ips.length &&
    spec.ipFamilies !== undefined &&
    spec.ipFamilyPolicy !== undefined
  if (complete) return { service }
  const families = ips.map(ip => (ip.includes(':') ? ('IPv6' as const) : ('IPv4' as const)))
  const ipFamilyPolicy = spec.ipFamilyPolicy ?? (ips.length > 1 ? 'RequireDualStack' : 'SingleStack')
  return {
    service: {
      ...service,
      spec: {
        ...spec,
        clusterIP: spec.clusterIP || ips[0]!,
        clusterIPs: ips,
        ipFamilies: wrongFamilies(spec.ipFamilies, families) ?? families,
        ipFamilyPolicy,
      },
    },
  }
}

/** Written families that the addresses do not bear out: left for validation to refuse. */
const wrongFamilies = (written: Service['spec']['ipFamilies'], families: readonly string[]) =>
  written !== undefined && written.length > families.length ? written : undefined

function headless(state: State, service: Service): Service {
  const { spec } = service
  if (spec.clusterIP && spec.clusterIPs && spec.ipFamilies && spec.ipFamilyPolicy) return service
  const without = Object.keys(spec.selector ?? {}).length === 0
  const first = state.config.ipFamily === 'ipv6' ? ('IPv6' as const) : ('IPv4' as const)
  const dual = without || (state.config.ipFamily === 'dual' && spec.ipFamilyPolicy !== undefined && spec.ipFamilyPolicy !== 'SingleStack')
  const second = first === 'IPv4' ? ('IPv6' as const) : ('IPv4' as const)
  const families = spec.ipFamilies ?? (dual ? [first, second] : [first])
  return {
    ...service,
    spec: {
      ...spec,
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: families,
      ipFamilyPolicy: spec.ipFamilyPolicy ?? (without ? 'RequireDualStack' : 'SingleStack'),
    },
  }
}

/** The service networks that the Service is to have an address of, the primary one first. */
function subnetsFor(state: State, service: Service): readonly Cidr[] {
  const { serviceSubnets } = state.config
  const { ipFamilies, ipFamilyPolicy } = service.spec
  const of = (family: string) => serviceSubnets.filter(s => (typeof s.ip === 'bigint') === (family === 'IPv6'))
  const listed = ipFamilies?.flatMap(of) ?? []
  const dual = ipFamilyPolicy === 'PreferDualStack' || ipFamilyPolicy === 'RequireDualStack'
  if (listed.length > 0) return dual ? [...listed, ...serviceSubnets.filter(s => !listed.includes(s))] : listed
  return dual ? serviceSubnets : serviceSubnets.slice(0, 1)
}

/** Why an explicit address cannot be had. */
function refusal(state: State, text: string, taken: Taken): string | undefined {
  const ip = readIp(text)
  if (ip === undefined) return undefined
  const profile = CONTROL_PROFILES[state.config.profile]
  const field = profile.clusterIPField(text)
  const subnet = state.config.serviceSubnets.find(s => typeof s.ip === typeof ip)
  const range = subnet && usable(subnet)
  const inside = range !== undefined && contains(subnet!, ip) && ip >= range.first && ip <= range.last
  if (!inside) return `${field}: ${profile.outOfRange(text, subnet === undefined ? '' : cidrText(subnet))}`
  return taken.ips.has(ipText(ip)) ? `${field}: ${profile.alreadyAllocated(text)}` : undefined
}

/** From network + 1 to broadcast − 1 (IPv6: to the end). */
function usable(subnet: Cidr): { readonly first: ReturnType<typeof addToIp> & {}; readonly last: ReturnType<typeof addToIp> & {} } {
  const { first, last } = rangeOf(subnet)
  return { first: addToIp(first, 1)!, last: typeof last === 'number' ? addToIp(last, -1)! : last }
}

/** The size of the band at the beginning of a range that automatic allocation leaves alone: min(max(16, size/16), 256), none for tiny ranges. */
const staticBand = (size: number, divisor: number, most: number): number =>
  size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / divisor)), most)

function freeAddress(state: State, service: Service, subnet: Cidr, taken: Taken): string | undefined {
  const pinned = String(state.memory[`pinned clusterIP ${keyOf(service)}`] ?? '')
  if (pinned !== '' && !taken.ips.has(pinned) && contains(subnet, readIp(pinned)!)) return pinned
  const { first } = usable(subnet)
  const bits = typeof subnet.ip === 'number' ? 32 : 128
  const size = Math.min(2 ** (bits - subnet.length) - (bits === 32 ? 2 : 1), 2 ** 20)
  const band = CONTROL_PROFILES[state.config.profile].bands ? staticBand(2 ** Math.min(bits - subnet.length, 20), 16, 256) : 0
  const draw = below(seedOf(state.seed, `clusterIP ${keyOf(service)}`), size - band).value
  for (let i = 0; i < size; i++) {
    const offset = i < size - band ? band + ((draw + i) % (size - band)) : i - (size - band)
    const ip = ipText(addToIp(first, offset)!)
    if (!taken.ips.has(ip)) return ip
  }
  return undefined
}

const needsNodePorts = (service: Service): boolean =>
  service.spec.type === 'NodePort' || (service.spec.type === 'LoadBalancer' && service.spec.allocateLoadBalancerNodePorts !== false)

function withNodePorts(state: State, service: Service, taken: Taken, strict: boolean): Allocated {
  const mine = new Set<number>()
  const wantsHealth = service.spec.type === 'LoadBalancer' && service.spec.externalTrafficPolicy === 'Local'
  let changed = false
  const ports: ServicePort[] = []
  for (const [i, port] of (service.spec.ports ?? []).entries()) {
    const twin = ports.find(p => p.port === port.port && p.protocol !== port.protocol)
    if (port.nodePort) {
      const cause = strict ? portRefusal(i, port, taken, mine, twin) : undefined
      if (cause !== undefined) return invalid(service, cause)
      mine.add(port.nodePort)
      ports.push(port)
      continue
    }
    if (!needsNodePorts(service)) {
      ports.push(port)
      continue
    }
    const nodePort = twin?.nodePort ?? freePort(state, `${keyOf(service)} ${i}`, taken, mine)
    if (nodePort === undefined) return full('nodePort')
    mine.add(nodePort)
    changed = true
    ports.push({ ...port, nodePort })
  }
  const withPorts = changed ? { ...service, spec: { ...service.spec, ports } } : service
  if (!wantsHealth || service.spec.healthCheckNodePort) return { service: withPorts }
  const healthCheckNodePort = freePort(state, `${keyOf(service)} health`, taken, mine)
  if (healthCheckNodePort === undefined) return full('HealthCheck NodePort')
  return { service: { ...withPorts, spec: { ...withPorts.spec, healthCheckNodePort } } }
}

function portRefusal(
  i: number,
  port: ServicePort,
  taken: Taken,
  mine: ReadonlySet<number>,
  twin: ServicePort | undefined,
): string | undefined {
  const field = `spec.ports[${i}].nodePort: Invalid value: ${port.nodePort}`
  const { first, last } = NODE_PORTS
  if (port.nodePort! < first || port.nodePort! > last) {
    return `${field}: provided port is not in the valid range. The range of valid ports is ${first}-${last}`
  }
  const shared = twin?.nodePort === port.nodePort
  return taken.ports.has(port.nodePort!) || (mine.has(port.nodePort!) && !shared)
    ? `${field}: provided port is already allocated`
    : undefined
}

function freePort(state: State, purpose: string, taken: Taken, mine: ReadonlySet<number>): number | undefined {
  const size = NODE_PORTS.last - NODE_PORTS.first + 1
  const band = CONTROL_PROFILES[state.config.profile].bands ? staticBand(size, 32, 128) : 0
  const pinned = Number(state.memory[`pinned nodePort ${purpose}`] ?? 0)
  if (pinned !== 0 && !taken.ports.has(pinned) && !mine.has(pinned)) return pinned
  const draw = below(seedOf(state.seed, `nodePort ${purpose}`), size - band).value
  for (let i = 0; i < size; i++) {
    const port = NODE_PORTS.first + (i < size - band ? band + ((draw + i) % (size - band)) : i - (size - band))
    if (!taken.ports.has(port) && !mine.has(port)) return port
  }
  return undefined
}
