// glibc's stub resolver: the search path, both questions at once, servers in turn, TCP after truncation. Upstream: resolv/res_query.c, resolv/res_send.c (2.36).
import type { Ip } from '../addr/ip'
import { problem } from '../error'
import { absolute, canBeAsked, dotsIn } from './name'
import type { Answer, RecordType } from './record'
import { optionsOf, type ResolvOptions } from './resolv-conf'
import type { Failure, Found, Query, Resolving } from './query'

/** What one name came to: `success` also where an alias leads nowhere, since something was answered. */
interface NameResult {
  readonly answers: readonly Answer[]
  readonly outcome: 'success' | Failure
  /** The last thing heard was SERVFAIL. */
  readonly servfail: boolean
  readonly refused: boolean
}

/** What one server said to the questions about a name, all sent once. */
interface Round {
  readonly answers: readonly Answer[]
  /** Something stayed unanswered. */
  readonly lost: boolean
  readonly overTcp: boolean
}

/** When the second question leaves: with the first, after its answer, or after its answer and from a socket of its own. */
type InTurn = 'at-once' | 'one-socket' | 'other-socket'

/** Looks a name up as getaddrinfo's DNS part does. */
export function glibcLookup(name: string, types: readonly RecordType[], resolving: Resolving): Found {
  return new Search(name, types, resolving).run()
}

class Search {
  private readonly queries: Query[] = []
  private readonly options: ResolvOptions
  private readonly types: readonly RecordType[]
  private nowMs = 0
  private sockets = 0
  /** The UDP socket to each server, by its index: kept over timeouts, so that a retry has the same source port. */
  private readonly open = new Map<number, number>()
  private inTurn: InTurn
  /** The server that the next name is asked of first. */
  private first: number
  constructor(
    private readonly name: string,
    types: readonly RecordType[],
    private readonly resolving: Resolving,
  ) {
    this.options = optionsOf(resolving.conf)
    this.types = this.options.noAaaa ? withoutAaaa(types) : types
    this.inTurn = this.options.singleRequestReopen ? 'other-socket' : this.options.singleRequest ? 'one-socket' : 'at-once'
    const servers = resolving.conf.nameservers.length
    this.first = this.options.rotate && servers > 1 ? (resolving.firstServer?.(servers) ?? 0) : 0
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
    const { search, byDomain } = this.resolving.conf
    for (const domain of byDomain ? search.slice(0, 1) : search) {
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
    const first = this.options.rotate ? this.first++ : 0
    const state = { heard: false, servfail: false }
    this.open.clear()
    for (let attempt = 0; attempt < this.options.attempts; attempt++)
      for (let n = 0; n < nameservers.length; n++) {
        const index = (first + n) % nameservers.length
        const answers = this.exchange(name, nameservers[index]!, index, state)
        if (answers) return resultOf(answers)
      }
    return { answers: [], outcome: 'try-again', servfail: state.servfail, refused: !state.heard }
  }

  /** All questions about a name to one server; undefined where the next one is asked. */
  private exchange(name: string, server: Ip, index: number, state: { heard: boolean; servfail: boolean }): readonly Answer[] | undefined {
    for (;;) {
      const round = this.round(name, server, index)
      if (round === 'refused') {
        this.open.clear()
        return undefined
      }
      const { answers, lost, overTcp } = round
      if (lost) this.nowMs += this.waitMs(index)
      const useful = answers.some(a => !BAD.has(a.rcode))
      state.heard ||= answers.length > 0 || lost
      state.servfail = answers.some(a => a.rcode === 'SERVFAIL')
      if (!useful && !lost) this.open.clear()
      if (!useful) return undefined
      if (!lost || overTcp || this.inTurn === 'other-socket') return answers
      this.askMoreSlowly()
    }
  }

  /** One of two answers stayed away: glibc takes the server for one that cannot do two at once. */
  private askMoreSlowly(): void {
    if (this.inTurn === 'one-socket') this.open.clear()
    this.inTurn = this.inTurn === 'at-once' ? 'one-socket' : 'other-socket'
  }

  private round(name: string, server: Ip, index: number): Round | 'refused' {
    const answers: Answer[] = []
    let lost = false
    let overTcp = this.options.overTcp
    for (const [n, type] of this.types.entries()) {
      if (lost && this.inTurn !== 'at-once') break
      if (n > 0 && this.inTurn === 'other-socket') this.open.clear()
      const answer = this.send(name, type, server, this.options.overTcp ? 'tcp' : 'udp', this.socketTo(index))
      if (answer === 'refused') return answer
      // A server that fails the first of two questions in turn is not asked the second.
      if (n === 0 && this.inTurn !== 'at-once' && !overTcp && typeof answer !== 'string' && BAD.has(answer.rcode))
        return { answers: [answer], lost, overTcp }
      if (answer === 'lost') lost = true
      else if (answer.flags.includes('tc')) {
        const whole = this.send(name, type, server, 'tcp', this.sockets++)
        overTcp = true
        if (typeof whole !== 'string') answers.push(whole)
        else lost = true
      } else answers.push(answer)
    }
    return { answers, lost, overTcp }
  }

  private socketTo(index: number): number {
    const known = this.open.get(index)
    if (known !== undefined) return known
    this.open.set(index, this.sockets)
    return this.sockets++
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
    if (reply.kind !== 'answered') return reply.kind
    const { answer } = reply.log.at(-1)!
    if (answer.flags.includes('tc') && this.options.edns0)
      throw problem(
        'NOT_MODELLED',
        `the answer to ${query.question.name} is larger than 512 bytes, and \`options edns0\` of resolv.conf is not modelled.`,
        {
          fix: 'Ask without edns0.',
        },
      )
    return answer
  }
}

/** `no-aaaa`: only IPv4 is asked for, and a program that wants IPv6 alone gets the denial of the other question. */
function withoutAaaa(types: readonly RecordType[]): readonly RecordType[] {
  return [...new Set(types.map(type => (type === 'AAAA' ? 'A' : type)))]
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
