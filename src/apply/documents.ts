// Files to documents: every YAML or JSON value of every file, each with a way to find the place of a path. All errors of all files.
import type { Place, Problem } from '../error'
import { NOT_FAST, readFastYaml } from './fast-yaml'
import { countKeys, locateJson, scanJson } from './json-text'
import type { Path } from './path'
import { type SourceFile, readSource } from './source'
import { type Chunk, MAX_DEPTH, type TreeOptions, type YamlTree, readYamlTree } from './yaml-tree'

export interface Doc {
  readonly file: string
  readonly value: unknown
  /** The place of a field's key or a list's item; of the nearest written part around it when it is not written. */
  placeOf(path: Path): Place
}

export interface Read {
  readonly documents: readonly Doc[]
  readonly problems: readonly Problem[]
}

/** From this size of a file on (characters) its YAML documents are tried by the quick reader first. */
const QUICK_FROM = 65_536

/** All documents of all files, in their order; documents without content are left out. */
export function readDocuments(files: readonly SourceFile[]): Read {
  const documents: Doc[] = []
  const problems: Problem[] = []
  for (const file of files) {
    const text = readSource(file)
    if (typeof text !== 'string') {
      problems.push(text)
      continue
    }
    const read = readText(file.name, text)
    for (const document of read.documents) documents.push(document)
    problems.push(...read.problems)
  }
  return { documents, problems }
}

/** The documents of one file's text: JSON when it begins with a bracket and parses as such, else YAML. */
export function readText(file: string, text: string, options: TreeOptions = {}): Read {
  const json = readJson(file, text, 0)
  if (json) return json
  const quick = text.length >= QUICK_FROM
  const reads = splitChunks(file, text).map(chunk => readChunk(chunk, quick, options))
  return { documents: reads.flatMap(r => r.documents), problems: reads.flatMap(r => r.problems) }
}

/** The text between `---` lines; each piece keeps its own marker line. */
export function splitChunks(file: string, text: string): readonly Chunk[] {
  const starts = [0]
  for (let at = text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 1)) {
    if (['', '\n', ' ', '\t'].includes(text.charAt(at + 4))) starts.push(at + 1)
  }
  const chunks: Chunk[] = []
  let line = 0
  for (const [i, start] of starts.entries()) {
    const piece = text.slice(start, starts[i + 1] ?? text.length)
    const before = chunks.at(-1)
    if (before && /^%/m.test(before.text) && !/^[^%#\s]/m.test(before.text))
      chunks[chunks.length - 1] = { ...before, text: before.text + piece }
    else chunks.push({ file, text: piece, line })
    line += countLines(piece)
  }
  return chunks
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function readChunk(chunk: Chunk, tryQuick: boolean, options: TreeOptions): Read {
  const marker = /^---[ \t]*\n/.exec(chunk.text)?.[0] ?? ''
  const json = readJson(chunk.file, chunk.text.slice(marker.length), chunk.line + (marker === '' ? 0 : 1))
  if (json) return json
  let tree: YamlTree | undefined
  const treeOf = (): YamlTree => (tree ??= readYamlTree(chunk, options))
  const document = (value: unknown, index: number): Doc => ({ file: chunk.file, value, placeOf: path => treeOf().placeOf(index, path) })
  const quick = tryQuick ? readFastYaml(chunk.text) : NOT_FAST
  if (quick !== NOT_FAST) return { documents: quick === null ? [] : [document(quick, 0)], problems: [] }
  const read = treeOf()
  const documents = read.values.map(document).filter(d => d.value !== null)
  return { documents, problems: read.problems }
}

/** Undefined where the text is no JSON: YAML's flow collections begin with brackets too. `line` counts the lines before the text. */
function readJson(file: string, text: string, line: number): Read | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  const { depth, keys } = scanJson(text)
  if (depth > MAX_DEPTH * 10) return { documents: [], problems: [tooDeep(file, line + 1)] }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (depth > MAX_DEPTH) return { documents: [], problems: [tooDeep(file, line + 1)] }
  if (countKeys(value) !== keys) return undefined // the exact reader names the key that is there twice
  return { documents: [{ file, value, placeOf: path => placeAt(file, text, line, locateJson(text, path)) }], problems: [] }
}

const tooDeep = (file: string, line: number): Problem => ({
  code: 'YAML_TOO_DEEP',
  message: `The text nests deeper than ${MAX_DEPTH} levels.`,
  place: { file, line, column: 1 },
  fix: 'No Kubernetes object does; look for a bracket that is repeated.',
})

function placeAt(file: string, text: string, line: number, offset: number): Place {
  const before = text.lastIndexOf('\n', offset - 1)
  return { file, line: line + countLines(text.slice(0, offset)) + 1, column: offset - before }
}

/** A place that is looked up only when someone asks for line or column. */
export function lazyPlace(file: string, find: () => Place): Place {
  let found: Place | undefined
  const place = (): Place => (found ??= find())
  return {
    file,
    get line() {
      return place().line
    },
    get column() {
      return place().column
    },
  } as Place
}
