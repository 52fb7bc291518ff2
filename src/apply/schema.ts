// The API's kinds and fields as a decoder needs them, read from the tables in fields/ (made by scripts/fields.ts), one definition at a time.
import { never } from '../error'
import { OWN_FIELDS } from './fields/own'
import { FIELDS as V1_13 } from './fields/v1.13'
import { FIELDS as V1_35 } from './fields/v1.35'
import type { ProfileName } from './profile'

const SCALARS = [
  'string',
  'boolean',
  'integer',
  'number',
  'int32',
  'int64',
  'byte',
  'date-time',
  'int-or-string',
  'quantity',
  'object',
  'any',
] as const
export type Scalar = (typeof SCALARS)[number]

export type Type =
  | { readonly is: 'scalar'; readonly scalar: Scalar }
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  /** Fields of a definition. */
  | { readonly is: 'struct'; readonly name: string }

export interface Field {
  readonly name: string
  readonly type: Type
  readonly required: boolean
  /** How kubectl's strategic patches merge a list: `merge:port`, `replace`, `merge,retainKeys:type`. */
  readonly patch?: string
  /** How server-side apply sees a list: `set`, `map:port,protocol`; absent: atomic. */
  readonly list?: string
}

export interface Definition {
  /** `core.v1.ServicePort` */
  readonly name: string
  readonly fields: ReadonlyMap<string, Field>
}

export interface Schema {
  readonly profile: ProfileName
  /** `apps/v1 Deployment` → its definition's name, sorted. */
  readonly kinds: ReadonlyMap<string, string>
  definition(name: string): Definition
}

const TEXTS: Readonly<Record<ProfileName, string>> = { 'v1.13': V1_13, 'v1.35': V1_35 }
const schemas = new Map<ProfileName, Schema>()

/** The API of a profile; read once. */
export function schemaOf(profile: ProfileName): Schema {
  const known = schemas.get(profile)
  if (known) return known
  const schema = readSchema(profile, TEXTS[profile])
  schemas.set(profile, schema)
  return schema
}

/** The documents that are no Kubernetes objects: Cluster and KubeProxyConfiguration. */
export const OWN: Schema = readSchema('v1.35', OWN_FIELDS)

function readSchema(profile: ProfileName, text: string): Schema {
  const end = text.indexOf('\n\n')
  const kinds = new Map(text.slice(0, end).split('\n').map(splitAtLastSpace))
  const bodies = new Map<string, string>()
  for (const block of text.slice(end + 2).split(/\n(?=\S)/)) {
    const name = /^\S+/.exec(block)![0]
    bodies.set(name, block.slice(name.length))
  }
  const definitions = new Map<string, Definition>()
  const aliasOf = (name: string): Scalar | undefined => / = (\S+)/.exec(bodies.get(name) ?? '')?.[1] as Scalar | undefined
  const readType = (word: string, next: string | undefined): Type => {
    if (word.startsWith('[]')) return { is: 'list', of: readType(word.slice(2), next) }
    if (word === 'map') return { is: 'map', of: readType(next!, undefined) }
    const scalar = SCALARS.find(s => s === word) ?? aliasOf(word)
    return scalar === undefined ? { is: 'struct', name: word } : { is: 'scalar', scalar }
  }
  const definition = (name: string): Definition => {
    const known = definitions.get(name)
    if (known) return known
    const body = bodies.get(name)
    if (body === undefined) throw new Error(`no definition ${name} in ${profile}`)
    const fields = body
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map(line => readField(line, readType))
    const made: Definition = { name, fields: new Map(fields.map(f => [f.name, f])) }
    definitions.set(name, made)
    return made
  }
  return { profile, kinds, definition }
}

function splitAtLastSpace(line: string): [string, string] {
  const at = line.lastIndexOf(' ')
  return [line.slice(0, at), line.slice(at + 1)]
}

function readField(line: string, readType: (word: string, next: string | undefined) => Type): Field {
  const words = line.trim().split(' ')
  const attribute = (name: string): string | undefined => words.find(w => w.startsWith(`${name}=`))?.slice(name.length + 1)
  const [patch, list] = [attribute('patch'), attribute('list')]
  return {
    name: words[0]!.replace(/!$/, ''),
    type: readType(words[1]!, words[2]),
    required: words[0]!.endsWith('!'),
    ...(patch === undefined ? {} : { patch }),
    ...(list === undefined ? {} : { list }),
  }
}

const GO_SCALARS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'bool',
  integer: 'int32',
  number: 'float64',
  int32: 'int32',
  int64: 'int64',
  byte: '[]uint8',
  'date-time': 'v1.Time',
  'int-or-string': 'intstr.IntOrString',
  quantity: 'resource.Quantity',
  object: 'map[string]interface {}',
  any: 'interface {}',
}

/** A type as Go's JSON errors name it: `int32`, `[]v1.ServicePort`, `map[string]string`. */
export function goTypeText(type: Type): string {
  switch (type.is) {
    case 'scalar':
      return GO_SCALARS[type.scalar]
    case 'list':
      return `[]${goTypeText(type.of)}`
    case 'map':
      return `map[string]${goTypeText(type.of)}`
    case 'struct':
      return type.name.split('.').slice(-2).join('.')
    default:
      return never(type)
  }
}
