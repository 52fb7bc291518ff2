// Requests in the shell: curl, wget and nc, from a place, by name or address. The packet goes one of its ways, drawn with the seed; connections stay known.
import type { Protocol } from '../../addr/port'
import { readPort } from '../../addr/port'
import { problem, never } from '../../error'
import type { OutcomeJson } from '../../trace/json'
import { prepare } from '../../trace/prepare'
import { traceAll } from '../../trace/trace'
import { explainIn } from '../../verify/explain'
import { traceText } from '../../view/trace-text'
import { dig } from './dig'
import { getent } from './names'
import { nslookup } from './nslookup'
import { numberOf, readBare, type Words } from './options'
import { ping } from './ping'
import { addressOf, explained, failureText, familyOf, send, type Sent, type Target } from './send'
import { type Ran, refused, said, type Session, stateOf } from './session'
import { writtenOut } from './write-out'

export const REQUESTS = ['curl', 'wget', 'nc', 'ping', 'trace', 'nslookup', 'dig', 'getent'] as const
type RequestWord = (typeof REQUESTS)[number]

/** Runs one of these programs at the session's place. */
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
    default:
      return never(word)
  }
}

interface Url extends Target {
  readonly secure: boolean
}

/** `http://web.default/a`, `10.96.0.1:80`, `[fd00::1]:80`. */
function readUrl(url: string): Url {
  const parts = /^(?:(https?):\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^/:?#]+))(?::(\d+))?(?:[/?#].*)?$/.exec(url)
  const secure = parts?.[1] === 'https'
  const port = parts?.[4] === undefined ? (secure ? 443 : 80) : readPort(parts[4])
  if (parts === null || port === undefined)
    throw problem('USAGE', `'${url}' is no address of a server.`, { fix: 'Write http://HOST:PORT/ or HOST:PORT.' })
  return { host: parts[2] ?? parts[3]!, port, secure }
}

/** A connection that was accepted says nothing yet of what TLS makes of it. */
function refuseTls({ secure, host, port }: Url): void {
  if (!secure) return
  throw problem('NOT_MODELLED', `${host}:${port} accepts the connection; what TLS makes of it is not modelled.`, {
    fix: `Write http://, or nc -zv ${host} ${port}.`,
  })
}

/** Whether the body is printed: `-o -` and nothing do, `-o /dev/null` does not; no other file is written. */
function isPrinted(program: 'curl' | 'wget', option: string, { options }: Words): boolean {
  const file = options.get(option)
  if (file === undefined || file === '-') return true
  if (file === '/dev/null') return false
  throw problem('NOT_MODELLED', `${program} ${option} ${file}: no files are written.`, { fix: `Write ${option} - or ${option} /dev/null.` })
}

function curl(session: Session, rest: readonly string[]): Ran {
  const words = readBare('curl', rest, 1)
  const [url] = words.bare
  if (url === undefined)
    return refused(session, "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information", 2)
  const target = readUrl(url)
  const printed = isPrinted('curl', '-o', words)
  const format = words.options.get('-w') ?? ''
  const limit = timeLimit(words)
  const quiet = words.options.has('-s') && !words.options.has('-S')
  const fails = (at: Session, exit: number, text: string, why: string, address = '') =>
    said(at, writtenOut(format, { exit, address, url, port: target.port }), exit, `${quiet ? '' : `${text}\n`}${why}`)
  const { address, ...found } = addressOf(session, target.host, familyOf(words))
  if (address === undefined)
    return fails(found.session, 6, `curl: (6) Could not resolve host: ${target.host}`, found.why === '' ? '' : `${found.why.trimStart()}\n`)
  const { session: after, outcome } = send(found.session, { ...target, address }, 'tcp')
  if (outcome.client.result === 'answered') {
    refuseTls(target)
    return said(after, (printed ? answerText(outcome) : '') + writtenOut(format, { exit: 0, address, url, port: target.port }))
  }
  const seen = outcome.client.curl
  const [, took = '0'] = /after (\d+) ms/.exec(seen?.text ?? '') ?? []
  if (limit !== undefined && limit < Number(took))
    return fails(after, 28, `curl: (28) Connection timed out after ${limit} milliseconds`, explained(outcome))
  return fails(after, seen?.exit ?? 7, seen?.text ?? '', explained(outcome))
}

const answerText = (outcome: OutcomeJson): string =>
  outcome.answer === null ? '' : outcome.answer.endsWith('\n') ? outcome.answer : `${outcome.answer}\n`

/** `-m 2`, `--connect-timeout 2`, in milliseconds; the shorter of both. */
function timeLimit(words: Words): number | undefined {
  const seconds = ['-m', '--connect-timeout'].flatMap(name => numberOf('curl', words, name, [0, 1_000_000]) ?? []).filter(s => s > 0)
  return seconds.length === 0 ? undefined : Math.round(Math.min(...seconds) * 1000)
}

/** As busybox says it, with its -O- or without. */
function wget(session: Session, rest: readonly string[]): Ran {
  const words = readBare('wget', rest, 1)
  const [url] = words.bare
  if (url === undefined) return refused(session, 'wget: missing URL', 1)
  const target = readUrl(url)
  const printed = isPrinted('wget', '-O', words) && !words.options.has('--spider')
  numberOf('wget', words, '-T', [0, 1_000_000])
  const { address, ...found } = addressOf(session, target.host)
  if (address === undefined)
    return refused(found.session, `wget: bad address '${target.host}${target.port === 80 ? '' : `:${target.port}`}'${found.why}`)
  const { session: after, outcome } = send(found.session, { ...target, address }, 'tcp')
  const why = failureText(outcome, 'timeout')
  if (why === null) {
    refuseTls(target)
    return said(after, printed ? answerText(outcome) : '')
  }
  if (outcome.client.result === 'timeout') return said(after, '', 1, `wget: download timed out\n${explained(outcome)}`)
  return said(after, '', 1, `wget: can't connect to remote host (${address}): ${why}\n${explained(outcome)}`)
}

/** OpenBSD's nc: `nc -zv HOST PORT`, `-u` for UDP. */
function nc(session: Session, rest: readonly string[]): Ran {
  const words = readBare('nc', rest, 2)
  const { options } = words
  const [host, portText] = words.bare
  const port = readPort(portText ?? '')
  if (host === undefined || port === undefined) return refused(session, 'usage: nc [-46Nnuvz] [-w SECONDS] HOST PORT')
  numberOf('nc', words, '-w', [0, 1_000_000])
  const protocol = options.has('-u') ? 'udp' : 'tcp'
  const { address, ...found } = options.has('-n') ? numeric(session, host) : addressOf(session, host, familyOf(words))
  if (address === undefined)
    return refused(found.session, `nc: getaddrinfo for host "${host}" port ${port}: Name or service not known${found.why}`)
  const { session: after, outcome }: Sent = send(found.session, { host, address, port }, protocol)
  const name = host === address ? host : `${host} (${address})`
  const why = failureText(outcome, 'Operation timed out')
  if (why !== null) return said(after, '', 1, `nc: connect to ${name} port ${port} (${protocol}) failed: ${why}\n${explained(outcome)}`)
  const line = options.has('-v') ? `Connection to ${name} ${port} port [${protocol}/*] succeeded!\n` : ''
  return said(after, options.has('-z') ? '' : answerText(outcome), 0, line)
}

/** With -n no name is asked for. */
const numeric = (session: Session, host: string): ReturnType<typeof addressOf> =>
  /^[\d.]+$|:/.test(host) ? addressOf(session, host) : { session, why: '' }

/** `trace FROM TO [PROTOCOL]`: every way, as `hopspec trace` tells it. */
function trace(session: Session, [from, to, protocol = 'tcp', ...more]: readonly string[]): Ran {
  if (from === undefined || to === undefined || more.length > 0) return refused(session, 'usage: trace FROM TO [tcp|udp|sctp|icmp]', 2)
  if (!['tcp', 'udp', 'sctp', 'icmp'].includes(protocol))
    return refused(session, `hopspec: '${protocol}' is no protocol. Write tcp, udp, sctp or icmp.`, 2)
  const { scene, flows } = prepare(session.world, [{ from, to, protocol: protocol as Protocol }])
  const state = stateOf(session)
  return said(session, traceText(traceAll(state === undefined ? scene : { ...scene, explain: explainIn(state) }, flows[0]!)))
}
