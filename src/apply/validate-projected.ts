// Validation of volumes that are made of files with names: keys of ConfigMaps and Secrets, fields of the pod, tokens. Certificates and trust
// bundles are dropped before (dropped-fields.ts).
import { type FieldError, forbidden, invalid, required } from './field-error'
import type { Loose } from './loose'
import type { Path } from './path'
import { validateFieldRef, validateResourceRef } from './validate-env'
import { ownPath } from './validate-path'

const MODE_TEXT = 'must be a number between 0 and 0777 (octal), both inclusive'
/** Permissions of files. */
export const modeErrors = (at: Path, value: number | undefined): FieldError[] =>
  value === undefined || (value >= 0 && value <= 0o777) ? [] : [invalid(at, value, MODE_TEXT)]

const validateItem = (path: Path, item: Loose): FieldError[] => [
  ...(item.key ? [] : [required([...path, 'key'])]),
  ...(item.path ? [] : [required([...path, 'path'])]),
  ...ownPath([...path, 'path'], item.path ?? ''),
  ...modeErrors([...path, 'mode'], item.mode),
]

/** The mode and the items of a ConfigMap or Secret as a volume. */
export const validateItems = (path: Path, source: Loose): FieldError[] => [
  ...modeErrors([...path, 'defaultMode'], source.defaultMode),
  ...((source.items ?? []) as Loose[]).flatMap((item, i) => validateItem([...path, 'items', i], item)),
]

const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']

/** A file with a field of the pod or an amount of a container; the path is the volume's, whichever file it is. */
export function validateDownwardFile(path: Path, file: Loose): FieldError[] {
  const errors = [...(file.path ? [] : [required([...path, 'path'])]), ...ownPath([...path, 'path'], file.path ?? '')]
  if (file.fieldRef) {
    errors.push(...validateFieldRef([...path, 'fieldRef'], file.fieldRef, VOLUME_FIELDS))
    if (file.resourceFieldRef) errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (file.resourceFieldRef) errors.push(...validateResourceRef([...path, 'resourceFieldRef'], file.resourceFieldRef, true))
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
  return [...errors, ...modeErrors([...path, 'mode'], file.mode)]
}

/** Several sources in one directory; no two files of one name. */
export function validateProjected(path: Path, volume: Loose): FieldError[] {
  const taken = new Set<string>()
  const take = (name: string | undefined, shown: string | undefined): FieldError[] => {
    if (!name) return []
    if (taken.has(name)) return [invalid(path, shown ?? '', 'conflicting duplicate paths')]
    taken.add(name)
    return []
  }
  return [
    ...modeErrors([...path, 'defaultMode'], volume.defaultMode),
    ...((volume.sources ?? []) as Loose[]).flatMap((source, i) => {
      const at = [...path, 'sources', i]
      const kinds = PROJECTIONS.filter(([kind]) => source[kind] !== undefined)
      return [
        ...kinds.flatMap(([kind, check]) => check([...at, kind], source[kind], take, path)),
        ...(kinds.length > 1 ? [forbidden(at, 'may not specify more than 1 volume type per source')] : []),
      ]
    }),
  ]
}

type Take = (name: string | undefined, shown: string | undefined) => FieldError[]
type Projection = (path: Path, source: Loose, take: Take, volume: Path) => FieldError[]

const keysOf: Projection = (path, source, take) => [
  ...(source.name ? [] : [required([...path, 'name'])]),
  ...((source.items ?? []) as Loose[]).flatMap((item, i) => [
    ...validateItem([...path, 'items', i], item),
    ...take(item.path, source.name),
  ]),
]

const PROJECTIONS: readonly (readonly [string, Projection])[] = [
  ['secret', keysOf],
  ['configMap', keysOf],
  [
    'downwardAPI',
    (path, source, take) =>
      ((source.items ?? []) as Loose[]).flatMap(file => [...validateDownwardFile(path, file), ...take(file.path, file.path)]),
  ],
  ['serviceAccountToken', validateToken],
]

const SHORTEST_TOKEN = 600
const LONGEST_TOKEN = 2 ** 32
function validateToken(path: Path, source: Loose, _take: Take, volume: Path): FieldError[] {
  const seconds: number = source.expirationSeconds
  const wrong = (detail: string): FieldError => invalid([...path, 'expirationSeconds'], seconds, `may not specify a duration ${detail}`)
  return [
    ...(seconds < SHORTEST_TOKEN ? [wrong('less than 10 minutes')] : []),
    ...(seconds > LONGEST_TOKEN ? [wrong('larger than 2^32 seconds')] : []),
    ...(source.path ? ownPath([...volume, 'path'], source.path) : [required([...volume, 'path'])]),
  ]
}
