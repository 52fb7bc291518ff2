// nslookup in the shell: BIND's on machines, busybox' in its pods; names by type, and addresses.
import { ipText, parseIp, readIp } from '../../addr/ip'
import { lookupJson } from '../../dns/json'
import { absolute, normal } from '../../dns/name'
import { type DnsRecord, readRecordType, type RecordType } from '../../dns/record'
import { type Lookup, lookUp } from '../../dns/resolver'
import type { Resolving } from '../../dns/query'
import { reverseName } from '../../dns/reverse'
import { problem } from '../../error'
import { nslookupPrints } from '../../view/resolver-programs'
import { ADDRESSES, askingIn, hasBusybox, resolved } from './names'
import { tooMany } from './options'
import { type Ran, refused, said, type Session } from './session'

/** `nslookup [-type=TYPE] NAME|ADDRESS [SERVER]`. */
export function nslookup(session: Session, rest: readonly string[]): Ran {
  const type = rest.flatMap(w => (w.startsWith('-') ? readOption(w) : [])).at(-1)
  const [name, server, extra] = rest.filter(w => !w.startsWith('-'))
  if (extra !== undefined) throw tooMany('nslookup', extra)
  const asking = askingIn(session)
  if (asking === undefined || name === undefined) return refused(session, 'usage: nslookup [-type=TYPE] NAME [SERVER]')
  const { resolving } = asking
  const named = server === undefined ? undefined : (readIp(server) ?? readIp(resolved(session, server).addresses[0] ?? ''))
  if (server !== undefined && named === undefined) return refused(session, `nslookup: couldn't get address for '${server}': not found`)
  const own = named === undefined ? resolving : { ...resolving, conf: { ...resolving.conf, nameservers: [named] } }
  if (hasBusybox(session)) {
    const found = lookUp('busybox', name, type === undefined ? ADDRESSES : [type], own)
    const { stdout, exit } = nslookupPrints(lookupJson(found, 'busybox', own.conf), own.conf.nameservers.map(ipText))
    return said(asking.after, stdout, exit)
  }
  const { stdout, exit } = ofBind(name, type, own)
  return said(asking.after, stdout, exit)
}

/** `-type=SRV`, `-query=SRV`, `-q=SRV`, `-t=SRV`. */
function readOption(word: string): RecordType {
  const [, written] = /^--?(?:type|query|querytype|q|ty|t)=(.+)$/.exec(word) ?? []
  const type = readRecordType(written ?? '')
  if (type !== undefined) return type
  throw problem('NOT_MODELLED', `nslookup ${word} is not modelled.`, {
    fix: 'nslookup in hopspec shell knows -type=TYPE, as in -type=SRV.',
  })
}

function ofBind(name: string, type: RecordType | undefined, resolving: Resolving): { readonly stdout: string; readonly exit: number } {
  const ip = readIp(name)
  const reverse = ip !== undefined && type === undefined
  const asked = reverse ? reverseName(ip) : name
  const types: readonly RecordType[] = reverse ? ['PTR'] : type === undefined ? ADDRESSES : [type]
  const found = lookUp('glibc', asked, types, resolving)
  const server = ipText(resolving.conf.nameservers[0] ?? parseIp('127.0.0.1'))
  const head = reverse ? '' : `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
  if (found.addresses.length + found.data.length > 0) return { stdout: `${head}${recordsOf(found, name, types).join('')}\n`, exit: 0 }
  if (found.failure === 'try-again') return { stdout: ';; connection timed out; no servers could be reached\n\n', exit: 1 }
  const what = reverse ? asked.replace(/\.$/, '') : name
  if (found.failure === 'no-data' && type !== undefined) return { stdout: `${head}*** Can't find ${what}: No answer\n\n`, exit: 1 }
  return { stdout: `${head}** server can't find ${what}: ${found.failure === 'no-data' ? 'No answer' : 'NXDOMAIN'}\n\n`, exit: 1 }
}

/** Addresses under the name that has them; other records as they are. */
function recordsOf(found: Lookup, name: string, types: readonly RecordType[]): readonly string[] {
  const records = found.queries.flatMap(q => (q.reply.kind === 'answered' ? (q.reply.log.at(-1)?.answer.answers ?? []) : []))
  const owner = records.find(r => r.type === 'A' || r.type === 'AAAA')?.name ?? absolute(name)
  return [
    ...found.addresses.map(a => `Name:\t${owner.replace(/\.$/, '')}\nAddress: ${ipText(a)}\n`),
    ...records.filter(r => types.includes(r.type) && r.type !== 'A' && r.type !== 'AAAA').map(recordLine),
  ]
}

const SAYS: { readonly [T in RecordType]?: string } = {
  PTR: 'name',
  SRV: 'service',
  CNAME: 'canonical name',
  TXT: 'text',
  NS: 'nameserver',
}
const recordLine = ({ name, type, data }: DnsRecord): string =>
  `${normal(name).replace(/\.$/, '')}\t${SAYS[type] ?? type.toLowerCase()} = ${data}\n`
