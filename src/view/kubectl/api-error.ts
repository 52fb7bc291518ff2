// A refusal of the API server as kubectl prints it.
import type { KubeObject } from '../../apply/object'
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

/** What the server itself says: with the group of the kind, which kubectl leaves out where it tells of an invalid object by itself. */
export function serverWords({ reason, message }: ApiError, { apiVersion, kind }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
  return reason === 'Invalid' && message.startsWith(`${kind} `) ? `${kind}${group}${message.slice(kind.length)}` : message
}
