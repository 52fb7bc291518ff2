// Which zones and nodes an endpoint is meant for. Stands for the endpointslice controller's two ways: spec.trafficDistribution, each endpoint for its own zone
// (and node); and the annotation service.kubernetes.io/topology-mode: Auto, endpoints in proportion to the CPUs of the zones, with its Events.
import type { EndpointSlice, Service } from '../apply/object-service'
import type { Said } from '../cluster/event'
import { keyOf, type State } from '../cluster/state'
import type { Facts } from './controller'
import { add, isOverloaded, movesOf, type Moves, type Share, sharesOf, zoneRatios } from './zone-shares'

export type Endpoint = NonNullable<EndpointSlice['endpoints']>[number]

/** A slice to be: its endpoints without hints, and those that it has now where nothing else of it changes. */
interface Unhinted {
  readonly endpoints: readonly Endpoint[]
  readonly unchanged: readonly Endpoint[] | undefined
}

interface Hinted {
  /** The endpoints of each slice, in the order of the slices. */
  readonly endpoints: readonly (readonly Endpoint[])[]
  readonly said: readonly Said[]
  readonly facts: Facts
}

/** The annotation; the older one counts where both are there. */
const MODE = 'service.kubernetes.io/topology-mode'
const OLD_MODE = 'service.kubernetes.io/topology-aware-hints'
const isAuto = ({ metadata: { annotations = {} } }: Service): boolean => /^[Aa]uto$/.test(annotations[OLD_MODE] ?? annotations[MODE] ?? '')

/** Gives the slices of one address family their hints. */
export function hinted(state: State, service: Service, family: string, slices: readonly Unhinted[]): Hinted {
  if (isAuto(service)) return inProportion(state, service, family, slices)
  const near = service.spec.trafficDistribution
  const endpoints = slices.map(s => s.endpoints.map(e => withHints(e, NEAR[near ?? '']?.(e))))
  if (state.memory[populated(service)] === undefined) return { endpoints, said: [], facts: {} }
  return { endpoints, said: [disabled(service, family, 'Topology Aware Hints has been disabled')], facts: forgotten(service, family) }
}

type Hints = NonNullable<Endpoint['hints']>

const ownZone = (e: Endpoint): Hints => (e.zone === undefined ? {} : { forZones: [{ name: e.zone }] })
const ownNode = (e: Endpoint): Hints => (e.nodeName === undefined ? {} : { forNodes: [{ name: e.nodeName }] })
const NEAR: Readonly<Record<string, (e: Endpoint) => Hints>> = {
  PreferClose: ownZone,
  PreferSameZone: ownZone,
  PreferSameNode: e => ({ ...ownZone(e), ...ownNode(e) }),
}

const isReady = (e: Endpoint): boolean => e.conditions?.ready === true

/** Only ready endpoints have hints. */
const withHints = (e: Endpoint, hints: Hints | undefined): Endpoint =>
  hints === undefined || Object.keys(hints).length === 0 || !isReady(e) ? e : { ...e, hints }

const PREFIX = 'topology hints '
const populated = (service: Service): string => `${PREFIX}${keyOf(service)}`
const forgotten = (service: Service, family: string): Facts => ({
  [populated(service)]: undefined,
  [`${populated(service)} ${family}`]: undefined,
})

/** Of a Service that is gone nothing is known any more. */
export const forgottenHints = (state: State, key: string): Facts =>
  Object.fromEntries(
    ['', ' IPv4', ' IPv6']
      .map(family => `${PREFIX}${key}${family}`)
      .filter(name => state.memory[name] !== undefined)
      .map(name => [name, undefined]),
  )

const disabled = (about: Service, family: string, why: string): Said => ({
  about,
  type: 'Warning',
  reason: 'TopologyAwareHintsDisabled',
  message: `${why}, addressType: ${family}`,
  component: 'endpoint-slice-controller',
})

function inProportion(state: State, service: Service, family: string, slices: readonly Unhinted[]): Hinted {
  const ready = slices.flatMap(s => s.endpoints).filter(isReady)
  const none = (why: string): Hinted => ({
    endpoints: slices.map(s => s.endpoints),
    said: [disabled(service, family, why)],
    facts: forgotten(service, family),
  })
  const shares = sharesOf(zoneRatios(state), ready.length)
  if (typeof shares === 'string') return none(shares)
  if (ready.some(e => e.zone === undefined)) return none('One or more endpoints do not have a zone specified')
  const counts = new Map<string, number>()
  const kept = slices.map(s => s.unchanged !== undefined && keeps(s.unchanged, counts, shares))
  for (const [i, slice] of slices.entries()) if (!kept[i]) for (const e of slice.endpoints.filter(isReady)) add(counts, e.zone!, 1)
  const moves = movesOf(shares, counts)
  const endpoints = slices.map((s, i) => (kept[i] ? s.unchanged! : s.endpoints.map(e => moved(e, moves, counts))))
  const known = state.memory[populated(service)] !== undefined
  return {
    endpoints,
    said: known ? [] : [enabled(service, family)],
    facts: { [populated(service)]: 1, [`${populated(service)} ${family}`]: JSON.stringify([...counts]) },
  }
}

const enabled = (service: Service, family: string): Said => ({
  ...disabled(service, family, 'Topology Aware Hints has been enabled'),
  type: 'Normal',
  reason: 'TopologyAwareHintsEnabled',
})

/** Whether the hints of a slice that nothing else changes can stay: then they count. */
function keeps(endpoints: readonly Endpoint[], counts: Map<string, number>, shares: ReadonlyMap<string, Share>): boolean {
  const own = new Map<string, number>()
  for (const endpoint of endpoints.filter(isReady)) {
    const zones = endpoint.hints?.forZones ?? []
    if (zones.length === 0 || zones.some(z => !shares.has(z.name))) return false
    for (const { name } of zones) add(own, name, 1)
  }
  if ([...own].some(([zone, n]) => n + (counts.get(zone) ?? 0) > shares.get(zone)!.most)) return false
  for (const [zone, n] of own) add(counts, zone, n)
  return true
}

/** An endpoint for its own zone, or for one that lacks endpoints as long as its own gives some away. */
function moved(endpoint: Endpoint, { giving, receiving }: Moves, counts: Map<string, number>): Endpoint {
  if (!isReady(endpoint)) return endpoint
  const own = endpoint.zone!
  const [other] = receiving.keys()
  if (other === undefined || !giving.has(own)) return withHints(endpoint, ownZone(endpoint))
  add(giving, own, -1)
  add(receiving, other, -1)
  add(counts, own, -1)
  add(counts, other, 1)
  return withHints(endpoint, { forZones: [{ name: other }] })
}

/** The Services whose hints do not fit the nodes any more, once the nodes have changed. */
export function overloadedServices(state: State): readonly string[] {
  const hints = Object.entries(state.memory).filter(([name, value]) => name.startsWith(PREFIX) && typeof value === 'string')
  if (hints.length === 0) return []
  const ratios = zoneRatios(state)
  const keys = hints
    .filter(([, value]) => isOverloaded(new Map(JSON.parse(String(value)) as [string, number][]), ratios))
    .map(([name]) => name.slice(PREFIX.length).split(' ')[0]!)
  return [...new Set(keys)]
}
