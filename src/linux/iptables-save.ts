// The text of iptables-save and the input of iptables-restore, both ways: parse(print(rules)) is the identity.
// Counters are read and forgotten; printed as [0:0].
import { bitsOf, familyOf } from '../addr/ip'
import { type Cidr, cidrText, networkOf, readInterfaceAddress } from '../addr/cidr'
import type { Protocol } from '../addr/port'
import { readIp } from '../addr/ip'
import { HopspecError, type Place, type Problem } from '../error'
import { readMatch } from './match-read'
import { matchText } from './match-text'
import { chainLoop } from './chain-loop'
import { BUILT_IN, type Chain, type Header, type Rule, type RuleSet, TABLES, type Table, type TableName } from './rule'
import type { Not } from './rule-values'
import { splitWords, WordReader } from './rule-words'
import { protocolName, readProtocolWord } from './rule-protocol'
import { readTarget, targetText } from './target-text'

const bang = (not: boolean): string => (not ? '! ' : '')
const option = (name: string, value: Not<string> | undefined): string => (value ? ` ${bang(value.not)}${name} ${value.is}` : '')

function protocolText(protocol: Protocol | number): string {
  return typeof protocol === 'number' ? protocolName(protocol) : protocol === 'icmpv6' ? 'ipv6-icmp' : protocol
}

/** One line of iptables-save: `-A CHAIN …`. */
export function printRule(chain: string, rule: Rule): string {
  const h = rule.header
  const cidr = (c: Not<Cidr> | undefined) => c && { not: c.not, is: cidrText(c.is) }
  const protocol = h.protocol && { not: h.protocol.not, is: protocolText(h.protocol.is) }
  return [
    `-A ${chain}`,
    option('-s', cidr(h.source)),
    option('-d', cidr(h.destination)),
    option('-i', h.in),
    option('-o', h.out),
    option('-p', protocol),
    h.fragment ? ` ${bang(h.fragment.not)}-f` : '',
    ...rule.matches.map(m => ` ${matchText(m)}`),
    rule.target ? ` ${targetText(rule.target)}` : '',
  ].join('')
}

/** The chains of a table in iptables-save's order: built-in ones in the kernel's, then the others bytewise. */
function orderedChains(table: Table): readonly Chain[] {
  const rank = (c: Chain) => (c.policy === null ? BUILT_IN[table.name].length : (BUILT_IN[table.name] as readonly string[]).indexOf(c.name))
  return [...table.chains].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** The whole text, tables in the order of the rule set, without dates. */
export function printIptablesSave(rules: RuleSet): string {
  return rules.tables.map(printTable).join('')
}

function printTable(table: Table): string {
  const chains = orderedChains(table)
  const lines = [`*${table.name}`, ...chains.map(c => `:${c.name} ${c.policy ?? '-'} [0:0]`)]
  for (const chain of chains) for (const rule of chain.rules) lines.push(printRule(chain.name, rule))
  return `${lines.join('\n')}\nCOMMIT\n`
}

/** Reads a dump or the input of iptables-restore; throws all problems of the text at once. */
export function readIptablesSave(text: string, file: string, family: 'ipv4' | 'ipv6', because?: string): RuleSet {
  const problems: Problem[] = []
  const tables: { name: TableName; chains: Map<string, { policy: Chain['policy']; rules: Rule[] }> }[] = []
  let table: (typeof tables)[number] | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place: Place = { file, line: index + 1 }
    const wrong = (message: string) => problems.push({ code: 'RULES_SYNTAX', message, place })
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('*')) {
      const name = TABLES.find(t => t === line.slice(1).trim())
      if (name === undefined) wrong(`'${line}' is not a table of iptables (${TABLES.join(', ')}).`)
      else tables.push((table = { name, chains: builtInChains(name) }))
    } else if (line.trim() === 'COMMIT') table = undefined
    else if (table === undefined) wrong(`'${line}' stands outside a table; a table begins with *NAME and ends with COMMIT.`)
    else if (line.startsWith(':')) {
      const parts = /^:(\S+) (ACCEPT|DROP|-)(?: \[\d+:\d+\])?\s*$/.exec(line)
      if (parts) table.chains.set(parts[1]!, declaredChain(table.name, parts[1]!, parts[2] as Policy | '-'))
      else wrong(`'${line}' is not a chain line; write :NAME POLICY [0:0].`)
    } else readRuleLine(line, place, table, family, because, problems)
  }
  if (problems.length > 0) throw new HopspecError(problems)
  for (const t of tables) checkJumps(t, file, problems)
  if (problems.length > 0) throw new HopspecError(problems)
  return {
    family,
    tables: tables.map(t => ({ name: t.name, chains: [...t.chains].map(([name, c]) => ({ name, ...c })) })),
  }
}

type Policy = 'ACCEPT' | 'DROP'

/** The chains that a table has as soon as it is named, whether lines declare them or not. */
const builtInChains = (table: TableName): Map<string, { policy: Chain['policy']; rules: Rule[] }> =>
  new Map(BUILT_IN[table].map(name => [name, { policy: 'ACCEPT', rules: [] }]))

/** `-` leaves a built-in chain its policy. */
function declaredChain(table: TableName, name: string, policy: Policy | '-'): { policy: Chain['policy']; rules: Rule[] } {
  const builtIn = (BUILT_IN[table] as readonly string[]).includes(name)
  return { policy: policy === '-' ? (builtIn ? 'ACCEPT' : null) : policy, rules: [] }
}

function readRuleLine(
  line: string,
  place: Place,
  table: { name: TableName; chains: Map<string, { policy: Chain['policy']; rules: Rule[] }> },
  family: 'ipv4' | 'ipv6',
  because: string | undefined,
  problems: Problem[],
): void {
  try {
    const words = new WordReader(splitWords(line.replace(/^\[\d+:\d+\]\s*/, '')), place)
    if (!words.take('-A', '--append')) throw words.wrong(`hopspec reads only -A lines here, not '${words.peek()}'.`)
    const name = words.next('a chain')
    const chain = table.chains.get(name)
    if (chain === undefined) throw words.wrong(`table ${table.name} has no chain '${name}'; declare it with a line :${name} - [0:0].`, -1)
    chain.rules.push({ ...readRule(words, family), place, ...(because === undefined ? {} : { because }) })
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    problems.push(...error.problems)
  }
}

function checkJumps(
  table: { name: TableName; chains: Map<string, { policy: Chain['policy']; rules: Rule[] }> },
  file: string,
  problems: Problem[],
): void {
  const wrong = (message: string, rule: Rule) =>
    problems.push({ code: 'RULES_SYNTAX', message: `table ${table.name} ${message}`, place: rule.place ?? { file } })
  const jumpsOf = (name: string) =>
    (table.chains.get(name)?.rules ?? []).flatMap(rule =>
      rule.target?.do === 'jump' || rule.target?.do === 'goto' ? [{ to: rule.target.chain, by: rule }] : [],
    )
  for (const name of table.chains.keys())
    for (const { to, by } of jumpsOf(name)) if (!table.chains.has(to)) wrong(`has no chain or target '${to}'.`, by)
  const builtIn = [...table.chains].filter(([, c]) => c.policy !== null).map(([name]) => name)
  const loop = chainLoop(builtIn, jumpsOf)
  if (loop) wrong(`leads a packet in a circle, which the kernel refuses: ${loop.circle.join(' -> ')}.`, loop.by)
}

/** Reads what stands after `-A CHAIN`. */
export function readRule(r: WordReader, family: 'ipv4' | 'ipv6'): Rule {
  let header: Header = {}
  const matches: Rule['matches'][number][] = []
  let target: Rule['target'] = null
  while (r.peek() !== undefined) {
    const not = r.take('!')
    if (r.take('-s', '--source', '--src')) header = withNetwork(header, 'source', not, readNetwork(r, family))
    else if (r.take('-d', '--destination', '--dst')) header = withNetwork(header, 'destination', not, readNetwork(r, family))
    else if (r.take('-i', '--in-interface')) header = { ...header, in: { not, is: r.next('a device') } }
    else if (r.take('-o', '--out-interface')) header = { ...header, out: { not, is: r.next('a device') } }
    else if (r.take('-p', '--protocol')) {
      const protocol = r.value('a protocol', readProtocolWord)
      if (protocol !== null) header = { ...header, protocol: { not, is: protocol } }
    } else if (r.take('-f', '--fragment')) header = { ...header, fragment: { not, is: true } }
    else if (r.take('-m', '--match')) matches.push(readMatch(r.next('a module'), r, family))
    else if (r.take('-g', '--goto')) target = { do: 'goto', chain: r.next('a chain') }
    else if (r.take('-j', '--jump')) target = readTarget(r.next('a target'), r, family)
    else absorbLateOption(matches, r, header, not, family)
  }
  return { header, matches, target }
}

/** Options that stand apart from their module, as kube-proxy writes them: `-m tcp -p tcp -d X --dport 80`; without `-m`, -p loads it. */
function absorbLateOption(matches: Rule['matches'][number][], r: WordReader, header: Header, not: boolean, family: 'ipv4' | 'ipv6'): void {
  const word = r.peek()!
  const protocol = header.protocol?.is
  const late = /^--(sport|dport|source-port|destination-port|tcp-flags|syn|icmp-type|icmpv6-type)$/.test(word)
  if (!late || typeof protocol !== 'string') throw r.wrong(`iptables has no option '${word}' here.`)
  const module = protocol === 'icmpv6' ? 'icmp6' : protocol
  const at = matches.findIndex(m => m.match === module)
  const read = readMatch(module, r, family)
  const negated = not ? negateAll(read) : read
  if (at < 0) matches.push(negated)
  else matches[at] = { ...matches[at], ...negated } as Rule['matches'][number]
}

function negateAll(m: Rule['matches'][number]): Rule['matches'][number] {
  return Object.fromEntries(
    Object.entries(m).map(([k, v]) => [k, typeof v === 'object' && v !== null && 'not' in v ? { ...v, not: true } : v]),
  ) as unknown as Rule['matches'][number]
}

function readNetwork(r: WordReader, family: 'ipv4' | 'ipv6'): Cidr {
  return r.value(`an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address or network`, text => {
    const [address, mask] = text.split('/')
    const masked = mask?.includes('.') ? netmaskLength(mask) : undefined
    const parts = readInterfaceAddress(
      masked === undefined ? (mask === undefined ? `${text}/${bitsOf(family)}` : text) : `${address}/${masked}`,
    )
    return parts && familyOf(parts.ip) === family ? networkOf(parts.ip, parts.length) : undefined
  })
}

/** 24 for 255.255.255.0; undefined for masks with holes. */
function netmaskLength(mask: string): number | undefined {
  const ip = readIp(mask)
  if (typeof ip !== 'number') return undefined
  const length = 32 - Math.log2(2 ** 32 - ip)
  return Number.isInteger(length) ? length : undefined
}

/** 0/0 matches everything: iptables-save leaves it out. */
function withNetwork(header: Header, side: 'source' | 'destination', not: boolean, is: Cidr): Header {
  return is.length === 0 && !not ? header : { ...header, [side]: { not, is } }
}
