// Whether every step of the chosen scenarios has exactly one definition, before anything runs. Undefined ones get the nearest step suggested.
import { distance } from 'fastest-levenshtein'
import { placeText, type Problem } from '../error'
import { FATES } from '../trace/fate'
import type { RunIndex } from './run-index'

/** Undefined and ambiguous steps, each once, with file:line:column. */
export function stepProblems(index: RunIndex): readonly Problem[] {
  const seen = new Set<string>()
  return index.cases.flatMap(c =>
    c.steps.flatMap((step): Problem[] => {
      const key = `${placeText(step.place)} ${step.pickleStep.text}`
      if (step.definitions.length === 1 || seen.has(key)) return []
      seen.add(key)
      const text = step.pickleStep.text
      if (step.definitions.length === 0)
        return [{ code: 'STEP_UNDEFINED', message: `no step is called '${text}'.`, place: step.place, fix: nearest(index, text) }]
      const several = step.definitions.map(d => `'${d.pattern.source}' (${d.sourceReference.uri}:${d.sourceReference.location?.line})`)
      return [
        {
          code: 'STEP_AMBIGUOUS',
          message: `'${text}' is ${step.definitions.length} steps: ${several.join(', ')}.`,
          place: step.place,
          fix: 'Reword one of the step definitions so that only one of them matches.',
        },
      ]
    }),
  )
}

const FATE = '{fate}'

/** Whether a text begins with the words of a pattern, each one of those that stand between its slashes. */
const startsLike = (start: string, text: string): boolean => {
  const given = text.split(' ')
  return start
    .trim()
    .split(' ')
    .every((words, i) => words.split('/').includes(given[i] ?? ''))
}

/** `Did you mean '…'?` with the step whose words are most alike. */
export function nearest(index: RunIndex, text: string): string {
  const patterns = index.definitions.map(d => d.pattern.source)
  const fated = patterns.find(p => p.endsWith(FATE) && startsLike(p.slice(0, -FATE.length), text))
  if (fated !== undefined) return `'${fated}' is one of: ${Object.keys(FATES).join(', ')}.`
  const words = bare(text)
  const far = (pattern: string) => distance(words, bare(pattern)) / Math.max(words.length, bare(pattern).length, 1)
  const best = patterns.reduce<string | undefined>((a, b) => (a === undefined || far(b) < far(a) ? b : a), undefined)
  return best !== undefined && far(best) < 0.6 ? `Did you mean '${best}'? \`hopspec steps\` lists all.` : '`hopspec steps` lists all steps.'
}

/** A step's words without its values: numbers, quoted texts, addresses, URLs and {types} are all the same. */
const bare = (text: string): string =>
  text
    .replace(/"[^"]*"|\{[^}]*\}|https?:\/\/\S+|\S*\d\S*/g, '•')
    .replace(/\((\w+)\)/g, '$1')
    .toLowerCase()
