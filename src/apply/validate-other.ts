// Validation of Nodes and ConfigMaps.
import { cidrFamily, readCidrLeniently } from '../addr/cidr'
import { type FieldError, invalid } from './field-error'
import type { Loose } from './loose'
import { cidrText, labelValue, qualifiedName } from './names'
import { oneOf, ruled } from './validate-meta'

export function validateNode(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const cidrs: string[] = spec.podCIDRs ?? []
  const families = cidrs
    .map(text => readCidrLeniently(text))
    .filter(c => c !== undefined)
    .map(cidrFamily)
  return [
    ...(spec.taints ?? []).flatMap((taint: Loose, i: number) =>
      [
        ...ruled(['spec', 'taints', i, 'key'], taint.key ?? '', qualifiedName),
        ...(taint.value ? ruled(['spec', 'taints', i, 'value'], taint.value, labelValue) : []),
        ...oneOf(['spec', 'taints', i, 'effect'], taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
      ].map((e: FieldError) => ({ ...e, at: `metadata.taints[${i}].${String(e.path[3])}` })),
    ),
    ...cidrs.flatMap((cidr, i) => ruled(['spec', 'podCIDRs', i], cidr, cidrText)),
    ...(cidrs.length > 2 ? [invalid(['spec', 'podCIDRs'], cidrs, 'may specify no more than one CIDR for each IP family')] : []),
    ...(cidrs.length === 2 && new Set(families).size < 2
      ? [invalid(['spec', 'podCIDRs'], cidrs, 'may specify no more than one CIDR for each IP family')]
      : []),
  ]
}

const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

export function validateConfigMap(object: Loose): FieldError[] {
  return (['data', 'binaryData'] as const).flatMap(field =>
    Object.keys(object[field] ?? {})
      .sort()
      .flatMap(key => (/^[-._a-zA-Z0-9]{1,253}$/.test(key) ? [] : [invalid([field, key], key, KEY_TEXT)])),
  )
}
