// The cache plugin: how long answers stay, and those that stayed. Upstream: plugin/cache.
import { isWithin, normal } from './name'
import type { CachePlugin } from './plugin'
import type { Answer, DnsRecord, Question } from './record'

/** Answers that a server keeps from one question to the next: until when, in virtual time. */
export type Kept = Map<string, { readonly answer: Answer; readonly storedMs: number; readonly untilMs: number }>

/** Of answers without any record, and of those that say no more than that something is wrong. */
const SHORT_SECONDS = 5
const MOST_SECONDS = 3600

type Kind = 'success' | 'denial' | 'failure' | 'other'

/** Which kind of answer it is for the cache; a denial is one that says who denies. */
function kindOf({ rcode, answers, authority }: Answer): Kind {
  if (rcode === 'NOERROR' && answers.length > 0) return 'success'
  const denied = authority.some(r => r.type === 'SOA')
  if (denied && (rcode === 'NOERROR' || rcode === 'NXDOMAIN')) return 'denial'
  if (rcode === 'SERVFAIL' || rcode === 'NOTIMP') return 'failure'
  return rcode === 'NOERROR' ? 'success' : 'other'
}

/** What the cache makes of a fresh answer: the TTL of its records, and whether it stays so long. Null: it has no say in this name. */
export function stayOf(
  plugin: CachePlugin,
  question: Question,
  answer: Answer,
): { readonly seconds: number; readonly stays: boolean } | null {
  const name = normal(question.name)
  if (!plugin.zones.some(z => isWithin(z, name))) return null
  const kind = kindOf(answer)
  if (kind === 'failure') return { seconds: plugin.failureSeconds, stays: !within(plugin.noDenial, name) }
  const records = [...answer.answers, ...answer.authority, ...answer.additional]
  const known = kind !== 'other' && records.length > 0
  const shortest = known ? Math.min(MOST_SECONDS, ...records.map(r => r.ttl)) : SHORT_SECONDS
  const { least, most } = kind === 'denial' ? plugin.denial : plugin.success
  const disabled = kind === 'denial' ? plugin.noDenial : plugin.noSuccess
  return { seconds: Math.min(Math.max(shortest, least), most), stays: kind !== 'other' && !within(disabled, name) }
}

const within = (zones: readonly string[], name: string): boolean => zones.some(z => isWithin(z, name))

/** Every record may be kept as long as the cache itself keeps the answer. */
export function withTtl(answer: Answer, seconds: number): Answer {
  const set = (records: readonly DnsRecord[]) => records.map(r => ({ ...r, ttl: seconds }))
  return { ...answer, answers: set(answer.answers), authority: set(answer.authority), additional: set(answer.additional) }
}

const keyOf = (q: Question): string => `${normal(q.name)} ${q.type}`

/** An answer that stayed, with the time that is left. */
export function keptAnswer(kept: Kept | undefined, question: Question, nowMs: number): Answer | undefined {
  const found = kept?.get(keyOf(question))
  if (found === undefined || nowMs >= found.untilMs) return undefined
  const left = Math.ceil((found.untilMs - nowMs) / 1000)
  const because = `cache: kept for ${Math.round((nowMs - found.storedMs) / 1000)} s (${found.answer.because})`
  return { ...withTtl(found.answer, left), because }
}

/** Keeps an answer for so long; nothing where no cache lives from question to question. */
export function keep(kept: Kept | undefined, question: Question, answer: Answer, seconds: number, nowMs: number): void {
  kept?.set(keyOf(question), { answer, storedMs: nowMs, untilMs: nowMs + seconds * 1000 })
}
