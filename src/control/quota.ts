// Quotas and limits: what may still be created in a namespace, and what is taken up. Stands for ResourceQuota admission, which charges each object before it is written,
// and for the resource quota controller, which counts again. A quota holds from the moment at which the controller has first counted.
import type { Kind, KubeObject, Pod } from '../apply/object'
import type { Amounts, ResourceQuota } from '../apply/object-quota'
import { indexBy } from '../cluster/derived'
import { ALL_KINDS, qualifiedResource } from '../cluster/kind'
import { sameValue } from '../cluster/equal'
import { compareText, keyOf, objectOf, type State } from '../cluster/state'
import { type Change, put } from '../cluster/write'
import { type Again, CONTENT, type Controller } from './controller'
import { limitRefusal } from './limits'
import { isFinished } from './pod-state'
import { priorityRefusal } from './priority'
import { type Amount, amountOf, amountText, canonicalQuantity, NOTHING, plus } from './quantity'
import { added, chargedUntilMs, concerns, type Usage, usageOf } from './quota-usage'

const quotasIn = indexBy<ResourceQuota>('ResourceQuota', q => [q.metadata.namespace ?? ''])
const podsIn = indexBy<Pod>('Pod', p => [p.metadata.namespace ?? ''])

/** Looks at the bounds of a namespace and charges objects to its quotas, one after the other. */
export interface QuotaDesk {
  /** Why an object may not be created, as the server says it; charged where it may. `old`: what it replaces. */
  readonly charge: (object: KubeObject, old?: KubeObject) => string | undefined
  /** The quotas as charged. */
  readonly changes: () => readonly Change[]
}

export function quotaDesk(state: State, namespace: string | undefined): QuotaDesk {
  const quotas = [...quotasIn(state, namespace ?? '')].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
  if (quotas.length === 0) return { charge: (object, old) => admission(state, object, old), changes: () => [] }
  const used = new Map(quotas.map(q => [q, q.status?.used ?? {}]))
  return {
    charge: (object, old) => {
      const wrong = admission(state, object, old)
      if (wrong !== undefined) return wrong
      const charged: (readonly [ResourceQuota, Amounts])[] = []
      for (const quota of quotas) {
        const answer = chargeOne(quota, used.get(quota)!, object, old)
        if (typeof answer === 'string') return forbidden(object, answer)
        if (answer !== undefined) charged.push([quota, answer])
      }
      for (const [quota, now] of charged) used.set(quota, now)
      return undefined
    },
    changes: () =>
      quotas
        .filter(q => used.get(q) !== q.status?.used && used.get(q) !== undefined && q.status !== undefined)
        .map(q => put({ ...q, status: { ...q.status, used: used.get(q)! } })),
  }
}

/** What is refused whatever is used: an unknown class of priority, a container out of bounds. */
function admission(state: State, object: KubeObject, old: KubeObject | undefined): string | undefined {
  if (old !== undefined) return undefined
  const unranked = object.kind === 'Pod' ? priorityRefusal(state, object as Pod) : undefined
  if (unranked !== undefined) return forbidden(object, unranked)
  const wrong = limitRefusal(state, object)
  return wrong && ('invalid' in wrong ? wrong.invalid : forbidden(object, wrong.forbidden))
}

const forbidden = (object: KubeObject, why: string): string =>
  `${qualifiedResource(object.kind as Kind)} "${object.metadata.name || (object.metadata.generateName ?? '')}" is forbidden: ${why}`

/** The quota's `used` with the object, the refusal, or undefined where the quota has nothing to say. */
function chargeOne(quota: ResourceQuota, used: Amounts, object: KubeObject, old: KubeObject | undefined): Amounts | string | undefined {
  const hard = quota.status?.hard ?? {}
  const names = Object.keys(hard)
  if (!concerns(quota, object, names)) return undefined
  const missing = object.kind === 'Pod' ? unspecified(object as Pod, names) : ''
  if (missing !== '') return `failed quota: ${quota.metadata.name}: must specify ${missing}`
  const asked = difference(usageOf(object), old === undefined ? new Map() : usageOf(old))
  const requested = [...asked].filter(([name, { nano }]) => nano !== 0n && Object.hasOwn(hard, name))
  if (requested.length === 0) return undefined
  const now = (name: string): Amount => plus(amountOf(used[name] ?? 0), asked.get(name) ?? NOTHING)
  const over = requested.filter(([name]) => now(name).nano > amountOf(hard[name]).nano).sort(([a], [b]) => compareText(a, b))
  if (over.length > 0) {
    const list = (text: (name: string) => string) => over.map(([name]) => `${name}=${text(name)}`).join()
    return `exceeded quota: ${quota.metadata.name}, requested: ${list(n => amountText(asked.get(n)!))}, used: ${list(n => canonicalQuantity(used[n] ?? '0'))}, limited: ${list(n => canonicalQuantity(hard[n]))}`
  }
  return { ...used, ...Object.fromEntries(requested.map(([name]) => [name, amountText(now(name))])) }
}

const difference = (a: Usage, b: Usage): Usage =>
  new Map([...a].map(([name, amount]) => [name, { ...amount, nano: amount.nano - (b.get(name)?.nano ?? 0n) }]))

/** A quota of CPU or memory wants every container to say how much. */
const NEEDED: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  'requests.cpu': ['requests', 'cpu'],
  'limits.cpu': ['limits', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.memory': ['requests', 'memory'],
  'limits.memory': ['limits', 'memory'],
}

function unspecified(pod: Pod, names: readonly string[]): string {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  return names
    .filter(name => Object.hasOwn(NEEDED, name))
    .sort()
    .flatMap(name => {
      const [part, what] = NEEDED[name]!
      const silent = containers.filter(c => c.resources?.[part]?.[what] === undefined).map(c => c.name)
      return silent.length === 0 ? [] : [`${name} for: ${silent.sort().join()}`]
    })
    .join('; ')
}

export const resourceQuotas: Controller = {
  name: 'resourcequota-controller',
  latencyMs: 1,
  watches: ALL_KINDS,
  keys: ({ event, old }, state) => {
    const { object, type } = event
    if (object.kind === 'ResourceQuota' && event.by !== 'resourcequota-controller') {
      const own = type === 'DELETED' ? [] : [keyOf(object)]
      return [
        ...own,
        ...quotasIn(state, object.metadata.namespace ?? '')
          .map(keyOf)
          .filter(key => !own.includes(key)),
      ]
    }
    if (!anyQuota(state) || object.metadata.namespace === undefined || !changesUse(type, object, old)) return []
    return quotasIn(state, object.metadata.namespace).map(keyOf)
  },
  sync: (state, key) => {
    const quota = objectOf(state, 'ResourceQuota', key)
    if (quota === undefined) return CONTENT
    const status = { hard: quota.spec?.hard ?? {}, used: usedBy(state, quota) }
    const again = resync(state, quota)
    return sameValue(status, quota.status ?? {}) ? { again } : { changes: [put({ ...quota, status })], again }
  },
}

/** How often the controller counts everything again. */
const RESYNC_MS = 300_000

/** A pod whose kubelet is silent stays; that it is no longer charged is found out when all is counted again. */
function resync(state: State, quota: ResourceQuota): readonly Again[] {
  const ends = podsIn(state, quota.metadata.namespace ?? '').flatMap(pod => chargedUntilMs(state, pod) ?? [])
  const due = ends.filter(endMs => endMs >= state.nowMs).map(endMs => (Math.floor(endMs / RESYNC_MS) + 1) * RESYNC_MS)
  return due.length === 0 ? [] : [{ atMs: Math.min(...due), patient: true }]
}

const isStuck = (state: State, object: KubeObject): boolean =>
  object.kind === 'Pod' && (chargedUntilMs(state, object as Pod) ?? Number.POSITIVE_INFINITY) < state.nowMs

const anyQuota = (state: State): boolean => (state.objects.get('ResourceQuota')?.size ?? 0) > 0

/** Pods were charged when they were made; what else is made, and everything that goes, is counted again. */
function changesUse(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject, old: KubeObject | undefined): boolean {
  if (type === 'DELETED') return true
  if (type === 'ADDED') return object.kind !== 'Pod'
  if (object.kind === 'Pod')
    return (
      old !== undefined &&
      (isFinished(old as Pod) !== isFinished(object as Pod) || old.metadata.deletionTimestamp !== object.metadata.deletionTimestamp)
    )
  return object.kind === 'Service'
}

/** All objects of a namespace but pods; few enough to look at each time. */
const othersIn = (state: State, namespace: string): readonly KubeObject[] =>
  ALL_KINDS.flatMap(kind => (kind === 'Pod' ? [] : ([...(state.objects.get(kind)?.values() ?? [])] as KubeObject[]))).filter(
    o => o.metadata.namespace === namespace,
  )

function usedBy(state: State, quota: ResourceQuota): Amounts {
  const names = Object.keys(quota.spec?.hard ?? {}).sort()
  const namespace = quota.metadata.namespace ?? ''
  let sum: Usage = new Map()
  for (const object of [...podsIn(state, namespace), ...othersIn(state, namespace)])
    if (concerns(quota, object, names)) sum = added(sum, usageOf(object, isStuck(state, object)))
  return Object.fromEntries(names.map(name => [name, amountText(sum.get(name) ?? NOTHING)]))
}
