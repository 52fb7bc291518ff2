// Validation of limits, requests and claims: of a container, of a pod as a whole, and of a pod's overhead.
import { duplicate, type FieldError, forbidden, invalid, keyed, notFound, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label, nonNegative, qualifiedName } from './names'
import type { Path } from './path'
import { fewerUnits, quantityText, quantityValue } from './quantity-value'
import { ruled } from './validate-meta'

type NameRule = (path: Path, name: string) => FieldError[]

/** Limits and requests of a container. */
export const validateResources = (path: Path, resources: Loose, claims: readonly string[]): FieldError[] =>
  validateAmounts(path, resources, claims, containerName)

/** What a pod as a whole may have: nothing of its own that its containers do not fit in. */
export function validatePodResources(path: Path, spec: Loose): FieldError[] {
  const resources: Loose | undefined = spec.resources
  const at = [...path, 'resources']
  if (resources === undefined) return []
  if (spec.os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')]
  return [
    ...(resources.claims === undefined ? [] : [forbidden([...at, 'claims'], 'claims may not be set for Resources at pod-level')]),
    ...validateAmounts(at, resources, [], podName),
    ...unfitting(at, spec),
  ]
}

/** What a sandbox itself costs: shaped like the limits of a container. */
export const validateOverhead = (path: Path, overhead: Loose): FieldError[] =>
  validateAmounts(path, { limits: overhead }, [], containerName)

function validateAmounts(path: Path, resources: Loose, claims: readonly string[], nameRule: NameRule): FieldError[] {
  const limits: Loose = resources.limits ?? {}
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const part of ['limits', 'requests'] as const)
    for (const name of Object.keys(resources[part] ?? {}).sort()) {
      const value = resources[part][name]
      const at = [...path, part, keyed(name)]
      names.add(name)
      errors.push(...nameRule(at, name), ...amountErrors(at, name, value))
      if (part === 'requests') errors.push(...requestErrors(path, name, value, limits[name]))
      errors.push(...pageErrors(at, name, value))
    }
  if ([...names].some(isHugePages) && !names.has('cpu') && !names.has('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  return [...errors, ...claimErrors([...path, 'claims'], resources.claims ?? [], claims)]
}

const STANDARD = new Set([
  ...['cpu', 'memory', 'ephemeral-storage', 'storage'],
  ...['requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'requests.storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
])
const COUNTED = new Set([
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims'],
  ...['services.nodeports', 'services.loadbalancers'],
])
const OF_CONTAINERS = new Set(['cpu', 'memory', 'ephemeral-storage'])
const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
/** Whether more of it may be promised than there is. */
export const isOvercommitted = (name: string): boolean => isNative(name) && !isHugePages(name)
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0

/** A resource of any object. */
export function resourceName(path: Path, name: string): FieldError[] {
  const errors = ruled(path, name, qualifiedName)
  const known = name.includes('/') || STANDARD.has(name) || COUNTED.has(name) || /^(requests\.)?hugepages-/.test(name)
  return errors.length > 0 || known ? errors : [invalid(path, name, 'must be a standard resource type or fully qualified')]
}

/** A resource of a container. */
export const containerName: NameRule = (path, name) => {
  const errors = resourceName(path, name)
  if (!name.includes('/'))
    return OF_CONTAINERS.has(name) || isHugePages(name)
      ? errors
      : [...errors, invalid(path, name, 'must be a standard resource for containers')]
  return isNative(name) || isExtended(name) ? errors : [...errors, invalid(path, name, "doesn't follow extended resource name standard")]
}

const podName: NameRule = (path, name) => {
  const errors = resourceName(path, name)
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors
  return [unsupported(path, name, ['cpu', 'hugepages-', 'memory'])]
}

function amountErrors(path: Path, name: string, value: string | number): FieldError[] {
  const errors = quantityValue(value) < 0 ? [invalid(path, quantityText(value), nonNegative)] : []
  const whole = Math.ceil(fewerUnits(value) / 1e6) % 1000 === 0
  return whole || !(COUNTED.has(name) || isExtended(name)) ? errors : [...errors, invalid(path, quantityText(value), 'must be an integer')]
}

/** Pages come whole. */
function pageErrors(path: Path, name: string, value: string | number): FieldError[] {
  if (!isHugePages(name)) return []
  const size = quantityValue(name.slice('hugepages-'.length))
  if (size > 0 && Number.isInteger(size) && Math.ceil(quantityValue(value)) % size === 0) return []
  const text = quantityText(value)
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)]
}

/** Extended resources cannot be overcommitted. */
function requestErrors(path: Path, name: string, request: string | number, limit: string | number | undefined): FieldError[] {
  const exact = !isNative(name) || isHugePages(name)
  if (limit === undefined) return exact ? [required([...path, 'limits'], 'Limit must be set for non overcommitable resources')] : []
  const [have, most] = [fewerUnits(request), fewerUnits(limit)]
  if (exact && have !== most)
    return [invalid([...path, 'requests'], quantityText(request), `must be equal to ${name} limit of ${quantityText(limit)}`)]
  return have > most
    ? [invalid([...path, 'requests'], quantityText(request), `must be less than or equal to ${name} limit of ${quantityText(limit)}`)]
    : []
}

/** A claim as a whole, or some of its requests; not both. */
function claimErrors(path: Path, claims: readonly Loose[], known: readonly string[]): FieldError[] {
  const seen = new Set<string>()
  return claims.flatMap((claim, i) => {
    const at = [...path, i]
    const name: string = claim.name ?? ''
    if (name === '') return [required(at)]
    const errors: FieldError[] = []
    if (seen.has(name)) errors.push(duplicate(at, name))
    else {
      const key = claim.request ? `${name}/${claim.request}` : name
      if (claim.request) errors.push(...ruled([...at, 'request'], claim.request, dns1123Label))
      if (seen.has(key)) errors.push(duplicate(at, key))
      else if (!claim.request) for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name))
      seen.add(key)
    }
    if (!known.includes(name)) {
      const list = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`
      errors.push({ ...notFound(at, name), detail: `must be one of the names in pod.spec.resourceClaims${list}` })
    }
    return errors
  })
}

type Amounts = Record<string, number>

/** What all containers ask for together, init containers one after the other. */
function together(spec: Loose, part: 'limits' | 'requests'): Amounts {
  const amounts = (c: Loose): [string, number][] => Object.entries(c.resources?.[part] ?? {}).map(([k, v]) => [k, fewerUnits(v as string)])
  const add = (to: Amounts, c: Loose): void => {
    for (const [name, value] of amounts(c)) to[name] = (to[name] ?? 0) + value
  }
  const [all, sidecars, most]: readonly [Amounts, Amounts, Amounts] = [{}, {}, {}]
  for (const c of (spec.containers ?? []) as Loose[]) add(all, c)
  for (const c of (spec.initContainers ?? []) as Loose[]) {
    const now: Amounts = { ...sidecars }
    add(now, c)
    if (c.restartPolicy === 'Always') {
      add(all, c)
      add(sidecars, c)
    }
    for (const [name, value] of Object.entries(now)) most[name] = Math.max(most[name] ?? 0, value)
  }
  for (const [name, value] of Object.entries(most)) all[name] = Math.max(all[name] ?? 0, value)
  return all
}

/** A sum is told in the family of units of its parts. */
const amountText = (units: number, part: string | number): string =>
  /i$/.test(String(part)) && units % 1e9 === 0 && units >= 1024e9
    ? quantityText(`${units / 1e9 / 1024}Ki`)
    : quantityText(String(units / 1e9))

function unfitting(path: Path, spec: Loose): FieldError[] {
  const { limits = {}, requests = {} }: Loose = spec.resources
  const errors: FieldError[] = []
  const asked = together(spec, 'requests')
  for (const name of Object.keys(asked).sort())
    if (requests[name] !== undefined && asked[name]! > fewerUnits(requests[name]))
      errors.push(
        invalid(
          [...path, 'requests', keyed(name)],
          quantityText(requests[name]),
          `must be greater than or equal to aggregate container requests of ${amountText(asked[name]!, requests[name])}`,
        ),
      )
  const limited = together(spec, 'limits')
  for (const name of Object.keys(limited).filter(isHugePages).sort())
    if (limits[name] !== undefined && limited[name]! > fewerUnits(limits[name]))
      errors.push(
        invalid(
          [...path, 'limits', keyed(name)],
          quantityText(limits[name]),
          `must be greater than or equal to aggregate container limits of ${amountText(limited[name]!, limits[name])}`,
        ),
      )
  for (const [i, c] of ((spec.containers ?? []) as Loose[]).entries())
    for (const [name, value] of Object.entries<string | number>(c.resources?.limits ?? {}))
      if (limits[name] !== undefined && fewerUnits(value) > fewerUnits(limits[name]))
        errors.push(
          invalid(
            [...path, 'containers', i, keyed(name), 'limits'],
            quantityText(value),
            `must be less than or equal to pod limits of ${quantityText(limits[name])}`,
          ),
        )
  return errors
}
