// The name that was probably meant.
import { distance } from 'fastest-levenshtein'

/** A word that differs by no more than this from a name is that name with a slip of the finger. */
const SLIP = 2

/** The names that were probably meant, at most three, in their order; none when none is similar at all. */
export function nearestAll(word: string, names: readonly string[]): readonly string[] {
  const far = names.map(name => distance(word, name))
  const least = Math.min(...far)
  const stem = word.replace(/-[^-/]*$/, '')
  for (const maker of least > SLIP ? [word, stem] : [word]) {
    const made = madeOf(maker, names)
    if (made.length > 0) return made.slice(0, 3)
  }
  return names.filter((name, i) => far[i] === least && least <= Math.max(word.length, name.length) * 0.6).slice(0, 3)
}

/** Names that a controller made of another: `web-88d46bf99-ntd5n` of `web`. */
const madeOf = (maker: string, names: readonly string[]): readonly string[] => names.filter(name => name.startsWith(`${maker}-`))

/** The first of the most similar names. */
export const nearest = (word: string, names: readonly string[]): string | undefined => nearestAll(word, names)[0]

/** `Did you mean 'web'?`, or the names that there are. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearestAll(word, names)
  if (near.length > 0) return `Did you mean ${near.map(n => `'${n}'`).join(' or ')}?`
  if (names.length === 0) return 'There is none.'
  return `There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`
}
