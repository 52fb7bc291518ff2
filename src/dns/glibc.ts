// glibc's stub resolver: the search path, both questions at once, servers in turn, TCP after truncation. Upstream: resolv/res_query.c, resolv/res_send.c (2.36).
import type { Ip } from '../addr/ip'
import { absolute, canBeAsked, dotsIn } from './name'
import type { Answer, RecordType } from './record'
import { optionsOf, type ResolvOptions } from './resolv-conf'
import type { Failure, Found, Query, Resolving } from './resolver'

/** What one name came to: `success` also where an alias leads nowhere, since something was answered. */
interface NameResult {
  readonly answers: readonly Answer[]
  readonly outcome: 'success' | Failure
  /** The last thing heard was SERVFAIL. */
  readonly servfail: boolean
  readonly refused: boolean
}

/** Looks a name up as getaddrinfo's DNS part does. */
export function glibcLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  return new Search(name, types, resolving).run()
}

class Search {
  private readonly queries: Query[] = []
  private readonly options: ResolvOptions
  private nowMs = 0
  private socket = 0
  constructor(
    private readonly name: string,
    private readonly types: readonly RecordType[],
    private readonly resolving: Resolving,
  ) {
    this.options = optionsOf(resolving.conf)
  }

  run(): Found {
    const { ndots, noTldQuery } = this.options
    const dots = dotsIn(this.name)
    const trailing = this.name.endsWith('.')
    const asIs = dots >= ndots || trailing
    let first: Failure | null = null
    if (asIs) {
      const result = this.query(this.name)
      if (result.outcome === 'success') return this.done(result)
      if (trailing || result.refused) return this.failed(result.outcome)
      first = result.outcome
    }
    const searched = this.search()
    if (searched.result) return this.done(searched.result)
    if (searched.refused) return this.failed('try-again')
    if (!asIs && !searched.root && (dots > 0 || !noTldQuery)) {
      const result = this.query(this.name)
      if (result.outcome === 'success') return this.done(result)
      return this.failed(searched.failure ?? result.outcome)
    }
    return this.failed(first ?? searched.failure ?? 'not-found')
  }

  /** Each domain of the search path, until something is answered, or anything happens but a denial. */
  private search(): { readonly result?: NameResult; readonly failure: Failure | null; readonly refused: boolean; readonly root: boolean } {
    let noData = false
    let servfail = false
    let root = false
    for (const domain of this.resolving.conf.search) {
      const suffix = domain.replace(/^\./, '')
      root ||= suffix === ''
      const result = this.query(suffix === '' ? this.name : `${this.name}.${suffix}`)
      if (result.outcome === 'success') return { result, failure: null, refused: false, root }
      if (result.refused) return { failure: 'try-again', refused: true, root }
      if (result.outcome === 'no-data') noData = true
      else if (result.outcome === 'try-again' && result.servfail) servfail = true
      else if (result.outcome !== 'not-found') break
    }
    return { failure: noData ? 'no-data' : servfail ? 'try-again' : null, refused: false, root }
  }

  private done(result: NameResult): Found {
    return { queries: this.queries, answers: result.answers, failure: null, tookMs: this.nowMs }
  }

  private failed(failure: Failure): Found {
    return { queries: this.queries, answers: [], failure, tookMs: this.nowMs }
  }

  /** One name: every server in turn, as often as attempts say. */
  private query(name: string): NameResult {
    if (!canBeAsked(absolute(name))) return { answers: [], outcome: 'failed', servfail: false, refused: false }
    const { nameservers } = this.resolving.conf
    const state = { heard: false, servfail: false }
    for (let attempt = 0; attempt < this.options.attempts; attempt++)
      for (const [n, server] of nameservers.entries()) {
        const answers = this.exchange(name, server, n, state)
        if (answers) return resultOf(answers)
      }
    return { answers: [], outcome: 'try-again', servfail: state.servfail, refused: !state.heard }
  }

  /** All questions about a name to one server; undefined where the next one is asked. */
  private exchange(name: string, server: Ip, index: number, state: { heard: boolean; servfail: boolean }): readonly Answer[] | undefined {
    const socket = this.socket++
    const answers: Answer[] = []
    let lost = false
    for (const type of this.types) {
      const answer = this.send(name, type, server, this.options.overTcp ? 'tcp' : 'udp', socket)
      if (answer === 'refused') return undefined
      if (answer === 'lost') lost = true
      else if (answer.flags.includes('tc')) {
        const whole = this.send(name, type, server, 'tcp', this.socket++)
        if (typeof whole !== 'string') answers.push(whole)
        else lost = true
      } else answers.push(answer)
    }
    if (lost) this.nowMs += this.waitMs(index)
    const useful = answers.filter(a => !BAD.has(a.rcode))
    state.heard ||= answers.length > 0 || lost
    state.servfail = answers.some(a => a.rcode === 'SERVFAIL')
    return useful.length > 0 ? answers : undefined
  }

  /** The later of several servers gets longer, as glibc counts. */
  private waitMs(index: number): number {
    const { timeoutSeconds } = this.options
    const servers = this.resolving.conf.nameservers.length
    const seconds = timeoutSeconds << index
    return 1000 * Math.max(1, index === 0 ? seconds : Math.floor(seconds / servers))
  }

  private send(name: string, type: RecordType, server: Ip, transport: 'udp' | 'tcp', socket: number): Answer | 'lost' | 'refused' {
    const query = { question: { name: absolute(name), type }, server, transport, atMs: this.nowMs, socket }
    const reply = this.resolving.ask(query)
    this.queries.push({ ...query, reply })
    return reply.kind === 'answered' ? reply.log.at(-1)!.answer : reply.kind
  }
}

/** After these glibc asks the next server. */
const BAD: ReadonlySet<string> = new Set(['SERVFAIL', 'NOTIMP', 'REFUSED'])

function resultOf(answers: readonly Answer[]): NameResult {
  const base = { answers, servfail: false, refused: false }
  if (answers.some(a => a.rcode === 'NOERROR' && a.answers.length > 0)) return { ...base, outcome: 'success' }
  const denied = answers.find(a => a.rcode !== 'NOERROR') ?? answers[0]!
  if (denied.rcode === 'NXDOMAIN') return { ...base, outcome: 'not-found' }
  return { ...base, outcome: denied.rcode === 'NOERROR' ? 'no-data' : 'failed' }
}
