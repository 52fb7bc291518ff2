// EndpointSlices of Services with a selector. Stands for the endpointslice controller (and calls the mirroring one): at most 100 endpoints a slice, existing slices
// keep their order; hints are given by endpoint-hints.ts.
import type { Node, Pod } from '../apply/object'
import type { EndpointSlice, Service } from '../apply/object-service'
import { givenEndpoints, keepsGiven } from '../cluster/given-endpoints'
import { SERVICE_NAME_LABEL } from '../cluster/labels'
import { indexBy } from '../cluster/derived'
import { sameValue } from '../cluster/equal'
import type { Said } from '../cluster/event'
import { CLUSTER_PROFILES } from '../cluster/profile'
import { keyOf, objectOf, type State } from '../cluster/state'
import { namerOf, type Namer } from '../cluster/store'
import { put, type Change } from '../cluster/write'
import { CONTENT, type Controller, type Facts, type Sync } from './controller'
import { backendsOf, familiesOf, hasSelector, servicesOf, triggerNotes, triggerText, type Before } from './endpoint-ports'
import { differences, givenByEndpoints, givenBySlices } from './endpoint-differences'
import { forgottenHints, hinted, overloadedServices } from './endpoint-hints'
import { MANAGED_BY, mirrored } from './mirrored-slices'
import { filledSlices } from './slice-filling'
import { CONTROLLER, noted, sliceOf } from './slice-object'
import { zoneFacts } from './zone-shares'

export const endpointSlices: Controller = {
  name: 'endpointslice-controller',
  latencyMs: 4,
  watches: ['Service', 'Pod', 'Node', 'EndpointSlice', 'Endpoints'],
  keys: ({ event, old }, state) => {
    const { object } = event
    if (object.kind === 'Pod') return servicesOf(state, event, old as Pod | undefined)
    if (object.kind === 'Node') {
      const same = event.type === 'MODIFIED' && old !== undefined && zoneFacts(old as Node) === zoneFacts(object as Node)
      return same ? [] : overloadedServices(state)
    }
    if (object.kind !== 'EndpointSlice') return [keyOf(object)]
    const service = object.metadata.labels?.[SERVICE_NAME_LABEL]
    return service === undefined || event.by === 'endpointslice-controller' ? [] : [`${object.metadata.namespace}/${service}`]
  },
  sync: syncSlices,
}

function syncSlices(state: State, key: string): Sync {
  const service = objectOf(state, 'Service', key)
  const slices = slicesOf(state, key)
  if (service !== undefined && hasSelector(service) && isAdopted(state, service, slices))
    return { facts: { [givenEndpoints(key)]: undefined }, again: [{ atMs: state.nowMs }] }
  if (!CLUSTER_PROFILES[state.config.profile].endpointSlices) return CONTENT
  const namer = namerOf(state)
  const endpoints = objectOf(state, 'Endpoints', key)
  const mirror = mirrored(state, namer, key, service, endpoints, slices)
  if (service === undefined)
    return {
      facts: forgottenHints(state, key),
      changes: [...mirror.changes, ...slices.filter(s => s.metadata.labels?.[MANAGED_BY] === CONTROLLER).map(removal)],
    }
  const kept = keepsGiven(state, key) || !hasSelector(service)
  const plan = kept ? { changes: [], said: [], facts: {} } : planFor(state, namer, service, slices)
  const size = kept ? 0 : WEIGHT * slices.reduce((n, s) => n + (s.endpoints?.length ?? 0), 0)
  const written = plan.changes.length === 0 ? {} : { [writtenFact(key)]: state.nowMs }
  return {
    facts: { ...namer.facts(), ...plan.facts, ...written },
    changes: [...plan.changes, ...mirror.changes],
    said: [...plan.said, ...mirror.said],
    size,
  }
}

/** An endpoint is more work than a pod that is only counted. */
const WEIGHT = 10

const removal = (slice: EndpointSlice): Change => ({ do: 'delete', kind: 'EndpointSlice', key: keyOf(slice) })

const byService = indexBy<EndpointSlice>('EndpointSlice', slice => {
  const service = slice.metadata.labels?.[SERVICE_NAME_LABEL]
  return service === undefined ? [] : [`${slice.metadata.namespace}/${service}`]
})

/** The slices of a Service, by its key, in the order of their creation. */
export const slicesOf = (state: State, key: string): readonly EndpointSlice[] => byService(state, key)

/** Whether given endpoints say what the pods say anyway: they become the controllers' own, so that later changes of pods are followed. */
function isAdopted(state: State, service: Service, all: readonly EndpointSlice[]): boolean {
  const key = keyOf(service)
  if (!keepsGiven(state, key) || (state.objects.get('Pod')?.size ?? 0) === 0) return false
  const given = objectOf(state, 'Endpoints', key)
  const slices = ownSlices(state, all)
  if (given !== undefined && differences(state, service, givenByEndpoints(given)).length > 0) return false
  return slices.length === 0 || differences(state, service, givenBySlices(slices)).length === 0
}

/** The slices that the controller writes, or would take over where they were given: not those of another controller, or of a user. */
export const ownSlices = (state: State, slices: readonly EndpointSlice[]): readonly EndpointSlice[] =>
  slices.filter(s => {
    const manager = s.metadata.labels?.[MANAGED_BY]
    return manager === CONTROLLER || (manager === undefined && state.places.has(`EndpointSlice ${keyOf(s)}`))
  })

interface Plan {
  readonly changes: readonly Change[]
  readonly said: readonly Said[]
  readonly facts: Facts
}

/** What has to be written so that a Service's slices say where its pods are. */
function planFor(state: State, namer: Namer, service: Service, existing: readonly EndpointSlice[]): Plan {
  const own = ownSlices(state, existing)
  const before = servingIn(state, service, own)
  const changes: Change[] = []
  const said: Said[] = []
  let facts: Facts = {}
  const kept = new Set<EndpointSlice>()
  for (const family of familiesOf(state, service)) {
    const backends = backendsOf(state, service, family)
    const filled = filledSlices(state, service, family, backends, own)
    for (const { slice } of filled) if (slice !== undefined) kept.add(slice)
    const hints = hinted(state, service, family, filled)
    said.push(...hints.said)
    facts = { ...facts, ...hints.facts }
    let cause: { readonly text: string | undefined } | undefined
    for (const [i, { slice, ports, unchanged }] of filled.entries()) {
      const endpoints = hints.endpoints[i]!
      if (unchanged !== undefined && sameValue(unchanged, endpoints)) continue
      cause ??= { text: triggerText(state, service, before, backends) }
      const notes = triggerNotes(cause.text, slice?.metadata.annotations)
      changes.push(put(noted(sliceOf(namer, service, family, ports, endpoints, slice), notes)))
    }
  }
  const surplus = own.filter(slice => !kept.has(slice))
  if (kept.size === 0 && changes.length === 0) return { changes: placeholder(state, namer, service, own), said, facts }
  return { changes: recycled(changes, surplus), said, facts }
}

/** Who stands in a Service's slices, and whether as serving; undefined where it has none. */
function servingIn(state: State, service: Service, own: readonly EndpointSlice[]): Before | undefined {
  if (own.length === 0) return undefined
  const readiness = new Map(own.flatMap(s => (s.endpoints ?? []).map(e => [e.addresses[0] ?? '', e.conditions?.serving ?? true] as const)))
  return { readiness, writtenMs: state.memory[writtenFact(keyOf(service))] as number | undefined }
}

const writtenFact = (key: string): string => `written slices ${key}`

/** A slice that is not needed any more becomes a new one of its family; only what is left over is deleted. */
function recycled(changes: readonly Change[], surplus: readonly EndpointSlice[]): readonly Change[] {
  const left = [...surplus]
  const all = changes.map(change => {
    if (change.do !== 'put' || change.object.metadata.uid !== undefined) return change
    const fresh = change.object as EndpointSlice
    const at = left.findIndex(s => s.addressType === fresh.addressType)
    if (at < 0) return change
    const [old] = left.splice(at, 1)
    const { labels, annotations, ownerReferences } = fresh.metadata
    const { annotations: _, ...kept } = old!.metadata
    const metadata = {
      ...kept,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    }
    return put({ ...fresh, metadata })
  })
  return [...all, ...left.map(removal)]
}

/** A Service without any endpoint has one slice that says so. */
function placeholder(state: State, namer: Namer, service: Service, own: readonly EndpointSlice[]): readonly Change[] {
  const family = familiesOf(state, service)[0]!
  const [first, ...rest] = own
  const changes: Change[] = rest.map(slice => ({ do: 'delete', kind: 'EndpointSlice', key: keyOf(slice) }))
  if (first !== undefined && (first.endpoints ?? []).length === 0) return changes
  const notes = triggerNotes(triggerText(state, service, servingIn(state, service, own), []), first?.metadata.annotations)
  return [...changes, put(noted(sliceOf(namer, service, family, null, null, first), notes))]
}
