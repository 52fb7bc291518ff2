// What a server on the real dataplane was told to answer with: the helper's listeners do as the Program says.
import type { Network } from '../linux/program'
import { shortName } from '../verify/hop-rows'

/** What the listener there answers; the namespace's name where it was told nothing. */
export function answerOf(network: Network, namespace: string, destination: string): string {
  const port = Number(/:(\d+)$/.exec(destination)?.[1])
  const listener = network.program(namespace)?.listeners.find(l => l.port === port)
  return listener?.answer ?? `${shortName(namespace)}\n`
}
