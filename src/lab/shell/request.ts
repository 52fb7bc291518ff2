// Requests in the shell: curl, wget, nc and ping, from a place, by name or address. The packet goes one of its ways, drawn with the seed; connections stay known.
import { ipText, readIp } from '../../addr/ip'
import { readPort } from '../../addr/port'
import { problem } from '../../error'
import { prepare } from '../../trace/prepare'
import { CLIENT_PORT } from '../../trace/prepare'
import { portAfter } from '../../trace/series'
import { traceAll, traceOne } from '../../trace/trace'
import type { OutcomeJson } from '../../trace/json'
import { explainIn } from '../../verify/explain'
import { traceText } from '../../view/trace-text'
import type { Protocol } from '../../addr/port'
import { dig, getent, nslookup, resolved, whyUnresolved } from './names'
import { type Ran, refused, said, type Session, stateOf } from './session'

export const REQUESTS = ['curl', 'wget', 'nc', 'ping', 'trace', 'nslookup', 'dig', 'getent'] as const
type RequestWord = (typeof REQUESTS)[number]

export function request(session: Session, word: RequestWord, rest: readonly string[]): Ran {
  switch (word) {
    case 'curl':
      return curl(session, rest)
    case 'wget':
      return wget(session, rest)
    case 'nc':
      return nc(session, rest)
    case 'ping':
      return ping(session, rest)
    case 'trace':
      return trace(session, rest)
    case 'nslookup':
      return nslookup(session, rest)
    case 'dig':
      return dig(session, rest)
    case 'getent':
      return getent(session, rest)
  }
}

/** Options that take a value, and are of no importance to a packet. */
const VALUED = new Set([
  '-m',
  '--max-time',
  '--connect-timeout',
  '-o',
  '-w',
  '-H',
  '-X',
  '-d',
  '-T',
  '-c',
  '-i',
  '-W',
  '-t',
  '-A',
  '--retry',
  '-O',
  '-q',
])

interface Words {
  readonly bare: readonly string[]
  readonly flags: readonly string[]
}

function wordsOf(rest: readonly string[]): Words {
  const bare: string[] = []
  const flags: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!
    if (!word.startsWith('-') || word === '-') bare.push(word)
    else {
      flags.push(word)
      if (VALUED.has(word)) flags.push(rest[++i] ?? '')
    }
  }
  return { bare, flags }
}

const has = (words: Words, letter: string, long = ''): boolean =>
  words.flags.some(f => f === long || (/^-\w+$/.test(f) && f.includes(letter)))

interface Target {
  readonly host: string
  readonly port: number
}

/** `http://web.default/a`, `10.96.0.1:80`, `[fd00::1]:80`. */
function targetOf(url: string): Target {
  const parts = /^(?:(https?):\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^/:?#]+))(?::(\d+))?(?:[/?#].*)?$/.exec(url)
  const port = parts?.[4] === undefined ? (parts?.[1] === 'https' ? 443 : 80) : readPort(parts[4])
  if (parts === null || port === undefined)
    throw problem('USAGE', `'${url}' is no address of a server.`, { fix: 'Write http://HOST:PORT/ or HOST:PORT.' })
  return { host: parts[2] ?? parts[3]!, port }
}

interface Sent {
  readonly session: Session
  readonly outcome: OutcomeJson
  readonly address: string
}

/** Sends one packet from the session's place, after asking for the name as a program there does; undefined where it resolves to nothing. */
function send(session: Session, target: Target, protocol: Protocol): Sent | undefined {
  if (readIp(target.host) === undefined && resolved(session, target.host) === undefined) return undefined
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  const to = protocol === 'icmp' ? target.host : `${host}:${target.port}`
  const sourcePort = portAfter(CLIENT_PORT, session.sent)
  const { scene, flows } = prepare(session.world, [{ from: session.place, to, protocol, sourcePort }])
  const state = stateOf(session)
  const seed = ((state?.seed ?? 1) + session.sent * 7919) >>> 0
  const explaining = state === undefined ? scene : { ...scene, explain: explainIn(state) }
  const { outcome, kernels } = traceOne(explaining, flows[0]!, seed, session.kernels)
  const address = readIp(target.host) === undefined ? flows[0]!.request.destination : readIp(target.host)!
  return { session: { ...session, kernels, sent: session.sent + 1 }, outcome, address: ipText(address) }
}

const explained = (outcome: OutcomeJson): string => (outcome.explanation === null ? '' : `hopspec: ${outcome.explanation}\n`)

function curl(session: Session, rest: readonly string[]): Ran {
  const words = wordsOf(rest)
  const [url] = words.bare
  if (url === undefined)
    return refused(session, "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information", 2)
  const target = targetOf(url)
  const sent = send(session, target, 'tcp')
  if (sent === undefined)
    return refused(session, `curl: (6) Could not resolve host: ${target.host}${whyUnresolved(session, target.host)}`, 6)
  const { outcome } = sent
  if (outcome.client.result === 'answered') return said(sent.session, answerText(outcome))
  const seen = outcome.client.curl
  const limit = timeLimit(words)
  if (outcome.client.result === 'timeout' && limit !== undefined) {
    const text = `curl: (28) Connection timed out after ${limit} milliseconds\n`
    return said(sent.session, '', 28, `${text}${explained(outcome)}`)
  }
  return said(sent.session, '', seen?.exit ?? 7, `${seen?.text ?? ''}\n${explained(outcome)}`)
}

const answerText = (outcome: OutcomeJson): string =>
  outcome.answer === null ? '' : outcome.answer.endsWith('\n') ? outcome.answer : `${outcome.answer}\n`

/** `-m 2`, `--max-time 2`, `--connect-timeout 2`, in milliseconds. */
function timeLimit({ flags }: Words): number | undefined {
  const at = flags.findIndex(f => ['-m', '--max-time', '--connect-timeout'].includes(f))
  const seconds = at < 0 ? Number.NaN : Number(flags[at + 1])
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : undefined
}

/** As busybox says it, with its -O- or without. */
function wget(session: Session, rest: readonly string[]): Ran {
  const words = wordsOf(rest)
  const [url] = words.bare
  if (url === undefined) return refused(session, 'wget: missing URL', 1)
  const target = targetOf(url)
  const sent = send(session, target, 'tcp')
  if (sent === undefined) return refused(session, `wget: bad address '${target.host}${target.port === 80 ? '' : `:${target.port}`}'`)
  const { outcome } = sent
  if (outcome.client.result === 'answered') return said(sent.session, answerText(outcome))
  if (outcome.client.result === 'timeout') return said(sent.session, '', 1, `wget: download timed out\n${explained(outcome)}`)
  const why =
    outcome.fate === 'host-unreachable' ? 'No route to host' : outcome.fate === 'no-route' ? 'Network is unreachable' : 'Connection refused'
  return said(sent.session, '', 1, `wget: can't connect to remote host (${sent.address}): ${why}\n${explained(outcome)}`)
}

/** OpenBSD's nc: `nc -zv HOST PORT`, `-u` for UDP. */
function nc(session: Session, rest: readonly string[]): Ran {
  const words = wordsOf(rest)
  const [host, portText] = words.bare
  const port = readPort(portText ?? '')
  if (host === undefined || port === undefined) return refused(session, 'usage: nc [-uvz] HOST PORT')
  const udp = has(words, 'u')
  const sent = send(session, { host, port }, udp ? 'udp' : 'tcp')
  if (sent === undefined) return refused(session, `nc: getaddrinfo for host "${host}" port ${port}: Name or service not known`)
  const { outcome } = sent
  const protocol = udp ? 'udp' : 'tcp'
  const name = host === sent.address ? host : `${host} (${sent.address})`
  if (outcome.client.result === 'answered') {
    const line = has(words, 'v') ? `Connection to ${name} ${port} port [${protocol}/*] succeeded!\n` : ''
    return said(sent.session, has(words, 'z') ? '' : answerText(outcome), 0, line)
  }
  const why =
    outcome.client.result === 'timeout'
      ? 'Operation timed out'
      : outcome.fate === 'host-unreachable'
        ? 'No route to host'
        : 'Connection refused'
  return said(sent.session, '', 1, `nc: connect to ${name} port ${port} (${protocol}) failed: ${why}\n${explained(outcome)}`)
}

/** One echo, as iputils prints it; `-c N` sends N. */
function ping(session: Session, rest: readonly string[]): Ran {
  const words = wordsOf(rest)
  const [host] = words.bare
  if (host === undefined) return refused(session, 'ping: usage error: Destination address required')
  const at = words.flags.indexOf('-c')
  const count = Math.min(20, Math.max(1, at < 0 ? 1 : Number(words.flags[at + 1]) || 1))
  let now = session
  let stdout = ''
  let received = 0
  let last: Sent | undefined
  for (let i = 1; i <= count; i++) {
    last = send(now, { host, port: 0 }, 'icmp')
    if (last === undefined) return refused(session, `ping: ${host}: Name or service not known`, 2)
    now = last.session
    if (i === 1) stdout += `PING ${host} (${last.address}) 56(84) bytes of data.\n`
    const { client, reply } = last.outcome
    if (client.result === 'answered') {
      received++
      const ttl = reply?.hops.at(-1)?.steps.at(-1)?.packet.ttl
      stdout += `64 bytes from ${last.address}: icmp_seq=${i} ttl=${ttl ?? 64}\n`
    } else if (client.result === 'icmp' && client.icmp) {
      stdout += `From ${client.icmp.from} icmp_seq=${i} ${client.icmp.type === 3 && client.icmp.code === 1 ? 'Destination Host Unreachable' : `Destination unreachable (type ${client.icmp.type} code ${client.icmp.code})`}\n`
    }
  }
  const loss = Math.round((100 * (count - received)) / count)
  stdout += `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${received} received, ${loss}% packet loss\n`
  return said(now, stdout, received > 0 ? 0 : 1, received > 0 ? '' : explained(last!.outcome))
}

/** `trace FROM TO [PROTOCOL]`: every way, as `hopspec trace` tells it. */
function trace(session: Session, [from, to, protocol = 'tcp', ...more]: readonly string[]): Ran {
  if (from === undefined || to === undefined || more.length > 0) return refused(session, 'usage: trace FROM TO [tcp|udp|sctp|icmp]', 2)
  if (!['tcp', 'udp', 'sctp', 'icmp'].includes(protocol))
    return refused(session, `hopspec: '${protocol}' is no protocol. Write tcp, udp, sctp or icmp.`, 2)
  const { scene, flows } = prepare(session.world, [{ from, to, protocol: protocol as Protocol }])
  const state = stateOf(session)
  return said(session, traceText(traceAll(state === undefined ? scene : { ...scene, explain: explainIn(state) }, flows[0]!)))
}
