// Messages of the DNS as bytes (RFC 1035). Names are compressed as CoreDNS does: owners, aliases and servers' names, not the targets of SRV.
// Not written: EDNS0, records whose data hopspec knows only as words (CAA, NAPTR, …).
import { readIp } from '../addr/ip'
import { absolute } from './name'
import type { Answer, DnsRecord, Question, RecordType } from './record'

/** The parts of an answer that travel. */
type Sections = Pick<Answer, 'answers' | 'authority' | 'additional'>

export const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DS: 43,
  DNSKEY: 48,
  SVCB: 64,
  HTTPS: 65,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
}
export const FLAG_BITS: Readonly<Record<Answer['flags'][number], number>> = { qr: 0x8000, aa: 0x400, tc: 0x200, rd: 0x100, ra: 0x80 }
export const RCODE_NUMBERS: Readonly<Record<Answer['rcode'], number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
}

const NOTHING: Sections = { answers: [], authority: [], additional: [] }

/** A resolver's question; undefined for a name that is not of letters, digits and the like. */
export const questionBytes = (id: number, question: Question): Uint8Array | undefined => written(id, FLAG_BITS.rd, question, NOTHING)

/** A server's answer; undefined where a record cannot be written. */
export function answerBytes(id: number, question: Question, answer: Answer): Uint8Array | undefined {
  const flags = answer.flags.reduce((sum, flag) => sum | FLAG_BITS[flag], RCODE_NUMBERS[answer.rcode])
  return written(id, flags, question, answer)
}

/** How long a message is, also where a record's data are but words. */
export const messageBytes = (question: Question, sections: Sections): number => new Message(0, 0, question, sections).bytes.length

function written(id: number, flags: number, question: Question, sections: Sections): Uint8Array | undefined {
  const message = new Message(id, flags, question, sections)
  return message.whole ? Uint8Array.from(message.bytes) : undefined
}

/** Where a pointer can still point. */
const MOST_OFFSET = 0x3fff

class Message {
  readonly bytes: number[] = []
  /** Everything was written as it is meant. */
  whole = true
  /** Names that stood before, by what is left of them. */
  private readonly names = new Map<string, number>()

  constructor(id: number, flags: number, { name, type }: Question, { answers, authority, additional }: Sections) {
    for (const n of [id, flags, 1, answers.length, authority.length, additional.length]) this.number(n, 2)
    this.name(name)
    this.number(TYPE_NUMBERS[type], 2)
    this.number(IN, 2)
    for (const record of [...answers, ...authority, ...additional]) this.record(record)
  }

  private number(n: number, bytes: number): void {
    for (let i = bytes - 1; i >= 0; i--) this.bytes.push(Math.floor(n / 256 ** i) % 256)
  }

  private text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code < 0x20 || code > 0x7e) this.whole = false
      this.bytes.push(code & 0xff)
    }
  }

  /** Its labels until one that stood before, then two bytes that point there. */
  private name(name: string, compressed = true): void {
    const labels = absolute(name).slice(0, -1).split('.').filter(Boolean)
    for (const [i, label] of labels.entries()) {
      const rest = labels.slice(i).join('.').toLowerCase()
      const known = compressed ? this.names.get(rest) : undefined
      if (known !== undefined) return this.number(0xc000 | known, 2)
      if (compressed && this.bytes.length <= MOST_OFFSET) this.names.set(rest, this.bytes.length)
      if (label.length > 63 || /[\\"\s]/.test(label)) this.whole = false
      this.number(label.length, 1)
      this.text(label)
    }
    this.number(0, 1)
  }

  private record({ name, type, ttl, data }: DnsRecord): void {
    this.name(name)
    this.number(TYPE_NUMBERS[type], 2)
    this.number(IN, 2)
    this.number(ttl, 4)
    const at = this.bytes.length
    this.number(0, 2)
    this.data(type, data)
    const length = this.bytes.length - at - 2
    this.bytes[at] = length >> 8
    this.bytes[at + 1] = length & 0xff
  }

  private data(type: RecordType, data: string): void {
    const words = data.split(' ')
    switch (type) {
      case 'A':
      case 'AAAA':
        return this.address(type, data)
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return this.name(data)
      case 'SRV':
        for (let i = 0; i < 3; i++) this.number(Number(words[i]) || 0, 2)
        return this.name(words[3] ?? '', false)
      case 'MX':
        this.number(Number(words[0]) || 0, 2)
        return this.name(words[1] ?? '')
      case 'SOA':
        this.name(words[0] ?? '')
        this.name(words[1] ?? '')
        for (let i = 2; i < 7; i++) this.number(Number(words[i]) || 0, 4)
        return
      case 'TXT':
        return this.strings(data)
      default:
        this.whole = false
        this.number(0, 1)
        this.text(data)
    }
  }

  private address(type: 'A' | 'AAAA', text: string): void {
    const ip = readIp(text)
    const bytes = type === 'A' ? 4 : 16
    if (ip === undefined || (typeof ip === 'number') !== (type === 'A')) this.whole = false
    const value = BigInt(ip ?? 0)
    for (let i = bytes - 1; i >= 0; i--) this.bytes.push(Number((value >> BigInt(8 * i)) & 0xffn))
  }

  /** `"1.1.0" "more"`, as dig prints them; words without quotes are one string each. */
  private strings(data: string): void {
    for (const [, quoted, bare] of data.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
      const text = quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1')
      if (text.length > 255) this.whole = false
      this.number(text.length, 1)
      this.text(text)
    }
  }
}

/** The class of the Internet. */
const IN = 1
