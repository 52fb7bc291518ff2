// Names in the shell: dig, nslookup and getent, with the resolver of the place. Only what these programs print in the common case.
import { ipText, parseIp, readIp } from '../../addr/ip'
import { objectOf } from '../../cluster/state'
import { lookupJson } from '../../dns/json'
import { absolute } from '../../dns/name'
import { type Answer as DnsAnswer, type DnsRecord, readRecordType, type RecordType } from '../../dns/record'
import { lookUp, type Resolving } from '../../dns/resolver'
import { reverseName } from '../../dns/reverse'
import { getentAhostsPrints, getentHostsPrints, nslookupPrints, type Printed } from '../../view/resolver-programs'
import { resolvingIn as askingIn } from './ask'
import { type Ran, refused, said, type Session, stateOf } from './session'

const ADDRESSES: readonly RecordType[] = ['A', 'AAAA']

/** The resolver of the session's place, whose questions are packets. */
function resolvingIn(session: Session): Resolving | undefined {
  const state = stateOf(session)
  return state && askingIn(session, state)
}

/** The addresses of a name as a program at that place gets them; undefined when it gets none. */
export function resolved(session: Session, name: string): readonly string[] | undefined {
  const resolving = resolvingIn(session)
  if (resolving === undefined) return undefined
  const { addresses } = lookUp('glibc', name, ADDRESSES, resolving)
  return addresses.length === 0 ? undefined : addresses.map(ip => ipText(ip))
}

/** Why a name has no address there, on a line of ours; nothing where nothing can be told. */
export function whyUnresolved(session: Session, name: string): string {
  const resolving = resolvingIn(session)
  const reply = resolving && lookUp('glibc', name, ADDRESSES, resolving).queries.at(-1)?.reply
  if (reply === undefined) return ''
  return `\nhopspec: ${reply.kind === 'answered' ? reply.log.at(-1)!.answer.because : reply.why}`
}

/** `getent hosts NAME`, which asks for one family after the other, and `getent ahosts NAME`. */
export function getent(session: Session, [database, name]: readonly string[]): Ran {
  const resolving = resolvingIn(session)
  if ((database !== 'hosts' && database !== 'ahosts') || name === undefined || resolving === undefined)
    return refused(session, 'usage: getent hosts NAME', 2)
  const ask = (types: readonly RecordType[], asked = name) => lookupJson(lookUp('glibc', asked, types, resolving), 'glibc', resolving.conf)
  const ip = readIp(name)
  if (database === 'ahosts') return printed(session, getentAhostsPrints(name, ask(ADDRESSES)))
  if (ip !== undefined) return printed(session, getentHostsPrints(name, { ...ask(['PTR'], reverseName(ip)), result: [name] }))
  const six = ask(['AAAA'])
  return printed(session, getentHostsPrints(name, six.result.length > 0 ? six : ask(['A'])))
}

const printed = (session: Session, { stdout, exit }: Printed): Ran => said(session, stdout, exit)

/** Pods whose tools are busybox'. */
function hasBusybox(session: Session): boolean {
  const state = stateOf(session)
  const pod = state && session.place.startsWith('pod/') ? objectOf(state, 'Pod', session.place.slice('pod/'.length)) : undefined
  return pod?.spec.containers.some(c => /(?:^|\/)(?:busybox|alpine)(?::|@|$)/.test(c.image ?? '')) === true
}

export function nslookup(session: Session, [name, serverText]: readonly string[]): Ran {
  const resolving = resolvingIn(session)
  if (resolving === undefined || name === undefined) return refused(session, 'usage: nslookup NAME [SERVER]')
  const named = serverText === undefined ? undefined : readIp(serverText)
  const own = named === undefined ? resolving : { ...resolving, conf: { ...resolving.conf, nameservers: [named] } }
  if (hasBusybox(session))
    return printed(
      session,
      nslookupPrints(lookupJson(lookUp('busybox', name, ADDRESSES, own), 'busybox', own.conf), own.conf.nameservers.map(ipText)),
    )
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
  const name = reverse < 0 ? (bare.find(w => readRecordType(w) === undefined) ?? '.') : reversed(words[reverse + 1] ?? '')
  const address = server === undefined ? resolving.conf.nameservers[0] : (readIp(server) ?? readIp(resolved(session, server)?.[0] ?? ''))
  if (address === undefined) return refused(session, `dig: couldn't get address for '${server ?? ''}': not found`, 10)
  const question = { name: absolute(name), type }
  const asked = resolving.ask({ server: address, question, transport: 'udp', atMs: 0, socket: 0 })
  if (asked.kind !== 'answered')
    return said(session, `;; communications error to ${ipText(address)}#53: timed out\n;; no servers could be reached\n`, 9)
  const answer = asked.log.at(-1)!.answer
  if (options.includes('+short')) return said(session, answer.answers.map(r => `${r.data}\n`).join(''))
  return said(session, digText(question, answer, ipText(address), words))
}

const reversed = (text: string): string => {
  const ip = readIp(text)
  return ip === undefined ? text : reverseName(ip)
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
