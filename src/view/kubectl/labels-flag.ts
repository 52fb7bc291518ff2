// Labels on the command line: `--labels=a=b,c=d`.
import type { Labels } from '../../apply/object'

/** `a=b,c=d` */
export const labelsOf = (text: string | undefined): Labels | undefined =>
  text === undefined ? undefined : Object.fromEntries(text.split(',').map(p => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]))
