// `-l`: labels asked for on the command line. Stands for apimachinery labels.Parse.
import type { Labels } from '../../apply/object'

type LabelFilter = (labels: Labels | undefined) => boolean

/** Reads `app=web,tier in (a,b),!old`; undefined when it is no selector. */
export function readLabelFilter(text: string): LabelFilter | undefined {
  const parts: LabelFilter[] = []
  for (const part of text.split(/,(?![^(]*\))/).map(p => p.trim())) {
    if (part === '') continue
    const filter = requirement(part)
    if (filter === undefined) return undefined
    parts.push(filter)
  }
  return labels => parts.every(p => p(labels))
}

function requirement(part: string): LabelFilter | undefined {
  const equality = /^([\w./-]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(part)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return operator === '!=' ? l => l?.[key] !== value : l => l?.[key] === value
  }
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(v => v.trim())
    return operator === 'in'
      ? l => l?.[key] !== undefined && values.includes(l[key])
      : l => l?.[key] === undefined || !values.includes(l[key])
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(part)
  if (!exists) return undefined
  return exists[1] === '!' ? l => l?.[exists[2]!] === undefined : l => l?.[exists[2]!] !== undefined
}

/** What the server says about a selector that it cannot read. */
export function labelFilterError(text: string): string {
  const words = /^\s*[\w./-]+\s+([\w./-]+)/.exec(text)
  if (words !== null) return `unable to parse requirement: found '${words[1]}', expected: in, notin, =, ==, !=, gt, lt`
  return 'unable to parse requirement'
}
