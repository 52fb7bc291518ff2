// Names in the shell: dig, nslookup and getent, with the resolver of the place. Only what these programs print in the common case.
import { ipText, parseIp, readIp } from '../../addr/ip'
import { objectOf } from '../../cluster/state'
import { LOCALHOST, replyOf, resolvingOfPod } from '../../dns/direct'
import { absolute } from '../../dns/name'
import { NODE_RESOLV_CONF } from '../../dns/pod-files'
import { type Answer as DnsAnswer, type DnsRecord, readRecordType, type RecordType } from '../../dns/record'
import { lookUp, type Resolving } from '../../dns/resolver'
import { type Ran, refused, said, type Session, stateOf } from './session'

const ADDRESSES: readonly RecordType[] = ['A', 'AAAA']

/** The resolver of the session's place: a pod's own, else the machine's. */
function resolvingIn(session: Session): Resolving | undefined {
  const state = stateOf(session)
  if (state === undefined) return undefined
  const pod = session.place.startsWith('pod/') ? objectOf(state, 'Pod', session.place.slice(4)) : undefined
  if (pod !== undefined) return resolvingOfPod(state, pod)
  return {
    conf: NODE_RESOLV_CONF,
    hosts: LOCALHOST,
    families: { ipv4: true, ipv6: true },
    ask: ({ server, question, transport }) => replyOf(state, server, question, transport),
  }
}

/** The addresses of a name as a program at that place gets them; undefined when it gets none. */
export function resolved(session: Session, name: string): readonly string[] | undefined {
  const resolving = resolvingIn(session)
  if (resolving === undefined) return undefined
  const { addresses } = lookUp('glibc', name, ADDRESSES, resolving)
  return addresses.length === 0 ? undefined : addresses.map(ip => ipText(ip))
}

/** `getent hosts NAME` and `getent ahosts NAME`. */
export function getent(session: Session, [database, name]: readonly string[]): Ran {
  if ((database !== 'hosts' && database !== 'ahosts') || name === undefined) return refused(session, 'usage: getent hosts NAME', 2)
  const addresses = resolved(session, name) ?? []
  const lines = addresses.map(a => (database === 'hosts' ? `${a.padEnd(15)} ${name}\n` : `${a.padEnd(15)} STREAM ${name}\n`))
  return said(session, lines.join(''), addresses.length === 0 ? 2 : 0)
}

export function nslookup(session: Session, [name, serverText]: readonly string[]): Ran {
  const resolving = resolvingIn(session)
  if (resolving === undefined || name === undefined) return refused(session, 'usage: nslookup NAME [SERVER]')
  const named = serverText === undefined ? undefined : readIp(serverText)
  const own = named === undefined ? resolving : { ...resolving, conf: { ...resolving.conf, nameservers: [named] } }
  const server = ipText(own.conf.nameservers[0] ?? parseIp('127.0.0.1'))
  const found = lookUp('glibc', name, ADDRESSES, own)
  const head = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
  if (found.addresses.length === 0) {
    if (found.failure === 'try-again') return said(session, `;; connection timed out; no servers could be reached\n\n`, 1)
    return said(session, `${head}** server can't find ${name}: ${found.failure === 'no-data' ? 'No answer' : 'NXDOMAIN'}\n\n`, 1)
  }
  const reply = found.queries.map(q => q.reply).find(r => r.kind === 'answered' && r.log.some(e => e.answer.answers.length > 0))
  const full =
    reply?.kind === 'answered' ? reply.log.flatMap(e => e.answer.answers).find(r => r.type === 'A' || r.type === 'AAAA')?.name : undefined
  const shown = (full ?? name).replace(/\.$/, '')
  return said(session, `${head}${found.addresses.map(a => `Name:\t${shown}\nAddress: ${ipText(a)}\n`).join('')}\n`)
}

/** `dig [@SERVER] NAME [TYPE] [+short] [+search]`. */
export function dig(session: Session, words: readonly string[]): Ran {
  const state = stateOf(session)
  const resolving = resolvingIn(session)
  if (state === undefined || resolving === undefined) return refused(session, 'hopspec: dig: this is a network without Kubernetes.', 2)
  const options = words.filter(w => w.startsWith('+'))
  const server = words.find(w => w.startsWith('@'))?.slice(1)
  const bare = words.filter(w => !w.startsWith('+') && !w.startsWith('@') && !w.startsWith('-'))
  const reverse = words.indexOf('-x')
  const type = bare.map(readRecordType).find(t => t !== undefined) ?? (reverse < 0 ? 'A' : 'PTR')
  const name = reverse < 0 ? (bare.find(w => readRecordType(w) === undefined) ?? '.') : reverseName(words[reverse + 1] ?? '')
  const address = server === undefined ? resolving.conf.nameservers[0] : (readIp(server) ?? readIp(resolved(session, server)?.[0] ?? ''))
  if (address === undefined) return refused(session, `dig: couldn't get address for '${server ?? ''}': not found`, 10)
  const question = { name: absolute(name), type }
  const asked = resolving.ask({ server: address, question, transport: 'udp' } as Parameters<Resolving['ask']>[0])
  if (asked.kind !== 'answered')
    return said(session, `;; communications error to ${ipText(address)}#53: timed out\n;; no servers could be reached\n`, 9)
  const answer = asked.log.at(-1)!.answer
  if (options.includes('+short')) return said(session, answer.answers.map(r => `${r.data}\n`).join(''))
  return said(session, digText(question, answer, ipText(address), words))
}

function reverseName(text: string): string {
  const ip = readIp(text)
  if (typeof ip !== 'number') return text
  return `${text.split('.').reverse().join('.')}.in-addr.arpa`
}

const record = (r: DnsRecord): string => `${r.name}\t${r.ttl}\tIN\t${r.type}\t${r.data}\n`

function digText(
  question: { readonly name: string; readonly type: RecordType },
  answer: DnsAnswer,
  server: string,
  words: readonly string[],
): string {
  const section = (title: string, records: readonly DnsRecord[]) =>
    records.length === 0 ? '' : `;; ${title} SECTION:\n${records.map(record).join('')}\n`
  const flags = answer.flags.join(' ')
  return [
    `\n; <<>> DiG 9.18 <<>> ${words.join(' ')}\n;; global options: +cmd\n;; Got answer:\n`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${answer.rcode}, id: 1\n`,
    `;; flags: ${flags}; QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authority.length}, ADDITIONAL: ${answer.additional.length}\n\n`,
    `;; QUESTION SECTION:\n;${question.name}\t\tIN\t${question.type}\n\n`,
    section('ANSWER', answer.answers),
    section('AUTHORITY', answer.authority),
    section('ADDITIONAL', answer.additional),
    `;; SERVER: ${server}#53(${server}) (UDP)\n`,
  ].join('')
}
