// A trace as lines that can be read aloud: where, what happened, whose rule it was; then how it ended and what the client sees.
// In: the trace as JSON. Out: text for the console and for messages of failed checks.
import { never } from '../error'
import type { ClientJson, HopJson, OutcomeJson, StepJson, TraceJson } from '../trace/json'
import { shareText } from './share-text'
import { lookupsText } from './trace-names'

interface TraceTextOptions {
  /** Every step, with devices, connection states and forwards; else only what decides or changes something. */
  readonly everything?: boolean
  /** Rules as the tool prints them, below the line that says whose they are. */
  readonly rules?: boolean
  /** The way back too. */
  readonly reply?: boolean
  /** Only this outcome. */
  readonly outcome?: number
}

const QUIET: ReadonlySet<StepJson['kind']> = new Set(['receive', 'transmit', 'forward', 'conntrack'])

/** All outcomes of one flow, most of what matters first; ends with a line break. */
export function traceText(trace: TraceJson, options: TraceTextOptions = {}): string {
  const { flow } = trace
  const all = trace.outcomes.map((outcome, i) => ({ outcome, i })).filter(({ i }) => options.outcome === undefined || options.outcome === i)
  const head = `${flow.from} → ${flow.to} ${flow.protocol}${flow.via === undefined ? '' : ` via ${flow.via}`}${flow.name === undefined ? '' : `  (${flow.name})`}`
  const ways = trace.outcomes.length === 1 ? '' : `: ${trace.outcomes.length} ways`
  const blocks = all.map(({ outcome }) => outcomeText(outcome, trace.outcomes.length > 1, options))
  return `${[`${head}${ways}`, ...namesText(trace, options), ...blocks].join('\n\n')}\n`
}

function namesText({ dns = [] }: TraceJson, options: TraceTextOptions): readonly string[] {
  return lookupsText(dns, hops => hopLines(hops, options))
}

function outcomeText(outcome: OutcomeJson, several: boolean, options: TraceTextOptions): string {
  const share = several
    ? [`${shareText(outcome.probability)} of the requests (exactly ${outcome.probability.fraction}) ${outcome.answeredBy ?? outcome.fate}`]
    : []
  const back = options.reply && outcome.reply ? ['', 'reply', ...hopLines(outcome.reply.hops, options), `= ${outcome.reply.fate}`] : []
  return [...share, ...hopLines(outcome.hops, options), ...fateLines(outcome), ...back].join('\n')
}

const hopLines = (hops: readonly HopJson[], options: TraceTextOptions): string[] =>
  hops.flatMap(hop => hop.steps.flatMap(step => stepLines(hop.in, step, options)))

function stepLines(place: string, step: StepJson, options: TraceTextOptions): string[] {
  if (
    !options.everything &&
    (QUIET.has(step.kind) || (step.kind === 'route' && step.local) || (step.kind === 'policy' && step.policy === 'ACCEPT'))
  )
    return []
  const line = `${place}  ${stepText(step)}`
  return step.kind === 'rule' && options.rules && step.says !== null ? [line, `    ${step.rule}`] : [line]
}

/** `service default/web  (web.yaml:11:1)`. */
const whose = (because: string, place: string | null): string => (place === null ? because : `${because}  (${place})`)

/** One step without its place: `dnat  192.168.1.200:31298 → 10.244.1.2:8080`. */
export function stepText(step: StepJson): string {
  switch (step.kind) {
    case 'send':
      return `send  ${step.packet.source} → ${step.packet.destination}${step.packet.detail ? `  ${step.packet.detail}` : ''}`
    case 'receive':
    case 'transmit':
      return `${step.kind}  ${step.device}`
    case 'rule':
      return `${step.chain}  ${[step.says ?? step.rule, ...(step.because === null ? [] : [whose(step.because, step.place)])].join('  ')}`
    case 'dnat':
    case 'snat':
      return `${step.kind}  ${step.before} → ${step.after}${step.by === 'conntrack' ? '  (conntrack)' : ''}`
    case 'route':
      return `route  ${step.local ? 'local' : `${step.device}${step.gateway === null ? '' : ` via ${step.gateway}`}`}`
    case 'bridge':
      return `bridge  ${step.bridge} ${step.from} → ${step.to.join(', ')}`
    case 'encapsulate':
    case 'decapsulate':
      return `${step.kind}  ${step.tunnel} ${step.device} ${step.outer.replace('->', '→')}`
    case 'conntrack':
      return `conntrack  ${step.state}`
    case 'policy':
      return `${step.chain}  policy ${step.policy}`
    case 'forward':
      return `forward  ${step.from} → ${step.to}, ttl ${step.packet.ttl}`
    case 'deliver':
      return `deliver  ${step.listener ?? 'kernel'}`
    case 'reject':
      return `reject  ${step.with}: ${step.why}`
    case 'drop':
      return `drop  ${step.why}`
    default:
      return never(step)
  }
}

function fateLines(outcome: OutcomeJson): string[] {
  const { fate, answeredBy, source, destination, explanation, decidedBy } = outcome
  const fateLine =
    fate === 'delivered'
      ? `= delivered to ${answeredBy ?? destination}, which sees ${source}`
      : `= ${fate}${decidedBy === null ? '' : ` by ${decidedBy}`}`
  return [fateLine, ...(explanation === null ? [] : [`  ${explanation}`]), `= client: ${clientText(outcome.client)}`]
}

/** What the sending program says. */
export function clientText(client: ClientJson): string {
  if (client.curl) return client.curl.exit === 0 ? client.curl.text || 'answered' : `${client.curl.text} (exit ${client.curl.exit})`
  if (client.icmp) return `ICMP type ${client.icmp.type} code ${client.icmp.code} from ${client.icmp.from}`
  return client.errno === undefined ? client.result : `${client.result} ${client.errno}`
}
