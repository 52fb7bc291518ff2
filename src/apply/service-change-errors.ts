// What of a Service may not change: its addresses and families, its load balancer class, the port of its health checks.
import { type FieldError, forbidden, invalid } from './field-error'
import type { Loose } from './loose'

const ONCE = 'may not change once set'

/** In the API server's order; `before` and `after` are specs. */
export function serviceChangeErrors(before: Loose, after: Loose): FieldError[] {
  return [
    ...addressChanges(before, after),
    ...familyChanges(before, after),
    ...classChanges(before, after),
    ...healthChanges(before, after),
  ]
}

const isHeadless = (spec: Loose): boolean => spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None'
const isExternal = (spec: Loose): boolean => spec.type === 'ExternalName'

function addressChanges(before: Loose, after: Loose): FieldError[] {
  if (isExternal(before) || isExternal(after) || (isHeadless(before) && isHeadless(after))) return []
  const [had, has]: readonly string[][] = [before.clusterIPs ?? [], after.clusterIPs ?? []]
  const at = (i: number) => ['spec', 'clusterIPs', i]
  if (had!.length === has!.length) return had!.flatMap((ip, i) => (ip === has![i] ? [] : [invalid(at(i), has, ONCE)]))
  const errors: FieldError[] = []
  if (has!.length === 0) errors.push(invalid(at(0), after.clusterIPs ?? null, 'primary clusterIP can not be unset'))
  else if (had!.length > 0 && had![0] !== has![0]) errors.push(invalid(at(0), has, ONCE))
  if (had!.length > has!.length && has!.length === 1 && after.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        ['spec', 'ipFamilyPolicy'],
        after.ipFamilyPolicy ?? null,
        "must be set to 'SingleStack' when releasing the secondary clusterIP",
      ),
    )
  return errors
}

function familyChanges(before: Loose, after: Loose): FieldError[] {
  if (isExternal(before) || isExternal(after) || isHeadless(before) || isHeadless(after)) return []
  const [had, has]: readonly string[][] = [before.ipFamilies ?? [], after.ipFamilies ?? []]
  const at = ['spec', 'ipFamilies', 0]
  if (had!.length === has!.length) return had!.flatMap((f, i) => (f === has![i] ? [] : [invalid(at, has, ONCE)]))
  const errors: FieldError[] = []
  if (had!.length > 0 && has!.length > 0 && had![0] !== has![0]) errors.push(invalid(at, after.clusterIPs ?? null, ONCE))
  if (had!.length > has!.length && has!.length === 1 && after.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        ['spec', 'ipFamilyPolicy'],
        after.ipFamilyPolicy ?? null,
        "must be set to 'SingleStack' when releasing the secondary ipFamily",
      ),
    )
  return errors
}

function classChanges(before: Loose, after: Loose): FieldError[] {
  if (before.type !== 'LoadBalancer' || after.type !== 'LoadBalancer' || before.loadBalancerClass === after.loadBalancerClass) return []
  return [invalid(['spec', 'loadBalancerClass'], after.loadBalancerClass ?? null, ONCE)]
}

const needsHealthCheck = (spec: Loose): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

const healthChanges = (before: Loose, after: Loose): FieldError[] =>
  needsHealthCheck(before) && needsHealthCheck(after) && before.healthCheckNodePort !== after.healthCheckNodePort
    ? [forbidden(['spec', 'healthCheckNodePort'], 'field is immutable')]
    : []
