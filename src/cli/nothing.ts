// What tested nothing: the eight ways of it, and what is said about each time.
import type { Place } from '../error'

type Way =
  /** A path that matches no feature file. */
  | 'path'
  /** A tag or name filter that matches no scenario. */
  | 'filter'
  /** Examples without rows. */
  | 'rows'
  /** A scenario without steps. */
  | 'steps'
  /** A line that Gherkin reads as description. */
  | 'stray'
  /** A scenario without a Then. */
  | 'promise'
  /** A Then that checked nothing. */
  | 'check'
  /** A pending or skipped step. */
  | 'skipped'

/** One thing that tested nothing, and what to write. */
export interface Nothing {
  readonly way: Way
  readonly message: string
  readonly place: Place | null
  readonly fix: string
  /** The step that must not count as passed in the reports. */
  readonly testStepId?: string
}
