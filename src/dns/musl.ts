// musl's resolver: every question to every server at once; a name with enough dots is asked only as it stands; anything but NXDOMAIN ends the search. Upstream: src/network/lookup_name.c, res_msend.c (1.2.3).
import { absolute, canBeAsked, dotsIn } from './name'
import type { Answer, RecordType } from './record'
import { optionsOf, type ResolvConf } from './resolv-conf'
import type { Failure, Found, Query, Resolving } from './query'

/** How often musl repeats a question that was answered with SERVFAIL, for each question at once. */
const SERVFAIL_RETRIES = 2

/** Looks a name up as musl's getaddrinfo does. */
export function muslLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  const queries: Query[] = []
  const { ndots } = optionsOf(resolving.conf)
  const search = name.endsWith('.') || dotsIn(name) >= ndots ? [] : searchOf(resolving.conf)
  let nowMs = 0
  const bare = name.replace(/\.$/, '')
  if (bare === '' || bare.endsWith('.')) return { queries, answers: [], failure: 'not-found', tookMs: 0 }
  for (const asked of [...search.map(domain => `${bare}.${domain}`), bare]) {
    // The question after `search .` has an empty label: servers call it malformed, which musl does not hear.
    if (asked.endsWith('..'))
      return { queries, answers: [], failure: 'try-again', tookMs: nowMs + optionsOf(resolving.conf).timeoutSeconds * 1000 }
    if (!canBeAsked(absolute(asked))) continue
    const result = askAll(asked, types, resolving, nowMs, queries)
    nowMs = result.nowMs
    if (result.failure !== 'not-found' || asked === bare)
      return { queries, answers: result.answers, failure: result.failure, tookMs: nowMs }
  }
  return { queries, answers: [], failure: 'not-found', tookMs: nowMs }
}

/** Longest line that musl reads, without its end: a longer search path is none. */
const MOST_LINE = 254
const searchOf = ({ search }: ResolvConf): readonly string[] => (['search', ...search].join(' ').length > MOST_LINE ? [] : search)

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
    const waiting = types.filter(t => !answers.has(t)).flatMap(type => resolving.conf.nameservers.map(server => ({ type, server })))
    for (const { type, server } of waiting) {
      const query = { question: { name: absolute(name), type }, server, transport: 'udp' as const, atMs: nowMs, socket }
      const reply = resolving.ask(query)
      queries.push({ ...query, reply })
      const answer = reply.kind === 'answered' ? reply.log.at(-1)!.answer : undefined
      if (answer && !answers.has(type) && (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN')) answers.set(type, answer)
      // What failed is asked again behind what was asked meanwhile.
      if (answer?.rcode === 'SERVFAIL' && retries-- > 0) waiting.push({ type, server })
    }
    if (answers.size === types.length) break
    nowMs += Math.floor((timeoutSeconds * 1000) / attempts)
  }
  const failure = failureOf(types, answers)
  return { answers: failure === null ? [...answers.values()] : [], failure, nowMs }
}

/** The answers in the order of the questions: the first that is missing or a denial decides, whatever the other has. */
function failureOf(types: readonly RecordType[], answers: ReadonlyMap<RecordType, Answer>): Failure | null {
  for (const type of types) {
    const answer = answers.get(type)
    if (answer === undefined) return 'try-again'
    if (answer.rcode === 'NXDOMAIN') return 'not-found'
  }
  return [...answers.values()].some(a => a.answers.some(r => types.includes(r.type))) ? null : 'no-data'
}
