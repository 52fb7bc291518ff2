// Questions, records and answers of the DNS, as values; data of a record as dig prints it.

/** The types a question can ask for by name; a server is asked only these. */
export const RECORD_TYPES = [
  'A',
  'AAAA',
  'SRV',
  'PTR',
  'CNAME',
  'TXT',
  'SOA',
  'NS',
  'MX',
  'ANY',
  'CAA',
  'DNSKEY',
  'DS',
  'HINFO',
  'HTTPS',
  'NAPTR',
  'SVCB',
  'AXFR',
  'IXFR',
] as const
export type RecordType = (typeof RECORD_TYPES)[number]

export interface Question {
  /** Absolute, in the letters of the client. */
  readonly name: string
  readonly type: RecordType
}

export interface DnsRecord {
  readonly name: string
  readonly type: RecordType
  /** How long it may be kept, in seconds. */
  readonly ttl: number
  /** `10.101.98.146`, `0 100 80 web.default.svc.cluster.local.`, `"1.1.0"`. */
  readonly data: string
}

/** The states of an answer that hopspec knows. */
export const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const
export type Rcode = (typeof RCODES)[number]

export interface Answer {
  readonly rcode: Rcode
  /** In dig's order. `tc`: it was cut, and is to be asked for again over TCP. */
  readonly flags: readonly ('qr' | 'aa' | 'tc' | 'rd' | 'ra')[]
  readonly answers: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  /** Who answered and why, for people: `kubernetes: Service default/web has the ClusterIP 10.96.1.10`. */
  readonly because: string
}

/** A question with its answer, as a server logs them. */
export interface Exchange {
  readonly question: Question
  readonly answer: Answer
}

/** The flags of an answer from one's own knowledge. */
export const AUTHORITATIVE = ['qr', 'aa', 'rd'] as const
const NOT_AUTHORITATIVE = ['qr', 'rd'] as const

/** An answer without records: a refusal, a failure. */
export const bareAnswer = (rcode: Rcode, because: string): Answer => ({
  rcode,
  flags: NOT_AUTHORITATIVE,
  answers: [],
  authority: [],
  additional: [],
  because,
})

/** `web.default.svc.cluster.local. 30 IN A 10.96.1.10`, as dig prints a record. */
export const recordText = (r: DnsRecord): string => `${r.name} ${r.ttl} IN ${r.type} ${r.data}`

const BY_NAME: ReadonlyMap<string, RecordType> = new Map(RECORD_TYPES.map(type => [type, type]))

/** The type that a word names, in any case. */
export const readRecordType = (word: string): RecordType | undefined => BY_NAME.get(word.toUpperCase())
