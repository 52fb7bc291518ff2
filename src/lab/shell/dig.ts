// dig in the shell: one question to one server, or along the search path; the parts of its output by their switches.
import { ipText, readIp } from '../../addr/ip'
import { absolute } from '../../dns/name'
import { type Answer, type DnsRecord, type Question, readRecordType, type RecordType } from '../../dns/record'
import { lookUp } from '../../dns/resolver'
import type { Reply } from '../../dns/query'
import { reverseName } from '../../dns/reverse'
import { problem } from '../../error'
import type { Asking } from './ask'
import { askingIn, resolved } from './names'
import { tooMany } from './options'
import { type Ran, refused, said, type Session } from './session'

/** Parts of the output that `+PART` and `+noPART` switch; `+noall` and `+all` mean every one. */
const PARTS = ['cmd', 'comments', 'question', 'answer', 'authority', 'additional', 'stats'] as const
type Part = (typeof PARTS)[number]
/** Switches that are on where they are written. */
const SWITCHES = ['short', 'search', 'tcp', 'vc'] as const
/** Every word with a plus that dig knows here, for docs/shell.md. */
export const DIG_SWITCHES: readonly string[] = [
  ...SWITCHES.map(s => `+${s}`),
  '+all',
  '+noall',
  ...PARTS.flatMap(p => [`+${p}`, `+no${p}`]),
]

interface Asked {
  readonly server: string | undefined
  readonly question: Question
  readonly parts: ReadonlySet<Part>
  readonly switches: ReadonlySet<string>
}

/** `dig [@SERVER] NAME [TYPE] [+short] [+search] [+tcp] [+noall +answer]`, `dig -x ADDRESS`, `dig -t TYPE NAME`. */
export function dig(session: Session, words: readonly string[]): Ran {
  const asking = askingIn(session)
  if (asking === undefined) return refused(session, 'hopspec: dig: this is a network without Kubernetes.', 2)
  const { server, question, parts, switches } = readDig(words)
  const address =
    server === undefined ? asking.resolving.conf.nameservers[0] : (readIp(server) ?? readIp(resolved(session, server).addresses[0] ?? ''))
  if (address === undefined) return refused(session, `dig: couldn't get address for '${server ?? ''}': not found`, 10)
  const tcp = switches.has('tcp') || switches.has('vc')
  const nameservers = [address]
  const reply = switches.has('search') ? searched(asking, question, nameservers) : askedOnce(asking, question, nameservers, tcp)
  if (reply?.kind !== 'answered')
    return said(asking.after, `;; communications error to ${ipText(address)}#53: timed out\n;; no servers could be reached\n`, 9)
  const { answer, question: last } = reply.log.at(-1)!
  if (switches.has('short')) return said(asking.after, answer.answers.map(r => `${r.data}\n`).join(''))
  return said(asking.after, digText(last, answer, ipText(address), words, parts, tcp))
}

type Servers = Asking['resolving']['conf']['nameservers']

/** Over TCP where it is wished, or where the answer does not fit a datagram. */
function askedOnce({ resolving }: Asking, question: Question, [server]: Servers, tcp: boolean): Reply {
  const query = { server: server!, question: { ...question, name: absolute(question.name) }, atMs: 0, socket: 0 }
  const reply = resolving.ask({ ...query, transport: tcp ? 'tcp' : 'udp' })
  const cut = !tcp && reply.kind === 'answered' && reply.log.at(-1)!.answer.flags.includes('tc')
  return cut ? resolving.ask({ ...query, transport: 'tcp' }) : reply
}

/** What ended the walk along the search path. */
function searched({ resolving }: Asking, { name, type }: Question, nameservers: Servers): Reply | undefined {
  const { queries } = lookUp('glibc', name, [type], { ...resolving, hosts: [], conf: { ...resolving.conf, nameservers } })
  return queries.findLast(q => q.reply.kind === 'answered')?.reply ?? queries.at(-1)?.reply
}

function readDig(words: readonly string[]): Asked {
  const parts = new Set<Part>(PARTS)
  const switches = new Set<string>()
  const names: string[] = []
  let server: string | undefined
  let type: RecordType | undefined
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('+')) readSwitch(word, parts, switches)
    else if (word.startsWith('@')) server = word.slice(1)
    else if (word === '-x') {
      names.push(reversed(rest.shift() ?? ''))
      type ??= 'PTR'
    } else if (word === '-t' || word === '-q') {
      const value = rest.shift() ?? ''
      if (word === '-q') names.push(value)
      else type = readRecordType(value) ?? unknown(`-t ${value}`)
    } else if (word.startsWith('-')) unknown(word)
    else if (readRecordType(word) !== undefined) type = readRecordType(word)
    else if (word.toUpperCase() !== 'IN') names.push(word)
  }
  if (names[1] !== undefined) throw tooMany('dig', names[1])
  return { server, question: { name: names[0] ?? '.', type: type ?? (names[0] === undefined ? 'NS' : 'A') }, parts, switches }
}

function readSwitch(word: string, parts: Set<Part>, switches: Set<string>): void {
  if (!DIG_SWITCHES.includes(word)) unknown(word)
  const name = word.slice(1)
  if (name === 'noall') parts.clear()
  for (const part of PARTS) {
    if (name === part || name === 'all') parts.add(part)
    if (name === `no${part}`) parts.delete(part)
  }
  if ((SWITCHES as readonly string[]).includes(name)) switches.add(name)
}

function unknown(word: string): never {
  throw problem('NOT_MODELLED', `dig ${word} is not modelled.`, {
    fix: 'dig in hopspec shell knows @SERVER, -x ADDRESS, -t TYPE, -q NAME, +short, +search, +tcp, and +noall with the parts of its output.',
  })
}

const reversed = (text: string): string => {
  const ip = readIp(text)
  if (ip === undefined) throw problem('USAGE', `dig -x '${text}' is no address.`, { fix: 'Write one as in dig -x 10.96.0.10.' })
  return reverseName(ip)
}

const record = (r: DnsRecord): string => `${r.name}\t${r.ttl}\tIN\t${r.type}\t${r.data}\n`

function digText(
  question: Question,
  answer: Answer,
  server: string,
  words: readonly string[],
  parts: ReadonlySet<Part>,
  tcp: boolean,
): string {
  const titled = (title: string) => (parts.has('comments') ? `;; ${title} SECTION:\n` : '')
  const section = (part: Part, records: readonly DnsRecord[]) =>
    records.length === 0 || !parts.has(part)
      ? ''
      : `${titled(part.toUpperCase())}${records.map(record).join('')}${parts.has('comments') ? '\n' : ''}`
  const when = (part: Part, text: string) => (parts.has(part) ? text : '')
  return [
    when('cmd', `\n; <<>> DiG 9.18 <<>> ${words.join(' ')}\n;; global options: +cmd\n`),
    when('comments', `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${answer.rcode}, id: 1\n`),
    when(
      'comments',
      `;; flags: ${answer.flags.join(' ')}; QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authority.length}, ADDITIONAL: ${answer.additional.length}\n\n`,
    ),
    when('question', `${titled('QUESTION')};${question.name}\t\tIN\t${question.type}\n\n`),
    section('answer', answer.answers),
    section('authority', answer.authority),
    section('additional', answer.additional),
    when('stats', `;; SERVER: ${server}#53(${server}) (${tcp ? 'TCP' : 'UDP'})\n`),
  ].join('')
}
