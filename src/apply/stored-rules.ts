// How an object of the store is judged: the API server's validation, where an answer can depend on the field; the rest becomes a warning.
import type { Problem } from '../error'
import type { Accepted } from './object'
import type { ProfileName } from './profile'

export function judgeStored(
  accepted: Accepted,
  _profile: ProfileName,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const named = typeof accepted.object.metadata.name === 'string' && accepted.object.metadata.name !== ''
  if (named) return { problems: [], warnings: [] }
  return {
    problems: [
      {
        code: 'MISSING_FIELD',
        message: `${accepted.object.kind} metadata has no 'name', which every object of the store has.`,
        place: accepted.placeOf('metadata'),
        fix: "Add 'name: …' below 'metadata'.",
      },
    ],
    warnings: [],
  }
}
