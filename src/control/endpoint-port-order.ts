// The order of subsets in Endpoints and of ports in a subset: by the MD5 of what Go prints of each. Stands for endpoints.SortSubsets.
// The printed package was found by what real clusters show: `dns-tcp, dns, metrics` of kube-dns since v1.20, `dns, dns-tcp, metrics` before.
import { createHash } from 'node:crypto'
import type { ProfileName } from '../apply/profile'
import { compareText } from '../cluster/state'
import type { BackendPort } from './endpoint-ports'

const PRINTED: Readonly<Record<ProfileName, (port: BackendPort) => string>> = {
  'v1.13': ({ name, port, protocol }) =>
    `(core.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(core.Protocol)${protocol}}`,
  'v1.35': ({ name, port, protocol }) =>
    `(api.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(api.Protocol)${protocol} AppProtocol:(*string)<nil>}`,
}

/** The ports as the Endpoints of a Service list them. */
export function sortedPorts(ports: readonly BackendPort[], profile: ProfileName): readonly BackendPort[] {
  if (ports.length < 2) return ports
  const keyed = ports.map(port => ({ port, key: createHash('md5').update(PRINTED[profile](port)).digest('hex') }))
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(k => k.port)
}

/** Subsets by a hash over all that they hold, uids too: as good as any order. */
export function sortedSubsets<S extends object>(subsets: readonly S[]): readonly S[] {
  if (subsets.length < 2) return subsets
  const keyed = subsets.map(subset => ({ subset, key: createHash('md5').update(JSON.stringify(subset)).digest('hex') }))
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(k => k.subset)
}
