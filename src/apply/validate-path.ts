// Validation of file paths that stay below where they begin.
import { type FieldError, invalid } from './field-error'
import type { Path } from './path'

/** A path without a step back. */
export const noBackSteps = (path: Path, text: string): FieldError[] =>
  text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : []

/** A path that stays below where it begins. */
export const localPath = (path: Path, text: string): FieldError[] => [
  ...(text.startsWith('/') ? [invalid(path, text, 'must be a relative path')] : []),
  ...noBackSteps(path, text),
]

/** A path for a file among others: `..data` is the kubelet's own. */
export const ownPath = (path: Path, text: string): FieldError[] => [
  ...localPath(path, text),
  ...(text.startsWith('..') && !text.startsWith('../') ? [invalid(path, text, "must not start with '..'")] : []),
]
