// How a packet can end: a closed list, each with what it means and what the program that sent it sees. docs/fates.md has a page for each.

export const FATES = {
  delivered: { good: true, means: 'a program on the destination took it' },
  refused: { good: false, means: 'it arrived, and nobody listens there: the kernel answered with RST or port unreachable' },
  rejected: { good: false, means: 'a rule refused it and said so, with an ICMP error or RST' },
  dropped: { good: false, means: 'a rule or the kernel dropped it without a word: the sender waits in vain' },
  'no-route': { good: false, means: 'no route leads to the destination' },
  'host-unreachable': { good: false, means: 'nobody on the destination network has the address' },
  'left-the-cluster': { good: false, means: 'it went out to the world, where hopspec knows nobody' },
  'mtu-exceeded': { good: false, means: 'it is larger than a link on its way carries and may not be cut' },
  'ttl-exceeded': { good: false, means: 'it was forwarded until its time to live ran out' },
  'name-not-found': { good: false, means: 'the name has no address, so nothing was sent' },
  unknown: { good: false, means: 'it met something that hopspec does not model; the trace names it' },
} as const satisfies Record<string, { good: boolean; means: string }>

export type Fate = keyof typeof FATES

/** Whether the text is the name of a fate. */
export const isFate = (text: string): text is Fate => Object.hasOwn(FATES, text)
