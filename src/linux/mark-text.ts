// The options of `-j MARK` and `-j CONNMARK`: every spelling becomes the one operation that the kernel does.
import { readMasked } from './rule-values'
import type { Target } from './rule'
import type { WordReader } from './rule-words'

export function readConnmark(r: WordReader): Target {
  const option = r.next('--set-xmark, --set-mark, --save-mark or --restore-mark')
  if (option === '--set-xmark' || option === '--set-mark') {
    const { value, mask } = r.value('a mark', readMasked)
    return { do: 'CONNMARK', set: { value, mask: option === '--set-mark' ? (mask | value) >>> 0 : mask } }
  }
  const copy = option === '--save-mark' ? 'save' : option === '--restore-mark' ? 'restore' : undefined
  if (!copy) throw r.wrong(`CONNMARK has no option '${option}'.`, -1)
  let [packetMask, connectionMask] = [0xffffffff, 0xffffffff]
  for (;;) {
    if (r.take('--nfmask')) packetMask = r.value('a mask', text => readMasked(text)?.value)
    else if (r.take('--ctmask')) connectionMask = r.value('a mask', text => readMasked(text)?.value)
    else if (r.take('--mask')) packetMask = connectionMask = r.value('a mask', text => readMasked(text)?.value)
    else return { do: 'CONNMARK', copy, packetMask, connectionMask }
  }
}

/** Every spelling of MARK is one operation: `mark = (mark & ~mask) ^ value`. */
export function readMark(r: WordReader): Target {
  const option = r.next('--set-xmark, --set-mark, --or-mark, --and-mark or --xor-mark')
  const { value, mask } = r.value('a mark', readMasked)
  const unsigned = (n: number) => n >>> 0
  switch (option) {
    case '--set-xmark':
      return { do: 'MARK', value, mask }
    case '--set-mark':
      return { do: 'MARK', value, mask: unsigned(mask | value) }
    case '--or-mark':
      return { do: 'MARK', value, mask: value }
    case '--xor-mark':
      return { do: 'MARK', value, mask: 0 }
    case '--and-mark':
      return { do: 'MARK', value: 0, mask: unsigned(~value) }
    default:
      throw r.wrong(`MARK has no option '${option}'.`, -2)
  }
}
