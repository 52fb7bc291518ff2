// Names in a scenario: a lookup with its packets, what programs print of it, and what kubelet wrote into a pod.
import type { Pod } from '../apply/object'
import type { State } from '../cluster/state'
import { absolute } from '../dns/name'
import { etcHostsOf, hostnameOf, resolvConfOf, resolvConfText } from '../dns/pod-files'
import type { RecordType } from '../dns/record'
import type { ResolverName } from '../dns/query'
import { problem } from '../error'
import type { Network } from '../linux/program'
import type { NameQuery } from '../trace/lookup'
import type { DnsWayJson } from '../trace/json'
import { traceLookup } from '../trace/trace-lookup'
import { scenery } from '../trace/prepare'
import { explainIn } from '../verify/explain'
import { shortName } from '../verify/hop-rows'
import { drawOutcomes } from '../verify/sample'
import { digPrints, nslookupPrints, type Printed } from '../view/resolver-programs'
import type { ProbeJson } from '../view/report/probe'
import type { Said } from './command'

export interface LookupRequest {
  readonly from: string
  readonly name: string
  readonly types: readonly RecordType[]
  readonly resolver: ResolverName
  readonly seed: number
  readonly title: string
}

/** Programs whose questions and words hopspec knows. */
export type NameProgram = 'nslookup' | 'dig'

/** Looks a name up, with packets. */
export function lookUpProbe(state: State, request: LookupRequest): ProbeJson {
  const scene = { ...scenery(state), explain: explainIn(state) }
  const trace = traceLookup(scene, nameQueryOf(scene.network, request))
  return {
    title: `${request.title} from ${shortName(request.from)}`,
    trace,
    chosen: trace.outcomes.length === 0 ? null : drawOutcomes(trace, 1, request.seed).indexOf(1),
    sample: null,
  }
}

/** The look-up that is asked for, with the namespace in which its place runs. */
export function nameQueryOf(network: Network, { from: place, name, types, resolver }: LookupRequest): NameQuery {
  const namespace = network.program(place)?.name
  if (namespace === undefined)
    throw problem('STEP_VALUE', `${place} is no place that looks names up.`, { fix: 'Write pod "…", node "…" or client "…".' })
  return { namespace, place, name, types, resolver }
}

/** What a program asks: nslookup of busybox walks the search path as it does, dig asks once. */
export const askedBy = (program: NameProgram, { name }: Pick<LookupRequest, 'name'>): Pick<LookupRequest, 'name' | 'resolver'> =>
  program === 'dig' ? { name: absolute(name), resolver: 'glibc' } : { name, resolver: 'busybox' }

/** What a program prints of its look-up. */
export function printedBy(program: NameProgram, name: string, probe: ProbeJson): Said {
  const way = wayOf(probe)!
  const printed: Printed = program === 'dig' ? digPrints(way.lookup) : nslookupPrints(way.lookup, way.nameservers)
  return { command: `${program} ${name}`, stderr: '', ...printed }
}

/** The lookup of a probe: the one that its request took. */
export function wayOf(probe: ProbeJson): DnsWayJson | undefined {
  const { dns, outcomes } = probe.trace
  return dns?.[outcomes[probe.chosen ?? 0]?.dnsWay ?? 0]
}

/** The lookup that is spoken of. */
export function lookupOf(probe: ProbeJson): DnsWayJson {
  const way = wayOf(probe)
  if (way === undefined)
    throw problem('STEP_VALUE', 'no name was looked up: the last request was to an address.', {
      fix: 'Write a When that looks a name up, or that curls http://NAME/.',
    })
  return way
}

/** What stands in a pod's files, and what it calls itself. */
export const podFiles = {
  resolvConf: resolvConfText,
  search: (state: State, pod: Pod): string => resolvConfOf(state, pod).search.join(' '),
  hosts: (pod: Pod): string => etcHostsOf(pod) ?? '',
  hostname: (pod: Pod): string => hostnameOf(pod).hostname,
}
