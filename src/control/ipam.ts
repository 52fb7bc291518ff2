// host-local IPAM: the next free address after the last one given, wrapping; gateway, network and broadcast never. Stands for the CNI plugin host-local.
import { rangeOf, readCidrLeniently, type Cidr } from '../addr/cidr'
import { addToIp, familyOf, ipText, type Ip } from '../addr/ip'
import type { Node } from '../apply/object'

/** The ranges of a node, the primary one first. Leading zeros pass, as in the API. */
export function podCidrsOf(node: Node): readonly Cidr[] {
  const texts = node.spec?.podCIDRs ?? (node.spec?.podCIDR ? [node.spec.podCIDR] : [])
  return texts.flatMap(text => readCidrLeniently(text) ?? [])
}

/** The next free address of a node's range; undefined when none is left. `last`: the one given before, if any. */
export function nextAddress(cidr: Cidr, last: Ip | undefined, taken: (ip: string) => boolean): Ip | undefined {
  const { first, last: end } = rangeOf(cidr)
  const gateway = addToIp(first, 1)!
  const top = familyOf(first) === 'ipv4' ? addToIp(end, -1)! : end
  const beyond = (ip: Ip) => ip > top
  const start = last === undefined || beyond(last) || last < first ? gateway : last
  for (let ip: Ip | undefined = start, wrapped = false; ip !== undefined; ) {
    ip = addToIp(ip, 1)
    if (ip === undefined || beyond(ip)) {
      if (wrapped) return undefined
      wrapped = true
      ip = addToIp(gateway, 1)!
      if (beyond(ip)) return undefined
    }
    if (ip !== gateway && !taken(ipText(ip))) return ip
    if (wrapped && ip >= start) return undefined
  }
  return undefined
}
