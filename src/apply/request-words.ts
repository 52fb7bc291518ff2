// What kubectl and the API server say about a manifest they cannot decode, word for word: Go's JSON errors (v1.35), OpenAPI validation in kubectl (v1.13).
import { never } from '../error'
import { corruptAt } from './base64'
import type { Finding } from './decode'
import { NAMED_TYPES } from './fields/named-types'
import { type Path, pathText } from './path'
import { goTypeText, type Scalar, type Type } from './schema'

/** `core.v1.PodSpec.dnsPolicy` → `v1.DNSPolicy`. */
const NAMED: ReadonlyMap<string, string> = new Map(
  NAMED_TYPES.trim()
    .split('\n')
    .flatMap(line => {
      const [definition, ...fields] = line.split(' ')
      return fields.map(field => [`${definition}.${field.slice(0, field.indexOf('='))}`, field.slice(field.indexOf('=') + 1)] as const)
    }),
)

/** What Go calls the type of a field, or of an item of it, where that has a name of its own. */
function namedType({ in: owner, type }: TypeFinding, field: string | undefined): string | undefined {
  const name = NAMED.get(`${owner.name}.${field}`)
  if (name === undefined || owner.fields.get(field ?? '')?.type.is === type.is) return name
  return name.startsWith('[]') ? name.slice(2) : undefined
}

const fieldNames = (path: Path): string[] => path.filter(step => typeof step === 'string')

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  return typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : (typeof value as string)
}

type TypeFinding = Finding & { is: 'type' }

/** `json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32`. */
export function goTypeError(finding: TypeFinding): string {
  const { type, value } = finding
  const odd = type.is === 'scalar' ? oddScalarError(type.scalar, value) : undefined
  if (odd !== undefined) return odd
  const struct = finding.in.name.split('.').at(-1)!
  const names = mapless(finding)
  const wanted = wantedType(finding, names)
  const number = typeof value === 'number' && /^int/.test(wanted) ? ` ${value}` : ''
  return `json: cannot unmarshal ${jsonKind(value)}${number} into Go struct field ${struct}.${names.join('.')} of type ${wanted}`
}

const wantedType = (finding: TypeFinding, names: readonly string[]): string =>
  namedType(finding, names.at(-1)) ??
  (finding.type.is === 'scalar' && finding.type.scalar === 'int-or-string' ? 'int32' : goTypeText(finding.type))

/** The same where it is a patch that brings the value: it is converted then, not read. Undefined for types that read themselves. */
export function goConversionError(finding: TypeFinding): string | undefined {
  const { type, value } = finding
  const kind = goKind(value)
  if (type.is === 'list') return `cannot restore slice from ${kind}`
  if (type.is === 'map') return `cannot restore map from ${kind}`
  if (type.is === 'struct') return typeof finding.path.at(-1) === 'number' ? undefined : `cannot restore struct from: ${kind}`
  if (type.scalar === 'boolean') return 'unrecognized type: bool'
  if (type.scalar === 'string')
    return kind === 'int64' ? `cannot convert int64 to ${wantedType(finding, mapless(finding))}` : 'unrecognized type: string'
  if (type.scalar !== 'int32' && type.scalar !== 'int64') return undefined
  if (kind === 'float64') return `cannot convert float64 to ${type.scalar}`
  return kind === 'int64' ? undefined : `unrecognized type: ${type.scalar}`
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'object' ? 'map' : typeof value === 'boolean' ? 'bool' : 'string'
}

/** The names on the way, without the key of a map below the field. */
function mapless(finding: TypeFinding): string[] {
  const names = fieldNames(finding.path)
  while (names.length > 1 && !finding.in.fields.has(names.at(-1)!)) names.pop()
  return names
}

function oddScalarError(scalar: Scalar, value: unknown): string | undefined {
  if (scalar === 'quantity' && typeof value === 'string')
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  if (scalar === 'byte' && typeof value === 'string') return `illegal base64 data at input byte ${corruptAt(value)}`
  if (scalar === 'date-time' && typeof value === 'string')
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`
  return undefined
}

/** `strict decoding error: unknown field "spec.ports[0].-port", unknown field "spec.x"`. */
export const strictErrors = (unknown: readonly Finding[]): readonly string[] =>
  unknown.map(f => `unknown field ${JSON.stringify(pathText(f.path))}`)

const OPENAPI_WORDS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  number: 'number',
  int32: 'integer',
  int64: 'integer',
  byte: 'string',
  'date-time': 'string',
  'int-or-string': 'string',
  quantity: 'string',
  object: 'map',
  any: 'map',
}

const LONG_PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^meta\.v1\./, 'io.k8s.apimachinery.pkg.apis.'],
  [/^(api\.resource|util\.intstr)\./, 'io.k8s.apimachinery.pkg.'],
]

/** `io.k8s.api.core.v1.ServicePort` */
const longName = (definition: string): string =>
  `${LONG_PREFIXES.find(([pattern]) => pattern.test(definition))?.[1] ?? 'io.k8s.api.'}${definition}`

/** What an old kubectl's own validation says about a finding; undefined for what only the server notices (a number where text belongs). */
export function openApiError(kind: string, finding: Finding): string | undefined {
  const at = (path: Path): string => `ValidationError(${[kind, pathText(path)].filter(Boolean).join('.')})`
  switch (finding.is) {
    case 'unknown':
      return `${at(finding.path.slice(0, -1))}: unknown field ${JSON.stringify(String(finding.path.at(-1)))} in ${longName(finding.in.name)}`
    case 'missing':
      return `${at(finding.path)}: missing required field ${JSON.stringify(finding.field.name)} in ${longName(finding.in.name)}`
    case 'type': {
      const wanted = openApiWord(finding.type)
      const got = openApiGot(finding.value)
      if (isScalarWord(wanted) && wanted !== 'boolean' && isScalarWord(got) && !(wanted === 'integer' && got === 'string')) return undefined
      if (wanted === got) return undefined
      const name = finding.type.is === 'struct' ? longName(finding.type.name) : `${longName(finding.in.name)}.${mapless(finding).at(-1)}`
      return `${at(finding.path)}: invalid type for ${name}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`
    }
    default:
      return never(finding)
  }
}

const isScalarWord = (word: string): boolean => word !== 'map' && word !== 'array'
const openApiWord = (type: Type): string => (type.is === 'list' ? 'array' : type.is === 'scalar' ? OPENAPI_WORDS[type.scalar] : 'map')

function openApiGot(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'map'
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value
}
