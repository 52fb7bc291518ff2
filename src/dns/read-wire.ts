// Bytes become messages of the DNS again: untrusted, so every length is checked, and a name may only point back. In: bytes. Out: a question, an answer, or nothing.
import { type Ip, ipText } from '../addr/ip'
import { type Answer, type DnsRecord, type Question, RECORD_TYPES } from './record'
import { FLAG_BITS, RCODE_NUMBERS, TYPE_NUMBERS } from './wire'

/** What a client asked. */
interface AskedMessage {
  readonly id: number
  readonly question: Question
}

/** What a server answered; `because` is not on the wire. */
interface AnsweredMessage extends AskedMessage {
  readonly answer: Omit<Answer, 'because'>
}

/** The one question of a query; undefined for anything else. What follows it (EDNS0) is not read. */
export function readQuery(bytes: Uint8Array): AskedMessage | undefined {
  return reading(bytes, message => {
    const [id, flags, questions] = [message.number(2), message.number(2), message.number(2)]
    if ((flags & (FLAG_BITS.qr | OPCODE)) !== 0 || questions !== 1) throw BROKEN
    message.number(6)
    return { id, question: message.question() }
  })
}

/** An answer with all its records; undefined where it is none, or holds what hopspec does not read. */
export function readAnswer(bytes: Uint8Array): AnsweredMessage | undefined {
  return reading(bytes, message => {
    const [id, flags, questions] = [message.number(2), message.number(2), message.number(2)]
    const counts = [message.number(2), message.number(2), message.number(2)]
    if ((flags & FLAG_BITS.qr) === 0 || questions !== 1 || counts.some(n => n > MOST_RECORDS)) throw BROKEN
    const question = message.question()
    const [answers, authority, additional] = counts.map(n => Array.from({ length: n }, () => message.record())) as [
      DnsRecord[],
      DnsRecord[],
      DnsRecord[],
    ]
    const rcode = named(RCODE_NUMBERS, flags & 15)
    return { id, question, answer: { rcode, flags: FLAGS.filter(f => (flags & FLAG_BITS[f]) !== 0), answers, authority, additional } }
  })
}

const FLAGS = ['qr', 'aa', 'tc', 'rd', 'ra'] as const
const OPCODE = 0x7800
/** A TCP message has no room for more. */
const MOST_RECORDS = 6000
const MOST_NAME_BYTES = 255

const BROKEN = new Error('no message that hopspec reads')

function reading<T>(bytes: Uint8Array, read: (message: Reader) => T): T | undefined {
  try {
    return read(new Reader(bytes))
  } catch (error) {
    if (error === BROKEN) return undefined
    throw error
  }
}

function named<T extends string>(numbers: Readonly<Record<T, number>>, number: number): T {
  const found = (Object.keys(numbers) as T[]).find(name => numbers[name] === number)
  if (found === undefined) throw BROKEN
  return found
}

class Reader {
  private at = 0
  constructor(private readonly bytes: Uint8Array) {}

  number(bytes: number): number {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + this.byte(this.at++)
    return value
  }

  private byte(at: number): number {
    const value = this.bytes[at]
    if (value === undefined) throw BROKEN
    return value
  }

  question(): Question {
    const name = this.name()
    const type = this.type()
    if (this.number(2) !== 1) throw BROKEN
    return { name, type }
  }

  private type() {
    const number = this.number(2)
    const found = RECORD_TYPES.find(t => TYPE_NUMBERS[t] === number)
    if (found === undefined) throw BROKEN
    return found
  }

  /** Labels, and pointers to where others stand; each points further back than the one before. */
  private name(): string {
    const labels: string[] = []
    let length = 0
    let end: number | undefined
    for (let limit = this.at; ; ) {
      const size = this.byte(this.at++)
      if (size === 0) break
      if (size >= 0xc0) {
        const to = (size & 0x3f) * 256 + this.byte(this.at++)
        end ??= this.at
        if (to >= limit) throw BROKEN
        this.at = limit = to
        continue
      }
      length += size + 1
      if (size > 63 || length > MOST_NAME_BYTES) throw BROKEN
      labels.push(this.label(size))
    }
    this.at = end ?? this.at
    return `${labels.join('.')}.`
  }

  private label(size: number): string {
    const text = this.text(size)
    if (/[.\\"]/.test(text)) throw BROKEN
    return text
  }

  private text(size: number): string {
    let text = ''
    for (let i = 0; i < size; i++) {
      const code = this.byte(this.at++)
      if (code < 0x20 || code > 0x7e) throw BROKEN
      text += String.fromCharCode(code)
    }
    return text
  }

  record(): DnsRecord {
    const name = this.name()
    const type = this.type()
    if (this.number(2) !== 1) throw BROKEN
    const ttl = this.number(4)
    const end = this.number(2) + this.at
    const data = this.data(type, end)
    if (this.at !== end) throw BROKEN
    return { name, type, ttl, data }
  }

  private data(type: DnsRecord['type'], end: number): string {
    switch (type) {
      case 'A':
        return ipText(this.number(4) as Ip)
      case 'AAAA':
        return ipText(Array.from({ length: 16 }, () => BigInt(this.number(1))).reduce((sum, n) => sum * 256n + n) as Ip)
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return this.name()
      case 'SRV':
        return `${this.number(2)} ${this.number(2)} ${this.number(2)} ${this.name()}`
      case 'MX':
        return `${this.number(2)} ${this.name()}`
      case 'SOA':
        return [this.name(), this.name(), ...Array.from({ length: 5 }, () => this.number(4))].join(' ')
      case 'TXT': {
        const strings: string[] = []
        while (this.at < end) strings.push(`"${this.text(this.number(1)).replace(/[\\"]/g, '\\$&')}"`)
        return strings.join(' ')
      }
      default:
        throw BROKEN
    }
  }
}
