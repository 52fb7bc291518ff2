// The writes of a cluster in their order, packed into columns: a large cluster has more than a million of them, and they are kept as long as it is. They are only
// ever added at the end, and a Log is how far somebody has seen them: a State that is kept while time goes on shares them with what comes after it.
import type { KubeObject } from '../apply/object'
import type { WatchEvent } from './state'

export interface Log {
  readonly length: number
  readonly blocks: readonly Block[]
  /** Every `by` that occurs. */
  readonly writers: readonly string[]
}

/** Some writes, one row each. */
interface Block {
  /** How many rows are written; a Log that has seen fewer was left behind. */
  used: number
  readonly objects: KubeObject[]
  readonly momentsMs: Float64Array
  /** Three for each row: resourceVersion, cause (0: none), and type and writer in one number. */
  readonly facts: Uint32Array
}

const ROWS = 1024
const TYPES = ['ADDED', 'MODIFIED', 'DELETED'] as const

export const EMPTY_LOG: Log = { length: 0, blocks: [], writers: [] }

const emptyBlock = (): Block => ({
  used: 0,
  objects: new Array<KubeObject>(ROWS),
  momentsMs: new Float64Array(ROWS),
  facts: new Uint32Array(3 * ROWS),
})

const copyOf = (block: Block, used: number): Block => ({
  used,
  objects: block.objects.slice(),
  momentsMs: block.momentsMs.slice(),
  facts: block.facts.slice(),
})

/** The log with one more write. The block at its end is written in place, unless another Log has gone on from here before. */
export function appended(log: Log, event: WatchEvent): Log {
  const row = log.length % ROWS
  const writers = log.writers.includes(event.by) ? log.writers : [...log.writers, event.by]
  let { blocks } = log
  if (row === 0) blocks = [...blocks, emptyBlock()]
  else if (blocks.at(-1)!.used !== row) blocks = [...blocks.slice(0, -1), copyOf(blocks.at(-1)!, row)]
  const block = blocks.at(-1)!
  block.objects[row] = event.object
  block.momentsMs[row] = event.atMs
  block.facts[3 * row] = event.resourceVersion
  block.facts[3 * row + 1] = event.cause ?? 0
  block.facts[3 * row + 2] = TYPES.indexOf(event.type) + TYPES.length * writers.indexOf(event.by)
  block.used = row + 1
  return { length: log.length + 1, blocks, writers }
}

/** The writes in their order, without the first so many. */
export function* writesOf(log: Log, from = 0): Generator<WatchEvent, void> {
  for (let i = from; i < log.length; i++) yield writeAt(log, i)
}

/** The same from the latest back to the first. */
export function* latestWrites(log: Log): Generator<WatchEvent, void> {
  for (let i = log.length - 1; i >= 0; i--) yield writeAt(log, i)
}

/** The writes after a resourceVersion, in their order. */
export function writesAfter(log: Log, resourceVersion: number): readonly WatchEvent[] {
  let from = log.length
  while (from > 0 && log.blocks[Math.floor((from - 1) / ROWS)]!.facts[3 * ((from - 1) % ROWS)]! > resourceVersion) from--
  return [...writesOf(log, from)]
}

function writeAt(log: Log, i: number): WatchEvent {
  const block = log.blocks[Math.floor(i / ROWS)]!
  const row = i % ROWS
  const [resourceVersion, cause, code] = [block.facts[3 * row]!, block.facts[3 * row + 1]!, block.facts[3 * row + 2]!]
  const type = TYPES[code % TYPES.length]!
  const by = log.writers[Math.floor(code / TYPES.length)]!
  const [object, atMs] = [block.objects[row]!, block.momentsMs[row]!]
  return cause === 0 ? { type, object, resourceVersion, atMs, by } : { type, object, resourceVersion, atMs, by, cause }
}
