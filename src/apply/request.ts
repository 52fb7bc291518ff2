// One manifest as kubectl takes it: decoded and defaulted by the tables of the profile, or refused in kubectl's and the API server's own words.
// Admission, allocation and validation of the object (validate.ts) come afterwards; the store decides what exists.
import type { Place, Problem } from '../error'
import { decode, type Finding, NEWEST, OLDEST } from './decode'
import { setDefaults } from './defaults'
import type { Doc } from './documents'
import { findingProblem } from './finding-text'
import { isModelled, MODELLED } from './kind'
import { KNOWN_KINDS } from './known-kinds'
import type { Loose } from './loose'
import type { Kind, KubeObject } from './object'
import { omitEmpty } from './omit-empty'
import { type Path, readPath } from './path'
import type { ProfileName } from './profile'
import { manifests } from './request-documents'
import { goTypeError, openApiError, strictErrors } from './request-words'
import type { Schema } from './schema'
import { readSource, type SourceFile } from './source'
import { typedErrors } from './typed-errors'

/** A manifest that the API server could decode. */
export interface DecodedRequest {
  readonly is: 'object'
  /** As written: `extensions/v1beta1`. */
  readonly apiVersion: string
  readonly kind: string
  /** With the defaults of its version; apiVersion as written. */
  readonly object: KubeObject
  /** The value as written, keys sorted, without defaults: what kubectl sends and keeps as last-applied-configuration. */
  readonly written: Readonly<Record<string, unknown>>
  /** Warnings that come with the answer, without `Warning: `. */
  readonly warnings: readonly string[]
  placeOf(path: string): Place
}

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

export interface RequestOptions {
  readonly verb: 'create' | 'apply' | 'replace'
  /** kubectl's --validate; strict by default. */
  readonly validate?: 'strict' | 'warn' | 'ignore'
  /** Who looks at the fields: the server that decodes them (by default), server-side apply, or nobody (--dry-run=client). */
  readonly fields?: 'decoded' | 'typed' | 'local'
  /** Where an object without a namespace goes, for messages; `default` by default. */
  readonly namespace?: string
}

interface Asking {
  readonly file: string
  readonly profile: ProfileName
  readonly schema: Schema
  readonly options: RequestOptions
}

/** kubectl of which time: it validates by itself (until 1.26), or has the server do it. */
const VALIDATES: Readonly<Record<ProfileName, 'client' | 'server'>> = { 'v1.13': 'client', 'v1.35': 'server' }
const SCHEMAS: Readonly<Record<ProfileName, Schema>> = { 'v1.13': OLDEST, 'v1.35': NEWEST }

/** All manifests of a file (`STDIN` for `-f -`), in order; nothing after one that stops. */
export function decodeRequest(file: SourceFile, profile: ProfileName, options: RequestOptions): readonly (DecodedRequest | RequestError)[] {
  const asking: Asking = { file: file.name, profile, schema: SCHEMAS[profile], options }
  const text = readSource(file)
  if (typeof text !== 'string') return [refuse(`error: unable to read ${JSON.stringify(file.name)}`, [text], true)]
  const answers: (DecodedRequest | RequestError)[] = []
  for (const document of manifests(asking.file, text)) {
    if ('wrong' in document) {
      answers.push(refuse(`error: error parsing ${asking.file}: ${document.wrong}`, document.hints, true))
      break
    }
    answers.push(...decodeDocument(asking, document))
    const last = answers.at(-1)
    if (last?.is === 'refused' && last.stops) break
  }
  return answers
}

const refuse = (text: string, hints: readonly Problem[], stops: boolean, warnings: readonly string[] = []): RequestError => ({
  is: 'refused',
  text,
  warnings,
  stops,
  hints,
})

const VALIDATION_END = '; if you choose to ignore these errors, turn validation off with --validate=false'

function decodeDocument(asking: Asking, document: Doc): readonly (DecodedRequest | RequestError)[] {
  const value = sortKeys(document.value)
  const { file, options } = asking
  if (typeof value !== 'object' || Array.isArray(value)) return value === null ? [] : [noObject(asking, value)]
  const notSet = (['apiVersion', 'kind'] as const).flatMap(name => headerError(name, (value as Loose)?.[name]))
  if (notSet.length > 0 && options.validate !== 'ignore')
    return [
      refuse(
        `error: error validating ${JSON.stringify(file)}: error validating data: ${notSet.length > 1 ? `[${notSet.join(', ')}]` : notSet[0]}${VALIDATION_END}`,
        [],
        true,
      ),
    ]
  const object = value as Loose
  if (!object?.kind || `${object.apiVersion}`.split('/').length > 2)
    return [refuse(`error: unable to decode ${JSON.stringify(file)}: Object 'Kind' is missing in '${JSON.stringify(value)}'`, [], true)]
  if (typeof object.kind === 'object')
    return [refuse(`error: unable to decode ${JSON.stringify(file)}: Object 'Kind' is missing in '${JSON.stringify(value)}'`, [], true)]
  for (const name of ['apiVersion', 'kind'] as const) {
    const odd = object[name]
    if (odd === undefined || typeof odd === 'string') continue
    const words = `json: cannot unmarshal ${typeof odd === 'boolean' ? 'bool' : typeof odd} into Go struct field metadataOnlyObject.TypeMeta.${name} of type string`
    return [refuse(`error: unable to decode ${JSON.stringify(file)}: ${words}`, [], true)]
  }
  if (!object.apiVersion)
    return [
      refuse(
        `Error from server (NotFound): error when creating ${JSON.stringify(file)}: the server could not find the requested resource`,
        [],
        false,
      ),
    ]
  if (/List$/.test(object.kind) && Array.isArray(object.items))
    return object.items.flatMap((item: unknown, i: number) =>
      decodeDocument(asking, { ...document, value: item, placeOf: path => document.placeOf(['items', i, ...path]) }),
    )
  return [decodeObject(asking, object, document)]
}

/** A text, a number or a list where an object belongs. */
function noObject({ file, options }: Asking, value: unknown): RequestError {
  const of = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return refuse(
    options.validate === 'ignore'
      ? `error: unable to decode ${JSON.stringify(file)}: json: cannot unmarshal ${of} into Go value of type unstructured.detector`
      : `error: error validating ${JSON.stringify(file)}: error validating data: invalid object to validate${VALIDATION_END}`,
    [],
    true,
  )
}

function headerError(name: 'apiVersion' | 'kind', value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [`${name} not set`]
  if (typeof value !== 'string') return [`${name} isn't string type`]
  return name === 'apiVersion' && value.split('/').length > 2 ? [`unexpected GroupVersion string: ${value}`] : []
}

function decodeObject(asking: Asking, object: Loose, document: Doc): DecodedRequest | RequestError {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string }
  const key = `${apiVersion} ${kind}`
  const definition = asking.schema.kinds.get(key)
  const written = structuredClone(object)
  if (definition === undefined) return inLowerCase(asking, apiVersion, kind) ?? unmapped(asking, object)
  const findings = decode(asking.schema, definition, object)
  const hints = findings.map(f => findingProblem(kind, f, asking.schema.definition(definition), path => document.placeOf(path)))
  const warnings = KIND_WARNINGS[asking.profile][key] ?? []
  const { fields = 'decoded', verb } = asking.options
  const own = findings.find(f => f.is === 'type' && f.path[0] === 'metadata')
  if (own?.is === 'type' && VALIDATES[asking.profile] === 'server')
    return refuse(`error: unable to decode ${JSON.stringify(asking.file)}: ${metadataError(own)}`, hints, true)
  if (fields !== 'local' && verb === 'apply' && isNameless(written) && VALIDATES[asking.profile] === 'server')
    return fields === 'typed' ? refuse('error: resource name may not be empty', [], false) : nameless(asking, written)
  if (fields === 'typed' && object.metadata?.managedFields?.length > 0)
    return refuse('Error from server (BadRequest): metadata.managedFields must be nil', [], false)
  delete object.metadata?.managedFields
  const wrong =
    fields === 'typed'
      ? (typedText(asking, definition, written) ?? unconverted(asking, written, findings))
      : findingsText(asking, kind, apiVersion, fields === 'local' ? [] : findings)
  if (wrong) {
    const refused = refuse(wrong.text, hints, wrong.stops, wrong.stops ? [] : warnings)
    const words = verb === 'apply' && fields === 'decoded' && !wrong.stops ? unknownFields(findings) : undefined
    return words === undefined ? refused : { ...refused, patch: { kind, object: object as unknown as KubeObject, written, words } }
  }
  const ignored = asking.options.validate === 'warn' ? strictErrors(findings.filter(f => f.is === 'unknown')) : []
  if (fields === 'local') return localRequest(object, written, document, verb === 'apply' ? warnings : [])
  for (const finding of findings) if (finding.is === 'unknown') dropField(object, finding.path)
  setDefaults(kind, apiVersion, object, asking.profile)
  omitEmpty(asking.schema, definition, object)
  return {
    is: 'object',
    apiVersion,
    kind,
    object: object as unknown as KubeObject,
    written,
    warnings: [...warnings, ...ignored],
    placeOf: path => document.placeOf(readPath(path)),
  }
}

/** A client's dry run: the manifest as it is written. Apply has asked for the live object all the same, and was warned of its version. */
const localRequest = (object: Loose, written: Loose, document: Doc, warnings: readonly string[]): DecodedRequest => ({
  is: 'object',
  apiVersion: object.apiVersion,
  kind: object.kind,
  object: written as unknown as KubeObject,
  written,
  warnings,
  placeOf: path => document.placeOf(readPath(path)),
})

const isNameless = (written: Loose): boolean =>
  (typeof written.metadata !== 'object' || written.metadata === null || !written.metadata.name) && !written.metadata?.generateName

/** Before anything is sent, apply asks for the object as it is. */
function nameless(asking: Asking, written: Loose): RequestError {
  const { apiVersion, kind } = written as { apiVersion: string; kind: Kind }
  const facts = resourceOf(apiVersion, kind)
  const namespace = MODELLED[kind].namespaced ? (written.metadata?.namespace ?? asking.options.namespace ?? 'default') : ''
  return refuse(
    `error: error when retrieving current configuration of:\nResource: "${facts.long}", GroupVersionKind: "${facts.group}, Kind=${kind}"\nName: "", Namespace: "${namespace}"\nfrom server for: ${JSON.stringify(asking.file)}: resource name may not be empty`,
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

function typedText(asking: Asking, definition: string, written: Loose): { text: string; stops: boolean } | undefined {
  const errors = typedErrors(asking.schema, definition, written)
  if (errors.length === 0) return undefined
  const { apiVersion, kind, metadata } = written
  const namespace = isModelled(kind) && !MODELLED[kind].namespaced ? '' : (metadata?.namespace ?? asking.options.namespace ?? 'default')
  const all = errors.length === 1 ? errors[0] : `errors:\n${errors.map(e => `  ${e}`).join('\n')}`
  return {
    text: `Error from server: failed to create typed patch object (${namespace}/${metadata?.name ?? ''}; ${resourceOf(apiVersion, kind).group}, Kind=${kind}): ${all}`,
    stops: false,
  }
}

/** A text that fits the schema, and yet no amount and no time. */
function unconverted(asking: Asking, written: Loose, findings: readonly Finding[]): { text: string; stops: boolean } | undefined {
  const [words] = findings.flatMap(f => (f.is === 'type' ? (conversionError(f) ?? []) : []))
  if (words === undefined) return undefined
  const { apiVersion, kind, metadata } = written
  const namespace = isModelled(kind) && !MODELLED[kind].namespaced ? '' : (metadata?.namespace ?? asking.options.namespace ?? 'default')
  const of = `${resourceOf(apiVersion, kind).group}, Kind=${kind}`
  return {
    text: `Error from server: failed to convert new object (${namespace}/${metadata?.name ?? ''}; ${of}) to proper version: unable to convert unstructured object to ${of}: ${words}`,
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

const KIND_WARNINGS: Readonly<Record<ProfileName, Readonly<Record<string, readonly string[]>>>> = {
  'v1.13': {},
  'v1.35': { 'v1 Endpoints': ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'] },
}

/** A kind in lower case: kubectl finds it, the API server does not. */
function inLowerCase(asking: Asking, apiVersion: string, kind: string): RequestError | undefined {
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
function unmapped(asking: Asking, { apiVersion, kind, metadata }: Loose): RequestError {
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

function findingsText(
  asking: Asking,
  kind: string,
  apiVersion: string,
  findings: readonly Finding[],
): { text: string; stops: boolean } | undefined {
  const file = JSON.stringify(asking.file)
  if (VALIDATES[asking.profile] === 'client' && asking.options.validate !== 'ignore') {
    const lines = findings.flatMap(f => openApiError(`${kind}`, f) ?? [])
    if (lines.length > 0)
      return {
        text: `error: error validating ${file}: error validating data: ${lines.length > 1 ? `[${lines.join(', ')}]` : lines[0]}${VALIDATION_END}`,
        stops: true,
      }
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

/** kubectl itself decodes metadata before it sends anything. */
const metadataError = (finding: Finding & { is: 'type' }): string =>
  finding.path.length === 1
    ? goTypeError(finding).replace(/struct field \w+\.metadata/, 'struct field metadataOnlyObject.metadata')
    : goTypeError(finding)

function dropField(object: Loose, path: Path): void {
  let at: Loose = object
  for (const step of path.slice(0, -1)) at = at[step]
  delete at[path.at(-1)!]
}

/** Keys in byte order at every level: kubectl sends JSON so, and errors come in that order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sortKeys(v)]),
  )
}

/** The schema and definition of a kind as a profile's server holds it; undefined when it serves no such kind. */
export function definitionOf(
  profile: ProfileName,
  apiVersion: string,
  kind: string,
): { readonly schema: Schema; readonly definition: string } | undefined {
  for (const schema of [SCHEMAS[profile], NEWEST]) {
    const definition = schema.kinds.get(`${apiVersion} ${kind}`)
    if (definition !== undefined) return { schema, definition }
  }
  return undefined
}

/** An object that a patch made, as the server takes it: what it does not know dropped and warned of, defaults filled in; or why it cannot be read. */
export function readPatched(
  profile: ProfileName,
  given: KubeObject,
): { readonly object: KubeObject; readonly warnings: readonly string[] } | { readonly wrong: string } {
  const known = definitionOf(profile, given.apiVersion, given.kind)
  const object = structuredClone(given) as Loose
  if (known === undefined) return { object: object as unknown as KubeObject, warnings: [] }
  const findings = decode(known.schema, known.definition, object)
  const type = findings.find(f => f.is === 'type')
  if (type?.is === 'type') return { wrong: goTypeError(type) }
  const unknown = findings.filter(f => f.is === 'unknown')
  for (const finding of unknown) dropField(object, finding.path)
  setDefaults(given.kind, given.apiVersion, object, profile)
  omitEmpty(known.schema, known.definition, object)
  return { object: object as unknown as KubeObject, warnings: VALIDATES[profile] === 'server' ? strictErrors(unknown) : [] }
}
