// ping of iputils in the shell: echoes of one id, one after the other, each drawn with the seed.
import { readIp } from '../../addr/ip'
import { problem } from '../../error'
import type { FlowSpec } from '../../trace/flow-spec'
import type { OutcomeJson } from '../../trace/json'
import { CLIENT_PORT } from '../../trace/prepare'
import { portAfter } from '../../trace/series'
import { numberOf, readBare, type Words } from './options'
import { addressOf, explained, failureText, familyOf, send, type Sent } from './send'
import { type Ran, refused, said, type Session } from './session'

/** More echoes in one command tell nothing that these do not. */
const MOST = 20

export function ping(session: Session, rest: readonly string[]): Ran {
  const words = readBare('ping', rest, 1)
  const [host] = words.bare
  if (host === undefined) return refused(session, 'ping: usage error: Destination address required', 2)
  const count = numberOf('ping', words, '-c', [1, MOST]) ?? 1
  const bytes = Math.floor(numberOf('ping', words, '-s', [0, 65_507]) ?? 56)
  const found = addressOf(session, host, familyOf(words))
  const { address } = found
  if (address === undefined) return refused(found.session, `ping: ${host}: Name or service not known${found.why}`, 2)
  const header = address.includes(':') ? 48 : 28
  const echo: Partial<FlowSpec> = { ...echoOf(words), sourcePort: portAfter(CLIENT_PORT, found.session.sent), lengthBytes: bytes + header }
  const shown = address.includes(':') ? `${bytes} data bytes` : `${bytes}(${bytes + header}) bytes of data.`
  let stdout = `PING ${host} (${address}) ${shown}\n`
  let now = found.session
  let received = 0
  let last: Sent | undefined
  for (let i = 1; i <= count; i++) {
    last = send(now, { host, address, port: 0 }, 'icmp', echo)
    now = last.session
    if (last.outcome.client.result === 'answered') received++
    if (!words.options.has('-q')) stdout += echoLine(last, i, bytes)
  }
  const loss = Math.round((100 * (count - received)) / count)
  stdout += `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${received} received, ${loss}% packet loss\n`
  return said(now, stdout, received > 0 ? 0 : 1, received > 0 ? '' : explained(last!.outcome))
}

/** What the options make of the packet. Waits (-W, -i) change nothing here: no time passes. */
function echoOf(words: Words): Partial<FlowSpec> {
  const { options } = words
  const discovery = options.get('-M')
  if (discovery !== undefined && discovery !== 'do' && discovery !== 'dont')
    throw problem('NOT_MODELLED', `ping -M ${discovery} is not modelled.`, { fix: 'Write -M do or -M dont.' })
  const ttl = numberOf('ping', words, '-t', [1, 255])
  const mark = numberOf('ping', words, '-m', [0, 0xffff_ffff])
  const device = options.get('-I')
  const source = readIp(device ?? '')
  return {
    ...(discovery === undefined ? {} : { dontFragment: discovery === 'do' }),
    ...(ttl === undefined ? {} : { ttl }),
    ...(mark === undefined ? {} : { mark }),
    ...(device === undefined ? {} : source === undefined ? { device } : { source }),
  }
}

function echoLine({ outcome, address }: Sent, seq: number, bytes: number): string {
  const { client, reply } = outcome
  if (client.result === 'answered') {
    const ttl = reply?.hops.at(-1)?.steps.at(-1)?.packet.ttl
    return `${bytes + 8} bytes from ${address}: icmp_seq=${seq} ttl=${ttl ?? 64}\n`
  }
  if (client.icmp) return `From ${client.icmp.from} icmp_seq=${seq} ${icmpText(client.icmp)}\n`
  if (client.result === 'timeout') return ''
  if (client.errno === 'EMSGSIZE') return 'ping: local error: message too long\n'
  return `ping: sendmsg: ${failureText(outcome, '')}\n`
}

/** What iputils calls the errors of RFC 792; by type and code where it has other words. */
function icmpText({ type, code, from, mtu }: NonNullable<OutcomeJson['client']['icmp']>): string {
  const known = from.includes(':') ? undefined : WORDS[`${type} ${code}`]
  if (known === undefined) return `Destination unreachable (type ${type} code ${code})`
  return type === 3 && code === 4 ? `${known} (mtu = ${mtu ?? 0})` : known
}

const WORDS: Readonly<Record<string, string | undefined>> = {
  '3 0': 'Destination Net Unreachable',
  '3 1': 'Destination Host Unreachable',
  '3 2': 'Destination Protocol Unreachable',
  '3 3': 'Destination Port Unreachable',
  '3 4': 'Frag needed and DF set',
  '3 13': 'Packet filtered',
  '11 0': 'Time to live exceeded',
}
