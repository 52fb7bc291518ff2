// A flow as people write it: on the command line, in a list of flows. Read strictly; every mistake says what to write.
import { type Ip, readIp } from '../addr/ip'
import { type Protocol, readPort, readProtocol } from '../addr/port'
import { didYouMean } from '../cluster/nearest'
import type { Place, Problem } from '../error'

/** One flow, its words checked but its names not yet looked up. */
export interface FlowSpec {
  readonly name?: string
  readonly from: string
  readonly to: string
  readonly via?: string
  readonly protocol: Protocol
  readonly source?: Ip
  readonly sourcePort?: number
  readonly ttl?: number
  readonly tos?: number
  readonly mark?: number
  readonly device?: string
  readonly lengthBytes?: number
  readonly dontFragment?: boolean
  readonly broadcast?: boolean
}

/** What a flow may say, in the order of docs/cluster.md. */
export const WORDS = [
  'name',
  'from',
  'via',
  'to',
  'protocol',
  'source',
  'sourcePort',
  'ttl',
  'size',
  'dontFragment',
  'mark',
  'device',
  'tos',
  'broadcast',
  'send',
] as const
/** What a program can do with each protocol. */
const SENDS: Readonly<Record<Protocol, readonly string[]>> = {
  tcp: ['connect', 'syn'],
  udp: ['datagram'],
  sctp: ['connect'],
  icmp: ['echo'],
  icmpv6: ['echo'],
}
const PROTOCOL_WORDS = ['tcp', 'udp', 'sctp', 'icmp']
/** How a program sends with each protocol: what `send` may say. A bare SYN without the rest of the connection is not modelled. */
const SEND: Readonly<Record<Protocol, string>> = { tcp: 'connect', udp: 'datagram', sctp: 'connect', icmp: 'echo', icmpv6: 'echo' }

/** Reads one flow of a list; problems are added, and undefined is given for a flow that has any. */
export function readFlowSpec(value: unknown, place: Place, problems: Problem[]): FlowSpec | undefined {
  const before = problems.length
  const wrong = (message: string, fix: string) => problems.push({ code: 'INVALID_VALUE', message, place, fix })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    wrong('A flow is a mapping.', 'Write {from: WHERE, to: WHERE:PORT}.')
    return undefined
  }
  const flow = value as Record<string, unknown>
  for (const word of Object.keys(flow)) {
    if ((WORDS as readonly string[]).includes(word)) continue
    problems.push({ code: 'UNKNOWN_FIELD', message: `A flow has no field '${word}'.`, place, fix: didYouMean(word, WORDS) })
  }
  const text = (word: 'from' | 'to' | 'via' | 'name' | 'device') => {
    const v = flow[word]
    if (v === undefined || typeof v === 'string') return v
    wrong(`${word} is not text.`, `Write ${word}: "…".`)
    return undefined
  }
  const number = (word: string, most: number) => {
    const v = flow[word]
    if (v === undefined || (typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= most)) return v as number | undefined
    wrong(`${word} is not a whole number from 0 to ${most}.`, `Write ${word}: N.`)
    return undefined
  }
  const flag = (word: 'dontFragment' | 'broadcast') => {
    const v = flow[word]
    if (v === undefined || typeof v === 'boolean') return v
    wrong(`${word} is neither true nor false.`, `Write ${word}: true.`)
    return undefined
  }
  const [from, to, via, name, device] = [text('from'), text('to'), text('via'), text('name'), text('device')]
  if (from === undefined) wrong('A flow needs from.', 'Write from: pod/NAMESPACE/NAME, node/NAME, client/NAME or an address.')
  if (to === undefined) wrong('A flow needs to.', 'Write to: ADDRESS:PORT.')
  const word = flow.protocol ?? 'tcp'
  const protocol = typeof word === 'string' ? readProtocol(word) : undefined
  if (protocol === undefined) wrong(`'${String(word)}' is not a protocol.`, `Write one of ${PROTOCOL_WORDS.join(', ')}.`)
  if (flow.send !== undefined && protocol !== undefined && flow.send !== SEND[protocol])
    problems.push({
      code: 'NOT_MODELLED',
      message: `hopspec does not model send: ${String(flow.send)} for ${protocol}.`,
      place,
      fix: `Write send: ${SEND[protocol]}, or leave it out.`,
    })
  if (flow.send !== undefined && protocol !== undefined && !(SENDS[protocol] as readonly unknown[]).includes(flow.send))
    wrong(`send: ${String(flow.send)} does not go with ${protocol}.`, `Write send: ${SENDS[protocol].join(' or ')}, or leave it out.`)
  const source = flow.source === undefined ? undefined : readIp(String(flow.source))
  if (flow.source !== undefined && source === undefined)
    wrong(`source '${String(flow.source)}' is not an address.`, 'Write source: 10.0.0.1.')
  const rest = {
    sourcePort: number('sourcePort', 65535),
    ttl: number('ttl', 255),
    tos: number('tos', 255),
    mark: number('mark', 0xffffffff),
    lengthBytes: number('size', 65535),
    dontFragment: flag('dontFragment'),
    broadcast: flag('broadcast'),
  }
  if (problems.length > before) return undefined
  return {
    from: from!,
    to: to!,
    protocol: protocol!,
    ...(name === undefined ? {} : { name }),
    ...(via === undefined ? {} : { via }),
    ...(device === undefined ? {} : { device }),
    ...(source === undefined ? {} : { source }),
    ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== undefined)),
  }
}

/** Host and port of a destination: `10.0.0.1:80`, `[fd00::1]:80`, `http://web.shop:8080/path`, `node/master:30080`. */
export function splitTarget(text: string, protocol: Protocol): { readonly host: string; readonly port: number | null } | undefined {
  const url = /^(https?):\/\/(\[[^\]]+\]|[^/:]*)(?::(\d+))?(?:[/?#].*)?$/.exec(text)
  if (url) {
    const port = url[3] === undefined ? (url[1] === 'https' ? 443 : 80) : readPort(url[3])
    return url[2] === '' || port === undefined ? undefined : { host: url[2]!.replace(/^\[(.*)\]$/, '$1'), port }
  }
  if ((protocol === 'icmp' || protocol === 'icmpv6') && /^[^:]*:\d+$|\]:\d+$/.test(text)) return undefined
  if (protocol === 'icmp' || protocol === 'icmpv6') return { host: text.replace(/^\[(.*)\]$/, '$1'), port: null }
  const parts = /^(?:\[([^\]]+)\]|([^[\]]+?)):(\d+)$/.exec(text)
  const host = parts?.[1] ?? parts?.[2]
  const port = parts && readPort(parts[3]!)
  if (!host || port === undefined || port === null || (parts?.[1] === undefined && readIp(text) !== undefined)) return undefined
  return { host, port }
}

/** What is wrong with a target that splitTarget does not take, and every kind of target that it takes. */
export function wrongTarget(text: string, protocol: Protocol): { readonly message: string; readonly fix: string } {
  if (protocol === 'icmp' || protocol === 'icmpv6')
    return { message: `'${text}' is not a destination.`, fix: 'Write an address without a port.' }
  if (/^(?:pod|node|client|service)\/[^:]+$/.test(text)) return { message: `'${text}' has no port.`, fix: `Write ${text}:PORT.` }
  const port = /:(\d+)(?:[/?#].*)?$/.exec(text)?.[1]
  const ends = port !== undefined && Number(port) > 65535 ? ': a port is at most 65535' : ''
  return { message: `'${text}' is not a destination${ends}.`, fix: TARGETS }
}

const TARGETS =
  'Write ADDRESS:PORT ([ADDRESS]:PORT for IPv6), pod/NAMESPACE/NAME:PORT, node/NAME:PORT, client/NAME:PORT, service/NAMESPACE/NAME:PORT, a DNS name as NAME:PORT, or http://HOST:PORT.'
