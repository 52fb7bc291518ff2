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
/** What a program does with each protocol. A bare SYN without the rest of the connection is not modelled. */
const SENDS: Readonly<Record<Protocol, string>> = { tcp: 'connect', udp: 'datagram', sctp: 'connect', icmp: 'echo', icmpv6: 'echo' }
/** What a program could do with it beside that. */
const ALSO_SENDS: { readonly [P in Protocol]?: string } = { tcp: 'syn' }
const PROTOCOL_WORDS = ['tcp', 'udp', 'sctp', 'icmp']

/** The fields of one flow as they are read; what is wrong with them is added to the problems. */
class Fields {
  constructor(
    private readonly flow: Readonly<Record<string, unknown>>,
    private readonly place: Place,
    private readonly problems: Problem[],
  ) {}

  wrong(message: string, fix: string, code: Problem['code'] = 'INVALID_VALUE'): void {
    this.problems.push({ code, message, place: this.place, fix })
  }

  refuseOthers(): void {
    for (const word of Object.keys(this.flow))
      if (!(WORDS as readonly string[]).includes(word))
        this.wrong(`A flow has no field '${word}'.`, didYouMean(word, WORDS), 'UNKNOWN_FIELD')
  }

  text(word: 'from' | 'to' | 'via' | 'name' | 'device'): string | undefined {
    const v = this.flow[word]
    if (v === undefined || typeof v === 'string') return v
    this.wrong(`${word} is not text.`, `Write ${word}: "…".`)
    return undefined
  }

  number(word: 'sourcePort' | 'ttl' | 'tos' | 'mark' | 'size', most: number): number | undefined {
    const v = this.flow[word]
    if (v === undefined || (typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= most)) return v
    this.wrong(`${word} is not a whole number from 0 to ${most}.`, `Write ${word}: N.`)
    return undefined
  }

  flag(word: 'dontFragment' | 'broadcast'): boolean | undefined {
    const v = this.flow[word]
    if (v === undefined || typeof v === 'boolean') return v
    this.wrong(`${word} is neither true nor false.`, `Write ${word}: true.`)
    return undefined
  }

  protocol(): Protocol | undefined {
    const word = this.flow.protocol ?? 'tcp'
    const protocol = typeof word === 'string' ? readProtocol(word) : undefined
    if (protocol === undefined) this.wrong(`'${String(word)}' is not a protocol.`, `Write one of ${PROTOCOL_WORDS.join(', ')}.`)
    else this.checkSend(protocol)
    return protocol
  }

  /** Whether `send` says what is sent anyway. */
  private checkSend(protocol: Protocol): void {
    const { send } = this.flow
    const own = SENDS[protocol]
    if (send === undefined || send === own) return
    const known = [own, ...(ALSO_SENDS[protocol] === undefined ? [] : [ALSO_SENDS[protocol]])]
    this.wrong(`hopspec does not model send: ${String(send)} for ${protocol}.`, `Write send: ${own}, or leave it out.`, 'NOT_MODELLED')
    if (!known.includes(send as string))
      this.wrong(`send: ${String(send)} does not go with ${protocol}.`, `Write send: ${known.join(' or ')}, or leave it out.`)
  }

  source(): Ip | undefined {
    const word = this.flow.source
    const source = word === undefined ? undefined : readIp(String(word))
    if (word !== undefined && source === undefined) this.wrong(`source '${String(word)}' is not an address.`, 'Write source: 10.0.0.1.')
    return source
  }
}

/** Reads one flow of a list; problems are added, and undefined is given for a flow that has any. */
export function readFlowSpec(value: unknown, place: Place, problems: Problem[]): FlowSpec | undefined {
  const before = problems.length
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  const fields = new Fields(isMapping ? (value as Record<string, unknown>) : {}, place, problems)
  if (!isMapping) {
    fields.wrong('A flow is a mapping.', 'Write {from: WHERE, to: WHERE:PORT}.')
    return undefined
  }
  fields.refuseOthers()
  const [from, to] = [fields.text('from'), fields.text('to')]
  const [via, name, device] = [fields.text('via'), fields.text('name'), fields.text('device')]
  if (from === undefined) fields.wrong('A flow needs from.', 'Write from: pod/NAMESPACE/NAME, node/NAME, client/NAME or an address.')
  if (to === undefined) fields.wrong('A flow needs to.', 'Write to: ADDRESS:PORT.')
  const protocol = fields.protocol()
  const header = {
    source: fields.source(),
    sourcePort: fields.number('sourcePort', 65535),
    ttl: fields.number('ttl', 255),
    tos: fields.number('tos', 255),
    mark: fields.number('mark', 0xffffffff),
    lengthBytes: fields.number('size', 65535),
    dontFragment: fields.flag('dontFragment'),
    broadcast: fields.flag('broadcast'),
  }
  if (problems.length > before) return undefined
  const said = Object.fromEntries(Object.entries({ name, via, device, ...header }).filter(([, v]) => v !== undefined))
  return { from: from!, to: to!, protocol: protocol!, ...said }
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
