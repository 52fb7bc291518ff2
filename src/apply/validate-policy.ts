// Validation of NetworkPolicies: selectors, ports, peers, address blocks; and the warnings about blocks.
import { type Cidr, containsCidr, readCidrLeniently } from '../addr/cidr'
import { type FieldError, fieldPathText, forbidden, invalid, required, unsupported } from './field-error'
import { cidrWarnings } from './ip-warnings'
import type { Loose } from './loose'
import { cidrText, portName, portNumber } from './names'
import type { Path } from './path'
import { ruled, validateLabelSelector } from './validate-meta'

const DIRECTIONS = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const

export function validateNetworkPolicy(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const types: string[] = spec.policyTypes ?? []
  const errors = validateLabelSelector(['spec', 'podSelector'], spec.podSelector)
  for (const [direction, peers] of DIRECTIONS)
    for (const [i, rule] of ((spec[direction] ?? []) as Loose[]).entries()) {
      const path = ['spec', direction, i]
      errors.push(...((rule.ports ?? []) as Loose[]).flatMap((port, j) => validatePort([...path, 'ports', j], port)))
      errors.push(...((rule[peers] ?? []) as Loose[]).flatMap((peer, j) => validatePeer([...path, peers, j], peer)))
    }
  if (types.length > 2) return [...errors, invalid(['spec', 'policyTypes'], types, 'may not specify more than two policyTypes')]
  return [
    ...errors,
    ...types.flatMap((type, i) =>
      type === 'Ingress' || type === 'Egress' ? [] : [unsupported(['spec', 'policyTypes', i], type, ['Ingress', 'Egress'])],
    ),
  ]
}

function validatePort(path: Path, port: Loose): FieldError[] {
  const { protocol, endPort } = port
  const errors =
    protocol === undefined || ['TCP', 'UDP', 'SCTP'].includes(protocol)
      ? []
      : [unsupported([...path, 'protocol'], protocol, ['TCP', 'UDP', 'SCTP'])]
  const end = (value: unknown, detail: string): FieldError => invalid([...path, 'endPort'], value, detail)
  if (port.port === undefined)
    return endPort === undefined ? errors : [...errors, end(endPort, 'may not be specified when `port` is not specified')]
  if (typeof port.port === 'string') {
    if (endPort !== undefined) errors.push(end(endPort, 'may not be specified when `port` is non-numeric'))
    return [...errors, ...ruled([...path, 'port'], port.port, portName)]
  }
  errors.push(...portNumber(port.port).map(d => invalid([...path, 'port'], port.port, d)))
  if (endPort === undefined) return errors
  if (endPort < port.port) errors.push(end(port.port, 'must be greater than or equal to `port`'))
  return [...errors, ...portNumber(endPort).map(d => end(endPort, d))]
}

function validatePeer(path: Path, peer: Loose): FieldError[] {
  const kinds = ['podSelector', 'namespaceSelector', 'ipBlock'].filter(kind => peer[kind] !== undefined)
  const errors = [
    ...validateLabelSelector([...path, 'podSelector'], peer.podSelector),
    ...validateLabelSelector([...path, 'namespaceSelector'], peer.namespaceSelector),
    ...(peer.ipBlock === undefined ? [] : validateBlock([...path, 'ipBlock'], peer.ipBlock)),
  ]
  if (kinds.length === 0) errors.push(required(path, 'must specify a peer'))
  else if (kinds.length > 1 && peer.ipBlock !== undefined) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'))
  return errors
}

function validateBlock(path: Path, block: Loose): FieldError[] {
  if (!block.cidr) return [required([...path, 'cidr'])]
  const errors = ruled([...path, 'cidr'], block.cidr, cidrText)
  const whole = readCidrLeniently(block.cidr)
  if (whole === undefined) return errors
  for (const [i, text] of ((block.except ?? []) as string[]).entries()) {
    const at = [...path, 'except', i]
    const part = readCidrLeniently(text)
    errors.push(...ruled(at, text, cidrText))
    if (part !== undefined && !isStrictPart(whole, part)) errors.push(invalid(at, text, 'must be a strict subset of `cidr`'))
  }
  return errors
}

const isStrictPart = (whole: Cidr, part: Cidr): boolean =>
  typeof whole.ip === typeof part.ip && part.length > whole.length && containsCidr(whole, part)

/** Blocks with bits behind their length, leading zeros, or IPv6 in an odd form. */
export function policyWarnings(object: Loose): readonly string[] {
  return DIRECTIONS.flatMap(([direction, peers]) =>
    ((object.spec?.[direction] ?? []) as Loose[]).flatMap((rule, i) =>
      ((rule[peers] ?? []) as Loose[]).flatMap((peer, j) => {
        const path = ['spec', direction, i, peers, j, 'ipBlock']
        if (peer.ipBlock === undefined) return []
        return [
          ...cidrWarnings(fieldPathText([...path, 'cidr']), peer.ipBlock.cidr ?? ''),
          ...((peer.ipBlock.except ?? []) as string[]).flatMap((text, k) => cidrWarnings(fieldPathText([...path, 'except', k]), text)),
        ]
      }),
    ),
  )
}
