// Where a base chain stands: nft's names for priorities, `dstnat - 10`, both ways. Stands for std_prios in nft's rule.c.
import type { NftHook } from './nft-rules'
import type { NftReader } from './nft-words'

const NAMES: readonly { readonly name: string; readonly priority: number; readonly only?: NftHook }[] = [
  { name: 'raw', priority: -300 },
  { name: 'mangle', priority: -150 },
  { name: 'dstnat', priority: -100, only: 'prerouting' },
  { name: 'filter', priority: 0 },
  { name: 'security', priority: 50 },
  { name: 'srcnat', priority: 100, only: 'postrouting' },
]

/** `filter`, `dstnat - 10`; a number where no name is within ten. */
export function priorityText(priority: number, hook: NftHook): string {
  const near = NAMES.find(n => Math.abs(n.priority - priority) <= 10 && (n.only === undefined || n.only === hook))
  if (near === undefined) return `${priority}`
  const offset = priority - near.priority
  return offset === 0 ? near.name : `${near.name} ${offset > 0 ? '+' : '-'} ${Math.abs(offset)}`
}

/** Reads a number, or a name with an offset. */
export function readPriority(r: NftReader, hook: NftHook): number {
  const base = r.value(`a priority (a number, or ${NAMES.map(n => n.name).join(', ')})`, text => {
    if (/^-?\d{1,6}$/.test(text)) return Number(text)
    return NAMES.find(n => n.name === text && (n.only === undefined || n.only === hook))?.priority
  })
  const sign = r.take('+', '-')
  const offset = sign ? r.value('a number', text => (/^\d{1,6}$/.test(text) ? Number(text) : undefined)) : 0
  return sign === '-' ? base - offset : base + offset
}
