// A connection that outlives the request that opened it: what the kernels remember of it meets the cluster as it has become.
import type { Protocol } from '../addr/port'
import type { State } from '../cluster/state'
import { isStopped } from '../control/component'
import { servicePorts } from '../node/kube-proxy/service-port'
import { staleAmong } from '../node/kube-proxy/stale-connections'
import { watchedOf } from '../node/node-rules'
import { kubeProxyFacts } from '../node/profile'
import type { Conntrack } from '../path/conntrack'
import { freshKernels, type KernelState } from '../path/kernels'
import { prepare } from '../trace/prepare'
import { traceOne } from '../trace/trace'
import { explainIn } from '../verify/explain'
import { shortName } from '../verify/hop-rows'
import type { ProbeJson } from '../view/report/probe'

export interface Connection {
  readonly from: string
  readonly to: string
  readonly protocol: Protocol
  readonly seed: number
  readonly kernels: KernelState
}

/** Opens it: the way is drawn with the seed. */
export const opened = (state: State, from: string, to: string, protocol: Protocol, seed: number) =>
  sent(state, { from, to, protocol, seed, kernels: freshKernels }, `open ${protocol} ${to}`)

/** The next packet of the same connection, from the same port. */
export const again = (state: State, connection: Connection) =>
  sent(
    state,
    { ...connection, kernels: cleaned(state, connection.kernels) },
    `the ${connection.protocol} connection to ${connection.to} again`,
  )

function sent(state: State, connection: Connection, title: string): { readonly probe: ProbeJson; readonly connection: Connection } {
  const { from, to, protocol, seed, kernels } = connection
  const { scene, flows } = prepare({ state }, [{ from, to, protocol }])
  const one = traceOne({ ...scene, explain: explainIn(state) }, flows[0]!, seed, kernels)
  const trace = { flow: flows[0]!.words, outcomes: [one.outcome] }
  return {
    probe: { title: `${title} from ${shortName(from)}`, trace, chosen: 0, sample: null },
    connection: { ...connection, kernels: one.kernels },
  }
}

/** kube-proxy deletes UDP connections whose endpoint their service port does not have any more, on every node where it runs. */
export function cleaned(state: State, kernels: KernelState): KernelState {
  if (state.config.proxy.mode !== 'iptables') return kernels
  const conntrack = new Map(kernels.conntrack)
  const [watched, facts] = [watchedOf(state), kubeProxyFacts(state.config)]
  for (const { name } of state.config.nodes) {
    const known = conntrack.get(`node/${name}`)
    if (known === undefined || isStopped(state, 'kube-proxy', name) || state.frozen.has(`kube-proxy/${name}`)) continue
    const isStale = staleAmong(FAMILIES.flatMap(family => servicePorts(watched, family, name, facts)))
    const copy: Conntrack = known.copy()
    for (const entry of copy.entries) {
      const { protocol, destination, destinationPort } = entry.original
      const { source: answers, sourcePort: answersPort } = entry.reply
      if (protocol === 'udp' && isStale({ destination, destinationPort, answers, answersPort })) copy.delete(entry)
    }
    conntrack.set(`node/${name}`, copy)
  }
  return { ...kernels, conntrack }
}

const FAMILIES = ['ipv4', 'ipv6'] as const
