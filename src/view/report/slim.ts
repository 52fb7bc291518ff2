// Traces for the data block: a step keeps of its packet only what changed since the step before, so that steps of different packets become
// equal and stand in the block once. What a rule says in words is left out: the page shows its line. In: a probe. Out: a smaller value, and the probe again.
import type { HopJson, OutcomeJson, PacketJson, StepJson } from '../../trace/json'
import type { ProbeJson } from './probe'

/** A step whose packet holds the changed fields only; absent where none changed. */
type SlimStep = Omit<StepJson, 'packet'> & { readonly packet?: Partial<PacketJson> }
interface SlimHop extends Omit<HopJson, 'steps'> {
  readonly steps: readonly SlimStep[]
}

export type SlimProbe = { readonly [Field in keyof ProbeJson]: unknown }

/** A value for pack(); `fullProbe` is its opposite, but for what rules say. */
export const slimProbe = (probe: ProbeJson): SlimProbe => ({
  ...probe,
  ...changed(probe, slimHops),
})

/** The probe that slimProbe made smaller. */
export function fullProbe(slim: SlimProbe): ProbeJson {
  const probe = slim as unknown as ProbeJson
  return {
    ...probe,
    ...changed(probe, hops => fullHops(hops as readonly unknown[] as SlimHop[])),
  }
}

/** The outcomes, and the questions before them. */
function changed({ trace, lookups }: ProbeJson, change: HopChange): Pick<ProbeJson, 'trace' | 'lookups'> {
  const each = (outcome: OutcomeJson) => withHops(outcome, change)
  return {
    trace: { ...trace, outcomes: trace.outcomes.map(each) },
    ...(lookups && { lookups: lookups.map(l => ({ ...l, paths: l.paths.map(p => ({ ...p, outcome: each(p.outcome) })) })) }),
  }
}

type HopChange = (hops: readonly HopJson[]) => readonly unknown[]

const withHops = (outcome: OutcomeJson, change: HopChange): OutcomeJson =>
  ({
    ...outcome,
    hops: change(outcome.hops),
    reply: outcome.reply && { ...outcome.reply, hops: change(outcome.reply.hops) },
  }) as OutcomeJson

function slimHops(hops: readonly HopJson[]): readonly SlimHop[] {
  let before: Partial<PacketJson> = {}
  return hops.map(hop => ({
    ...hop,
    steps: hop.steps.map(({ packet, ...step }) => {
      const detail = withoutPhrase(step)
      const fields = Object.entries(packet).filter(([name, value]) => before[name as keyof PacketJson] !== value)
      before = packet
      return fields.length ? { ...detail, packet: Object.fromEntries(fields) } : detail
    }),
  }))
}

function withoutPhrase<T extends Omit<StepJson, 'packet'>>(step: T): T {
  if (!('says' in step)) return step
  const { says: _, ...rest } = step
  return rest as unknown as T
}

function fullHops(hops: readonly SlimHop[]): readonly HopJson[] {
  let packet = {} as PacketJson
  return hops.map(hop => ({
    ...hop,
    steps: hop.steps.map(step => {
      if (step.packet) packet = { ...packet, ...step.packet }
      return { ...step, packet } as StepJson
    }),
  }))
}
