// Reads the first document of YAML text as go-yaml does, in order to fail where it fails. Nothing is made of values but what its words about keys need.
import { type Mark, type Scan, scanOf, type Token, type TokenName } from './go-yaml-cursor'
import { OTHER_VERSION } from './go-yaml-properties'
import { peekToken, takeToken } from './go-yaml-scan'

export type Node =
  | { readonly is: 'scalar'; readonly text: string; readonly isPlain: boolean }
  | { readonly is: 'list'; readonly items: readonly Node[] }
  | { readonly is: 'map'; readonly entries: readonly (readonly [Node, Node])[] }

/** What the reader stumbles over; without a mark it names no line. */
export class ReadError extends Error {
  constructor(
    readonly problem: string,
    readonly mark?: Mark,
    readonly context?: Mark,
  ) {
    super(problem)
  }
}

interface Reading {
  readonly scan: Scan
  readonly anchors: Map<string, Node>
  readonly handles: Set<string>
}
const EMPTY: Node = { is: 'scalar', text: '', isPlain: true }

const nextIs = (r: Reading, ...names: readonly TokenName[]): boolean => names.includes(peekToken(r.scan).is)
const take = (r: Reading): Token => takeToken(r.scan)
const startOf = (r: Reading): Mark => peekToken(r.scan).start
/** The node that begins here, unless one of these tokens tells that there is none. */
const unless = (r: Reading, ends: readonly TokenName[], block: boolean, mayBeFlat = false): Node =>
  nextIs(r, ...ends) ? EMPTY : node(r, block, mayBeFlat)

/** The first document, and where it ends: go-yaml looks no further. Throws a ReadError or a ScanError. */
export function readGoYaml(text: string): { readonly root?: Node; readonly end: number } {
  const r: Reading = { scan: scanOf(text), anchors: new Map(), handles: new Set(['!', '!!']) }
  take(r)
  if (nextIs(r, 'stream-end')) return { end: text.length }
  const isExplicit = nextIs(r, 'directive', '---')
  while (nextIs(r, 'directive')) {
    const { text: handle, start } = take(r)
    if (handle === OTHER_VERSION) throw new ReadError('found incompatible YAML document', start)
    r.handles.add(handle)
  }
  if (isExplicit) {
    if (!nextIs(r, '---')) throw new ReadError('did not find expected <document start>', startOf(r))
    take(r)
  }
  const root = isExplicit ? unless(r, ['directive', '---', '...', 'stream-end'], true) : node(r, true, false)
  return { root, end: startOf(r).index }
}

function node(r: Reading, block: boolean, mayBeFlat: boolean): Node {
  if (nextIs(r, 'alias')) {
    const { text } = take(r)
    const known = r.anchors.get(text)
    if (known === undefined) throw new ReadError(`unknown anchor '${text}' referenced`)
    return known
  }
  const start = startOf(r)
  const { anchor, isTagged } = properties(r, start)
  const content = contentOf(r, block, mayBeFlat, start, anchor !== undefined || isTagged)
  if (anchor !== undefined) r.anchors.set(anchor, content)
  return content
}

/** Anchor and tag before a node, in either order. */
function properties(r: Reading, start: Mark): { readonly anchor: string | undefined; readonly isTagged: boolean } {
  let anchor: string | undefined
  let tag: Token | undefined
  for (let i = 0; i < 2; i++)
    if (anchor === undefined && nextIs(r, 'anchor')) anchor = take(r).text
    else if (tag === undefined && nextIs(r, 'tag')) tag = take(r)
  if (tag !== undefined && tag.text !== '' && !r.handles.has(tag.text)) throw new ReadError('found undefined tag handle', tag.start, start)
  if (anchor !== undefined) r.anchors.set(anchor, EMPTY)
  return { anchor, isTagged: tag !== undefined }
}

function contentOf(r: Reading, block: boolean, mayBeFlat: boolean, start: Mark, mayBeEmpty: boolean): Node {
  const token = peekToken(r.scan)
  if (mayBeFlat && token.is === '-') return flatSequence(r)
  if (token.is === 'scalar') {
    take(r)
    return { is: 'scalar', text: token.text.trim(), isPlain: token.isPlain === true }
  }
  if (token.is === '[') return flowSequence(r)
  if (token.is === '{') return flowMapping(r)
  if (block && token.is === 'block-sequence') return blockSequence(r)
  if (block && token.is === 'block-mapping') return blockMapping(r)
  if (mayBeEmpty) return EMPTY
  throw new ReadError('did not find expected node content', token.start, start)
}

function blockSequence(r: Reading): Node {
  const { start } = take(r)
  const items: Node[] = []
  while (nextIs(r, '-')) {
    take(r)
    items.push(unless(r, ['-', 'block-end'], true))
  }
  if (!nextIs(r, 'block-end')) throw new ReadError("did not find expected '-' indicator", startOf(r), start)
  take(r)
  return { is: 'list', items }
}

/** A list that stands as deep as the key it belongs to. */
function flatSequence(r: Reading): Node {
  const items: Node[] = []
  while (nextIs(r, '-')) {
    take(r)
    items.push(unless(r, ['-', 'key', 'value', 'block-end'], true))
  }
  return { is: 'list', items }
}

function blockMapping(r: Reading): Node {
  const { start } = take(r)
  const entries: (readonly [Node, Node])[] = []
  while (nextIs(r, 'key')) {
    take(r)
    const key = unless(r, ['key', 'value', 'block-end'], true, true)
    if (!nextIs(r, 'value')) {
      entries.push([key, EMPTY])
      continue
    }
    take(r)
    entries.push([key, unless(r, ['key', 'value', 'block-end'], true, true)])
  }
  if (!nextIs(r, 'block-end')) throw new ReadError('did not find expected key', startOf(r), start)
  take(r)
  return { is: 'map', entries }
}

function flowSequence(r: Reading): Node {
  const { start } = take(r)
  const items: Node[] = []
  for (let isFirst = true; !nextIs(r, ']'); isFirst = false) {
    if (!isFirst) {
      if (!nextIs(r, ',')) throw new ReadError("did not find expected ',' or ']'", startOf(r), start)
      take(r)
      if (nextIs(r, ']')) break
    }
    if (nextIs(r, 'key')) {
      take(r)
      const key = unless(r, ['value', ',', ']'], false)
      items.push({ is: 'map', entries: [[key, flowValue(r, ']')]] })
    } else items.push(node(r, false, false))
  }
  take(r)
  return { is: 'list', items }
}

function flowMapping(r: Reading): Node {
  const { start } = take(r)
  const entries: (readonly [Node, Node])[] = []
  for (let isFirst = true; !nextIs(r, '}'); isFirst = false) {
    if (!isFirst) {
      if (!nextIs(r, ',')) throw new ReadError("did not find expected ',' or '}'", startOf(r), start)
      take(r)
      if (nextIs(r, '}')) break
    }
    if (nextIs(r, 'key')) {
      take(r)
      const key = unless(r, ['value', ',', '}'], false)
      entries.push([key, flowValue(r, '}')])
    } else entries.push([node(r, false, false), EMPTY])
  }
  take(r)
  return { is: 'map', entries }
}

function flowValue(r: Reading, end: ']' | '}'): Node {
  if (!nextIs(r, 'value')) return EMPTY
  take(r)
  return unless(r, [',', end], false)
}
