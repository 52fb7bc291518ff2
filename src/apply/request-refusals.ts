// Why a manifest is refused before the store is asked, in kubectl's and the API server's own words.
import type { Problem } from '../error'
import type { Finding } from './decode'
import { isModelled, MODELLED } from './kind'
import { KNOWN_KINDS } from './known-kinds'
import type { Loose } from './loose'
import { pathSegment } from './names'
import type { Kind, KubeObject } from './object'
import { type Asking, VALIDATES } from './request-options'
import { goConversionError, goTypeError, openApiError, strictErrors } from './request-words'
import { typedErrors } from './typed-errors'

/** A manifest that was refused before the store was asked. */
export interface RequestError {
  readonly is: 'refused'
  /** What kubectl prints on stderr, without a last line end. */
  readonly text: string
  readonly warnings: readonly string[]
  /** Whether kubectl reads no further documents: it cannot, or it validates before it sends. */
  readonly stops: boolean
  /** The same in our words, with places, for lines that begin with `hopspec: `. */
  readonly hints: readonly Problem[]
  /** Of an apply that the server would read: it is a patch where the object exists, and refused in these words. */
  readonly patch?: Manifested & { readonly words: string }
}

/** A manifest of which at least the header and the metadata could be read. */
export interface Manifested {
  readonly kind: string
  readonly object: KubeObject
  readonly written: Readonly<Record<string, unknown>>
}

/** Refuses a manifest. */
export const refuse = (text: string, hints: readonly Problem[], stops: boolean, warnings: readonly string[] = []): RequestError => ({
  is: 'refused',
  text,
  warnings,
  stops,
  hints,
})

const VALIDATION_END = '; if you choose to ignore these errors, turn validation off with --validate=false'

/** What kubectl's own validation found. */
const invalidText = ({ file }: Asking, complaints: readonly string[]): string =>
  `error: error validating ${JSON.stringify(file)}: error validating data: ${complaints.length > 1 ? `[${complaints.join(', ')}]` : complaints[0]}${VALIDATION_END}`

/** A manifest that kubectl does not send. */
export const invalid = (asking: Asking, complaints: readonly string[]): RequestError => refuse(invalidText(asking, complaints), [], true)

/** A text, a number or a list where an object belongs. */
export function noObject({ file, options }: Asking, value: unknown): RequestError {
  const of = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return refuse(
    options.validate === 'ignore'
      ? `error: unable to decode ${JSON.stringify(file)}: json: cannot unmarshal ${of} into Go value of type unstructured.detector`
      : `error: error validating ${JSON.stringify(file)}: error validating data: invalid object to validate${VALIDATION_END}`,
    [],
    true,
  )
}

export function headerError(name: 'apiVersion' | 'kind', value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [`${name} not set`]
  if (typeof value !== 'string') return [`${name} isn't string type`]
  return name === 'apiVersion' && value.split('/').length > 2 ? [`unexpected GroupVersion string: ${value}`] : []
}

/** Where an object goes, as messages say it; nothing for what stands in no namespace. */
const namespaceOf = ({ options }: Asking, { kind, metadata }: Loose): string =>
  isModelled(kind) && !MODELLED[kind].namespaced ? '' : (metadata?.namespace ?? options.namespace ?? 'default')

/** A name that no URL can carry: apply cannot even ask for the object. */
export function unaddressable(asking: Asking, written: Loose): RequestError | undefined {
  const name: unknown = written.metadata?.name
  const wrong = typeof name === 'string' && isModelled(written.kind) ? pathSegment(name) : []
  if (wrong.length === 0) return undefined
  const words = `invalid resource name ${JSON.stringify(name)}: [${wrong.join(' ')}]`
  return asking.options.fields === 'typed' ? refuse(`error: ${words}`, [], false) : unasked(asking, written, words)
}

export const nameless = (asking: Asking, written: Loose): RequestError => unasked(asking, written, 'resource name may not be empty')

/** Before anything is sent, apply asks for the object as it is. */
function unasked(asking: Asking, written: Loose, words: string): RequestError {
  const { apiVersion, kind } = written as { apiVersion: string; kind: Kind }
  const facts = resourceOf(apiVersion, kind)
  return refuse(
    `error: error when retrieving current configuration of:\nResource: "${facts.long}", GroupVersionKind: "${facts.group}, Kind=${kind}"\nName: ${JSON.stringify(written.metadata?.name ?? '')}, Namespace: "${namespaceOf(asking, written)}"\nfrom server for: ${JSON.stringify(asking.file)}: ${words}`,
    [],
    false,
  )
}

/** `apps/v1, Resource=deployments` and `apps/v1`; `/v1` for the core group. */
function resourceOf(apiVersion: string, kind: string): { readonly long: string; readonly group: string } {
  const group = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  return { group, long: `${group}, Resource=${pluralOf(kind)}` }
}

/** The resource of a kind, in the plural. */
function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower === 'endpoints') return lower
  if (/(s|x|ch|sh)$/.test(lower)) return `${lower}es`
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`
}

export function typedText(asking: Asking, definition: string, written: Loose): { text: string; stops: boolean } | undefined {
  const errors = typedErrors(asking.schema, definition, written)
  if (errors.length === 0) return undefined
  const { apiVersion, kind, metadata } = written
  const all = errors.length === 1 ? errors[0] : `errors:\n${errors.map(e => `  ${e}`).join('\n')}`
  return {
    text: `Error from server: failed to create typed patch object (${namespaceOf(asking, written)}/${metadata?.name ?? ''}; ${resourceOf(apiVersion, kind).group}, Kind=${kind}): ${all}`,
    stops: false,
  }
}

/** A text that fits the schema, and yet no amount and no time. */
export function unconverted(asking: Asking, written: Loose, findings: readonly Finding[]): { text: string; stops: boolean } | undefined {
  const [words] = findings.flatMap(f => (f.is === 'type' ? (conversionError(f) ?? []) : []))
  if (words === undefined) return undefined
  const { apiVersion, kind, metadata } = written
  const of = `${resourceOf(apiVersion, kind).group}, Kind=${kind}`
  return {
    text: `Error from server: failed to convert new object (${namespaceOf(asking, written)}/${metadata?.name ?? ''}; ${of}) to proper version: unable to convert unstructured object to ${of}: ${words}`,
    stops: false,
  }
}

function conversionError(finding: Finding & { is: 'type' }): string | undefined {
  const { type, value } = finding
  if (type.is !== 'scalar') return undefined
  if (typeof value === 'string' && type.scalar === 'byte') return `error decoding from json: ${goTypeError(finding)}`
  if (typeof value === 'string') return TEXTUAL.has(type.scalar) ? goTypeError(finding) : undefined
  if (type.scalar === 'int-or-string')
    return goTypeError(finding).replace(/ into Go struct field \S+ of type int32$/, ' into Go value of type int32')
  return typeof value === 'number' && !Number.isInteger(value)
    ? `cannot convert float64 to ${type.scalar === 'int64' ? 'int64' : 'int32'}`
    : undefined
}
const TEXTUAL: ReadonlySet<string> = new Set(['quantity', 'date-time'])

/** A kind in lower case: kubectl finds it, the API server does not. */
export function inLowerCase(asking: Asking, apiVersion: string, kind: string): RequestError | undefined {
  const real = [...asking.schema.kinds.keys()]
    .find(key => key.startsWith(`${apiVersion} `) && key.toLowerCase() === `${apiVersion} ${kind}`)
    ?.split(' ')[1]
  if (real === undefined) return undefined
  if (asking.options.fields === 'typed')
    return refuse(`Error from server (BadRequest): invalid object type: ${resourceOf(apiVersion, kind).group}, Kind=${kind}`, [], false)
  const version = JSON.stringify(apiVersion.split('/').at(-1))
  const words = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`
  return refuse(
    `Error from server (BadRequest): error when creating ${JSON.stringify(asking.file)}: ${kind} in version ${version} cannot be handled as a ${real}: ${words}`,
    [],
    false,
  )
}

/** A kind that this API server does not serve. */
export function unmapped(asking: Asking, { apiVersion, kind, metadata }: Loose): RequestError {
  const { file, profile } = asking
  const match = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
  const hint: Problem[] =
    KNOWN_KINDS.get(kind)?.includes(apiVersion) === true
      ? [{ code: 'KIND_NOT_MODELLED', message: `${kind} (${apiVersion}) is not modelled under ${profile}.`, place: { file } }]
      : []
  if (VALIDATES[profile] === 'client') return refuse(`error: unable to recognize ${JSON.stringify(file)}: ${match}`, hint, false)
  return refuse(
    `error: resource mapping not found for name: ${JSON.stringify(metadata?.name ?? '')} namespace: ${JSON.stringify(metadata?.namespace ?? '')} from ${JSON.stringify(file)}: ${match}\nensure CRDs are installed first`,
    hint,
    false,
  )
}

export function findingsText(
  asking: Asking,
  kind: string,
  apiVersion: string,
  findings: readonly Finding[],
): { text: string; stops: boolean } | undefined {
  const file = JSON.stringify(asking.file)
  if (VALIDATES[asking.profile] === 'client' && asking.options.validate !== 'ignore') {
    const lines = findings.flatMap(f => openApiError(`${kind}`, f) ?? [])
    if (lines.length > 0) return { text: invalidText(asking, lines), stops: true }
  }
  const types = findings.filter(f => f.is === 'type')
  const own = types.find(f => f.path[0] === 'metadata')
  if (own) return { text: `error: unable to decode ${file}: ${metadataError(own)}`, stops: true }
  const server = (words: string): { text: string; stops: boolean } => ({
    text: `Error from server (BadRequest): error when ${asking.options.verb === 'replace' ? 'replacing' : 'creating'} ${file}: ${kind} in version ${JSON.stringify(apiVersion.split('/').at(-1))} cannot be handled as a ${kind}: ${words}`,
    stops: false,
  })
  if (types[0]) return server(goTypeError(types[0]))
  const unknown = unknownFields(findings)
  const strict = VALIDATES[asking.profile] === 'server' && (asking.options.validate ?? 'strict') === 'strict'
  return strict && unknown !== undefined ? server(unknown) : undefined
}

/** What a strict server says of fields that it does not know; undefined where another error comes before that, or there are none. */
function unknownFields(findings: readonly Finding[]): string | undefined {
  const unknown = findings.filter(f => f.is === 'unknown')
  return unknown.length === 0 || findings.some(f => f.is === 'type')
    ? undefined
    : `strict decoding error: ${strictErrors(unknown).join(', ')}`
}

/** What it says of a patch whose outcome it cannot take: unknown fields, or one value of a wrong type. */
export function unpatchable(findings: readonly Finding[]): string | undefined {
  const [type, another] = findings.filter(f => f.is === 'type')
  if (type === undefined) return unknownFields(findings)
  return another === undefined ? goConversionError(type) : undefined
}

/** kubectl itself decodes metadata before it sends anything. */
export const metadataError = (finding: Finding & { is: 'type' }): string =>
  finding.path.length === 1
    ? goTypeError(finding).replace(/struct field \w+\.metadata/, 'struct field metadataOnlyObject.metadata')
    : goTypeError(finding)
