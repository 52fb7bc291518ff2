// The steps of a trace as rows of text: what hop tables compare and what a failure prints. One row a step, and one where a packet enters a hook.
import { never } from '../error'
import type { HopJson, OutcomeJson, StepJson } from '../trace/json'

/** The columns a hop table may have. An absent value is the empty text. */
export const HOP_COLUMNS = [
  'node',
  'in',
  'device',
  'step',
  'source',
  'destination',
  'ttl',
  'bytes',
  'chain',
  'rule',
  'before',
  'after',
  'gateway',
  'outer',
  'listener',
] as const
export type HopColumn = (typeof HOP_COLUMNS)[number]
export type HopRow = Readonly<Record<HopColumn, string>>

/** Where rules look at a packet, as a row of its own. */
export const HOOKS = ['prerouting', 'input', 'output', 'postrouting'] as const
export const isHook = (step: string): boolean => (HOOKS as readonly string[]).includes(step)

/** Every step of the request's way, in order. */
export const hopRows = (outcome: OutcomeJson): readonly HopRow[] => rowsOf(outcome.hops)

/** Every step of what came back. */
export const replyRows = (outcome: OutcomeJson): readonly HopRow[] => rowsOf(outcome.reply?.hops ?? [])

function rowsOf(hops: readonly HopJson[]): readonly HopRow[] {
  return hops.flatMap(hop => {
    let hook = ''
    return hop.steps.flatMap(step => {
      const row = stepRow(hop, step)
      if (step.kind !== 'rule' || step.hook === hook || !isHook(step.hook.toLowerCase())) return [row]
      hook = step.hook
      return [{ ...row, step: step.hook.toLowerCase(), chain: '', rule: '' }, row]
    })
  })
}

/** `node/master` → `master`, `pod/default/web` → `web`. */
export const shortName = (place: string): string => place.slice(place.lastIndexOf('/') + 1)

function stepRow(hop: HopJson, step: StepJson): HopRow {
  const empty = Object.fromEntries(HOP_COLUMNS.map(c => [c, ''])) as Record<HopColumn, string>
  return {
    ...empty,
    node: hop.node ?? shortName(hop.in),
    in: hop.in,
    step: step.kind,
    source: step.packet.source,
    destination: step.packet.destination,
    ttl: `${step.packet.ttl}`,
    bytes: `${step.packet.lengthBytes}`,
    ...particulars(step),
  }
}

function particulars(step: StepJson): Partial<HopRow> {
  switch (step.kind) {
    case 'send':
    case 'conntrack':
    case 'reject':
    case 'drop':
      return {}
    case 'receive':
    case 'transmit':
      return { device: step.device }
    case 'rule':
      return { chain: step.chain, rule: step.rule }
    case 'dnat':
    case 'snat':
      return { before: step.before, after: step.after }
    case 'route':
      return { device: step.device, gateway: step.gateway ?? '' }
    case 'bridge':
      return { device: step.bridge }
    case 'encapsulate':
    case 'decapsulate':
      return { device: step.device, outer: step.outer }
    case 'policy':
      return { chain: step.chain }
    case 'forward':
      return { device: step.to }
    case 'deliver':
      return { listener: step.listener ?? '' }
    default:
      return never(step)
  }
}

/** The rows as a table that can be read aloud: where, what, and the packet after it. Rules only where they decide: the report has all of them. */
export function hopRowsText(rows: readonly HopRow[]): string {
  const told = rows.filter((r, i) => !isHook(r.step) && r.step !== 'conntrack' && (r.step !== 'rule' || decides(rows[i + 1])))
  const cells = told.map(r => [
    shortName(r.in),
    r.step,
    r.device,
    `${r.source} → ${r.destination}`,
    `ttl ${r.ttl}`,
    r.rule || (r.outer ? `outer ${r.outer}` : ''),
  ])
  return tableText(cells)
}

/** A rule before one of these is the one that brought it about. */
const decides = (next: HopRow | undefined): boolean => next !== undefined && ['dnat', 'snat', 'reject', 'drop'].includes(next.step)

/** Cells in columns, two spaces apart, each line indented by two. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(r => r[i]!.length)))
  return rows.map(r => `  ${r.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd()).join('\n')
}
