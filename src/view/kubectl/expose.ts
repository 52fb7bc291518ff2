// `kubectl expose`: a Service for a pod, a workload or another Service.
import type { Kind } from '../../apply/object'
import type { State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { exposedBy } from './generate'
import { labelsOf } from './labels-flag'
import { send } from './send'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { serverResource } from './resource'
import { storedOf, targetsOf } from './targets'

const NAMED = /^\d+$/

/** `StatefulSet.apps`, `Node`. */
const kindText = (state: State, kind: Kind): string => [kind, ...serverResource(state, kind).split('.').slice(1)].join('.')

/** The whole command. */
export function expose(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const bare = { ...args, flags: new Map([...args.flags].filter(([name]) => name !== 'selector')) }
  const targets = targetsOf(state, bare, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  const target = targets.found[0]
  if (target === undefined) return failed(state, targets.wrong.join('\n'))
  const from = exposedBy(storedOf(state, target))
  if (from === undefined) return failed(state, `error: cannot expose a ${kindText(state, target.kind)}`)
  const asked = flag(args, 'port')
  const odd = asked?.split(',').find(p => !/^[+-]?\d+$/.test(p))
  if (odd !== undefined) return failed(state, `error: strconv.Atoi: parsing ${JSON.stringify(odd)}: invalid syntax`)
  const protocol = flag(args, 'protocol')
  const known = (port: number): string => from.ports.find(p => p.port === port)?.protocol ?? 'TCP'
  const numbers = asked === undefined ? from.ports.map(p => p.port) : asked.split(',').map(Number)
  const ports = numbers.map(port => ({ port, protocol: protocol ?? known(port) }))
  if (ports.length === 0) return failed(state, "error: couldn't find port via --port flag or introspection")
  if (Object.keys(from.selector).length === 0)
    return failed(
      state,
      "error: couldn't retrieve selectors via --selector flag or introspection: the object has no labels and cannot be exposed",
    )
  const labels = labelsOf(flag(args, 'labels')) ?? from.labels
  const targetPort = flag(args, 'target-port')
  const type = flag(args, 'type')
  const externalIP = flag(args, 'external-ip')
  const clusterIP = flag(args, 'cluster-ip')
  const selector = flag(args, 'selector')
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: flag(args, 'name') ?? target.name, ...(labels === undefined ? {} : { labels }) },
    spec: {
      ports: ports.map((p, i) => ({
        ...(ports.length > 1 ? { name: `port-${i + 1}` } : {}),
        port: p.port,
        protocol: p.protocol,
        targetPort: targetPort === undefined ? p.port : NAMED.test(targetPort) ? Number(targetPort) : targetPort,
      })),
      selector: selector === undefined ? from.selector : Object.fromEntries(selector.split(',').map(p => p.split('='))),
      ...(type === undefined ? {} : { type }),
      ...(externalIP === undefined ? {} : { externalIPs: externalIP.split(',') }),
      ...(clusterIP === undefined ? {} : { clusterIP }),
      ...(flag(args, 'session-affinity') === undefined ? {} : { sessionAffinity: flag(args, 'session-affinity') }),
    },
    status: { loadBalancer: {} },
  }
  return send(state, args, passing, made, { did: 'exposed', by: 'kubectl-expose' })
}
