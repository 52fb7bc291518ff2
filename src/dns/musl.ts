// musl's resolver: every question to every server at once; a name with enough dots is asked only as it stands; anything but NXDOMAIN ends the search. Upstream: src/network/lookup_name.c, res_msend.c (1.2.3).
import { absolute, canBeAsked, dotsIn } from './name'
import type { Answer, RecordType } from './record'
import { optionsOf } from './resolv-conf'
import type { Failure, Found, Query, Resolving } from './query'

/** How often musl repeats a question that was answered with SERVFAIL, for each question at once. */
const SERVFAIL_RETRIES = 2

/** Looks a name up as musl's getaddrinfo does. */
export function muslLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  const queries: Query[] = []
  const { ndots } = optionsOf(resolving.conf)
  const search = name.endsWith('.') || dotsIn(name) >= ndots ? [] : resolving.conf.search
  let nowMs = 0
  const bare = name.replace(/\.$/, '')
  for (const asked of [...search.map(domain => `${bare}.${domain}`), bare]) {
    if (!canBeAsked(absolute(asked))) continue
    const result = askAll(asked, types, resolving, nowMs, queries)
    nowMs = result.nowMs
    if (result.failure !== 'not-found' || asked === bare)
      return { queries, answers: result.answers, failure: result.failure, tookMs: nowMs }
  }
  return { queries, answers: [], failure: 'not-found', tookMs: nowMs }
}

interface NameResult {
  readonly answers: readonly Answer[]
  readonly failure: Failure | null
  readonly nowMs: number
}

function askAll(name: string, types: readonly RecordType[], resolving: Resolving, beganMs: number, queries: Query[]): NameResult {
  const { timeoutSeconds, attempts } = optionsOf(resolving.conf)
  const socket = queries.length
  const answers = new Map<RecordType, Answer>()
  let nowMs = beganMs
  for (let attempt = 0; attempt < attempts; attempt++) {
    let retries = SERVFAIL_RETRIES * types.length
    for (const type of types.filter(t => !answers.has(t)))
      for (const server of resolving.conf.nameservers) {
        for (let again = true; again; ) {
          const query = { question: { name: absolute(name), type }, server, transport: 'udp' as const, atMs: nowMs, socket }
          const reply = resolving.ask(query)
          queries.push({ ...query, reply })
          const answer = reply.kind === 'answered' ? reply.log.at(-1)!.answer : undefined
          if (answer && !answers.has(type) && (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN')) answers.set(type, answer)
          again = answer?.rcode === 'SERVFAIL' && retries-- > 0
        }
      }
    if (answers.size === types.length) break
    nowMs += Math.floor((timeoutSeconds * 1000) / attempts)
  }
  const all = types.flatMap(type => answers.get(type) ?? [])
  return { answers: all, failure: failureOf(types, answers), nowMs }
}

/** Any address is success; otherwise the first question's answer tells. */
function failureOf(types: readonly RecordType[], answers: ReadonlyMap<RecordType, Answer>): Failure | null {
  const all = [...answers.values()]
  if (all.some(a => a.answers.some(r => types.includes(r.type)))) return null
  const first = answers.get(types[0]!)
  if (first === undefined || all.length < types.length) return 'try-again'
  return first.rcode === 'NXDOMAIN' ? 'not-found' : 'no-data'
}
