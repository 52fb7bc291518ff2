// nftables' statements that count (`limit rate 10/second burst 5 packets`, `quota over 25 mbytes`, `ct count over 2`) as text, both ways.
import { never } from '../error'
import type { NftMeter } from './nft-rules'
import type { NftReader } from './nft-words'

const DEFAULT_BURST = 5
const UNITS = ['second', 'minute', 'hour', 'day', 'week'] as const
const SIZES: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 }

export function meterText(m: NftMeter): string {
  const over = m.over ? 'over ' : ''
  switch (m.do) {
    case 'limit':
      if ('bytes' in m) return `limit rate ${over}${sizeText(m.bytes)}/${m.each}${m.burst === 0 ? '' : ` burst ${sizeText(m.burst)}`}`
      return `limit rate ${over}${m.rate}${m.burst === DEFAULT_BURST ? '' : ` burst ${m.burst} packets`}`
    case 'quota':
      return `quota ${over}${sizeText(m.bytes)}`
    case 'count':
      return `ct count ${over}${m.connections}`
    default:
      return never(m)
  }
}

/** In the greatest unit that makes it a whole number. */
function sizeText(bytes: number): string {
  const unit = bytes > 0 && bytes % SIZES.mbytes! === 0 ? 'mbytes' : bytes > 0 && bytes % SIZES.kbytes! === 0 ? 'kbytes' : 'bytes'
  return `${bytes / SIZES[unit]!} ${unit}`
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined)

/** Reads one of them, if one begins here; one that has a name is left where it is. */
export function readMeter(r: NftReader): NftMeter | undefined {
  if (r.peek() === 'limit' && isOfPackets(r)) {
    r.takeAll('limit', 'rate')
    const over = r.take('over') !== undefined
    const rate = r.value('a rate as 10/second', text => (UNITS.some(u => text.endsWith(`/${u}`)) ? text : undefined))
    const burst = r.take('burst') ? r.value('a number', wholeNumber) : DEFAULT_BURST
    r.take('packets')
    return { do: 'limit', over, rate, burst }
  }
  if (r.peek() === 'limit' && r.peek(1) === 'rate') {
    r.takeAll('limit', 'rate')
    const over = r.take('over') !== undefined
    const count = r.value('a number', wholeNumber)
    const { size, each } = r.value('a rate as kbytes/second', readRate)
    const burst = r.take('burst') ? r.value('a number', wholeNumber) * r.value('bytes, kbytes or mbytes', text => SIZES[text]) : 0
    return { do: 'limit', over, bytes: count * size, each, burst }
  }
  if (r.peek() === 'quota' && r.peek(1) !== 'name') {
    r.take('quota')
    const over = r.take('over', 'until') === 'over'
    const count = r.value('a number', wholeNumber)
    const bytes = count * r.value('bytes, kbytes or mbytes', text => SIZES[text])
    if (r.take('used')) {
      r.next('a number')
      r.next('bytes, kbytes or mbytes')
    }
    return { do: 'quota', over, bytes }
  }
  if (r.peek() !== 'ct' || r.peek(1) !== 'count') return undefined
  r.takeAll('ct', 'count')
  const over = r.take('over') !== undefined
  return { do: 'count', over, connections: r.value('a number', wholeNumber) }
}

function readRate(text: string): { readonly size: number; readonly each: string } | undefined {
  const [unit = '', each = ''] = text.split('/')
  const size = SIZES[unit]
  return size !== undefined && UNITS.some(u => u === each) ? { size, each } : undefined
}

/** `limit rate 10/second`; a number without `/` has a unit of bytes behind it. */
const isOfPackets = (r: NftReader): boolean => /^\d+\/[a-z]+$/.test(r.peek(r.peek(2) === 'over' ? 3 : 2) ?? '')
