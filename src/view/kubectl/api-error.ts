// A refusal of the API server as kubectl prints it.
import type { ApiError } from '../../cluster/store'

/** `what`: `error when creating "f.yaml"`, or nothing. `kind`, `sent`: the object that was sent, and its name. */
export function apiErrorText(error: ApiError, what: string, kind: string, sent: string): string {
  const name = error.name ?? sent
  if (error.reason === 'Invalid' && error.causes !== undefined) {
    const [first = '', ...rest] = error.causes
    return rest.length === 0
      ? `The ${kind} "${name}" is invalid: ${first}`
      : `The ${kind} "${name}" is invalid: \n${error.causes.map(c => `* ${c}`).join('\n')}`
  }
  return serverErrorText(error, what)
}

/** The form that kubectl has for all of them where it tells several. */
export const serverErrorText = (error: ApiError, what: string): string =>
  `Error from server (${error.reason}): ${what === '' ? '' : `${what}: `}${error.message}`
