// The world behind `forward`: what the Cluster document says that it knows. Any name it does not know does not exist.
import type { ClusterConfig } from '../apply/cluster-config'
import { absolute, normal } from './name'
import { type Answer, AUTHORITATIVE, type DnsRecord, type Question, readRecordType } from './record'

/** What the root says about names that do not exist, and how long that may be kept. */
const ROOT_SOA: DnsRecord = {
  name: '.',
  type: 'SOA',
  ttl: 300,
  data: 'a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 300',
}
const MOST_CNAMES = 8

const KNOWN = new WeakMap<ClusterConfig['dns']['upstream'], ReadonlyMap<string, readonly DnsRecord[]>>()

function recordsOf({ upstream }: ClusterConfig['dns']): ReadonlyMap<string, readonly DnsRecord[]> {
  const known = KNOWN.get(upstream)
  if (known) return known
  const found = new Map<string, DnsRecord[]>()
  for (const { name, type, ttl, data } of upstream) {
    const record = { name: absolute(name), type: readRecordType(type) ?? 'TXT', ttl, data }
    const list = found.get(normal(name))
    if (list) list.push(record)
    else found.set(normal(name), [record])
  }
  KNOWN.set(upstream, found)
  return found
}

/** The answer of the name servers outside. */
export function askUpstream(dns: ClusterConfig['dns'], question: Question): Answer {
  const records = recordsOf(dns)
  const answers: DnsRecord[] = []
  let name = absolute(question.name)
  for (let step = 0; step < MOST_CNAMES; step++) {
    const own = records.get(normal(name)) ?? []
    const wanted = own.filter(r => r.type === question.type || question.type === 'ANY')
    answers.push(...wanted.map(r => ({ ...r, name })))
    const alias = own.find(r => r.type === 'CNAME')
    if (wanted.length > 0 || alias === undefined) break
    answers.push({ ...alias, name })
    name = absolute(alias.data)
  }
  const exists = answers.length > 0 || records.has(normal(name))
  return {
    rcode: exists ? 'NOERROR' : 'NXDOMAIN',
    flags: AUTHORITATIVE,
    answers,
    authority: answers.length > 0 ? [] : [ROOT_SOA],
    additional: [],
    because: exists
      ? `the upstream of the Cluster document knows ${normal(name)}`
      : `dns.upstream of the Cluster document has no ${normal(name)}`,
  }
}
