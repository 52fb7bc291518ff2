// Readers of the words in steps and table cells: text in, value out, or an error that says what to write. Cluster names are looked up later, by the World.
import { type Fraction, readFraction } from '../src/addr/fraction'
import { hostOf, type Ip, readIp } from '../src/addr/ip'
import { type Protocol, readPort, readProtocol } from '../src/addr/port'
import { problem } from '../src/error'
import { type Fate, FATES, isFate } from '../src/trace/fate'
import { didYouMean } from '../src/cluster/nearest'

const refused = (message: string, fix: string) => problem('STEP_VALUE', message, { fix })

/** Who sends: a place by kind and name, an address, or whoever is outside. */
export type PlaceWord =
  | { readonly kind: 'outside' }
  | { readonly kind: 'client' | 'pod' | 'node'; readonly name: string }
  | { readonly kind: 'address'; readonly address: string }

/** A URL's host and port, and the words as written. */
export interface UrlWord {
  readonly text: string
  readonly to: string
}

export function readWordIp(text: string): Ip {
  const ip = readIp(text)
  if (ip === undefined)
    throw refused(
      `'${text}' is no IP address.`,
      'Write four numbers from 0 to 255 without leading zeros, as in 10.244.1.2, or an IPv6 address.',
    )
  return ip
}

export function readPortWord(text: string): number {
  const port = readPort(text)
  if (port === undefined) throw refused(`'${text}' is no port.`, 'Write a number from 1 to 65535.')
  return port
}

export function readWordProtocol(text: string): Protocol {
  const protocol = readProtocol(text)
  if (protocol === undefined) throw refused(`'${text}' is no protocol.`, 'Write tcp, udp, sctp or icmp.')
  return protocol
}

export function readPlace(text: string): PlaceWord {
  if (text === 'an external client') return { kind: 'outside' }
  const [, kind, name] = /(client|pod|node) "([^"]*)"/.exec(text) ?? []
  if (kind === undefined) {
    readWordIp(text)
    return { kind: 'address', address: text }
  }
  return { kind: kind as 'client' | 'pod' | 'node', name: name! }
}

/** `http://192.168.1.200:31298/x`, or a bare address as curl takes it; port 80 (https 443) unless written. */
export function readUrl(text: string): UrlWord {
  const [, scheme, rest] = /^(?:(https?):\/\/)?(.*)$/.exec(text)!
  const authority = rest!.split(/[/?#]/)[0]!
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(authority) ?? []
  const host = bracketed ?? plain ?? ''
  if (host === '')
    throw refused(`the URL '${text}' has no host.`, 'Write it as http://HOST:PORT/, for example http://192.168.1.200:31298/.')
  if (port !== undefined && readPort(port) === undefined)
    throw refused(`the URL '${text}' has the port '${port}', which is none.`, 'Write a number from 1 to 65535.')
  if (readIp(host) === undefined && (!isName(host) || /^service\//.test(rest!))) throw nameRefused(host, rest!, port)
  return { text, to: `${bracketed === undefined ? host : `[${host}]`}:${port ?? (scheme === 'https' ? 443 : 80)}` }
}

/** What is neither an address nor a name that can be looked up; a Service can be named as itself. */
function nameRefused(host: string, rest: string, port: string | undefined) {
  const [, key, keyPort] = /^service\/([^/:]+\/[^/:]+)(?::(\d+))?/.exec(rest) ?? []
  if (key === undefined)
    return refused(`'${host}' is neither an address nor a name.`, 'Write letters, digits, dots and hyphens, as in http://web.shop/.')
  return problem('STEP_VALUE', `'${host}' is no host.`, {
    fix: `Send to a Service by its name, as in http://${key.split('/').reverse().join('.')}/, or by itself: \`curls service "${key}" on port ${keyPort ?? port ?? 80}\`.`,
  })
}

/** Whether a destination is a name, which has to be looked up before anything is sent to it. */
export const isNamed = (to: string): boolean => {
  const host = hostOf(to)
  return readIp(to) === undefined && readIp(host) === undefined && !host.includes('/')
}

/** A host that a resolver would look up. */
const isName = (host: string): boolean => /^[\w-][\w.-]*$/.test(host)

/** The words of kubectl for a name of a step: `shop/web` is web in the namespace shop, a bare name is in default. */
export function kubectlName(name: string): readonly string[] {
  const at = name.indexOf('/')
  return at === -1 ? [name] : [name.slice(at + 1), '-n', name.slice(0, at)]
}

export function readEndpoint(text: string): string {
  const at = text.lastIndexOf(':')
  readWordIp(text.slice(0, at).replace(/^\[|\]$/g, ''))
  readPortWord(text.slice(at + 1))
  return text
}

export function readShare(text: string): Fraction {
  const share = text === 'none' ? readFraction('0') : readFraction(text)
  if (share === undefined) throw refused(`'${text}' is no fraction.`, 'Write one from 0 to 1, as 1/3, 33.3 % or 0.25.')
  return share
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  second: 1000,
  m: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
}

/** In milliseconds. */
export function readDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(text) ?? []
  const factor = UNITS[unit] ?? UNITS[unit.replace(/s$/, '')]
  if (number === undefined || factor === undefined)
    throw refused(`'${text}' is no duration.`, 'Write it as 30 seconds, 5 minutes or 1.5 hours.')
  return Math.round(Number(number) * factor)
}

export function readFateWord(text: string): Fate {
  if (!isFate(text)) throw refused(`'${text}' is no fate of a packet.`, didYouMean(text, Object.keys(FATES)))
  return text
}
