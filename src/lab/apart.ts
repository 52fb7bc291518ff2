// What the real kernel cannot do or does not show: no failure, and never a pass. The step that meets it is counted apart, with the reason.

/** Thrown by a step; caught around it. */
export class Apart extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'Apart'
  }
}

/** The attachment by which a step says so. */
export const APART_MEDIA_TYPE = 'application/vnd.hopspec.apart+json'

/** Gives what the function gives; what it counts apart goes to `tell`, and the step goes on as if it had not been. */
export function tellingApart<T>(run: () => T, tell: (why: string) => void): T | undefined {
  const told = (error: unknown): undefined => {
    if (!(error instanceof Apart)) throw error
    tell(error.message)
  }
  try {
    const given = run()
    return given instanceof Promise ? (given.catch(told) as T) : given
  } catch (error) {
    return told(error)
  }
}
