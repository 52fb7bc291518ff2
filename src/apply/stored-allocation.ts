// What allocation would have refused in stored objects: addresses and node ports outside their range or given twice, odd spellings.
// A store may hold them all the same (a snapshot does), so each is one line on stderr.
import { type Cidr, cidrText, contains } from '../addr/cidr'
import { ipText, readIp, readIpLeniently } from '../addr/ip'
import type { Problem } from '../error'
import type { Accepted } from './object'
import type { Service } from './object-service'

/** kube-apiserver's --service-node-port-range by default. */
export const NODE_PORTS = { first: 30000, last: 32767 } as const

/** One warning for each thing that a request could not have got. */
export function allocationWarnings(accepted: readonly Accepted[], serviceSubnets: readonly Cidr[]): readonly Problem[] {
  const addresses = new Map<string, string>()
  const ports = new Map<string, string>()
  const warnings: Problem[] = []
  for (const a of accepted) {
    if (a.object.kind !== 'Service') continue
    const service = a as Accepted<Service>
    const warn = (path: string, message: string, fix: string): void => {
      warnings.push({ code: 'INVALID_VALUE', message: `Service ${nameOf(service)}: ${message}`, place: a.placeOf(path), fix })
    }
    judgeAddresses(service, serviceSubnets, addresses, warn)
    judgeNodePorts(service, ports, warn)
  }
  return warnings
}

type Warn = (path: string, message: string, fix: string) => void
const nameOf = (service: Accepted<Service>): string => `${service.object.metadata.namespace}/${service.object.metadata.name}`

function judgeAddresses(service: Accepted<Service>, subnets: readonly Cidr[], taken: Map<string, string>, warn: Warn): void {
  const { clusterIP, clusterIPs } = service.object.spec
  for (const text of clusterIPs ?? (clusterIP ? [clusterIP] : [])) {
    const ip = readIpLeniently(text)
    if (ip === undefined) continue
    const canonical = ipText(ip)
    if (readIp(text) === undefined) warn('spec.clusterIP', `the address ${text} has leading zeros.`, `Write ${canonical}.`)
    const ofFamily = subnets.filter(s => typeof s.ip === typeof ip)
    if (ofFamily.length > 0 && !ofFamily.some(s => contains(s, ip)))
      warn(
        'spec.clusterIP',
        `the address ${text} is outside of ${ofFamily.map(cidrText).join(', ')}.`,
        "Write an address of the Cluster's 'serviceSubnet', or leave it out.",
      )
    const other = taken.get(canonical)
    if (other) warn('spec.clusterIP', `the address ${text} belongs to ${other} too.`, 'Leave it out of one of the two.')
    else taken.set(canonical, nameOf(service))
  }
}

function judgeNodePorts(service: Accepted<Service>, taken: Map<string, string>, warn: Warn): void {
  for (const [i, port] of (service.object.spec.ports ?? []).entries()) {
    if (!port.nodePort) continue
    const path = `spec.ports.${i}.nodePort`
    if (port.nodePort < NODE_PORTS.first || port.nodePort > NODE_PORTS.last)
      warn(
        path,
        `the nodePort ${port.nodePort} is outside of ${NODE_PORTS.first}-${NODE_PORTS.last}.`,
        'Write one inside of the range, or leave it out.',
      )
    const key = `${port.nodePort}/${port.protocol}`
    const other = taken.get(key)
    if (other) warn(path, `the nodePort ${port.nodePort} belongs to ${other} too.`, 'Leave it out of one of the two.')
    else taken.set(key, nameOf(service))
  }
}
