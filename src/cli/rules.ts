// `hopspec rules`: what kube-proxy, kubelet, the CNI and docker have written on a node, as the real tools print it.
import { join } from 'node:path'
import type { Family } from '../addr/ip'
import { problem, never } from '../error'
import { printIptablesSave, printRule } from '../linux/iptables-save'
import type { RuleSet } from '../linux/rule'
import { emptyTables, ruleSetOf } from '../node/kernel-tables'
import { type Layout, familiesOf, layoutOf, unknownNode } from '../node/layout'
import type { NodePlace } from '../node/places'
import { nodeProgram } from '../node/node-program'
import { type RuleWriter, WRITERS, nodeRules } from '../node/node-rules'
import { nodeTexts, routesText } from '../node/node-texts'
import { type Moment, type Sequence, runSequence } from '../node/sequence'
import { oneOf, readArguments, refuseWords } from './arguments'
import { INPUT_ARGS, inputFiles, inputOptions, loadInput, settledTold } from './input'
import { type Command, EXIT, type Io } from './io'
import { readSteps } from './steps-file'
import { USAGE } from './usage'

const ARGS = {
  ...INPUT_ARGS,
  node: { type: 'string' },
  family: { type: 'string' },
  output: { type: 'string', short: 'o' },
  only: { type: 'string' },
  steps: { type: 'string' },
  out: { type: 'string' },
} as const
const OUTPUTS = ['iptables-save', 'iptables-restore', 'routes', 'json', 'texts'] as const
type Output = (typeof OUTPUTS)[number]
const LATER = ['nft', 'nft-transaction', 'ipvsadm', 'ipset']

interface Options {
  readonly files: readonly string[]
  readonly recursive: boolean
  readonly node: string
  readonly family: Family | null
  readonly output: Output
  readonly only: RuleWriter | undefined
  readonly steps: string | null
  readonly out: string | null
}

/** Everything that is asked of one node. */
interface Subject {
  readonly options: Options
  readonly layout: Layout
  readonly place: NodePlace
  readonly moments: readonly Moment[]
  readonly families: readonly Family[]
}

/** The subcommand. */
export const rules: Command = (args, io) => {
  const options = readOptions(args)
  const input = loadInput(options, io)
  const moments = options.steps
    ? readSteps(options.steps, input, inputFiles(options, io), io)
    : [{ state: settledTold(input, io), full: true, atMs: 0 }]
  const { state } = moments.at(-1)!
  const layout = layoutOf(state)
  const place = layout.nodes.get(options.node)
  if (!place) throw unknownNode(state, options.node)
  const own = familiesOf(state)
  if (options.family && !own.includes(options.family))
    throw problem('USAGE', `--family ${options.family}: the cluster has only ${own.join(' and ')}.`, {
      fix: 'Leave --family out, or write `networking: {ipFamily: dual}` in the Cluster document.',
    })
  const families = options.family ? [options.family] : one(options) ? own.slice(0, 1) : own
  const subject = { options, layout, place, moments, families }
  if (options.out) writeFiles(textsOf(subject), options.out, io)
  else io.stdout(printed(subject))
  return EXIT.good
}

/** One tool's output is of one family: the cluster's first unless said. */
const one = ({ output, out }: Options): boolean => out === null && output !== 'texts' && output !== 'json'

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = readArguments('rules', USAGE.rules, args, ARGS)
  refuseWords('rules', USAGE.rules, positionals)
  const output = values.output ?? 'iptables-save'
  if (LATER.includes(output))
    throw problem('NOT_MODELLED', `-o ${output}: hopspec does not write ${output} yet.`, { fix: `It writes ${OUTPUTS.join(', ')}.` })
  if (!values.node) throw problem('USAGE', 'hopspec rules needs --node NODE.', { fix: USAGE.rules })
  return {
    ...inputOptions(values),
    node: values.node,
    family: values.family === undefined ? null : oneOf('--family', values.family, ['ipv4', 'ipv6'] as const),
    output: oneOf('-o', output, OUTPUTS),
    only: values.only === undefined ? undefined : oneOf('--only', values.only, WRITERS),
    steps: values.steps ?? null,
    out: values.out ?? null,
  }
}

function printed(subject: Subject): string {
  const { options, families, layout, place } = subject
  switch (options.output) {
    case 'iptables-save':
      return families.map(f => printIptablesSave(rulesOf(subject, f))).join('')
    case 'iptables-restore':
      return families.map(f => sequenceOf(subject, f).syncs.at(-1)!.restore).join('')
    case 'routes': {
      const program = nodeProgram(layout, place)
      return families.map(f => routesText(program, f, options.only)).join('')
    }
    case 'json':
      return `${JSON.stringify(families.flatMap(f => ruleObjects(rulesOf(subject, f))))}\n`
    case 'texts':
      return `${JSON.stringify(Object.fromEntries(textsOf(subject)))}\n`
    default:
      return never(options.output)
  }
}

const sequenceOf = ({ moments, options }: Subject, family: Family): Sequence => runSequence(moments, options.node, family)

/** The rules at the end: of all writers, or of one; after steps kube-proxy's are those of its last sync. */
function rulesOf(subject: Subject, family: Family): RuleSet {
  const { layout, place, options, moments } = subject
  const kube = layout.state.config.proxy.mode !== 'none'
  if (options.only === 'kube-proxy') return ruleSetOf(kube ? sequenceOf(subject, family).kernel : emptyTables(family))
  if (moments.length > 1 && options.only === undefined && options.output !== 'texts')
    throw problem('USAGE', '--steps tells of kube-proxy alone.', { fix: 'Add --only kube-proxy.' })
  const program = nodeProgram(layout, place)
  const all = family === 'ipv4' ? program.iptables : program.ip6tables
  const addresses = program.devices.flatMap(d => d.addresses.map(a => a.ip))
  return options.only === undefined && all ? all : nodeRules(layout, place, family, addresses, options.only)
}

/** Each rule as an object, in the order of iptables-save. */
const ruleObjects = (set: RuleSet) =>
  set.tables.flatMap(table =>
    table.chains.flatMap(chain =>
      chain.rules.map(rule => ({
        family: set.family,
        table: table.name,
        chain: chain.name,
        rule: printRule(chain.name, rule),
        because: rule.because ?? null,
        place: rule.place ?? null,
      })),
    ),
  )

/** Every text at once: file name → text. */
function textsOf(subject: Subject): ReadonlyMap<string, string> {
  const { options, layout, place, families, moments } = subject
  const texts = new Map<string, string>()
  const kube = layout.state.config.proxy.mode !== 'none'
  if (kube && (options.only === undefined || options.only === 'kube-proxy'))
    for (const family of families) {
      const tool = family === 'ipv4' ? 'iptables' : 'ip6tables'
      const { syncs, kernel } = sequenceOf(subject, family)
      for (const [i, sync] of syncs.entries()) {
        const step = options.steps ? `step-${i}.` : ''
        texts.set(`${step}${tool}.restore`, sync.restore).set(`${step}${tool}.calls`, sync.calls)
      }
      if (options.only === 'kube-proxy' || moments.length > 1) texts.set(`${tool}.save`, printIptablesSave(ruleSetOf(kernel)))
    }
  if (options.only === 'kube-proxy' || moments.length > 1) return texts
  const sets = families.map(f => rulesOf(subject, f))
  for (const [file, text] of nodeTexts(layout, place, nodeProgram(layout, place), sets, options.only)) texts.set(file, text)
  return texts
}

function writeFiles(texts: ReadonlyMap<string, string>, out: string, io: Io): void {
  for (const [file, text] of texts) io.files.write(join(out, file), text)
}
