// What curl prints and how it exits, by the fate of a request. Words of curl 7.88; times are those of Linux' own retries.
import { never } from '../error'
import type { Fate } from './fate'
import type { ClientJson } from './json'

/** SYNs at 0, 1, 3, 7, 15, 31 and 63 s, then the kernel gives up; ARP gives up after three seconds. */
const GIVE_UP_MS = 127_000
const NO_NEIGHBOUR_MS = 3_068

/** The line on stderr and the exit code of `curl http://HOST:PORT`; exit 0 with no line when it was answered. */
export function curlSees(client: ClientJson, fate: Fate, host: string, port: number): { readonly exit: number; readonly text: string } {
  const failed = (ms: number) => ({
    exit: 7,
    text: `curl: (7) Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`,
  })
  switch (client.result) {
    case 'answered':
      return { exit: 0, text: '' }
    case 'refused':
    case 'icmp':
    case 'error':
      if (fate === 'name-not-found') return { exit: 6, text: `curl: (6) Could not resolve host: ${host}` }
      return failed(
        client.errno === 'EHOSTUNREACH' && fate === 'host-unreachable'
          ? NO_NEIGHBOUR_MS
          : client.result === 'icmp' && fate === 'host-unreachable'
            ? NO_NEIGHBOUR_MS
            : 0,
      )
    case 'closed':
      return { exit: 52, text: 'curl: (52) Empty reply from server' }
    case 'reset':
      return { exit: 56, text: 'curl: (56) Recv failure: Connection reset by peer' }
    case 'timeout':
      return { exit: 28, text: `curl: (28) Failed to connect to ${host} port ${port} after ${GIVE_UP_MS} ms: Couldn't connect to server` }
    default:
      return never(client.result)
  }
}
