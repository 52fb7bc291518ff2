// Sets and maps of nftables, ready to be asked: exact elements by hash, ranges one after another. What rules add lives in the walk's memory.
import type { Ip } from '../addr/ip'
import { contains } from '../addr/cidr'
import { never } from '../error'
import type { NftElement, NftKey, NftPart, NftSet } from '../linux/nft-rules'
import type { Memory } from './memory'
import { Unmodelled } from './asked'
import { CHECKSUM, NOBODY_KNOWS, type Values } from './nft-field'

/** Finds the element that holds a key. */
export type Lookup = (key: Values) => NftElement | undefined

/** A key as one value to hash by. */
export const keyOf = (key: Values): NftKey => (key.length === 1 ? key[0]! : key.join(' . '))

/** Whether a part of an element holds a value. */
export function partHolds(part: NftPart, value: NftKey): boolean {
  switch (part.is) {
    case 'value':
      return part.value === value
    case 'range':
      if (value === NOBODY_KNOWS) throw new Unmodelled(CHECKSUM)
      return typeof part.first === typeof value && value >= part.first && value <= part.last
    case 'prefix':
      return (
        typeof value !== 'string' &&
        typeof part.first === typeof value &&
        contains({ ip: part.first as Ip, length: part.length }, value as Ip)
      )
    case 'starts':
      return typeof value === 'string' && value.startsWith(part.with)
    default:
      return never(part)
  }
}

/** The look-up of these elements; made ready when first asked. */
export function lookupOf(elements: readonly NftElement[]): Lookup {
  let exact: Map<NftKey, NftElement> | undefined
  let ranges: NftElement[] = []
  return key => {
    if (exact === undefined) {
      const isExact = (e: NftElement) => e.key.every(p => p.is === 'value')
      exact = new Map(elements.filter(isExact).map(e => [keyOf(e.key.map(p => (p as { value: NftKey }).value)), e]))
      ranges = elements.filter(e => !isExact(e))
    }
    return exact.get(keyOf(key)) ?? ranges.find(e => e.key.every((part, i) => partHolds(part, key[i]!)))
  }
}

/** A named set with what rules do to it. */
export class LiveSet {
  readonly find: Lookup
  constructor(
    private readonly id: string,
    private readonly set: NftSet,
  ) {
    this.find = lookupOf(set.elements)
  }

  /** Whether the set holds the key, as written or because a rule put it there. */
  has(key: Values, memory: Memory): boolean {
    return this.find(key) !== undefined || (memory.nftSets.get(this.id)?.get(keyOf(key)) ?? Number.NEGATIVE_INFINITY) > memory.nowSeconds
  }

  /** `update` begins the element's time anew, `add` leaves it as it is. */
  change(op: 'add' | 'update' | 'delete', key: Values, timeoutMs: number | undefined, memory: Memory): void {
    const elements = new Map(memory.nftSets.get(this.id))
    const timeout = timeoutMs ?? this.set.timeoutMs
    if (op === 'delete') elements.delete(keyOf(key))
    else if (op === 'update' || !this.has(key, memory))
      elements.set(keyOf(key), timeout === undefined ? Number.POSITIVE_INFINITY : memory.nowSeconds + timeout / 1000)
    memory.nftSets.set(this.id, elements)
  }
}
