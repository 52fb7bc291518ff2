// The fields of Go structs, read from their one-line texts.
import { GO_STRUCTS } from './go-types'
import type { ProfileName } from './profile'

/** One field: its Go name, its JSON name, its type. */
export interface GoField {
  readonly name: string
  readonly json: string
  readonly type: string
  readonly inline: boolean
}

const FIELDS = new Map<string, readonly GoField[]>()

/** The mark of fields that only the other release has. */
const NOT_IN: Readonly<Record<ProfileName, string>> = { 'v1.13': '>', 'v1.35': '<' }

/** The fields of a struct in a release, in their declared order; undefined for a type that is no struct (a named string). */
export function fieldsOf(type: string, profile: ProfileName): readonly GoField[] | undefined {
  const text = GO_STRUCTS[type]
  if (text === undefined) return undefined
  const cacheKey = `${profile} ${type}`
  const known = FIELDS.get(cacheKey)
  if (known) return known
  const fields = text
    .split(';')
    .filter(line => !line.startsWith(NOT_IN[profile]))
    .map(line => fieldOf(line.replace(/^[<>]/, '')))
  FIELDS.set(cacheKey, fields)
  return fields
}

function fieldOf(line: string): GoField {
  if (line.startsWith('+')) return { name: line.slice(1), json: '', type: line.slice(1), inline: true }
  const [names = '', type = ''] = line.split(' ')
  const [name = '', json] = names.split('=')
  return { name, json: json ?? jsonName(name), type, inline: false }
}

/** `DNSPolicy` → `dnsPolicy`, `TTY` → `tty`, `HostIP` → `hostIP`. */
const jsonName = (name: string): string => name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, capitals => capitals.toLowerCase())
