// One error of the API server's validation and its words: `spec.ports[0].nodePort: Invalid value: 20000: …`.
import type { Path } from './path'
import type { ProfileName } from './profile'

type FieldErrorType =
  | 'Required value'
  | 'Invalid value'
  | 'Unsupported value'
  | 'Duplicate value'
  | 'Forbidden'
  | 'Not found'
  | 'Too long'
  | 'Too many'

export interface FieldError {
  readonly path: Path
  readonly type: FieldErrorType
  /** The value as Kubernetes prints it; absent for Required and Forbidden. */
  readonly value?: unknown
  readonly detail: string
  /** Where Kubernetes names the field by another path than the place it stands at. */
  readonly at?: string
}

export const required = (path: Path, detail = ''): FieldError => ({ path, type: 'Required value', detail })
export const invalid = (path: Path, value: unknown, detail: string): FieldError => ({ path, type: 'Invalid value', value, detail })
export const forbidden = (path: Path, detail: string): FieldError => ({ path, type: 'Forbidden', detail })
/** The API server's own limits: `Too many: 101: must have at most 100 items`. */
export const tooMany = (path: Path, count: number, most: number): FieldError => ({
  path,
  type: 'Too many',
  value: count,
  detail: `must have at most ${most} items`,
})
export const tooLong = (path: Path, most: number): FieldError => ({ path, type: 'Too long', detail: `may not be more than ${most} bytes` })
export const duplicate = (path: Path, value: unknown): FieldError => ({ path, type: 'Duplicate value', value, detail: '' })
export const notFound = (path: Path, value: unknown): FieldError => ({ path, type: 'Not found', value, detail: '' })

/** `supported values: "SCTP", "TCP", "UDP"`, in the order given. */
export const unsupported = (path: Path, value: unknown, supported: readonly string[]): FieldError => ({
  path,
  type: 'Unsupported value',
  value,
  detail: `supported values: ${supported.map(s => JSON.stringify(s)).join(', ')}`,
})

/** A step of a path that is the key of a map: `limits[cpu]`. */
export const keyed = (key: string): string => `[${key}]`

/** `spec.ports[0].name`, `data[a b]`. */
export function fieldPathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : step.startsWith('[') || i === 0 ? step : `.${step}`)).join('')
}

/** How values that are no plain text or number are printed: as Go's %#v until 1.33, as JSON since. */
const VALUE_TEXTS: Readonly<Record<ProfileName, (value: object) => string>> = { 'v1.13': goText, 'v1.35': value => JSON.stringify(value) }

/** The whole line, as the API server says it. */
export function fieldErrorText(error: FieldError, profile: ProfileName): string {
  const value = error.value
  const shown =
    'value' in error ? `: ${typeof value === 'object' && value !== null ? VALUE_TEXTS[profile](value) : JSON.stringify(value)}` : ''
  return `${error.at ?? fieldPathText(error.path)}: ${error.type}${shown}${error.detail === '' ? '' : `: ${error.detail}`}`
}

function goText(value: object): string {
  if (Array.isArray(value)) return `[]string{${value.map(v => JSON.stringify(v)).join(', ')}}`
  const entries = Object.entries(value)
  if (entries.some(([, v]) => typeof v !== 'string')) return JSON.stringify(value)
  return `map[string]string{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)
    .join(', ')}}`
}
