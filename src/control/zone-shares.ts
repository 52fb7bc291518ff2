// How many endpoints of a Service each zone is to have: in proportion to the CPUs of its nodes. Stands for the topology cache of the endpointslice controller
// (KEP-2433). Not simulated: its cache; the shares are worked out from the nodes as they are.
import type { Node } from '../apply/object'
import { ZONE_LABEL } from '../cluster/labels'
import { objectsOf, type State } from '../cluster/state'
import { milliValue } from './quantity'

/** Zone → its part of the CPUs of all nodes that count, zones in the order of their names. */
type ZoneRatios = ReadonlyMap<string, number>

/** What one zone is to have of a Service's endpoints. */
export interface Share {
  readonly most: number
  /** At least as many as keep the endpoints of the zone from being overloaded. */
  readonly desired: number
}

/** How much more than its part an endpoint may get. Source: overloadThreshold. */
const OVERLOAD = 0.2
const EXCLUDED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** The ready nodes that are not of the control plane, by their zones; undefined where one of them lacks a zone or CPUs, or all are in one zone. */
export function zoneRatios(state: State): ZoneRatios | undefined {
  const cpus = new Map<string, number>()
  let total = 0
  for (const node of objectsOf(state, 'Node')) {
    const { labels = {} } = node.metadata
    if (EXCLUDED.some(label => Object.hasOwn(labels, label)) || !isReady(node)) continue
    const zone = labels[ZONE_LABEL]
    const cpu = milliValue(node.status?.allocatable?.cpu)
    if (!zone || cpu === 0) return undefined
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu)
    total += cpu
  }
  if (cpus.size < 2) return undefined
  return new Map([...cpus].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]))
}

const isReady = (node: Node): boolean => node.status?.conditions?.find(c => c.type === 'Ready')?.status === 'True'

/** What of a node the shares depend on. */
export const zoneFacts = (node: Node): string =>
  JSON.stringify([
    isReady(node),
    node.metadata.labels?.[ZONE_LABEL],
    node.status?.allocatable?.cpu,
    EXCLUDED.map(l => node.metadata.labels?.[l] !== undefined),
  ])

const fewest = (ratio: number, endpoints: number): number => Math.ceil(ratio * endpoints * (1 / (1 + OVERLOAD)))

/** The shares of so many ready endpoints, or the words that say why there can be none. */
export function sharesOf(ratios: ZoneRatios | undefined, endpoints: number): ReadonlyMap<string, Share> | string {
  if (ratios === undefined) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
  const counts = `(${endpoints} endpoints, ${ratios.size} zones)`
  if (ratios.size > endpoints) return `Insufficient number of endpoints ${counts}`
  const least = new Map([...ratios].map(([zone, ratio]) => [zone, fewest(ratio, endpoints)]))
  const spare = endpoints - [...least.values()].reduce((sum, n) => sum + n, 0)
  if (spare < 0) return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`
  return new Map([...ratios].map(([zone, ratio]) => [zone, shareOf(ratio * endpoints, least.get(zone)!, spare)]))
}

const shareOf = (desired: number, least: number, spare: number): Share => ({ most: least + spare, desired: Math.max(desired, least) })

/** Whether some zone has fewer endpoints than keep them from being overloaded. */
export function isOverloaded(hinted: ReadonlyMap<string, number>, ratios: ZoneRatios | undefined): boolean {
  if (hinted.size === 0) return false
  if (ratios === undefined) return true
  const total = [...hinted.values()].reduce((sum, n) => sum + n, 0)
  return [...ratios].some(([zone, ratio]) => (hinted.get(zone) ?? -1) < fewest(ratio, total))
}

/** How many endpoints zones give to others, and how many they get: from whom has most too many to whom lacks most, one at a time. */
export interface Moves {
  readonly giving: Map<string, number>
  readonly receiving: Map<string, number>
}

export function movesOf(shares: ReadonlyMap<string, Share>, hinted: ReadonlyMap<string, number>): Moves {
  const over = new Map<string, number>()
  const under = new Map<string, number>()
  for (const [zone, { desired }] of shares) {
    const has = hinted.get(zone) ?? 0
    if (has > desired) over.set(zone, has - desired)
    else if (has < desired) under.set(zone, desired - has)
  }
  const moves: Moves = { giving: new Map(), receiving: new Map() }
  for (;;) {
    const [giver, surplus] = greatest(over)
    const [receiver, lack] = greatest(under)
    if (surplus < 0.5 || lack < 0.5 || (surplus < 1 && lack < 1)) return moves
    over.set(giver, surplus - 1)
    under.set(receiver, lack - 1)
    add(moves.giving, giver, 1)
    add(moves.receiving, receiver, 1)
  }
}

/** The first zone with the most; where several have as much the real controller takes any. */
function greatest(zones: ReadonlyMap<string, number>): readonly [string, number] {
  let found: readonly [string, number] = ['', 0]
  for (const entry of zones) if (entry[1] > found[1]) found = entry
  return found
}

/** Adds to a count, and forgets one that is down to nothing. */
export function add(counts: Map<string, number>, zone: string, by: number): void {
  const now = (counts.get(zone) ?? 0) + by
  if (now === 0) counts.delete(zone)
  else counts.set(zone, now)
}
