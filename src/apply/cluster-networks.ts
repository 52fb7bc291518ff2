// The networks of a cluster: that of its pods and that of its Services, in every family in use.
import { type Cidr, cidrFamily, cidrText, overlaps, parseCidr, readCidr } from '../addr/cidr'
import type { Family } from '../addr/ip'
import type { ClusterConfig } from './cluster-config'
import type { Complaints } from './complaints'
import type { RawCluster } from './raw-cluster'

const POD_SUBNETS: Readonly<Record<Family, Cidr>> = { ipv4: parseCidr('10.244.0.0/16'), ipv6: parseCidr('fd00:10:244::/56') }
const SERVICE_SUBNETS: Readonly<Record<Family, Cidr>> = { ipv4: parseCidr('10.96.0.0/12'), ipv6: parseCidr('fd00:10:96::/112') }

/** Both networks; that of Services is empty where the document has none on purpose. */
export function readNetworks(
  complaints: Complaints,
  net: NonNullable<RawCluster['networking']>,
  families: readonly Family[],
): Pick<ClusterConfig, 'podSubnets' | 'serviceSubnets'> {
  const podSubnets = readSubnets(complaints, 'podSubnet', net.podSubnet, families, POD_SUBNETS)
  const serviceSubnets =
    net.serviceSubnet === 'none' ? [] : readSubnets(complaints, 'serviceSubnet', net.serviceSubnet, families, SERVICE_SUBNETS)
  checkOverlap(complaints, ['networking', net.serviceSubnet === undefined ? 'podSubnet' : 'serviceSubnet'], podSubnets, serviceSubnets)
  return { podSubnets, serviceSubnets }
}

/** The CIDRs of a comma-separated list that belong to families in use, in the order of the families; each family's first counts where several are written. */
function readSubnets(
  complaints: Complaints,
  name: string,
  text: string | undefined,
  families: readonly Family[],
  defaults: Readonly<Record<Family, Cidr>>,
): readonly Cidr[] {
  if (text === undefined) return families.map(f => defaults[f])
  const path = ['networking', name]
  const cidrs: Cidr[] = []
  for (const word of text.split(',')) {
    const cidr = readCidr(word.trim())
    if (cidr) cidrs.push(cidr)
    else
      complaints.add(
        'INVALID_VALUE',
        path,
        `'${name}' has '${word}', which is no CIDR.`,
        `Write an address and a length, like ${cidrText(defaults[families[0]!])}.`,
      )
  }
  const used = cidrs.filter(c => families.includes(cidrFamily(c)))
  for (const family of families)
    if (cidrs.length > 0 && !used.some(c => cidrFamily(c) === family))
      complaints.add(
        'CLUSTER_INVALID',
        path,
        `'${name}' has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} network, which 'ipFamily' asks for.`,
        `Add ${cidrText(defaults[family])}, comma-separated.`,
      )
  return name === 'podSubnet' ? families.flatMap(f => used.filter(c => cidrFamily(c) === f).slice(0, 1)) : used
}

function checkOverlap(complaints: Complaints, path: readonly string[], pods: readonly Cidr[], services: readonly Cidr[]): void {
  for (const pod of pods)
    for (const service of services)
      if (overlaps(pod, service))
        complaints.add(
          'CLUSTER_INVALID',
          path,
          `'serviceSubnet' ${cidrText(service)} overlaps 'podSubnet' ${cidrText(pod)}.`,
          'Give them networks that share no address, like 10.96.0.0/12 and 10.244.0.0/16.',
        )
}
