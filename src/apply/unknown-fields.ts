// The fields of a manifest that the server does not know: it drops them.
import type { Finding } from './decode'
import type { Loose } from './loose'

/** Takes out what was found unknown; other findings are passed over. */
export function dropFields(object: Loose, findings: readonly Finding[]): void {
  for (const { is, path } of findings) {
    if (is !== 'unknown') continue
    let at: Loose = object
    for (const step of path.slice(0, -1)) at = at[step]
    delete at[path.at(-1)!]
  }
}
