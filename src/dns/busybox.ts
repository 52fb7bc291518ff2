// busybox nslookup: a resolver of its own. It reads the search path but not ndots nor /etc/hosts: a name with any dot is asked as it stands, one without in every domain. Upstream: networking/nslookup.c (1.35).
import { readIp } from '../addr/ip'
import { absolute, canBeAsked } from './name'
import type { Answer, RecordType } from './record'
import type { Found, Query, Resolving } from './resolver'
import { reverseName } from './reverse'

const TIMEOUT_MS = 5000
const ATTEMPTS = 2

/** Asks for everything, whatever is answered in between. */
export function busyboxLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  const ip = readIp(name)
  const reverse = ip !== undefined && types.every(t => t === 'A' || t === 'AAAA')
  const asked = reverse ? [{ name: reverseName(ip), type: 'PTR' as const }] : questions(name, types, resolving.conf.search)
  const queries: Query[] = []
  const answers: Answer[] = []
  let nowMs = 0
  for (const question of asked.filter(q => canBeAsked(absolute(q.name)))) {
    const server = resolving.conf.nameservers[0]
    if (server === undefined) continue
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const query = { question, server, transport: 'udp' as const, atMs: nowMs, socket: 0 }
      const reply = resolving.ask(query)
      queries.push({ ...query, reply })
      if (reply.kind === 'answered') {
        answers.push(reply.log.at(-1)!.answer)
        break
      }
      nowMs += TIMEOUT_MS / ATTEMPTS
    }
  }
  const known = answers.some(a => a.answers.length > 0)
  const failure = known ? null : answers.length === 0 ? 'try-again' : answers.every(a => a.rcode === 'NXDOMAIN') ? 'not-found' : 'no-data'
  return { queries, answers, failure, tookMs: nowMs }
}

/** Every domain for one type, then for the next. */
function questions(name: string, types: readonly RecordType[], search: readonly string[]) {
  const names = name.includes('.') || search.length === 0 ? [absolute(name)] : search.map(domain => absolute(`${name}.${domain}`))
  return types.flatMap(type => names.map(asked => ({ name: asked, type })))
}
