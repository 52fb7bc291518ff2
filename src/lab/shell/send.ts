// One packet of a program in the shell, after it asked for the name; and how the program learns what became of it.
import { ipText, readIp } from '../../addr/ip'
import type { Protocol } from '../../addr/port'
import { never, problem } from '../../error'
import type { FlowSpec } from '../../trace/flow-spec'
import type { OutcomeJson } from '../../trace/json'
import { CLIENT_PORT, prepare } from '../../trace/prepare'
import { portAfter } from '../../trace/series'
import { traceOne } from '../../trace/trace'
import { explainIn } from '../../verify/explain'
import { resolved } from './names'
import type { Words } from './options'
import { type Session, stateOf } from './session'

export interface Target {
  readonly host: string
  readonly port: number
}

export interface Sent {
  readonly session: Session
  readonly outcome: OutcomeJson
  readonly address: string
}

/** What became of a host's name; without an address nothing can be sent, and `why` is a line of ours, or empty. */
interface Found {
  readonly session: Session
  readonly address?: string
  readonly why: string
}

/** Which addresses a program wants, by its -4 and -6. */
export const familyOf = ({ options }: Words): 'A' | 'AAAA' | undefined => (options.has('-4') ? 'A' : options.has('-6') ? 'AAAA' : undefined)

/** Asks for the name of a target as a program at the session's place does. */
export function addressOf(session: Session, host: string, family?: 'A' | 'AAAA'): Found {
  const ip = readIp(host)
  if (ip === undefined) {
    const found = resolved(session, host, family === undefined ? ['A', 'AAAA'] : [family])
    return { session: found.session, why: found.why, ...(found.addresses[0] === undefined ? {} : { address: found.addresses[0] }) }
  }
  const fits = family === undefined || (family === 'A') === (typeof ip === 'number')
  return { session, why: '', ...(fits ? { address: ipText(ip) } : {}) }
}

/** Sends one packet to an address; the kernels remember its connection. `host`: what the program calls it. */
export function send(
  session: Session,
  target: Target & { readonly address: string },
  protocol: Protocol,
  more: Partial<FlowSpec> = {},
): Sent {
  const { address, port, host } = target
  const to = protocol === 'icmp' ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const sourcePort = portAfter(CLIENT_PORT, session.sent)
  const { scene, flows } = prepare(session.world, [{ from: session.place, to, protocol, sourcePort, ...more }])
  const state = stateOf(session)
  const seed = ((state?.seed ?? 1) + session.sent * 7919) >>> 0
  const explaining = state === undefined ? scene : { ...scene, explain: explainIn(state) }
  const { outcome, kernels } = traceOne(explaining, { ...flows[0]!, host }, seed, session.kernels)
  refuseUnknown(outcome, session, to, protocol)
  return { session: { ...session, kernels, sent: session.sent + 1 }, outcome, address }
}

/** What nobody can say is not told as any program's failure. */
function refuseUnknown(outcome: OutcomeJson, { place }: Session, to: string, protocol: Protocol): void {
  const lost = outcome.fate === 'unknown' ? outcome : outcome.reply?.fate === 'unknown' ? outcome.reply : undefined
  if (lost === undefined) return
  throw problem('NOT_MODELLED', `the packet met what hopspec does not model: ${lost.decidedBy ?? 'unknown'}.`, {
    fix: `Look at it with trace ${place} ${to} ${protocol}.`,
  })
}

/** Our line below the program's own: why it failed. */
export const explained = (outcome: OutcomeJson): string => (outcome.explanation === null ? '' : `hopspec: ${outcome.explanation}\n`)

const ERRNO_TEXT: ReadonlyMap<string, string> = new Map([
  ['ENETUNREACH', 'Network is unreachable'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENOPROTOOPT', 'Protocol not available'],
  ['ECONNREFUSED', 'Connection refused'],
  ['EMSGSIZE', 'Message too long'],
  ['EACCES', 'Permission denied'],
  ['EPERM', 'Operation not permitted'],
  ['EINVAL', 'Invalid argument'],
  ['EADDRNOTAVAIL', 'Cannot assign requested address'],
])
/** What connect() gives for an ICMP error that came back. Kernel: icmp_err_convert, and icmpv6_err_convert. */
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'ENETUNREACH',
  2: 'ENOPROTOOPT',
  3: 'ECONNREFUSED',
  4: 'EMSGSIZE',
  6: 'ENETUNREACH',
  9: 'ENETUNREACH',
  11: 'ENETUNREACH',
}
const UNREACHABLE_6: Readonly<Record<number, string>> = { 0: 'ENETUNREACH', 1: 'EACCES', 4: 'ECONNREFUSED', 5: 'EACCES', 6: 'EACCES' }

/** The words of strerror for how a connection failed; null where it was answered. `timeout`: what the program says of silence. */
export function failureText({ client }: OutcomeJson, timeout: string): string | null {
  switch (client.result) {
    case 'answered':
      return null
    case 'timeout':
      return timeout
    case 'refused':
      return 'Connection refused'
    case 'reset':
      return 'Connection reset by peer'
    case 'closed':
      return 'Connection closed by the server'
    case 'icmp': {
      const { type = 0, code = 0, from = '' } = client.icmp ?? {}
      const errno = from.includes(':') ? (type === 1 ? UNREACHABLE_6[code] : undefined) : type === 3 ? UNREACHABLE[code] : undefined
      return ERRNO_TEXT.get(errno ?? 'EHOSTUNREACH')!
    }
    case 'error':
      return ERRNO_TEXT.get(client.errno ?? '') ?? client.errno ?? 'unknown error'
    default:
      return never(client.result)
  }
}
