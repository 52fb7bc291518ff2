// Texts in pictures: how wide they are about, and shortened where they do not fit. In: strings. Out: strings, pixels.
// Not measured: the widths are those of common fonts, rounded up.

/** Pixels of a text in the proportional face at 12 px; capitals are wide. */
export const sansWidth = (text: string): number => Math.ceil(text.length * 6.7 + (text.match(/[A-Z]/g)?.length ?? 0) * 1.8)
/** Pixels of a text in the monospaced face at 11 px. */
export const monoWidth = (text: string): number => Math.ceil(text.length * 6.75)

/** At most `max` characters; the middle goes, because the ends of pod names tell them apart. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  const end = Math.ceil((max - 1) * 0.55)
  return `${text.slice(0, max - 1 - end)}…${text.slice(-end)}`
}

const WORDS: Readonly<Record<string, string>> = {
  dnat: 'DNAT ',
  snat: 'SNAT ',
  route: 'route ',
  encapsulate: 'wrap ',
  decapsulate: 'unwrap ',
  policy: '',
  rules: '',
  arrived: '✔ ',
  lost: '✘ ',
}

/** What stands in a chip: a word or shape first, so that colour never speaks alone. */
export const chipText = (chip: { readonly kind: string; readonly text: string }): string => `${WORDS[chip.kind]}${shorten(chip.text, 44)}`
