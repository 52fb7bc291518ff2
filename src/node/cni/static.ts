// The IPAM plugin static: the addresses that are written or asked for, and nothing kept.
import { familyOf, ipText, readIp } from '../../addr/ip'
import { contains, networkOf, readInterfaceAddress } from '../../addr/cidr'
import type { Call } from './call'
import { askedIn, type IpamConfig, readAddress, readArgs, refuseSeveral, routesOf } from './ipam'
import { CniError, type CniResult, readResult, type ResultIp } from './result'
import type { CniHost } from './machine'

function addressesOf(host: CniHost, call: Call): readonly ResultIp[] {
  const { conf } = call
  const ipam = conf.ipam as IpamConfig | undefined
  if (ipam === undefined) throw new CniError("IPAM config missing 'ipam' key")
  const bare = (text: string, field: string): ResultIp => {
    const read = readInterfaceAddress(text)
    if (read === undefined) throw new CniError(host.facts.addressRefused(field, text))
    return { ...read, gateway: null, interface: null }
  }
  let all = (ipam.addresses ?? []).map(({ address, gateway }) => ({
    ...bare(address, "the 'address' field is expected to be"),
    gateway: gateway ? readAddress(gateway) : null,
  }))
  const args = readArgs(call.args, ['IP', 'GATEWAY'])
  const asked = (args.get('IP') ?? '').split(',').filter(Boolean)
  all = [...all, ...asked.map(text => bare(text.trim(), "the 'ip' field is expected to be"))]
  for (const text of (args.get('GATEWAY') ?? '').split(',').filter(Boolean)) {
    const gateway = readIp(text.trim())
    if (gateway === undefined) throw new CniError(`invalid gateway address: ${text}`)
    const has = (a: ResultIp) => familyOf(a.ip) === familyOf(gateway) && contains(networkOf(a.ip, a.length), gateway)
    all = all.map(a => (has(a) ? { ...a, gateway } : a))
  }
  const { args: inConf, runtime } = askedIn(conf, 'ips')
  for (const texts of [inConf, runtime]) if (texts.length > 0) all = texts.map(text => bare(text, "an entry in the 'ips' field is NOT"))
  const count = (family: 'ipv4' | 'ipv6') => all.filter(a => familyOf(a.ip) === family).length
  refuseSeveral(call.version, count('ipv4'), count('ipv6'))
  return all
}

export function addStatic(host: CniHost, call: Call): CniResult {
  const ips = addressesOf(host, call)
  const ipam = call.conf.ipam as IpamConfig
  return { interfaces: [], ips, routes: routesOf(ipam, host.facts.routeDetails), dns: ipam.dns ?? {} }
}

/** Every address that is configured and was given has its gateway. */
export function checkStatic(host: CniHost, call: Call): void {
  const given = readResult(call.conf.prevResult as Readonly<Record<string, unknown>>).ips
  for (const { ip, gateway } of addressesOf(host, call)) {
    const same = given.find(g => g.ip === ip)
    if (same && gateway !== null && same.gateway !== gateway)
      throw new CniError(`static: Failed to match addr ${ipText(ip)} on interface ${call.interface}`)
  }
}
