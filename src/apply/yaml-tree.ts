// One YAML document by the `yaml` package: values as kubectl reads them, a place for every path, and what is wrong with it.
// Slow (about 1.6 MB/s) and exact: the reader for small documents, for whatever fast-yaml.ts leaves, and for places.
import {
  Alias,
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  type YAMLError,
  YAMLMap,
} from 'yaml'
import type { ErrorCode, Place, Problem } from '../error'
import type { Path } from './path'
import { resolvePlain } from './scalar'

/** How deep values may nest; Kubernetes' own objects stay below 20. */
export const MAX_DEPTH = 100
/** How many nodes the aliases of one document may stand for. */
const MAX_ALIAS_NODES = 10_000

/** A piece of a file between `---` lines; `line` counts the lines before it. */
export interface Chunk {
  readonly file: string
  readonly text: string
  readonly line: number
}

export interface TreeOptions {
  /** `last`: of a key that is there twice the last one counts, as in kubectl; otherwise it is an error. */
  readonly duplicates?: 'last'
}

export interface YamlTree {
  readonly values: readonly unknown[]
  readonly problems: readonly Problem[]
  /** The place of a path in the n-th value: of its key, of a list's item, or of the nearest written part around it. */
  placeOf(index: number, path: Path): Place
}

/** Reads all documents of a chunk (several only where `...` ends one). */
export function readYamlTree(chunk: Chunk, options: TreeOptions = {}): YamlTree {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file: chunk.file, line: chunk.line + Math.max(line, 1), column: Math.max(col, 1) }
  }
  const deep = findTooDeep(chunk.text)
  if (deep !== undefined) return refused(tooDeep({ file: chunk.file, line: chunk.line + deep, column: 1 }))
  let documents: Document.Parsed[]
  try {
    documents = [
      ...parseAllDocuments(chunk.text, {
        schema: 'failsafe',
        merge: false,
        strict: true,
        uniqueKeys: options.duplicates !== 'last',
        prettyErrors: false,
        lineCounter: lines,
        logLevel: 'silent',
        keepSourceTokens: false,
      }),
    ]
  } catch (e) {
    if (!(e instanceof RangeError)) throw e
    return refused(tooDeep({ file: chunk.file, line: chunk.line + 1, column: 1 }))
  }
  const problems: Problem[] = documents.flatMap(d => d.errors.slice(0, 1).map(e => syntaxProblem(e, placeAt(e.pos[0]))))
  const values = problems.length > 0 ? [] : documents.map(d => new Reader(d, placeAt, problems).value(d.contents, 0))
  return {
    values: problems.length > 0 ? [] : values,
    problems,
    placeOf: (index, path) => placeAt(offsetOf(documents[index], path)),
  }
}

const refused = (problem: Problem): YamlTree => ({ values: [], problems: [problem], placeOf: () => problem.place! })

/** The line (from 1) at which indents, dashes or brackets nest past all reason; a cheap guard before the real parser, which recurses. */
function findTooDeep(text: string): number | undefined {
  const indents: number[] = []
  let brackets = 0
  for (const [n, line] of text.split('\n').entries()) {
    const indent = /^ */.exec(line)![0].length
    const dashes = /^ *((?:- +)*)/.exec(line)![1]!.split('-').length - 1
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop()
    indents.push(indent)
    for (let at = 0; at < line.length; at++) {
      const c = line.charCodeAt(at)
      if (c === 91 || c === 123) brackets++
      else if ((c === 93 || c === 125) && brackets > 0) brackets--
    }
    if (indents.length + dashes > MAX_DEPTH + 1 || brackets > MAX_DEPTH * 10) return n + 1
  }
  return undefined
}

const unknownAlias = (node: Alias, place: Place): Problem => ({
  code: 'YAML_SYNTAX',
  message: `No valid YAML: there is no anchor &${node.source}.`,
  place,
  fix: `Put the text in quotes if the "*" belongs to it: "*${node.source}".`,
})

const tooDeep = (place: Place): Problem => ({
  code: 'YAML_TOO_DEEP',
  message: `The text nests deeper than ${MAX_DEPTH} levels.`,
  place,
  fix: 'No Kubernetes object does; look for a bracket or an indent that is repeated.',
})

const FIXES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces, not with tabs.',
  BAD_INDENT: 'Give the keys of one mapping the same indent.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a space behind the colon of the line above, and each key on a line of its own.',
  MISSING_CHAR: 'Close the quote or bracket, and put a space behind each colon.',
  MULTILINE_IMPLICIT_KEY: 'Put a space behind the colon of the line above.',
  UNEXPECTED_TOKEN: 'Put text with special characters in quotes.',
  BAD_ALIAS: 'Put the text in quotes if the "*" belongs to it.',
}

function syntaxProblem(e: YAMLError, place: Place): Problem {
  if (e.code === 'DUPLICATE_KEY')
    return {
      code: 'YAML_DUPLICATE_KEY',
      message: 'The mapping has this key twice.',
      place,
      fix: 'Keep one of the two, or make them items of a list.',
    }
  const code: ErrorCode = 'YAML_SYNTAX'
  return {
    code,
    message: `No valid YAML: ${e.message}${e.message.endsWith('.') ? '' : '.'}`,
    place,
    fix: FIXES[e.code] ?? 'Compare the indent and the colons with the lines around.',
  }
}

/** Walks a document's nodes into values; an alias is read anew wherever it stands, so that no two fields share an object. */
class Reader {
  private aliasNodes = 0
  private inAlias = 0
  /** The outermost alias that is being read. */
  private outermost: Node | undefined
  private stopped = false
  constructor(
    private readonly document: Document.Parsed,
    private readonly placeAt: (offset: number) => Place,
    private readonly problems: Problem[],
  ) {}

  value(node: Node | null | undefined, depth: number): unknown {
    if (node === null || node === undefined || this.stopped) return null
    if (depth > MAX_DEPTH) return this.stop(tooDeep(this.placeAt(node.range?.[0] ?? 0)))
    if (this.inAlias > 0 && ++this.aliasNodes > MAX_ALIAS_NODES) return this.stop(this.tooManyAliases(this.outermost ?? node))
    if (node instanceof Alias) return this.alias(node, depth)
    if (isMap(node)) return this.map(node as YAMLMap<Node, Node | null>, depth)
    if (isSeq(node)) return (node.items as Node[]).map(item => this.value(item, depth + 1))
    if (isScalar(node)) return scalarValue(node)
    return null
  }

  private stop(problem: Problem): null {
    this.stopped = true
    this.problems.push(problem)
    return null
  }

  private tooManyAliases(node: Node): Problem {
    const place = this.placeAt(node.range?.[0] ?? 0)
    return {
      code: 'YAML_ALIASES',
      message: `The aliases of this document stand for more than ${MAX_ALIAS_NODES} values.`,
      place,
      fix: 'Write the values out.',
    }
  }

  private alias(node: Alias, depth: number): unknown {
    const target = node.resolve(this.document)
    if (target === undefined) return this.stop(unknownAlias(node, this.placeAt(node.range?.[0] ?? 0)))
    if (this.inAlias++ === 0) this.outermost = node
    const value = this.value(target, depth + 1)
    this.inAlias--
    return value
  }

  private map(node: YAMLMap<Node, Node | null>, depth: number): unknown {
    const object: Record<string, unknown> = {}
    for (const pair of node.items) {
      const key = keyText(this.value(pair.key, depth + 1))
      if (key === '<<' && isPlain(pair.key)) this.merge(object, pair.key, this.value(pair.value, depth + 1))
      else setKey(object, key, this.value(pair.value, depth + 1))
    }
    return object
  }

  /** `<<: *other` or `<<: [*one, *other]`: their keys, where this mapping has none of its own; the first of several wins. */
  private merge(object: Record<string, unknown>, key: Node, value: unknown): void {
    if (this.stopped) return
    for (const other of Array.isArray(value) ? value : [value]) {
      if (typeof other !== 'object' || other === null || Array.isArray(other))
        return void this.stop(noMapping(this.placeAt(key.range?.[0] ?? 0)))
      for (const [name, held] of Object.entries(other)) if (!Object.hasOwn(object, name)) setKey(object, name, held)
    }
  }
}

const isPlain = (key: Node): boolean => isScalar(key) && key.type === Scalar.PLAIN

const noMapping = (place: Place): Problem => ({
  code: 'YAML_SYNTAX',
  message: "No valid YAML: '<<' merges mappings, and this is none.",
  place,
  fix: "Write '<<: *name' with the anchor of a mapping.",
})

/** What is a number whatever its quotes. */
const NUMERIC_TAGS: ReadonlySet<string> = new Set(['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float'])

function scalarValue(node: Scalar): unknown {
  if (NUMERIC_TAGS.has(node.tag ?? '')) return resolvePlain(String(node.value))
  if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str' && node.type === Scalar.PLAIN) return resolvePlain(String(node.value))
  return node.type === Scalar.PLAIN && node.tag === undefined ? resolvePlain(String(node.value)) : String(node.value ?? '')
}

/** A key as JSON has it: `80:` is "80", `yes:` is "true". */
export const keyText = (key: unknown): string => (typeof key === 'string' ? key : key === null ? 'null' : String(key))

/** `__proto__` becomes a field like any other. */
export function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

function offsetOf(document: Document.Parsed | undefined, path: Path): number {
  let node: Node | null | undefined = document?.contents
  let offset = node?.range?.[0] ?? document?.range[0] ?? 0
  for (const step of path) {
    if (node instanceof Alias) node = node.resolve(document!) ?? null
    if (node instanceof YAMLMap) {
      const pair = node.items.find(p => isScalar(p.key) && keyText(scalarValue(p.key)) === String(step))
      if (!pair) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step] as Node | undefined
      if (node === undefined) return offset
      offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
