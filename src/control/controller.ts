// What a controller is: a name, the kinds it looks at, and a function from State to State that gives the same State back when it is content.
import type { Kind } from '../apply/object'
import type { State } from '../cluster/state'

export interface Controller {
  /** As `source.component` of its Events. */
  readonly name: string
  /** It runs again only when one of these changed, or time, or what is remembered. */
  readonly reads: readonly Kind[]
  readonly run: (state: State) => State
}
