// busybox nslookup: a resolver of its own. It reads the search path but not ndots nor /etc/hosts: a name with any dot is asked as it stands, one without in every domain. Upstream: networking/nslookup.c (1.35).
import { type Ip, readIp } from '../addr/ip'
import { absolute, canBeAsked } from './name'
import type { Answer, Question, RecordType } from './record'
import type { Found, Query, Resolving } from './query'
import { reverseName } from './reverse'

const TIMEOUT_MS = 5000
const ATTEMPTS = 2

/** How often a question that was answered with SERVFAIL is repeated, for each question at once. */
const SERVFAIL_RETRIES = 2

/** Asks for everything at once, of one server after another until one answers anything. */
export function busyboxLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  const ip = readIp(name)
  const reverse = ip !== undefined && types.includes('A') && types.includes('AAAA')
  const all = reverse ? [{ name: reverseName(ip), type: 'PTR' as const }] : questions(name, types, resolving.conf.search)
  const asked = all.filter(q => canBeAsked(absolute(q.name)))
  const queries: Query[] = []
  let answers: readonly Answer[] = []
  let nowMs = 0
  for (const [socket, server] of resolving.conf.nameservers.entries()) {
    const heard = askServer(asked, server, socket, nowMs, resolving, queries)
    answers = heard.answers
    nowMs = heard.nowMs
    if (answers.length > 0) break
  }
  const known = answers.some(a => a.answers.length > 0)
  const failure = known ? null : answers.length === 0 ? 'try-again' : answers.every(a => a.rcode === 'NXDOMAIN') ? 'not-found' : 'no-data'
  return { queries, answers, failure, tookMs: nowMs }
}

/** Everything from one socket; what stays unanswered is sent again from the same. */
function askServer(asked: readonly Question[], server: Ip, socket: number, beganMs: number, resolving: Resolving, queries: Query[]) {
  const answers = new Map<Question, Answer>()
  let nowMs = beganMs
  for (let attempt = 0; attempt < ATTEMPTS && answers.size < asked.length; attempt++) {
    let retries = SERVFAIL_RETRIES * asked.length
    const waiting = asked.filter(q => !answers.has(q))
    for (const question of waiting) {
      const query = { question, server, transport: 'udp' as const, atMs: nowMs, socket }
      const reply = resolving.ask(query)
      queries.push({ ...query, reply })
      const answer = reply.kind === 'answered' ? reply.log.at(-1)!.answer : undefined
      if (answer?.rcode === 'SERVFAIL' && retries-- > 0) waiting.push(question)
      else if (answer) answers.set(question, answer)
    }
    if (answers.size < asked.length) nowMs += TIMEOUT_MS / ATTEMPTS
  }
  return { answers: asked.flatMap(q => answers.get(q) ?? []), nowMs }
}

/** Every domain for one type, then for the next. */
function questions(name: string, types: readonly RecordType[], search: readonly string[]) {
  const names =
    name.includes('.') || search.length === 0 ? [absolute(name)] : search.map(domain => absolute(`${name}.${domain}`).replace(/\.+$/, '.'))
  return types.flatMap(type => names.map(asked => ({ name: asked, type })))
}
