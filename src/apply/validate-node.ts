// Validation of Nodes, and what the API server warns of in one.
import { cidrFamily, readCidrLeniently } from '../addr/cidr'
import { duplicate, type FieldError, invalid, required } from './field-error'
import { cidrWarnings } from './ip-warnings'
import type { Loose } from './loose'
import { cidrText, labelValue, qualifiedName } from './names'
import type { Path } from './path'
import { ruled } from './validate-meta'
import { validateEffect } from './validate-scheduling'

export function validateNode(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const cidrs: string[] = spec.podCIDRs ?? []
  const families = cidrs.flatMap(text => readCidrLeniently(text) ?? []).map(cidrFamily)
  const path = ['spec', 'podCIDRs']
  return [
    ...validateTaints(spec.taints ?? []),
    ...cidrs.flatMap((cidr, i) => ruled([...path, i], cidr, cidrText)),
    ...(cidrs.length > 2 || (cidrs.length === 2 && new Set(families).size < 2)
      ? [invalid(path, cidrs, 'may specify no more than one CIDR for each IP family')]
      : []),
  ]
}

/** The API server names the field as if taints stood in metadata. */
function validateTaints(taints: readonly Loose[]): FieldError[] {
  const seen = new Set<string>()
  return taints.flatMap((taint, i) => {
    const at = (step: string): Path => ['spec', 'taints', i, step]
    const value: string = taint.value ?? ''
    const wrong = labelValue(value)
    const errors = [
      ...ruled(at('key'), taint.key ?? '', qualifiedName),
      ...(wrong.length > 0 ? [invalid(at('value'), value, wrong.join(';'))] : []),
      ...(taint.effect ? validateEffect(at('effect'), taint.effect) : [required(at('effect'))]),
    ].map((e: FieldError) => ({ ...e, at: `metadata.taints[${i}].${String(e.path[3])}` }))
    const identity = `${taint.effect} ${taint.key}`
    if (seen.has(identity)) {
      const shape = { Key: taint.key ?? '', Value: value, Effect: taint.effect ?? '', TimeAdded: null }
      errors.push({
        ...duplicate(['spec', 'taints', i], shape),
        detail: 'taints must be unique by key and effect pair',
        at: `metadata.taints[${i}]`,
      })
    }
    seen.add(identity)
    return errors
  })
}

/** Odd blocks of pod addresses, and fields that nothing reads any more. */
export const nodeWarnings = (object: Loose): readonly string[] => [
  ...(object.spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ...((object.spec?.podCIDRs ?? []) as string[]).flatMap((cidr, i) => cidrWarnings(`spec.podCIDRs[${i}]`, cidr)),
]
