// Collects what is wrong with one document, each with its place; reading goes on, so that all of it is told at once.
import type { ErrorCode, Place, Problem } from '../error'
import { nearest } from './finding-text'
import type { Path } from './path'

export class Complaints {
  readonly problems: Problem[] = []
  constructor(readonly placeOf: (path: Path) => Place) {}

  add(code: ErrorCode, path: Path, message: string, fix: string): void {
    this.problems.push({ code, message, place: this.placeOf(path), fix })
  }

  /** The word if it is one of those allowed; otherwise a complaint and the first of them. */
  oneOf<W extends string>(path: Path, word: string, allowed: readonly W[]): W {
    const found = allowed.find(w => w === word)
    if (found !== undefined) return found
    const near = nearest(word, allowed)
    const name = [...path].reverse().find(step => typeof step === 'string')
    this.add(
      'INVALID_VALUE',
      path,
      `'${name}' cannot be '${word}'.`,
      near ? `Did you mean '${near}'?` : `Write one of: ${allowed.join(', ')}.`,
    )
    return allowed[0]!
  }
}
