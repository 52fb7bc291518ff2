// The timeline as text: one line a write, what caused it by its number.
import type { Moment } from '../control/timeline'
import { table } from './kubectl/tabs'

/** A table: virtual seconds, the write's number, who, in answer to which write, what. */
export function timelineText(moments: readonly Moment[]): string {
  if (moments.length === 0) return 'Nothing was written.\n'
  const rows = moments.map(m => [
    `${(m.atMs / 1000).toFixed(3)} s`,
    `#${m.resourceVersion}`,
    m.by,
    m.cause === null ? '' : `#${m.cause}`,
    m.did,
    m.object,
    m.what,
  ])
  return table([['TIME', 'WRITE', 'BY', 'AFTER', 'DID', 'OBJECT', 'NEWS'], ...rows])
}
