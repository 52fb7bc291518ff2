// The rewrite plugin: the question changed on its way in, the answer changed back on its way out. Upstream: plugin/rewrite.
import { never } from '../error'
import { absolute, normal } from './name'
import type { AnswerRewrite, NameMatch, RewriteRule } from './plugin'
import type { Answer, DnsRecord, Question, Rcode } from './record'

/** The question as the next plugin sees it, and what then becomes of its answer. */
interface Rewritten {
  readonly question: Question
  revert(answer: Answer): Answer
}

/** One change of an answer on its way out. */
type Change =
  | { readonly of: 'record'; change(record: DnsRecord): DnsRecord }
  | { readonly of: 'rcode'; readonly from: Rcode; readonly to: Rcode }

/** Asks the rules in turn; after one that matches the others are asked only if it says continue. */
export function rewrite(rules: readonly RewriteRule[], question: Question): Rewritten {
  let asked = question
  const changes: Change[] = []
  for (const rule of rules) {
    const done = applied(rule, asked)
    if (done === undefined) continue
    asked = done.question
    changes.push(...done.changes)
    if (!rule.goesOn) break
  }
  return { question: asked, revert: answer => changed(answer, changes.toReversed()) }
}

/** Every change once for each record, the records of the authority first: an answer without any keeps its status. */
function changed(answer: Answer, changes: readonly Change[]): Answer {
  let { rcode } = answer
  const one = (record: DnsRecord): DnsRecord => {
    let now = record
    for (const c of changes)
      if (c.of === 'record') now = c.change(now)
      else if (rcode === c.from) rcode = c.to
    return now
  }
  const authority = answer.authority.map(one)
  const answers = answer.answers.map(one)
  const additional = answer.additional.map(one)
  return { ...answer, rcode, answers, authority, additional }
}

interface Applied {
  readonly question: Question
  readonly changes: readonly Change[]
}

function applied(rule: RewriteRule, question: Question): Applied | undefined {
  const name = normal(question.name)
  switch (rule.field) {
    case 'nothing':
      return rule.applies ? { question, changes: [] } : undefined
    case 'type':
      return rule.from === question.type ? { question: { ...question, type: rule.to }, changes: [] } : undefined
    case 'rcode':
      return matches(rule.match, rule.name, name) ? { question, changes: [{ of: 'rcode', from: rule.from, to: rule.to }] } : undefined
    case 'ttl': {
      if (!matches(rule.match, rule.from, name)) return undefined
      const bounded = (r: DnsRecord) => ({ ...r, ttl: Math.min(Math.max(r.ttl, rule.least), rule.most) })
      return { question, changes: [{ of: 'record', change: bounded }] }
    }
    case 'name': {
      const to = renamed(rule.match, rule.from, rule.to, name)
      if (to === undefined) return undefined
      const auto = rule.auto ? back(rule, to, name) : []
      return { question: { ...question, name: to }, changes: [...auto, ...rule.answers.map(replaced)] }
    }
    default:
      return never(rule)
  }
}

/** The new name, or undefined where the rule does not match. Prefixes and parts are whole labels: CoreDNS ends each with a dot. */
function renamed(match: NameMatch, from: string, to: string, name: string): string | undefined {
  switch (match) {
    case 'exact':
      return name === from ? to : undefined
    case 'prefix':
      return name.startsWith(from) ? absolute(to + name.slice(from.length)) : undefined
    case 'suffix':
      return name.endsWith(from) ? name.slice(0, name.length - from.length) + to : undefined
    case 'substring':
      return name.includes(from) ? absolute(name.replaceAll(from, to)) : undefined
    case 'regex': {
      const found = new RegExp(from).exec(name)
      return found === null ? undefined : absolute(filled(to, found))
    }
    default:
      return never(match)
  }
}

const matches = (match: NameMatch, from: string, name: string): boolean => renamed(match, from, '', name) !== undefined

/** `{1}` is the first group. */
const filled = (to: string, found: RegExpExecArray): string =>
  to.replace(/\{(\d+)\}/g, (text, digits: string) => (Number(digits) < found.length ? (found[Number(digits)] ?? '') : text))

/** `answer auto`: what ends as the new name ends with the old one again, as owner and inside data. */
function back(rule: NameRule, rewritten: string, name: string): readonly Change[] {
  const [from, to] = rule.match === 'suffix' ? [rule.to, rule.from] : [rewritten, name]
  const whole = rule.match !== 'suffix'
  const text = (now: string): string => {
    if (whole && now !== from && !now.endsWith(`.${from}`)) return now
    return now.endsWith(from) ? now.slice(0, now.length - from.length) + to : now
  }
  return [onNames(text), onValues(text)]
}

type NameRule = Extract<RewriteRule, { readonly field: 'name' }>

const onNames = (text: (name: string) => string): Change => ({ of: 'record', change: r => ({ ...r, name: text(r.name) }) })
const onValues = (text: (name: string) => string): Change => ({
  of: 'record',
  change: r =>
    r.type === 'SOA' ? { ...r, data: r.data.replace(/^\S+/, text) } : NAMED.has(r.type) ? { ...r, data: r.data.replace(/\S+$/, text) } : r,
})

/** Types whose last word is a name. */
const NAMED = new Set(['CNAME', 'PTR', 'SRV', 'NS', 'MX'])

function replaced({ of, from, to }: AnswerRewrite): Change {
  const text = (name: string): string => {
    const found = from.exec(name)
    return found === null ? name : normal(filled(to, found))
  }
  return of === 'name' ? onNames(text) : onValues(text)
}
