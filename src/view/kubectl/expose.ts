// `kubectl expose`: a Service for a pod, a workload or another Service.
import type { State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { exposedBy, send } from './generate'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { storedOf, targetsOf } from './targets'

const NAMED = /^\d+$/

/** The whole command. */
export function expose(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const targets = targetsOf(state, args, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  const target = targets.found[0]
  if (target === undefined) return failed(state, targets.wrong.join('\n'))
  const from = exposedBy(storedOf(state, target))
  if (from === undefined) return failed(state, `error: cannot expose a ${target.kind}`)
  const asked = flag(args, 'port')
  const ports = asked === undefined ? from.ports : [{ port: Number(asked), protocol: flag(args, 'protocol') ?? 'TCP' }]
  if (ports.length === 0) return failed(state, "error: couldn't find port via --port flag or introspection")
  if (Object.keys(from.selector).length === 0)
    return failed(
      state,
      "error: couldn't retrieve selectors via --selector flag or introspection: the object has no labels and cannot be exposed",
    )
  const targetPort = flag(args, 'target-port')
  const type = flag(args, 'type')
  const externalIP = flag(args, 'external-ip')
  const clusterIP = flag(args, 'cluster-ip')
  const selector = flag(args, 'selector')
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: flag(args, 'name') ?? target.name, ...(from.labels === undefined ? {} : { labels: from.labels }) },
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
    },
    status: { loadBalancer: {} },
  }
  return send(state, args, passing, made, { did: 'exposed', by: 'kubectl-expose' })
}
