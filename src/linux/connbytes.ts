// `-m connbytes` as text, both ways: how much a connection has carried so far.
import { bang } from './rule-values'
import type { WordReader } from './rule-words'

const SIDES = ['original', 'reply', 'both'] as const
const MODES = ['packets', 'bytes', 'avgpkt'] as const

export interface ConnbytesMatch {
  readonly match: 'connbytes'
  readonly not: boolean
  readonly from: number
  /** Absent: without end. */
  readonly to?: number
  readonly side: (typeof SIDES)[number]
  /** `avgpkt`: bytes by packets. */
  readonly mode: (typeof MODES)[number]
}

/** What iptables-save prints. */
export const connbytesText = ({ not, from, to, mode, side }: ConnbytesMatch): string =>
  `-m connbytes ${bang(not)}--connbytes ${from}${to === undefined ? '' : `:${to}`} --connbytes-mode ${mode} --connbytes-dir ${side}`

/** Reads the options; iptables wants all three. */
export function readConnbytes(r: WordReader): ConnbytesMatch {
  let [not, range, side, mode]: [
    boolean,
    ReturnType<typeof readRange>,
    ConnbytesMatch['side'] | undefined,
    ConnbytesMatch['mode'] | undefined,
  ] = [false, undefined, undefined, undefined]
  for (;;) {
    if (r.peek() === '!' && r.peek(1) === '--connbytes') not = r.take('!')
    if (r.take('--connbytes')) range = r.value('a number or range as 10:20', readRange)
    else if (r.take('--connbytes-dir')) side = r.value(SIDES.join(', '), text => SIDES.find(s => s === text))
    else if (r.take('--connbytes-mode')) mode = r.value(MODES.join(', '), text => MODES.find(m => m === text))
    // The kernel keeps `! FROM:TO` as TO:FROM: of one number alone nothing is left of the `!`.
    else if (range && side && mode) return { match: 'connbytes', not: not && range.from !== range.to, ...range, side, mode }
    else throw r.wrong('-m connbytes needs --connbytes FROM:TO, --connbytes-dir and --connbytes-mode.')
  }
}

function readRange(text: string): { readonly from: number; readonly to?: number } | undefined {
  const [, from, to] = /^(\d{1,15})(?::(\d{0,15}))?$/.exec(text) ?? []
  if (from === undefined) return undefined
  return to === undefined || to === '' ? { from: Number(from) } : { from: Number(from), to: Number(to) }
}
