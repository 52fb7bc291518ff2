// `-j SET` as text, both ways: a rule that puts what a packet shows into an ipset, or takes it out.
import { foreignWords, wholeNumber } from './rule-values'
import type { WordReader } from './rule-words'

/** A set with a direction for each of its dimensions. */
export interface AskedSet {
  readonly name: string
  readonly directions: readonly ('src' | 'dst')[]
}

export interface SetChange {
  readonly do: 'SET'
  /** `exist`: what is in it already begins its time anew; without `timeoutSeconds` it stays as long as the set says. */
  readonly add?: AskedSet & { readonly exist: boolean; readonly timeoutSeconds?: number }
  readonly remove?: AskedSet
}

/** What iptables-save prints: what is added first. */
export function setChangeText({ add, remove }: SetChange): string {
  const named = ({ name, directions }: AskedSet) => `${name} ${directions.join(',')}`
  const timeout = add?.timeoutSeconds === undefined ? '' : ` --timeout ${add.timeoutSeconds}`
  return [
    '-j SET',
    ...(add ? [`--add-set ${named(add)}${add.exist ? ' --exist' : ''}${timeout}`] : []),
    ...(remove ? [`--del-set ${named(remove)}`] : []),
  ].join(' ')
}

/** Reads the options; `--map-set`, which takes marks from a set, is kept as words. */
export function readSetChange(
  r: WordReader,
): SetChange | { readonly do: 'unmodelled'; readonly target: string; readonly words: readonly string[] } {
  let found: SetChange = { do: 'SET' }
  let [exist, timeoutSeconds]: [boolean, number | undefined] = [false, undefined]
  for (;;) {
    if (r.take('--add-set')) found = { ...found, add: { ...readAsked(r), exist } }
    else if (r.take('--del-set')) found = { ...found, remove: readAsked(r) }
    else if (r.take('--exist')) exist = true
    else if (r.take('--timeout')) timeoutSeconds = r.value('a number of seconds', wholeNumber)
    else break
  }
  const { add, remove } = found
  if (r.peek() === '--map-set') {
    const written = setChangeText({ do: 'SET', ...(add && { add }), ...(remove && { remove }) })
      .split(' ')
      .slice(2)
    return { do: 'unmodelled', target: 'SET', words: [...written, ...foreignWords(r)] }
  }
  if (!add && !remove) throw r.wrong('-j SET needs --add-set or --del-set SET DIRECTIONS.')
  return add ? { ...found, add: { ...add, exist, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) } } : found
}

/** A set's name and its directions, as `-m set` and `-j SET` ask for them. */
export function readAsked(r: WordReader): AskedSet {
  const name = r.next('a set')
  const directions = r.value('src or dst for each dimension', text => {
    const words = text.split(',')
    return words.every(w => w === 'src' || w === 'dst') ? (words as ('src' | 'dst')[]) : undefined
  })
  return { name, directions }
}
