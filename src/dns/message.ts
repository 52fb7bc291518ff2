// How large an answer is on the wire, and what UDP carries of it: 512 bytes, since libc resolvers ask without EDNS0. Names are compressed as CoreDNS does.
import type { Answer, DnsRecord, Question } from './record'

/** What a resolver takes over UDP without EDNS0 (RFC 1035). */
const UDP_BYTES = 512
const HEADER = 12

/** The whole message's length in bytes. */
function messageBytes(question: Question, answer: Pick<Answer, 'answers' | 'authority' | 'additional'>): number {
  const seen = new Set<string>()
  let bytes = HEADER + nameBytes(question.name, seen) + 4
  for (const record of [...answer.answers, ...answer.authority, ...answer.additional]) bytes += recordBytes(record, seen)
  return bytes
}

/** A name: its labels until one that stood before, then two bytes that point there. */
function nameBytes(name: string, seen: Set<string>): number {
  const labels = name.replace(/\.$/, '').split('.').filter(Boolean)
  let bytes = 0
  for (let i = 0; i < labels.length; i++) {
    const rest = labels.slice(i).join('.').toLowerCase()
    if (seen.has(rest)) return bytes + 2
    seen.add(rest)
    bytes += labels[i]!.length + 1
  }
  return bytes + 1
}

function recordBytes({ name, type, data }: DnsRecord, seen: Set<string>): number {
  return nameBytes(name, seen) + 10 + dataBytes(type, data, seen)
}

function dataBytes(type: string, data: string, seen: Set<string>): number {
  const words = data.split(' ')
  switch (type) {
    case 'A':
      return 4
    case 'AAAA':
      return 16
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return nameBytes(data, seen)
    case 'SRV':
      return 6 + nameBytes(words[3] ?? '', new Set())
    case 'MX':
      return 2 + nameBytes(words[1] ?? '', seen)
    case 'SOA':
      return nameBytes(words[0] ?? '', seen) + nameBytes(words[1] ?? '', seen) + 20
    default:
      return data.length + 1
  }
}

/** What UDP carries: as it is, or without the records that do not fit, and marked as cut. */
export function truncated(question: Question, answer: Answer): Answer {
  if (fitsAnyway(question, answer) || messageBytes(question, answer) <= UDP_BYTES) return answer
  const bare = { ...answer, additional: [] }
  if (messageBytes(question, bare) <= UDP_BYTES) return { ...bare, flags: flagged(answer) }
  let kept = answer.answers.length
  while (kept > 0 && messageBytes(question, { ...bare, answers: answer.answers.slice(0, kept), authority: [] }) > UDP_BYTES) kept--
  return { ...bare, answers: answer.answers.slice(0, kept), authority: [], flags: flagged(answer) }
}

/** Whether it is so small that nothing need be compressed; most answers are. */
function fitsAnyway(question: Question, { answers, authority, additional }: Answer): boolean {
  let bytes = HEADER + question.name.length + 6
  for (const section of [answers, authority, additional]) for (const { name, data } of section) bytes += name.length + data.length + 36
  return bytes <= UDP_BYTES
}

const flagged = (answer: Answer): Answer['flags'] => [...answer.flags.slice(0, 2), 'tc', ...answer.flags.slice(2)]
