// A question to a name server as a flow: to its port 53, over UDP or TCP.
import { type Ip, ipText, socketText } from '../addr/ip'
import type { FlowJson, TraceJson } from './json'
import type { SendQuestion } from './lookup'
import type { Flow, Scene } from './flow'

/** How a flow to an address is traced. */
export type TraceFlow = (scene: Scene, flow: Flow) => TraceJson

/** The port that a resolver's kernel chooses; always the same, as a client's is. */
const RESOLVER_PORT = 38_053

/** Sends questions from a place, in the words of the flow that needs them. */
export const questionSender =
  (scene: Scene, words: Pick<FlowJson, 'from' | 'via'>, namespace: string, trace: TraceFlow): SendQuestion =>
  ({ server, transport }: { readonly server: Ip; readonly transport: 'udp' | 'tcp' }) =>
    trace(scene, {
      words: { from: words.from, to: socketText(server, 53), protocol: transport, ...(words.via === undefined ? {} : { via: words.via }) },
      host: ipText(server),
      request: { namespace, protocol: transport, destination: server, destinationPort: 53, sourcePort: RESOLVER_PORT },
    })
