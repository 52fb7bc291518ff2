// The name that was probably meant.
import { distance } from 'fastest-levenshtein'

/** The most similar of the names; undefined when none is similar at all. Ties go to the earlier one. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of names) {
    const far = distance(word, name)
    if (far < least) {
      least = far
      best = name
    }
  }
  return best !== undefined && least <= Math.max(word.length, best.length) * 0.6 ? best : undefined
}

/** `Did you mean 'web'?`, or the names that there are. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  if (near !== undefined) return `Did you mean '${near}'?`
  return names.length === 0
    ? 'There is none.'
    : `There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`
}
