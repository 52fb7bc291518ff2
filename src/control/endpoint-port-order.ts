// The order of subsets in Endpoints, of ports in a subset and of ports in a slice: by a hash of what Go prints of each. Stands for endpoints.SortSubsets and
// endpointslice's NewPortMapKey. Old releases hashed with MD5; which package they printed was found by what real clusters show: `dns, dns-tcp, metrics` of kube-dns.
import { createHash } from 'node:crypto'
import type { ProfileName } from '../apply/profile'
import { compareText } from '../cluster/state'
import type { BackendPort } from './endpoint-ports'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

const FNV_OFFSET = 0x6c62272e07bb014262b821756295c58dn
const FNV_PRIME = 0x1000000000000000000013bn

/** FNV-1a of 128 bits, as hex digits. */
export function fnv128a(text: string): string {
  let hash = FNV_OFFSET
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * FNV_PRIME)
  return hash.toString(16).padStart(32, '0')
}

/** A pointer's value as spew prints it. */
const pointed = (text: string | undefined): string => `(*string)${text ?? '<nil>'}`

const HASHED: Readonly<Record<ProfileName, (port: BackendPort) => string>> = {
  'v1.13': ({ name, port, protocol }) =>
    md5(`(core.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(core.Protocol)${protocol}}`),
  'v1.35': ({ name, port, protocol, appProtocol }) =>
    fnv128a(
      `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:${pointed(appProtocol)}}`,
    ),
}

const hashedInSlice = ({ name, port, protocol, appProtocol }: BackendPort): string =>
  fnv128a(
    `(v1.EndpointPort){Name:(*string)${name} Protocol:(*v1.Protocol)${protocol} Port:(*int32)${port} AppProtocol:${pointed(appProtocol)}}`,
  )

function sorted(ports: readonly BackendPort[], hash: (port: BackendPort) => string): readonly BackendPort[] {
  if (ports.length < 2) return ports
  const keyed = ports.map(port => ({ port, key: hash(port) }))
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(k => k.port)
}

/** The ports as the Endpoints of a Service list them. */
export const sortedPorts = (ports: readonly BackendPort[], profile: ProfileName): readonly BackendPort[] => sorted(ports, HASHED[profile])

/** The ports as the EndpointSlices of a Service list them. */
export const sortedSlicePorts = (ports: readonly BackendPort[]): readonly BackendPort[] => sorted(ports, hashedInSlice)

/** Subsets by a hash over all that they hold, uids too: as good as any order. */
export function sortedSubsets<S extends object>(subsets: readonly S[]): readonly S[] {
  if (subsets.length < 2) return subsets
  const keyed = subsets.map(subset => ({ subset, key: md5(JSON.stringify(subset)) }))
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(k => k.subset)
}
