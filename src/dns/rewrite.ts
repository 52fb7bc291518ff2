// The rewrite plugin: the question changed on its way in, the answer changed back on its way out. Upstream: plugin/rewrite.
import { never } from '../error'
import { absolute, normal } from './name'
import type { NameMatch, RewriteRule } from './plugin'
import type { Answer, DnsRecord, Question } from './record'

/** The question as the next plugin sees it, and what then becomes of its answer. */
interface Rewritten {
  readonly question: Question
  revert(answer: Answer): Answer
}

type Change = (record: DnsRecord) => DnsRecord

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
  const change: Change = record => changes.reduceRight((r, c) => c(r), record)
  return {
    question: asked,
    revert: answer => ({
      ...answer,
      answers: answer.answers.map(change),
      authority: answer.authority.map(change),
      additional: answer.additional.map(change),
    }),
  }
}

interface Applied {
  readonly question: Question
  readonly changes: readonly Change[]
}

function applied(rule: RewriteRule, question: Question): Applied | undefined {
  const name = normal(question.name)
  switch (rule.field) {
    case 'type':
      return rule.from === question.type ? { question: { ...question, type: rule.to }, changes: [] } : undefined
    case 'ttl': {
      if (!matches(rule.match, rule.from, name)) return undefined
      const change: Change = r => ({ ...r, ttl: Math.min(Math.max(r.ttl, rule.least), rule.most) })
      return { question, changes: [change] }
    }
    case 'name': {
      const to = renamed(rule.match, rule.from, rule.to, name)
      if (to === undefined) return undefined
      const auto = rule.auto ? [backTo(to, question.name)] : []
      return { question: { ...question, name: to }, changes: [...auto, ...rule.answers.map(a => replaced(a.of, a.from, a.to))] }
    }
    default:
      return never(rule)
  }
}

/** The new name, or undefined where the rule does not match. */
function renamed(match: NameMatch, from: string, to: string, name: string): string | undefined {
  switch (match) {
    case 'exact':
      return name === normal(from) ? absolute(to) : undefined
    case 'prefix':
      return name.startsWith(from) ? absolute(to + name.slice(from.length)) : undefined
    case 'suffix':
      return name.endsWith(normal(from)) ? absolute(name.slice(0, -normal(from).length) + normal(to)) : undefined
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
const filled = (to: string, found: RegExpExecArray): string => to.replace(/\{(\d)\}/g, (_, digit: string) => found[Number(digit)] ?? '')

/** Names that are the new one become the client's again, as owners and inside data. */
function backTo(rewritten: string, original: string): Change {
  const back = (text: string): string => (normal(text) === normal(rewritten) ? absolute(original) : text)
  return r => ({ ...r, name: back(r.name), data: NAMED.has(r.type) ? withLastWord(r.data, back) : r.data })
}

const NAMED = new Set(['CNAME', 'PTR', 'SRV', 'NS', 'MX'])

/** The name in such data is its last word. */
const withLastWord = (data: string, change: (word: string) => string): string => data.replace(/\S+$/, change)

function replaced(of: 'name' | 'value', from: RegExp, to: string): Change {
  const change = (text: string): string => {
    const found = from.exec(normal(text))
    return found === null ? text : absolute(filled(to, found))
  }
  if (of === 'name') return r => ({ ...r, name: change(r.name) })
  return r => ({ ...r, data: NAMED.has(r.type) ? withLastWord(r.data, change) : r.data })
}
