// A program's resolver: which questions it asks, in which order, and what counts as an answer. In: a name, a resolv.conf, /etc/hosts, a way to ask; out: its questions and the addresses.
// glibc 2.36, musl 1.2.3 and busybox 1.35 nslookup. Not simulated: nscd, mDNS, DNSSEC, NIS.
import { type Ip, readIp } from '../addr/ip'
import { never } from '../error'
import { addressesIn } from './hosts-lines'
import { preferred } from './address-order'
import { busyboxLookup } from './busybox'
import { glibcLookup } from './glibc'
import { muslLookup } from './musl'
import { isAskedByGlibc, numericAddress, unmapped } from './numeric-name'
import type { Failure, Found, Query, ResolverName, Resolving } from './query'
import type { RecordType } from './record'

export interface Lookup {
  readonly queries: readonly Query[]
  /** In the order in which a program is given them. */
  readonly addresses: readonly Ip[]
  /** Data of records of other types. */
  readonly data: readonly string[]
  readonly by: 'number' | 'hosts' | 'dns'
  readonly failure: Failure | null
  /** How long it took: timeouts only. */
  readonly tookMs: number
}

/** Longest name that a resolver takes. */
const MOST_NAME = 255

/** Looks a name up. `types` are A and AAAA for programs that want addresses of any family. */
export function lookUp(resolver: ResolverName, name: string, types: readonly RecordType[], resolving: Resolving): Lookup {
  if (name === '' || name.length > MOST_NAME) return { ...NOT_ASKED, addresses: [], by: 'dns', failure: 'not-found' }
  const known = resolver === 'busybox' || !types.every(isAddressType) ? undefined : withoutAsking(resolver, name, types, resolving)
  if (known) return known
  const wanted = wantedBy(types)
  const found = inDns(resolver, name, types, resolving)
  const records = found.answers.flatMap(a => a.answers)
  const addresses = records.flatMap(r => (r.type === 'A' || r.type === 'AAAA' ? (readIp(r.data) ?? []) : [])).filter(wanted)
  const data = records.flatMap(r => (types.includes(r.type) && !isAddressType(r.type) ? [r.data] : []))
  const some = addresses.length > 0 || data.length > 0
  return {
    queries: found.queries,
    tookMs: found.tookMs,
    by: 'dns',
    addresses: preferred(resolver, [...new Set(addresses)], resolving.families),
    data,
    failure: some ? null : (found.failure ?? 'no-data'),
  }
}

const isAddressType = (type: RecordType): boolean => type === 'A' || type === 'AAAA'

const wantedBy = (types: readonly RecordType[]) => (ip: Ip) => types.includes(typeof ip === 'number' ? 'A' : 'AAAA')

const NOT_ASKED = { queries: [], data: [], tookMs: 0, failure: null }

/** What a C library knows of itself: addresses as names, /etc/hosts, and what can be no hostname. */
function withoutAsking(
  resolver: 'glibc' | 'musl',
  name: string,
  types: readonly RecordType[],
  { hosts, families }: Resolving,
): Lookup | undefined {
  const wanted = wantedBy(types)
  const numeric = numericAddress(name)
  if (numeric !== undefined) {
    const number = resolver === 'glibc' && !types.includes('AAAA') ? unmapped(numeric) : numeric
    return { ...NOT_ASKED, addresses: wanted(number) ? [number] : [], by: 'number', failure: wanted(number) ? null : 'not-found' }
  }
  const own = addressesIn(hosts, name).filter(wanted)
  if (own.length > 0) return { ...NOT_ASKED, addresses: preferred(resolver, own, families), by: 'hosts' }
  if (resolver === 'glibc' && !isAskedByGlibc(name, types)) return { ...NOT_ASKED, addresses: [], by: 'dns', failure: 'not-found' }
  return undefined
}

function inDns(resolver: ResolverName, name: string, types: readonly RecordType[], resolving: Resolving): Found {
  switch (resolver) {
    case 'glibc':
      return glibcLookup(name, types, resolving)
    case 'musl':
      return muslLookup(name, types, resolving)
    case 'busybox':
      return busyboxLookup(name, types, resolving)
    default:
      return never(resolver)
  }
}
