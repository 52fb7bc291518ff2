// Sends one flow on both dataplanes and compares; many connections against the exact probabilities. Says why where a flow cannot be compared.
import { decimal } from '../addr/fraction'
import { ipText } from '../addr/ip'
import type { Network } from '../linux/program'
import type { Request } from '../path/client'
import type { KernelState } from '../path/kernels'
import { type Way, waysOf } from '../path/ways'
import { type Comparison, compare, leavesForTheWorld, unknownIn } from './compare'
import type { Observatory } from './observe'
import type { Carried, Kept, RealCounts, RealExchange } from './observed'
import { pause } from './pause'
import { hasSctp, noTun } from './rights'

export type Checked =
  | { readonly compared: true; readonly ways: readonly Way[]; readonly real: RealExchange; readonly comparison: Comparison }
  /** Counted apart, never as passed. */
  | { readonly compared: false; readonly why: string; readonly ways: readonly Way[] }

/** Why this flow cannot run on the kernel at hand, or the simulator cannot tell; undefined when it can be compared. */
export function whyNotCompared(request: Request, ways: readonly Way[]): string | undefined {
  if (request.protocol === 'sctp' && !hasSctp() && ways.some(w => w.exchange.client.result === 'refused'))
    return 'this kernel has no SCTP, so it does not refuse as one that has it'
  const unknown = unknownIn(ways)
  return unknown === undefined ? undefined : `the simulator says unknown: ${unknown}`
}

/** Why a network like this cannot be built on the kernel, as far as it is known before; undefined when it can. */
export function whyNotBuilt(network: Network, whyNoTun: () => string | undefined = noTun): string | undefined {
  for (const name of network.names) {
    const tun = network.program(name)?.devices.find(d => d.kind === 'tun')
    const why = tun && whyNoTun()
    if (tun && why !== undefined) return `${tun.name} of ${name} is a TUN device, and this user gets none here: ${why}`
  }
  return undefined
}

/** A kernel sends a sender six errors about missing routes at once, then one a second (ip_error); no setting of a namespace changes that. */
const ERROR_PAUSE_MILLISECONDS = 1100

/** One flow, looked at with eyes that are opened only where it can be compared; on fresh kernels, or after what `before` remembers (then the real kernel remembers too). */
export function check(
  network: Network,
  looking: Observatory | (() => Observatory),
  request: Request,
  before?: KernelState,
  carried?: Carried | Kept,
): Checked {
  const ways = waysOf(network, request, before)
  const why = whyNotCompared(request, ways)
  if (why !== undefined) return { compared: false, why, ways }
  const eyes = typeof looking === 'function' ? looking() : looking
  for (const lost of ways.flatMap(w => w.exchange.lost)) if (leavesForTheWorld(lost)) eyes.nobodyAt(lost.packet.destination)
  const once = () => {
    if (before === undefined) eyes.forget()
    const real = eyes.send(request, carried)
    return { real, comparison: compare(network, request, ways, real) }
  }
  let { real, comparison } = once()
  const awaited = ways[comparison.way]!.exchange.client
  if (before === undefined && comparison.differences.length > 0 && 'icmp' in awaited && real.client.result === 'timeout') {
    pause(ERROR_PAUSE_MILLISECONDS)
    ;({ real, comparison } = once())
  }
  return { compared: true, ways, real, comparison }
}

/** One end of many connections: who answered and which source it saw, or that nobody did. */
export interface Share {
  readonly end: string
  readonly expected: number
  readonly count: number
}

export interface Distribution {
  readonly times: number
  readonly shares: readonly Share[]
  /** The probability of counts at least this far off, if the simulator is right; null where an expected count is below 5. */
  readonly p: number | null
  readonly agrees: boolean
  readonly portKept: number
}

const NOBODY = 'nobody answers'

/** N connections on the kernel against the exact probabilities of who answers and which source it sees. `tail` is the chi-square's. */
export function distribution(
  ways: readonly Way[],
  eyes: Observatory,
  request: Request,
  times: number,
  tail: (x: number, degreesOfFreedom: number) => number,
  alpha = 1e-6,
): Distribution {
  const expected = expectedEnds(ways)
  eyes.forget()
  const counts = eyes.many(request, times)
  const found = foundEnds(counts)
  const ends = [...new Set([...expected.keys(), ...found.keys()])].sort()
  const shares = ends.map(end => ({ end, expected: (expected.get(end) ?? 0) * times, count: found.get(end) ?? 0 }))
  const impossible = shares.some(s => s.expected === 0 && s.count > 0)
  const testable = shares.length > 1 && shares.every(s => s.expected >= 5)
  const chi = shares.reduce((sum, s) => sum + (s.count - s.expected) ** 2 / s.expected, 0)
  const p = testable ? tail(chi, shares.length - 1) : null
  return { times, shares, p, agrees: !impossible && (p === null || p >= alpha), portKept: counts.portKept }
}

function expectedEnds(ways: readonly Way[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>()
  for (const { probability, exchange } of ways) {
    const { delivered, client } = exchange
    const end = delivered && client.result === 'answered' ? `${delivered.namespace} sees ${ipText(delivered.packet.source)}` : NOBODY
    ends.set(end, (ends.get(end) ?? 0) + decimal(probability))
  }
  return ends
}

function foundEnds(counts: RealCounts): ReadonlyMap<string, number> {
  const ends = new Map<string, number>()
  for (const a of counts.answered) {
    const end = `${a.namespace} sees ${a.source}`
    ends.set(end, (ends.get(end) ?? 0) + a.count)
  }
  const failed = Object.values(counts.failed).reduce((sum, n) => sum + n, 0)
  if (failed > 0) ends.set(NOBODY, failed)
  return ends
}
