// What the helper process is told of a client, and what it says of what that client learned.
import { ipText, readIp } from '../addr/ip'
import type { Program } from '../linux/program'
import type { ClientSees, Request } from '../path/client'
import { type AnswerLine, quoted } from './agent'
import type { Built } from './build'
import type { Carried, Kept } from './observed'

/** A request as words of a line. `wait`: seconds. */
export function optionsOf(built: Built, r: Request, wait: number): readonly string[] {
  const number = built.numberOf(r.namespace)
  if (number === undefined) throw new Error(`no namespace ${r.namespace}`)
  const own = built.network.program(r.namespace)!.devices.some(d => d.addresses.some(a => a.ip === r.source))
  const options: Record<string, string | number | undefined> = {
    in: number,
    protocol: r.protocol,
    to: ipText(r.destination),
    port: r.destinationPort,
    sport: r.sourcePort,
    from: r.source === undefined ? undefined : ipText(r.source),
    free: r.source === undefined || own ? undefined : 1,
    ttl: r.ttl,
    tos: r.tos,
    mark: r.mark,
    device: r.device,
    size: r.lengthBytes,
    df: r.dontFragment === undefined ? undefined : Number(r.dontFragment),
    broadcast: r.broadcast ? 1 : undefined,
    wait,
  }
  return Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(String(value))}`]))
}

/** What it carries, and the socket by which it leaves. */
export const carriedOptions = (carried: Carried | Kept): readonly string[] => [
  ...('bytes' in carried ? [`data=${Buffer.from(carried.bytes).toString('hex')}`] : []),
  ...(carried.socket === undefined ? [] : [`keep=${quoted(carried.socket)}`]),
]

const PORT_UNREACHABLE = new Set(['2 3 3', '3 1 4'])

/** What the sender's program learned: errno of its own kernel, or the ICMP message in its socket's error queue. */
export function seenBy(program: Program, [, result, errno]: AnswerLine, queued: readonly AnswerLine[]): ClientSees {
  if (result === 'answered' || result === 'timeout' || result === 'closed' || result === 'reset') return { result }
  const message = queued.find(q => q[2] === '2' || q[2] === '3')
  const from = message && readIp(message[6] ?? '')
  if (message && from !== undefined && errno !== 'EPERM') {
    const [, code, origin, type, which, info] = message
    const mtu = (origin === '2' && type === '3' && which === '4') || (origin === '3' && type === '2')
    const icmp = { type: Number(type), code: Number(which), from, ...(mtu && { mtuBytes: Number(info) }) }
    if (PORT_UNREACHABLE.has(`${origin} ${type} ${which}`)) return { result: 'refused', icmp }
    const own = program.devices.some(d => d.addresses.some(a => a.ip === from))
    return own ? { result: 'error', errno: code! } : { result: 'icmp', icmp }
  }
  if (!errno) throw new Error(`the helper of the real dataplane says '${result}' without an errno`)
  return errno === 'ECONNREFUSED' ? { result: 'refused', icmp: null } : { result: 'error', errno }
}
