// A rule written once, in two forms: the words that a program feeds to iptables-restore, in that program's own order,
// and the Rule that the kernel then holds. Each part below knows its words and what they add to the rule.
import { type Cidr, cidrText } from '../addr/cidr'
import { type Ip, bitsOf, familyOf, ipText, socketText } from '../addr/ip'
import type { Protocol } from '../addr/port'
import type { Place } from '../error'
import type { AddressType, CtState, Header, Match, RejectWith, Rule, Target } from '../linux/rule'

/** Some words of a rule and what they match. */
export interface Part {
  readonly words: string
  readonly header?: Header
  readonly match?: Match
}

/** The end of a rule: `-j …`; null: a rule that only counts. */
export interface Goal {
  readonly words: string
  readonly target: Target | null
}

/** The object that a rule was made for. */
export interface Origin {
  readonly because: string
  readonly place?: Place
}

/** One `-A CHAIN …` line: its parts in the order of its words, and the rule that they make. */
export interface Line {
  readonly chain: string
  readonly parts: readonly Part[]
  readonly goal: Goal
  readonly rule: Rule
}

const NO_HEADER: Header = {}

/** Puts a rule together from its parts. */
export function line(chain: string, parts: readonly Part[], goal: Goal, origin: Origin): Line {
  let header = NO_HEADER
  const matches: Match[] = []
  for (const part of parts) {
    if (part.header) header = header === NO_HEADER ? part.header : { ...header, ...part.header }
    if (part.match) matches.push(part.match)
  }
  const { because, place } = origin
  return {
    chain,
    parts,
    goal,
    rule: place ? { header, matches, target: goal.target, because, place } : { header, matches, target: goal.target, because },
  }
}

/** The words after `-A CHAIN`. */
export const lineWords = (l: Line): string => [...l.parts.map(p => p.words), l.goal.words].filter(Boolean).join(' ')

/** `-A KUBE-SERVICES …`, as it stands in the input of iptables-restore. */
export function lineText(l: Line): string {
  let text = `-A ${l.chain}`
  for (const part of l.parts) text += ` ${part.words}`
  return l.goal.words === '' ? text : `${text} ${l.goal.words}`
}

/** `-m comment --comment …`; quoted only where it holds a blank, as kube-proxy writes it. */
export const comment = (text: string): Part => ({
  words: `-m comment --comment ${text.includes(' ') ? `"${text}"` : text}`,
  match: { match: 'comment', text },
})

/** A host's network, or a whole one. */
const hostCidr = (ip: Ip): Cidr => ({ ip, length: bitsOf(familyOf(ip)) })

export const source = (cidr: Cidr, not = false): Part => ({
  words: `${not ? '! ' : ''}-s ${cidrText(cidr)}`,
  header: { source: { not, is: cidr } },
})
export const destination = (cidr: Cidr, not = false): Part => ({
  words: `${not ? '! ' : ''}-d ${cidrText(cidr)}`,
  header: { destination: { not, is: cidr } },
})
/** `-s 10.0.0.1` or, with `slash`, `-s 10.0.0.1/32`. */
export const sourceHost = (ip: Ip, slash: boolean): Part => ({
  words: `-s ${ipText(ip)}${slash ? `/${bitsOf(familyOf(ip))}` : ''}`,
  header: { source: { not: false, is: hostCidr(ip) } },
})
export const destinationHost = (ip: Ip, slash: boolean): Part => ({
  words: `-d ${ipText(ip)}${slash ? `/${bitsOf(familyOf(ip))}` : ''}`,
  header: { destination: { not: false, is: hostCidr(ip) } },
})
export const inputDevice = (name: string, not = false): Part => ({
  words: `${not ? '! ' : ''}-i ${name}`,
  header: { in: { not, is: name } },
})
export const outputDevice = (name: string, not = false): Part => ({
  words: `${not ? '! ' : ''}-o ${name}`,
  header: { out: { not, is: name } },
})

/** `-m tcp -p tcp`. */
const ANY_PORT = {
  tcp: { words: '-m tcp -p tcp', header: { protocol: { not: false, is: 'tcp' } }, match: { match: 'tcp' } },
  udp: { words: '-m udp -p udp', header: { protocol: { not: false, is: 'udp' } }, match: { match: 'udp' } },
  sctp: { words: '-m sctp -p sctp', header: { protocol: { not: false, is: 'sctp' } }, match: { match: 'sctp' } },
} as const satisfies Record<string, Part>

/** `-m tcp -p tcp -d 10.96.0.1 --dport 443`: the protocol with, between its words, where the packet goes. */
export function protocol(name: Extract<Protocol, 'tcp' | 'udp' | 'sctp'>, port?: number, to?: Part): Part {
  if (port === undefined && to === undefined) return ANY_PORT[name]
  return {
    words: `-m ${name} -p ${name}${to ? ` ${to.words}` : ''}${port === undefined ? '' : ` --dport ${port}`}`,
    header: { ...to?.header, protocol: { not: false, is: name } },
    match: { match: name, ...(port !== undefined && { destinationPorts: { not: false, is: { first: port, last: port } } }) },
  }
}

export const conntrack = (states: readonly CtState[], not = false): Part => ({
  words: `-m conntrack ${not ? '! ' : ''}--ctstate ${states.join(',')}`,
  match: { match: 'conntrack', states: { not, is: states } },
})
export const sourceType = (type: AddressType, not = false): Part => ({
  words: `-m addrtype ${not ? '! ' : ''}--src-type ${type}`,
  match: { match: 'addrtype', source: { not, is: [type] } },
})
export const destinationType = (type: AddressType): Part => ({
  words: `-m addrtype --dst-type ${type}`,
  match: { match: 'addrtype', destination: { not: false, is: [type] } },
})
export const notBridgedIn: Part = {
  words: '-m physdev ! --physdev-is-in',
  match: { match: 'physdev', isIn: false },
}
export const nfacct = (name: string): Part => ({ words: `-m nfacct --nfacct-name ${name}`, match: { match: 'nfacct', name } })

/** A mark as kube-proxy and kubelet write it: eight hex digits. */
export const markText = (bits: number): string => `0x${bits.toString(16).padStart(8, '0')}`
export const marked = (bits: number, not = false): Part => ({
  words: `-m mark ${not ? '! ' : ''}--mark ${markText(bits)}/${markText(bits)}`,
  match: { match: 'mark', mark: { not, is: { value: bits, mask: bits } } },
})

/** iptables keeps 31 bits of a probability. */
export const random = (probability: string): Part => ({
  words: `-m statistic --mode random --probability ${probability}`,
  match: { match: 'statistic', mode: 'random', not: false, threshold: Math.round(Number(probability) * 2 ** 31) },
})

const ALL_BITS = { 4: 0xffffffff as Ip, 6: ((1n << 128n) - 1n) as Ip } as const
/** `-m recent --name LIST …`: a list of source addresses; `seconds` null: the packet's source is put on it. */
export const recent = (list: string, seconds: number | null, family: 'ipv4' | 'ipv6'): Part => ({
  words: `-m recent --name ${list} ${seconds === null ? '--set' : `--rcheck --seconds ${seconds} --reap`}`,
  match: {
    match: 'recent',
    not: false,
    action: seconds === null ? 'set' : 'rcheck',
    ...(seconds !== null && { seconds }),
    reap: seconds !== null,
    name: list,
    mask: family === 'ipv4' ? ALL_BITS[4] : ALL_BITS[6],
    side: 'rsource',
  },
})

export const jump = (chain: string): Goal => ({ words: `-j ${chain}`, target: { do: 'jump', chain } })
export const ACCEPT: Goal = { words: '-j ACCEPT', target: { do: 'ACCEPT' } }
export const DROP: Goal = { words: '-j DROP', target: { do: 'DROP' } }
export const RETURN: Goal = { words: '-j RETURN', target: { do: 'RETURN' } }
/** Counts and lets pass. */
export const NOTHING: Goal = { words: '', target: null }
/** REJECT with the family's own port unreachable. */
export const reject = (family: 'ipv4' | 'ipv6'): Goal => {
  const answer: RejectWith = family === 'ipv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable'
  return { words: '-j REJECT', target: { do: 'REJECT', with: answer } }
}
export const masquerade = (randomFully: boolean): Goal => ({
  words: `-j MASQUERADE${randomFully ? ' --random-fully' : ''}`,
  target: { do: 'MASQUERADE', ...(randomFully && { random: 'random-fully' as const }) },
})
export const dnat = (ip: Ip, port: number): Goal => ({
  words: `-j DNAT --to-destination ${socketText(ip, port)}`,
  target: { do: 'DNAT', to: { first: ip, ports: { first: port, last: port } } },
})
/** Sets the bits, in the words of old programs (`--set-xmark`) or of new ones (`--or-mark`). */
export const setMark = (bits: number, words: 'set-xmark' | 'or-mark'): Goal => ({
  words: `-j MARK --${words} ${markText(bits)}${words === 'set-xmark' ? `/${markText(bits)}` : ''}`,
  target: { do: 'MARK', value: bits, mask: bits },
})
/** Flips the bits. */
export const xorMark = (bits: number): Goal => ({
  words: `-j MARK --xor-mark ${markText(bits)}`,
  target: { do: 'MARK', value: bits, mask: 0 },
})
