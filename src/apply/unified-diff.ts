// A unified diff of two lists of lines, three lines of context, as diff -u prints its hunks.

interface Edit {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
}

const CONTEXT = 3

/** The hunks, each line with its newline; empty where nothing differs. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  const edits = editsOf(before, after)
  return hunksOf(edits)
    .map(([from, to]) => hunkText(edits, from, to))
    .join('')
}

/** Common beginning and end first, then the longest common subsequence of what is left. */
function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const kept = (line: string): Edit => ({ sign: ' ', line })
  const middle = longestCommon(before.slice(head, before.length - tail), after.slice(head, after.length - tail))
  return [...before.slice(0, head).map(kept), ...middle, ...before.slice(before.length - tail).map(kept)]
}

function longestCommon(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ sign: ' ', line: a[i]! })
      i++
      j++
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) edits.push({ sign: '-', line: a[i++]! })
    else edits.push({ sign: '+', line: b[j++]! })
  }
  return edits
}

/** From where to where each hunk goes; those whose context touches are one. */
function hunksOf(edits: readonly Edit[]): readonly (readonly [number, number])[] {
  const hunks: [number, number][] = []
  for (const [i, edit] of edits.entries()) {
    if (edit.sign === ' ') continue
    const [from, to] = [Math.max(0, i - CONTEXT), Math.min(edits.length, i + 1 + CONTEXT)]
    const last = hunks.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = to
    else hunks.push([from, to])
  }
  return hunks
}

function hunkText(edits: readonly Edit[], from: number, to: number): string {
  const count = (list: readonly Edit[], sign: '-' | '+') => list.filter(e => e.sign === ' ' || e.sign === sign).length
  const shown = edits.slice(from, to)
  const range = (sign: '-' | '+') => {
    const size = count(shown, sign)
    const start = count(edits.slice(0, from), sign) + (size === 0 ? 0 : 1)
    return `${sign}${start}${size === 1 ? '' : `,${size}`}`
  }
  return `@@ ${range('-')} ${range('+')} @@\n${shown.map(e => `${e.sign}${e.line}\n`).join('')}`
}
