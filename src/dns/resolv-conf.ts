// A resolv.conf: name servers, search path, options. In: its text, and out again. Limits are those of resolv.conf(5).
import { type Ip, ipText, readIp } from '../addr/ip'

export interface ResolvConf {
  readonly nameservers: readonly Ip[]
  /** As written, without final dots unless it is only one. */
  readonly search: readonly string[]
  /** The path stands in a `domain` line, of which glibc reads the first word alone. */
  readonly byDomain?: true
  /** `ndots:5`, `single-request`: in the order of the text, the last of a name counts. */
  readonly options: readonly string[]
}

/** What the options come to, with glibc's defaults and limits. */
export interface ResolvOptions {
  readonly ndots: number
  readonly timeoutSeconds: number
  readonly attempts: number
  /** A and AAAA one after the other instead of at once. */
  readonly singleRequest: boolean
  /** The second from a socket of its own. */
  readonly singleRequestReopen: boolean
  /** Each name is asked of the next server first; the first of a program by chance. */
  readonly rotate: boolean
  readonly overTcp: boolean
  /** A name without a dot is never asked as it stands. */
  readonly noTldQuery: boolean
  /** Nothing of IPv6 is asked for. */
  readonly noAaaa: boolean
  /** Larger answers over UDP. */
  readonly edns0: boolean
}

const MOST_NAMESERVERS = 3

/** Reads the text; lines that resolvers pass over are passed over. A name server that is no address is left out. */
export function readResolvConf(text: string): ResolvConf {
  const nameservers: Ip[] = []
  const options: string[] = []
  let search: readonly string[] = []
  let byDomain = false
  for (const line of text.split(/\r?\n/)) {
    const [word, ...rest] = line
      .replace(/^[#;].*/, '')
      .trim()
      .split(/\s+/)
    switch (word) {
      case 'nameserver': {
        const ip = readIp((rest[0] ?? '').replace(/%.*$/, ''))
        if (ip !== undefined && nameservers.length < MOST_NAMESERVERS) nameservers.push(ip)
        break
      }
      case 'search':
      case 'domain':
        search = rest
        byDomain = word === 'domain'
        break
      case 'options':
        options.push(...rest)
        break
    }
  }
  return { nameservers, search, options, ...(byDomain && { byDomain }) }
}

/** The value after `name:`, between 0 and the most that counts. */
function numbered(options: readonly string[], name: string, fallback: number, most: number): number {
  const found = options.filter(o => o.startsWith(`${name}:`)).at(-1)
  const value = Number(found?.slice(name.length + 1))
  return found === undefined || !Number.isInteger(value) || value < 0 ? fallback : Math.min(value, most)
}

/** What the options say, with glibc's defaults and limits. */
export function optionsOf({ options }: ResolvConf): ResolvOptions {
  return {
    ndots: numbered(options, 'ndots', 1, 15),
    timeoutSeconds: Math.max(1, numbered(options, 'timeout', 5, 30)),
    attempts: Math.max(1, numbered(options, 'attempts', 2, 5)),
    singleRequest: options.includes('single-request'),
    singleRequestReopen: options.includes('single-request-reopen'),
    rotate: options.includes('rotate'),
    overTcp: options.includes('use-vc'),
    noTldQuery: options.includes('no-tld-query'),
    noAaaa: options.includes('no-aaaa'),
    edns0: options.includes('edns0'),
  }
}

/** In which order a container runtime writes the lines: docker the servers first, containerd the search path. */
export type LineOrder = 'nameservers-first' | 'search-first'

/** The text as a container runtime writes it. */
export function printResolvConf({ nameservers, search, options }: ResolvConf, order: LineOrder = 'search-first'): string {
  const servers = nameservers.map(ip => `nameserver ${ipText(ip)}\n`).join('')
  const path = search.length === 0 ? '' : `search ${search.join(' ')}\n`
  const last = options.length === 0 ? '' : `options ${options.join(' ')}\n`
  return (order === 'search-first' ? path + servers : servers + path) + last
}
