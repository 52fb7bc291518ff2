// The flags that say which server kubectl asks, and as whom: what it says where the simulated cluster is not meant. Stands for client-go's kubeconfig loader and
// transport. The cluster's one user has a certificate: a token from the command line is nobody's.
import { ipText } from '../../addr/ip'
import type { State } from '../../cluster/state'
import { epochMs } from '../../cluster/clock'
import { type Arguments, flag, isSet } from './arguments'
import type { KubectlFiles } from './reply'

/** What a kubeconfig of kubeadm calls its entries. */
const KNOWN = { context: 'kubernetes-admin@kubernetes', cluster: 'kubernetes', user: 'kubernetes-admin' } as const
const WORDS = { context: 'context', cluster: 'cluster', user: 'auth info' } as const

/** The complaint of a command that does not reach the cluster; undefined where it does. */
export function connectionError(state: State, args: Arguments, files: KubectlFiles): string | undefined {
  const config = flag(args, 'kubeconfig')
  if (config !== undefined && config !== '' && files.read(config) === undefined) return `error: stat ${config}: no such file or directory`
  for (const name of ['context', 'cluster', 'user'] as const) {
    const asked = flag(args, name)
    if (asked !== undefined && asked !== '' && asked !== KNOWN[name]) return `error: ${WORDS[name]} "${asked}" does not exist`
  }
  if (args.verb === 'version' && isSet(args, 'client')) return undefined
  const server = flag(args, 'server')
  if (server !== undefined && server !== '') return unreachable(state, server)
  return flag(args, 'token') === undefined ? undefined : 'error: You must be logged in to the server (Unauthorized)'
}

/** How often kubectl asks for the groups of the API before it gives up. */
const TRIES = 5

function unreachable(state: State, server: string): string | undefined {
  const url = /^(?:https?:\/\/)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(server)
  const [, host = '', port] = url ?? []
  const isOurs = state.config.nodes[0]?.addresses.some(a => ipText(a.ip) === host) && port === '6443'
  if (isOurs) return undefined
  if (host !== 'localhost' && !/^(127\.|\[::1\])/.test(host))
    return `hopspec: kubectl --server=${server} is not modelled; leave it out, and the simulated cluster is asked.`
  const base = server.includes('://') ? server : `http://${server}`
  const address = `${host}:${port ?? (base.startsWith('https') ? '443' : '80')}`
  const cause = `couldn't get current server API group list: Get "${base}/api?timeout=32s": dial tcp ${address}: connect: connection refused`
  const line = `${logHead(state)} memcache.go:265] "Unhandled Error" err=${JSON.stringify(cause)}`
  return [
    ...Array.from({ length: TRIES }, () => line),
    `The connection to the server ${address} was refused - did you specify the right host or port?`,
  ].join('\n')
}

/** klog's head of an error: month and day, time, process. */
function logHead(state: State): string {
  const at = new Date(epochMs(state) + state.nowMs).toISOString()
  return `E${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000       1`
}
