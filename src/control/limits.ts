// LimitRanges: what a container gets that says nothing, and what is too little or too much. Stands for LimitRanger admission.
import type { Container, KubeObject, Pod } from '../apply/object'
import type { LimitRange, LimitRangeItem } from '../apply/object-policy'
import { fieldErrorText } from '../apply/field-error'
import { goFloat } from '../apply/validate-limits'
import { validateResources } from '../apply/validate-resources'
import type { ProfileName } from '../apply/profile'
import { indexBy } from '../cluster/derived'
import { compareText, type State } from '../cluster/state'
import { podResources } from './pod-resources'
import { CONTROL_PROFILES } from './profile'
import { type Amount, amountOf, amountText } from './quantity'

const rangesIn = indexBy<LimitRange>('LimitRange', r => [r.metadata.namespace ?? ''])

/** The items of a namespace, LimitRange by LimitRange, in the order of their names. */
const limitsIn = (state: State, namespace: string | undefined): readonly (readonly LimitRangeItem[])[] =>
  [...rangesIn(state, namespace ?? '')].sort((a, b) => compareText(a.metadata.name, b.metadata.name)).map(r => r.spec?.limits ?? [])

const NOTE = 'kubernetes.io/limit-ranger'
type Amounts = Readonly<Record<string, string>>

/** A pod whose containers have the defaults of the namespace, with the annotation that tells which. */
export function withLimitDefaults<P extends KubeObject>(state: State, pod: P): P {
  let changed = pod as unknown as Pod
  for (const items of limitsIn(state, pod.metadata.namespace)) {
    const own = items.filter(i => i.type === 'Container')
    const requests = Object.assign({}, ...own.map(i => i.defaultRequest)) as Amounts
    const limits = Object.assign({}, ...own.map(i => i.default)) as Amounts
    const notes: string[] = []
    const filled = (c: Container, what: string): Container => {
      const lacks = (had: Amounts = {}, given: Amounts): string[] =>
        Object.keys(given)
          .filter(name => !Object.hasOwn(had, name))
          .sort()
      const [noRequests, noLimits] = [lacks(c.resources?.requests, requests), lacks(c.resources?.limits, limits)]
      if (noRequests.length > 0) notes.push(`${noRequests.join(', ')} request for ${what} ${c.name}`)
      if (noLimits.length > 0) notes.push(`${noLimits.join(', ')} limit for ${what} ${c.name}`)
      if (noRequests.length + noLimits.length === 0) return c
      const merged = { limits: { ...limits, ...c.resources?.limits }, requests: { ...requests, ...c.resources?.requests } }
      return { ...c, resources: { ...c.resources, ...without(merged) } }
    }
    const containers = changed.spec.containers.map(c => filled(c, 'container'))
    const initContainers = changed.spec.initContainers?.map(c => filled(c, 'init container'))
    if (notes.length === 0) continue
    const annotations = { ...changed.metadata.annotations, [NOTE]: `LimitRanger plugin set: ${notes.join('; ')}` }
    changed = {
      ...changed,
      metadata: { ...changed.metadata, annotations },
      spec: { ...changed.spec, containers, ...(initContainers === undefined ? {} : { initContainers }) },
    }
  }
  return changed as unknown as P
}

/** Without what is empty. */
const without = (resources: Readonly<Record<string, Amounts>>): Readonly<Record<string, Amounts>> =>
  Object.fromEntries(Object.entries(resources).filter(([, amounts]) => Object.keys(amounts).length > 0))

type Sums = ReadonlyMap<string, Amount>
interface Asked {
  readonly requests: Sums
  readonly limits: Sums
}

/** Whether a namespace has bounds. */
const isLimited = (state: State, namespace: string | undefined): boolean => rangesIn(state, namespace ?? '').length > 0

/** A container that asks for more than the limit that it was given. */
function unfit(pod: Pod, profile: ProfileName): { readonly invalid: string } | undefined {
  const claims = ((pod.spec as { resourceClaims?: readonly { name: string }[] }).resourceClaims ?? []).map(c => c.name)
  const errors = pod.spec.containers.flatMap((c, i) => validateResources(['spec', 'containers', i, 'resources'], c.resources ?? {}, claims))
  if (errors.length === 0) return undefined
  const texts = errors.map(e => fieldErrorText(e, profile))
  return { invalid: `Pod "${pod.metadata.name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}` }
}

/** Why an object does not fit the bounds of its namespace: with its defaults it is invalid, or forbidden; undefined where it does. */
export function limitRefusal(state: State, object: KubeObject): { readonly invalid: string } | { readonly forbidden: string } | undefined {
  if ((object.kind !== 'Pod' && object.kind !== 'PersistentVolumeClaim') || !isLimited(state, object.metadata.namespace)) return undefined
  const wrong = object.kind === 'Pod' ? unfit(object as Pod, state.config.profile) : undefined
  if (wrong !== undefined) return wrong
  const end = CONTROL_PROFILES[state.config.profile].limitEnd
  for (const items of limitsIn(state, object.metadata.namespace)) {
    const wrong = items.flatMap(item => askedOf(item.type, object).flatMap(asked => beyond(item, asked, object.kind === 'Pod')))
    const different = [...new Set(wrong)].map(text => `${text}${end}`)
    if (different.length > 0) return { forbidden: different.length === 1 ? different[0]! : `[${different.join(', ')}]` }
  }
  return undefined
}

/** What an item bounds: each container, the pod, the claim. */
function askedOf(type: string, object: KubeObject): readonly Asked[] {
  const sums = (amounts: Amounts = {}): Sums => new Map(Object.entries(amounts).map(([name, amount]) => [name, amountOf(amount)]))
  if (object.kind !== 'Pod') {
    const { spec } = object as unknown as { readonly spec?: { readonly resources?: { readonly requests?: Amounts } } }
    return type === object.kind ? [{ requests: sums(spec?.resources?.requests), limits: new Map() }] : []
  }
  const pod = object as Pod
  if (type === 'Pod') return [{ requests: podResources(pod, 'requests'), limits: podResources(pod, 'limits') }]
  if (type !== 'Container') return []
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  return all.map(c => ({ requests: sums(c.resources?.requests), limits: sums(c.resources?.limits) }))
}

function beyond(item: LimitRangeItem, { requests, limits }: Asked, hasLimits: boolean): readonly string[] {
  const bounds = (amounts: Amounts | undefined): readonly (readonly [string, Amount])[] =>
    Object.keys(amounts ?? {})
      .sort()
      .map(name => [name, amountOf(amounts![name])])
  const per = (name: string): string => `${name} usage per ${item.type} is`
  const low = bounds(item.min).flatMap(([name, least]) => {
    const [request, limit] = [requests.get(name), limits.get(name)]
    const text = `minimum ${per(name)} ${amountText(least)}`
    if (request === undefined) return [`${text}.  No request is specified`]
    if (request.nano < least.nano) return [`${text}, but request is ${amountText(request)}`]
    return limit !== undefined && limit.nano < least.nano ? [`${text}, but limit is ${amountText(limit)}`] : []
  })
  const high = bounds(item.max).flatMap(([name, most]) => {
    const [request, limit] = [requests.get(name), limits.get(name)]
    const text = `maximum ${per(name)} ${amountText(most)}`
    if (hasLimits && limit === undefined) return [`${text}.  No limit is specified`]
    if (!hasLimits && request === undefined) return [`${text}.  No request is specified`]
    if (limit !== undefined && limit.nano > most.nano) return [`${text}, but limit is ${amountText(limit)}`]
    return request !== undefined && request.nano > most.nano ? [`${text}, but request is ${amountText(request)}`] : []
  })
  const steep = hasLimits
    ? bounds(item.maxLimitRequestRatio).flatMap(([name, most]) => ratioText(item.type, name, most, { requests, limits }))
    : []
  return [...low, ...high, ...steep]
}

function ratioText(type: string, name: string, most: Amount, { requests, limits }: Asked): readonly string[] {
  const text = `${name} max limit to request ratio per ${type} is ${amountText(most)}, but`
  const [request, limit] = [requests.get(name)?.nano ?? 0n, limits.get(name)?.nano ?? 0n]
  if (request === 0n) return [`${text} no request is specified or request is 0`]
  if (limit === 0n) return [`${text} no limit is specified or limit is 0`]
  const ratio = Number(limit) / Number(request)
  return ratio > Number(most.nano) / 1e9 ? [`${text} provided ratio is ${goFloat(ratio)}`] : []
}
