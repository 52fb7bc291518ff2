// Validation of Ingresses, IngressClasses, IPAddresses and ServiceCIDRs.
import { readIpLeniently } from '../addr/ip'
import { readCidrLeniently } from '../addr/cidr'
import { type FieldError, forbidden, invalid, required, tooLong, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1035Label, dns1123Label, dns1123Subdomain, pathSegment, portName, portNumber, strictCidr, wildcardSubdomain } from './names'
import type { Path } from './path'
import { ruled, wordOf } from './validate-meta'

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

export function validateIngress(object: Loose): FieldError[] {
  const spec: Loose = object.spec ?? {}
  const rules: Loose[] = spec.rules ?? []
  const annotated: string | undefined = object.metadata?.annotations?.[CLASS_ANNOTATION]
  return [
    ...(rules.length === 0 && !spec.defaultBackend
      ? [invalid(['spec'], spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(spec.defaultBackend ? validateBackend(['spec', 'defaultBackend'], spec.defaultBackend) : []),
    ...rules.flatMap((rule, i) => validateRule(['spec', 'rules', i], rule)),
    ...((spec.tls ?? []) as Loose[]).flatMap((tls, i) => validateTls(['spec', 'tls', i], tls)),
    ...(spec.ingressClassName === undefined ? [] : ruled(['spec', 'ingressClassName'], spec.ingressClassName, dns1123Subdomain)),
    ...(annotated !== undefined && spec.ingressClassName !== undefined && annotated !== spec.ingressClassName
      ? [
          {
            ...invalid(['metadata', 'annotations'], annotated, 'must match `ingressClassName` when both are specified'),
            at: `annotations.${CLASS_ANNOTATION}`,
          },
        ]
      : []),
  ]
}

/** The annotation that `ingressClassName` replaced. */
export const ingressWarnings = (object: Loose): readonly string[] =>
  object.metadata?.annotations?.[CLASS_ANNOTATION] === undefined || object.spec?.ingressClassName !== undefined
    ? []
    : [`annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`]

const validateHost = (path: Path, host: string): FieldError[] =>
  ruled(path, host, host.includes('*') ? wildcardSubdomain : dns1123Subdomain)

function validateRule(path: Path, rule: Loose): FieldError[] {
  const errors: FieldError[] = []
  const at = [...path, 'host']
  if (rule.host && readIpLeniently(rule.host) !== undefined) errors.push(invalid(at, rule.host, 'must be a DNS name, not an IP address'))
  if (rule.host) errors.push(...validateHost(at, rule.host))
  if (rule.http === undefined) return errors
  const paths: Loose[] = rule.http.paths ?? []
  if (paths.length === 0) errors.push(required([...path, 'http', 'paths']))
  return [...errors, ...paths.flatMap((p, i) => validatePath([...path, 'http', 'paths', i], p))]
}

const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const BAD_ENDS = ['/..', '/.']

function validatePath(path: Path, entry: Loose): FieldError[] {
  if (entry.pathType === undefined) return [required([...path, 'pathType'], 'pathType must be specified')]
  const text: string = entry.path ?? ''
  const wrong = (detail: string): FieldError => invalid([...path, 'path'], text, detail)
  const absolute = text.startsWith('/') ? [] : [wrong('must be an absolute path')]
  const errors: FieldError[] = []
  switch (entry.pathType) {
    case 'Exact':
    case 'Prefix':
      errors.push(...absolute)
      for (const part of BAD_PARTS) if (text.includes(part)) errors.push(wrong(`must not contain '${part}'`))
      for (const end of BAD_ENDS) if (text.endsWith(end)) errors.push(wrong(`cannot end with '${end}'`))
      break
    case 'ImplementationSpecific':
      if (text !== '') errors.push(...absolute)
      break
    default:
      errors.push(unsupported([...path, 'pathType'], entry.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']))
  }
  return [...errors, ...validateBackend([...path, 'backend'], entry.backend ?? {})]
}

function validateBackend(path: Path, backend: Loose): FieldError[] {
  const { service, resource } = backend
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) return validateReference([...path, 'resource'], resource)
  if (!service) return [invalid(path, '', 'resource or service backend is required')]
  const { name, number } = service.port ?? {}
  const errors = service.name ? ruled([...path, 'service', 'name'], service.name, dns1035Label) : [required([...path, 'service', 'name'])]
  if (name && number) return [...errors, invalid(path, '', 'cannot set both port name & port number')]
  if (name) return [...errors, ...ruled([...path, 'service', 'port', 'name'], name, portName)]
  if (number) return [...errors, ...portNumber(number).map(d => invalid([...path, 'service', 'port', 'number'], number, d))]
  return [...errors, required(path, 'port name or number is required')]
}

function validateReference(path: Path, reference: Loose): FieldError[] {
  const group: string | undefined = reference.apiGroup
  const named = (field: string): FieldError[] =>
    reference[field] ? ruled([...path, field], reference[field], pathSegment) : [required([...path, field])]
  return [...(group === undefined ? [] : ruled([...path, 'apiGroup'], group, dns1123Subdomain)), ...named('kind'), ...named('name')]
}

const validateTls = (path: Path, tls: Loose): FieldError[] => [
  ...((tls.hosts ?? []) as string[]).flatMap((host, i) => validateHost([...path, 'hosts', i], host)),
  ...(tls.secretName ? ruled([...path, 'secretName'], tls.secretName, dns1123Subdomain) : []),
]

const CONTROLLER_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/
const LONGEST_CONTROLLER = 250

/** `acme.io/foo`: a domain, and a path below it. */
export function validatePrefixedPath(path: Path, text: string): FieldError[] {
  const slash = text.indexOf('/')
  if (text === '') return [required(path)]
  if (slash <= 0 || slash === text.length - 1) return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const rest = text.slice(slash + 1)
  return [
    ...dns1123Subdomain(text.slice(0, slash)).map(detail => invalid(path, text.slice(0, slash), detail)),
    ...(CONTROLLER_PATH.test(rest) ? [] : [invalid(path, rest, PATH_TEXT)]),
  ]
}
const PATH_TEXT = `Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`

export function validateIngressClass(object: Loose): FieldError[] {
  const controller: string = object.spec?.controller ?? ''
  const at = ['spec', 'controller']
  return [
    ...(controller.length > LONGEST_CONTROLLER ? [tooLong(at, LONGEST_CONTROLLER)] : []),
    ...validatePrefixedPath(at, controller),
    ...validateParameters(['spec', 'parameters'], object.spec?.parameters),
  ]
}

function validateParameters(path: Path, parameters: Loose | undefined): FieldError[] {
  if (parameters === undefined) return []
  const { scope, namespace } = parameters
  const at = [...path, 'namespace']
  const errors = [...validateReference(path, parameters), ...wordOf([...path, 'scope'], scope, ['Cluster', 'Namespace'])]
  if (scope === 'Namespace')
    errors.push(
      ...(namespace === undefined ? [required(at, "`parameters.scope` is set to 'Namespace'")] : ruled(at, namespace, dns1123Label)),
    )
  if (scope === 'Cluster' && namespace !== undefined) errors.push(forbidden(at, "`parameters.scope` is set to 'Cluster'"))
  return errors
}

export function validateIpAddress(object: Loose): FieldError[] {
  const parent = object.spec?.parentRef
  const path = ['spec', 'parentRef']
  if (parent === undefined) return [required(path)]
  const named = (field: string): FieldError[] => ruled([...path, field], parent[field], pathSegment)
  return [
    ...(parent.group ? ruled([...path, 'group'], parent.group, dns1123Subdomain) : []),
    ...(parent.resource ? named('resource') : [required([...path, 'resource'])]),
    ...(parent.name ? named('name') : [required([...path, 'name'])]),
    ...(parent.namespace ? named('namespace') : []),
  ]
}

export function validateServiceCidr(object: Loose): FieldError[] {
  const cidrs: string[] = object.spec?.cidrs ?? []
  const path = ['spec', 'cidrs']
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalid(path, { cidrs }, 'may only hold up to 2 values')]
  const families = cidrs.map(text => typeof readCidrLeniently(text)?.ip)
  const same =
    cidrs.length === 2 && families[0] === families[1] && families[0] !== 'undefined'
      ? [invalid(path, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')]
      : []
  return [...cidrs.flatMap((text, i) => ruled([...path, i], text, strictCidr)), ...same]
}
