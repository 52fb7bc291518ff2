// What programs print that ask name servers: busybox nslookup 1.35, dig 9.18 (+short too), glibc's getent hosts and ahosts. In: a lookup; out: stdout and the exit code.
import { ipText, readIp, socketText } from '../addr/ip'
import type { DnsLookupJson, DnsQueryJson } from '../dns/json'
import type { DnsRecord } from '../dns/record'
import { recordText } from '../dns/record'

export interface Printed {
  readonly stdout: string
  readonly exit: number
}

const bare = (name: string): string => name.replace(/\.$/, '')
const asked = (lookup: DnsLookupJson): readonly DnsQueryJson[] => lookup.queries.filter(q => q.askedBy === 'client')

/** busybox nslookup: one block for each question; a name that one domain lacks makes it exit 1. */
export function nslookupPrints(lookup: DnsLookupJson, nameservers: readonly string[]): Printed {
  const server = readIp(nameservers[0] ?? '')
  const queries = asked(lookup)
  if (server === undefined || queries.every(q => q.rcode === 'TIMEOUT' || q.rcode === 'UNREACHABLE'))
    return { stdout: ';; connection timed out; no servers could be reached\n\n', exit: 1 }
  const head = `Server:\t\t${ipText(server)}\nAddress:\t${socketText(server, 53)}\n\n`
  const blocks = queries.filter(q => q.rcode !== 'TIMEOUT').map(q => `${nslookupBlock(q)}\n`)
  return { stdout: head + blocks.join(''), exit: queries.some(q => q.rcode !== 'NOERROR') ? 1 : 0 }
}

function nslookupBlock(q: DnsQueryJson): string {
  if (q.rcode !== 'NOERROR') return `** server can't find ${bare(q.name)}: ${q.rcode}\n`
  return q.answers.map(nslookupRecord).join('')
}

function nslookupRecord({ name, type, data }: DnsRecord): string {
  switch (type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${bare(name)}\nAddress: ${data}\n`
    case 'CNAME':
      return `${bare(name)}\tcanonical name = ${bare(data)}\n`
    case 'PTR':
      return `${bare(name)}\tname = ${bare(data)}\n`
    case 'SRV':
      return `${bare(name)}\tservice = ${bare(data)}\n`
    case 'TXT':
      return `${bare(name)}\ttext = ${data}\n`
    default:
      return `${bare(name)}\t${type.toLowerCase()} = ${bare(data)}\n`
  }
}

/** dig +short: the data of every answer, a line each. */
export const digShortPrints = (lookup: DnsLookupJson): Printed => ({
  stdout: (asked(lookup).at(-1)?.answers ?? []).map(r => `${r.data}\n`).join(''),
  exit: asked(lookup).at(-1)?.rcode === 'TIMEOUT' ? 9 : 0,
})

/** dig without comments and statistics (+noall +answer +authority +additional +comments): what it got. */
export function digPrints(lookup: DnsLookupJson): Printed {
  const q = asked(lookup).at(-1)
  if (q === undefined || q.rcode === 'TIMEOUT' || q.rcode === 'UNREACHABLE') return { stdout: ';; no servers could be reached\n', exit: 9 }
  const part = (title: string, records: readonly DnsRecord[]) =>
    records.length === 0
      ? ''
      : `\n;; ${title} SECTION:\n${records
          .map(
            r =>
              `${recordText(r)
                .replaceAll(' ', '\t')
                .replace(/(\tSRV|\tSOA)\t(.*)/, (_, t: string, d: string) => `${t}\t${d.replaceAll('\t', ' ')}`)}\n`,
          )
          .join('')}`
  const counts = `QUERY: 1, ANSWER: ${q.answers.length}, AUTHORITY: ${q.authority.length}, ADDITIONAL: ${q.additional.length}`
  const head = `;; ->>HEADER<<- opcode: QUERY, status: ${q.rcode}\n;; flags: ${q.flags.join(' ')}; ${counts}\n`
  const stdout = `${head}\n;; QUESTION SECTION:\n;${q.name}\t\tIN\t${q.type}\n${part('ANSWER', q.answers)}${part('AUTHORITY', q.authority)}${part('ADDITIONAL', q.additional)}`
  return { stdout, exit: 0 }
}

/** `getent hosts NAME`: the addresses of one family with the name that has them, and the aliases that led there. */
export function getentHostsPrints(name: string, lookup: DnsLookupJson): Printed {
  const names = canonicalNames(name, lookup)
  if (lookup.failure !== null) return { stdout: '', exit: 2 }
  return { stdout: lookup.result.map(address => `${address.padEnd(15)} ${names.join(' ')}\n`).join(''), exit: 0 }
}

/** `getent ahosts NAME`: each address for each kind of socket, the name on the first line. */
export function getentAhostsPrints(name: string, lookup: DnsLookupJson): Printed {
  const [canonical = name] = canonicalNames(name, lookup)
  const line = (address: string, i: number) =>
    ['STREAM', 'DGRAM', 'RAW'].map((kind, k) => `${address.padEnd(15)} ${kind.padEnd(6)} ${i === 0 && k === 0 ? canonical : ''}\n`)
  return { stdout: lookup.result.flatMap(line).join(''), exit: lookup.result.length === 0 ? 2 : 0 }
}

/** The name that has the addresses, then those that are aliases of it. */
function canonicalNames(name: string, lookup: DnsLookupJson): readonly string[] {
  if (lookup.by !== 'dns') return [name]
  const records = asked(lookup).flatMap(q => q.answers)
  const owner = records.find(r => r.type === 'A' || r.type === 'AAAA' || r.type === 'PTR')
  const aliases = [...new Set(records.filter(r => r.type === 'CNAME').map(r => bare(r.name)))]
  return owner === undefined ? aliases : [bare(owner.type === 'PTR' ? owner.data : owner.name), ...aliases]
}
