// One manifest as kubectl takes it: decoded and defaulted by the tables of the profile, or refused in kubectl's and the API server's own words.
// Admission, allocation and validation of the object (validate.ts) come afterwards; the store decides what exists.
import type { Place } from '../error'
import { decode } from './decode'
import { setDefaults } from './defaults'
import type { Doc } from './documents'
import { dropFields } from './unknown-fields'
import { findingProblem, knownIn } from './finding-text'
import type { Loose } from './loose'
import type { KubeObject } from './object'
import { omitEmpty } from './omit-empty'
import { readPath } from './path'
import type { ProfileName } from './profile'
import { manifests } from './request-documents'
import { type Asking, type RequestOptions, SCHEMAS, VALIDATES } from './request-options'
import {
  findingsText,
  headerError,
  inLowerCase,
  invalid,
  metadataError,
  nameless,
  unaddressable,
  noObject,
  refuse,
  type RequestError,
  typedText,
  unconverted,
  unpatchable,
  unmapped,
} from './request-refusals'
import { strictErrors } from './request-words'
import { readSource, type SourceFile } from './source'

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

function decodeDocument(asking: Asking, document: Doc): readonly (DecodedRequest | RequestError)[] {
  const value = sortKeys(document.value)
  const { file, options } = asking
  if (typeof value !== 'object' || Array.isArray(value)) return value === null ? [] : [noObject(asking, value)]
  const notSet = (['apiVersion', 'kind'] as const).flatMap(name => headerError(name, (value as Loose)?.[name]))
  if (notSet.length > 0 && options.validate !== 'ignore') return [invalid(asking, notSet)]
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

function decodeObject(asking: Asking, object: Loose, document: Doc): DecodedRequest | RequestError {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string }
  const key = `${apiVersion} ${kind}`
  const definition = asking.schema.kinds.get(key)
  const written = structuredClone(object)
  if (definition === undefined) return inLowerCase(asking, apiVersion, kind) ?? unmapped(asking, object)
  const findings = decode(asking.schema, definition, object)
  const hints = findings.map(f => findingProblem(kind, f, knownIn(asking.schema, definition), path => document.placeOf(path)))
  const warnings = KIND_WARNINGS[asking.profile][key] ?? []
  const { fields = 'decoded', verb } = asking.options
  const own = findings.find(f => f.is === 'type' && f.path[0] === 'metadata')
  if (own?.is === 'type' && VALIDATES[asking.profile] === 'server')
    return refuse(`error: unable to decode ${JSON.stringify(asking.file)}: ${metadataError(own)}`, hints, true)
  if (fields !== 'local' && verb === 'apply' && isNameless(written) && VALIDATES[asking.profile] === 'server')
    return fields === 'typed' ? refuse('error: resource name may not be empty', [], false) : nameless(asking, written)
  const odd = fields !== 'local' && verb === 'apply' && VALIDATES[asking.profile] === 'server' ? unaddressable(asking, written) : undefined
  if (odd !== undefined) return odd
  if (fields === 'typed' && object.metadata?.managedFields?.length > 0)
    return refuse('Error from server (BadRequest): metadata.managedFields must be nil', [], false)
  delete object.metadata?.managedFields
  const wrong =
    fields === 'typed'
      ? (typedText(asking, definition, written) ?? unconverted(asking, written, findings))
      : findingsText(asking, kind, apiVersion, fields === 'local' ? [] : findings)
  if (wrong) {
    const refused = refuse(wrong.text, hints, wrong.stops, wrong.stops ? [] : warnings)
    const words =
      verb === 'apply' && fields === 'decoded' && !wrong.stops && VALIDATES[asking.profile] === 'server' ? unpatchable(findings) : undefined
    return words === undefined ? refused : { ...refused, patch: { kind, object: object as unknown as KubeObject, written, words } }
  }
  const ignored = asking.options.validate === 'warn' ? strictErrors(findings.filter(f => f.is === 'unknown')) : []
  if (fields === 'local') return localRequest(object, written, document, verb === 'apply' ? warnings : [])
  dropFields(object, findings)
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

/** Warnings that come with a kind, whatever is written. */
const KIND_WARNINGS: Readonly<Record<ProfileName, Readonly<Record<string, readonly string[]>>>> = {
  'v1.13': {},
  'v1.35': { 'v1 Endpoints': ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'] },
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

const isNameless = (written: Loose): boolean =>
  (typeof written.metadata !== 'object' || written.metadata === null || !written.metadata.name) && !written.metadata?.generateName
