// Manifests in doc strings: their text at the columns of the feature file, and the mistakes that can be told before the cluster begins.
import { readSource, type SourceFile } from '../src/apply/source'
import { readStore } from '../src/apply/store-input'
import { type ErrorCode, HopspecError } from '../src/error'

/** The doc string's lines where they stand in the feature. Lines between documents stay at the margin: YAML knows them only there. */
export const indented = (text: string, columns: number): string =>
  text.replace(/^(?!(?:---|\.\.\.)(?:\s|$))(?=[^\n])/gm, ' '.repeat(columns))

/** Wrong whatever else is given, and whatever version a Cluster document says later. */
const ALWAYS_WRONG: ReadonlySet<ErrorCode> = new Set([
  'YAML_SYNTAX',
  'YAML_DUPLICATE_KEY',
  'YAML_ALIASES',
  'YAML_TOO_DEEP',
  'NOT_AN_OBJECT',
  'UNKNOWN_KIND',
  'KIND_NOT_MODELLED',
  'UNKNOWN_FIELD',
  'WRONG_TYPE',
  'MISSING_FIELD',
  'DUPLICATE_OBJECT',
])

/** Throws what is wrong in the doc strings of a scenario so far; what depends on a Cluster that is not written yet waits until the cluster begins. */
export function checkInline(files: readonly SourceFile[]): void {
  const whole = files.some(f => /kind"?\s*:\s*"?Cluster\b/.test(String(readSource(f))))
  try {
    readStore(files)
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    const known = error.problems.filter(p => whole || ALWAYS_WRONG.has(p.code))
    if (known.length > 0) throw new HopspecError(known)
  }
}
