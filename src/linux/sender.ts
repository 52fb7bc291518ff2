// The modules that ask who sends a packet, who waits for it, and whether its sender is where it should be (`-m owner`, `socket`, `rpfilter`) as text, both ways.
import { never } from '../error'
import { bang, foreignWords, wholeNumber, type Not } from './rule-values'
import type { WordReader } from './rule-words'

/** User or group numbers, both ends included. */
export interface IdRange {
  readonly first: number
  readonly last: number
}

export type SenderMatch =
  /** The way back to the packet's source leads over the device that it came in by; `loose`: over any. */
  | {
      readonly match: 'rpfilter'
      readonly loose: boolean
      readonly validMark: boolean
      readonly acceptLocal: boolean
      readonly not: boolean
    }
  /** A socket here would take the packet: one of its very address, with `noWildcard` also one that is bound to none. */
  | { readonly match: 'socket'; readonly transparent: boolean; readonly noWildcard: boolean; readonly restoreMark: boolean }
  | { readonly match: 'owner'; readonly user?: Not<IdRange>; readonly group?: Not<IdRange>; readonly socketExists?: Not<true> }

const flag = (is: boolean, name: string): string => (is ? ` --${name}` : '')

/** What iptables-save prints for one of them. */
export function senderText(m: SenderMatch): string {
  switch (m.match) {
    case 'rpfilter':
      return `-m rpfilter${flag(m.loose, 'loose')}${flag(m.validMark, 'validmark')}${flag(m.acceptLocal, 'accept-local')}${flag(m.not, 'invert')}`
    case 'socket':
      return `-m socket${flag(m.transparent, 'transparent')}${flag(m.noWildcard, 'nowildcard')}${flag(m.restoreMark, 'restore-skmark')}`
    case 'owner': {
      const ids = (name: string, asked?: Not<IdRange>) =>
        asked ? ` ${bang(asked.not)}--${name}-owner ${asked.is.first}${asked.is.last === asked.is.first ? '' : `-${asked.is.last}`}` : ''
      return `-m owner${m.socketExists ? ` ${bang(m.socketExists.not)}--socket-exists` : ''}${ids('uid', m.user)}${ids('gid', m.group)}`
    }
    default:
      return never(m)
  }
}

/** Reads the options of one of them; names of users other than root are left as they are, for nobody here knows them. */
export function readSender(
  name: SenderMatch['match'],
  r: WordReader,
): SenderMatch | { readonly match: 'unmodelled'; readonly module: string; readonly words: readonly string[] } {
  if (name === 'owner') return readOwner(r)
  const found = {
    transparent: false,
    noWildcard: false,
    restoreMark: false,
    loose: false,
    validMark: false,
    acceptLocal: false,
    not: false,
  }
  const { transparent, noWildcard, restoreMark, loose, validMark, acceptLocal, not } = takeFlags(r, name, found)
  return name === 'socket'
    ? { match: 'socket', transparent, noWildcard, restoreMark }
    : { match: 'rpfilter', loose, validMark, acceptLocal, not }
}

const FLAGS = {
  socket: { '--transparent': 'transparent', '--nowildcard': 'noWildcard', '--restore-skmark': 'restoreMark' },
  rpfilter: { '--loose': 'loose', '--validmark': 'validMark', '--accept-local': 'acceptLocal', '--invert': 'not' },
} as const

function takeFlags<T extends Record<string, boolean>>(r: WordReader, name: keyof typeof FLAGS, none: T): T {
  let found = none
  for (;;) {
    const next = Object.entries(FLAGS[name]).find(([option]) => r.take(option))
    if (next === undefined) return found
    found = { ...found, [next[1]]: true }
  }
}

function readIds(text: string): IdRange | undefined {
  const [first, last, more] = text.split('-').map(t => (t === 'root' ? 0 : wholeNumber(t)))
  if (first === undefined || more !== undefined || (text.includes('-') && last === undefined)) return undefined
  return { first, last: last ?? first }
}

function readOwner(r: WordReader): ReturnType<typeof readSender> {
  let found: Extract<SenderMatch, { match: 'owner' }> = { match: 'owner' }
  for (;;) {
    const at = r.peek() === '!' ? 1 : 0
    const option = r.peek(at) ?? ''
    if (!/^--(?:[ug]id-owner|socket-exists|suppl-groups)$/.test(option)) return found
    const ids = readIds(r.peek(at + 1) ?? '')
    if (option === '--suppl-groups' || (option !== '--socket-exists' && ids === undefined))
      return { match: 'unmodelled', module: 'owner', words: [...senderText(found).split(' ').slice(2), ...foreignWords(r)] }
    const not = r.take('!')
    r.take(option)
    if (option === '--socket-exists') found = { ...found, socketExists: { not, is: true } }
    else found = { ...found, [option === '--uid-owner' ? 'user' : 'group']: { not, is: r.value('a number', readIds) } }
  }
}
