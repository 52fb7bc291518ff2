// The text of a manifest as kubectl takes it apart: JSON, or YAML document by document, each turned into JSON by go-yaml's rules.
import type { Place, Problem } from '../error'
import { type Doc, readText, splitChunks } from './documents'
import { goYaml } from './go-yaml-error'

/** What kubectl says of text that it cannot read, behind `error parsing f.yaml: `; and the same in our words. */
export interface Unreadable {
  readonly wrong: string
  readonly hints: readonly Problem[]
}
const unreadable = (wrong: string, hints: readonly Problem[]): Unreadable => ({ wrong, hints })

/** The documents one by one, so that those before a broken one are still answered. A key that is there twice counts once, the last wins, as in kubectl. */
export function* manifests(file: string, text: string): Generator<Doc | Unreadable> {
  if (/^\s*\{/.test(text)) {
    const read = readText(file, text)
    if (read.problems.length === 0) return yield* read.documents
    if (endsEarly(text)) return yield unreadable('unexpected EOF', read.problems)
  }
  for (const chunk of splitChunks(file, text)) {
    const opening = /^---[^\n]*\n/.exec(chunk.text)?.[0] ?? ''
    const go = goYaml(`${chunk.text.slice(opening.length)}${chunk.text.endsWith('\n') ? '' : '\n'}`)
    let text = chunk.text
    let read = readText(file, text)
    if (go.wrong === undefined && read.problems.some(p => p.code !== 'YAML_DUPLICATE_KEY')) {
      text = text.slice(0, opening.length + go.end)
      read = readText(file, text)
    }
    const hints = read.problems.map(p => ({ ...p, place: { ...p.place!, line: (p.place!.line ?? 1) + chunk.line } }))
    if (go.wrong !== undefined || hints.some(h => h.code !== 'YAML_DUPLICATE_KEY')) {
      yield unreadable(`error converting YAML to JSON: ${go.wrong ?? 'yaml: did not find expected node content'}`, hints)
      return
    }
    const shift = (place: Place): Place => ({ ...place, line: (place.line ?? 1) + chunk.line })
    for (const document of hints.length > 0 ? [lastWins(file, text)] : read.documents.slice(0, 1)) {
      const odd = noJson(document.value)
      if (odd !== undefined) {
        yield unreadable(`error converting YAML to JSON: json: unsupported value: ${odd}`, hints)
        return
      }
      yield { ...document, placeOf: path => shift(document.placeOf(path)) }
    }
  }
}

const JSON_TOKENS = /^(?:\s|[{}[\],:]|true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)*$/

/** JSON whose end is missing: sound as far as it goes. */
function endsEarly(text: string): boolean {
  const bare = text.replace(/"(?:\\.|[^"\\])*"/gs, '')
  const cut = bare.indexOf('"')
  const rest = cut < 0 ? bare : bare.slice(0, cut)
  if (!JSON_TOKENS.test(rest)) return false
  const open: string[] = []
  for (const c of rest)
    if (c === '{' || c === '[') open.push(c)
    else if ((c === '}' && open.pop() !== '{') || (c === ']' && open.pop() !== '[')) return false
  return open.length > 0
}

/** A number that JSON does not have, as Go names it. */
function noJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? undefined : value > 0 ? '+Inf' : '-Inf'
  if (typeof value !== 'object' || value === null) return undefined
  for (const item of Object.values(value)) {
    const found = noJson(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** A document with duplicate keys, of each the last. */
function lastWins(file: string, text: string): Doc {
  const read = readText(file, text, { duplicates: 'last' })
  return read.documents[0] ?? { file, value: {}, placeOf: () => ({ file, line: 1, column: 1 }) }
}
