// A finding as the error of a failed step, and as what the report shows of it.
import { type Finding, findingText } from '../verify/finding'
import type { FindingJson } from '../view/report/probe'

/** A Then that does not hold: the step fails with the finding's text. No stack: the scenario is the place. */
export class FindingError extends Error {
  constructor(finding: Finding) {
    super(findingText(finding))
    this.name = 'FindingError'
    this.stack = `${this.name}: ${this.message}`
  }
}

/** The finding in the words of the report. */
export const findingJson = (f: Finding): FindingJson => ({
  expected: f.expected,
  actual: f.happened,
  why: f.why,
  change: f.change,
  ...(f.hops === null ? {} : { expectedHops: f.hops.expected, actualHops: f.hops.actual, firstDifference: f.hops.first }),
})
