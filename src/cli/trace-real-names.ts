// `hopspec trace --dataplane real|both` of a name: the look-up on this machine's kernel, question by question, then the request to the address that it gave.
import { ipText } from '../addr/ip'
import type { State } from '../cluster/state'
import { answerLine, type Asked, lookUpOnKernel } from '../lab/asked-on-kernel'
import { Apart } from '../lab/apart'
import { addressAsked } from '../lab/kernel'
import { lookupOnKernel } from '../lab/kernel-names'
import type { Network } from '../linux/program'
import type { Request } from '../path/client'
import { check } from '../real/check'
import type { Observatory } from '../real/observe'
import type { RealExchange } from '../real/observed'
import type { Flow, Scene } from '../trace/flow'
import { prepare } from '../trace/prepare'
import { traceAll } from '../trace/trace'
import { type AskedJson, type RealTraceJson, realJson } from './trace-real-json'

type Named = Flow & Required<Pick<Flow, 'lookup'>>

/** On the kernel alone: the addresses are tried in their order until one answers, as curl does. */
export function namedReal(state: State, scene: Scene, flow: Named, eyes: Observatory): RealTraceJson {
  try {
    const { network } = scene
    eyes.forget()
    const { asked, lookup } = lookUpOnKernel(state, scene.names!, flow.lookup, (request, carried) => {
      const real = eyes.send(request, carried)
      return { real, left: isLost(network, request, real) }
    })
    const base = { flow: flow.words, asked: asked.map(askedJson) }
    const outside = asked.find(a => a.outside)
    if (outside)
      return { ...base, real: null, comparison: { skipped: `the name server ${ipText(outside.query.server)} is in the world outside` } }
    let real: RealExchange | null = null
    for (const destination of lookup.addresses.filter(a => typeof a === typeof lookup.addresses[0])) {
      eyes.forget()
      real = eyes.send({ ...flow.request, destination })
      if (real.client.result === 'answered' || flow.request.protocol !== 'tcp') break
    }
    return { ...base, real: real && realJson(real) }
  } catch (error) {
    return { flow: flow.words, real: null, comparison: { skipped: apart(error) } }
  }
}

/** Beside the simulator: its questions, their answers, then the request to the address that the simulator takes after the same look-up. */
export function namedBoth(state: State, scene: Scene, flow: Named, eyes: Observatory): RealTraceJson {
  const simulated = traceAll(scene, flow)
  const base = { flow: flow.words, outcomes: simulated.outcomes }
  const lookup = lookupOnKernel(state, flow.lookup, simulated, { on: () => eyes })
  if (lookup !== undefined && !('way' in lookup)) return { ...base, real: null, comparison: { skipped: lookup.json.why } }
  const found = simulated.outcomes.map(o => (lookup === undefined || o.dnsWay === lookup.way ? addressAsked(o) : null))
  const first = found.findIndex(to => to !== null)
  const { asked = [], json } = lookup ?? {}
  const { differences = [], notCompared = [] } = json ?? {}
  const told = { ...base, asked: asked.map(askedJson) }
  if (first < 0) return { ...told, real: null, comparison: { outcome: json?.way ?? 0, differences, notCompared } }
  const { from } = flow.words
  const { protocol } = flow.request
  const { request } = prepare({ state }, [{ from, to: found[first]!, protocol }]).flows[0]!
  const checked = check(scene.network, eyes, request)
  if (!checked.compared) return { ...told, real: null, comparison: { skipped: checked.why } }
  const { comparison, real } = checked
  return {
    ...told,
    real: realJson(real),
    comparison: {
      outcome: first + comparison.way,
      differences: [...differences, ...comparison.differences],
      notCompared: [...new Set([...notCompared, ...comparison.notCompared])],
    },
  }
}

/** Nobody has the address, and nobody took the question. */
const isLost = (network: Network, request: Request, real: RealExchange): boolean =>
  real.client.result === 'timeout' && real.received.length === 0 && network.owner(request.destination) === undefined

function apart(error: unknown): string {
  if (error instanceof Apart) return error.message
  throw error
}

const askedJson = ({ query: { server, transport, question, reply }, real }: Asked): AskedJson => ({
  server: ipText(server),
  transport,
  question: `${question.name} ${question.type}`,
  answer: reply.kind === 'answered' ? answerLine(reply.log.at(-1)!).replace(/^.*?: /, '') : `${reply.kind}: ${reply.why}`,
  received: [...real.received, ...real.halfOpen].map(r => r.namespace),
})

export const askedLine = ({ server, transport, question, answer, received }: AskedJson): string =>
  `  asks ${server} over ${transport} (${received.join(', ') || 'nobody'}): ${question}: ${answer}`
