// The cache plugin: how long answers stay, and those that stayed. Upstream: plugin/cache.
import { isWithin, normal } from './name'
import type { CachePlugin } from './plugin'
import type { Answer, DnsRecord, Question } from './record'

/** Answers that a server keeps from one question to the next: until when, in virtual time. */
export type Kept = Map<string, { readonly answer: Answer; readonly storedMs: number; readonly untilMs: number }>

/** Of answers without any record. */
const WITHOUT_RECORDS_SECONDS = 5
const MOST_SECONDS = 3600

/** Which kind of answer it is for the cache: data, a denial, or nothing to keep. */
function kindOf({ rcode, answers }: Answer): 'success' | 'denial' | null {
  if (rcode === 'NXDOMAIN') return 'denial'
  if (rcode !== 'NOERROR') return null
  return answers.length > 0 ? 'success' : 'denial'
}

/** How long the answer stays, in seconds; 0: not at all. */
export function staysSeconds(plugin: CachePlugin, question: Question, answer: Answer): number {
  const kind = kindOf(answer)
  const name = normal(question.name)
  if (kind === null || !plugin.zones.some(z => isWithin(z, name))) return 0
  const disabled = kind === 'success' ? plugin.noSuccess : plugin.noDenial
  if (disabled.some(z => isWithin(z, name))) return 0
  const records = [...answer.answers, ...answer.authority, ...answer.additional]
  const shortest = records.length === 0 ? WITHOUT_RECORDS_SECONDS : Math.min(MOST_SECONDS, ...records.map(r => r.ttl))
  const { least, most } = plugin[kind]
  return Math.min(Math.max(shortest, least), most)
}

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

export function keep(kept: Kept | undefined, question: Question, answer: Answer, seconds: number, nowMs: number): void {
  kept?.set(keyOf(question), { answer, storedMs: nowMs, untilMs: nowMs + seconds * 1000 })
}
