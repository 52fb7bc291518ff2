// Kinds that the user leaves out of the input (`ignoreKinds` of the Cluster, `--ignore-kind`): their objects are not read, and one line a kind says so.
// Kinds that are refused are told once each, with the way to leave them out.
import type { Problem } from '../error'
import type { WrittenObject } from './written-object'

/** The objects that are left, and what is said of the others. */
export function withoutKinds(
  written: readonly WrittenObject[],
  kinds: readonly string[],
): { readonly kept: readonly WrittenObject[]; readonly warnings: readonly Problem[] } {
  const wanted = new Set(kinds)
  const gone = written.filter(w => wanted.has(w.kind))
  const warnings = [...new Set(gone.map(w => w.kind))].map((kind): Problem => {
    const own = gone.filter(w => w.kind === kind)
    const count = own.length === 1 ? '1 object' : `${own.length} objects`
    return {
      code: 'KIND_NOT_MODELLED',
      message: `${count} of kind ${kind} ${own.length === 1 ? 'is' : 'are'} left out, as you wanted.`,
      place: own[0]!.placeOf(['kind']),
    }
  })
  return { kept: written.filter(w => !wanted.has(w.kind)), warnings }
}

/** One Problem for all objects of a kind that is refused: at the first, with the number of the others. */
export function oncePerKind(problems: readonly Problem[]): readonly Problem[] {
  const counts = new Map<string, number>()
  for (const { message } of problems) counts.set(message, (counts.get(message) ?? 0) + 1)
  const told = new Set<string>()
  return problems.flatMap(problem => {
    if (told.has(problem.message)) return []
    told.add(problem.message)
    const more = counts.get(problem.message)! - 1
    return [more === 0 ? problem : { ...problem, message: problem.message.replace(/\.$/, ` (and ${more} more of it).`) }]
  })
}
