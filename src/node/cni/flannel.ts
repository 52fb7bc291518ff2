// flannel's own plugin: it reads what flanneld left in subnet.env, makes a configuration for another plugin of it, and keeps that for DEL.
import { cidrText, networkOf, readInterfaceAddress } from '../../addr/cidr'
import type { Call } from './call'
import { goSyntax } from './go'
import { type IpamRoute, CniError, type Written } from './result'
import type { CniHost } from './machine'

const SUBNET_FILE = '/run/flannel/subnet.env'
const DATA_DIR = '/var/lib/cni/flannel'

/** A number that Go holds by its address. */
interface Pointer {
  readonly pointer: 'uint'
  readonly value: number
}
interface SubnetEnv {
  readonly networks: readonly string[]
  readonly subnets: readonly string[]
  readonly mtu: number
  readonly ipMasq: boolean
}

/** The configuration for the delegate, with what the plugin says on standard error. */
export function delegateConf(host: CniHost, call: Call): { readonly conf: Written; readonly stderr: string } {
  const env = readEnv(host, (call.conf.subnetFile as string | undefined) ?? SUBNET_FILE)
  const own = (call.conf.delegate ?? {}) as Written
  if (call.conf.delegate !== undefined) checkDelegate(own)
  const type = (own.type as string | undefined) ?? 'bridge'
  const runtime = call.conf.runtimeConfig === undefined ? {} : { runtimeConfig: call.conf.runtimeConfig }
  const made: Written = {
    ...own,
    ...runtime,
    name: call.network,
    type,
    ipMasq: own.ipMasq ?? !env.ipMasq,
    ...(own.mtu === undefined ? { mtu: { pointer: 'uint', value: env.mtu } satisfies Pointer } : {}),
    ...(type === 'bridge' && own.isGateway === undefined ? { isGateway: true } : {}),
    ...(call.version === '' ? {} : { cniVersion: call.version }),
    ipam: ipamOf(host, call, env),
  }
  const conf = sorted(made) as Written
  const text = JSON.stringify(conf)
  host.files.set(fileOf(call), text)
  const { talks } = host.facts.flannel
  return { conf, stderr: talks ? `\n${goSyntax(made)}\ndelegateAdd: netconf sent to delegate plugin:\n${text}` : '' }
}

/** What was kept of the ADD; null: nothing. */
export function keptConf(host: CniHost, call: Call): Written | null {
  const text = host.files.get(fileOf(call))
  return text === undefined ? null : (JSON.parse(text) as Written)
}

export const forgetConf = (host: CniHost, call: Call): void => void host.files.delete(fileOf(call))

const fileOf = ({ conf, id }: Call): string => `${(conf.dataDir as string | undefined) ?? DATA_DIR}/${id}`

function checkDelegate(own: Written): void {
  if (own.type !== undefined && typeof own.type !== 'string')
    throw new CniError("'delegate' dictionary, if present, must have (string) 'type' field")
  for (const field of ['name', 'ipam'])
    if (own[field] !== undefined) throw new CniError(`'delegate' dictionary must not have '${field}' field, it'll be set by flannel`)
}

function readEnv(host: CniHost, path: string): SubnetEnv {
  const { wrapsFileError, ranges } = host.facts.flannel
  const wrap = (why: string) =>
    new CniError(wrapsFileError ? `failed to load flannel 'subnet.env' file: ${why}. Check the flannel pod log for this node.` : why)
  const text = host.files.get(path)
  if (text === undefined) throw wrap(`open ${path}: no such file or directory`)
  const env = new Map(text.split('\n').map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)] as const))
  const cidr = (name: string, several = false): readonly string[] => {
    const value = env.get(name)
    if (value === undefined) return []
    return (several ? value.split(',') : [value]).map(one => {
      const read = readInterfaceAddress(one)
      if (read === undefined) throw wrap(`invalid CIDR address: ${one}`)
      return cidrText(networkOf(read.ip, read.length))
    })
  }
  const six = (name: string) => (ranges ? cidr(name, true) : [])
  const networks = [...cidr('FLANNEL_NETWORK', ranges), ...six('FLANNEL_IPV6_NETWORK')]
  const subnets = [...cidr('FLANNEL_SUBNET'), ...six('FLANNEL_IPV6_SUBNET')]
  const mtu = env.get('FLANNEL_MTU')
  const ipMasq = env.get('FLANNEL_IPMASQ')
  const missing = [
    ...(networks.length > 0 ? [] : ranges ? ['FLANNEL_NETWORK', 'FLANNEL_IPV6_NETWORK'] : ['FLANNEL_NETWORK']),
    ...(subnets.length > 0 ? [] : ranges ? ['FLANNEL_SUBNET', 'FLANNEL_IPV6_SUBNET'] : ['FLANNEL_SUBNET']),
    ...(mtu === undefined ? ['FLANNEL_MTU'] : []),
    ...(ipMasq === undefined ? ['FLANNEL_IPMASQ'] : []),
  ]
  if (mtu !== undefined && !/^\d+$/.test(mtu)) throw wrap(`strconv.ParseUint: parsing "${mtu}": invalid syntax`)
  if (missing.length > 0) throw wrap(`${path} is missing ${missing.join(', ')}`)
  return { networks, subnets, mtu: Number(mtu), ipMasq: ipMasq === 'true' }
}

/** Routes of the delegate, which Go holds as values of its own. */
interface GoRoutes {
  readonly goRoutes: readonly IpamRoute[]
}
interface GoRanges {
  readonly goRanges: readonly string[]
}

function ipamOf(host: CniHost, call: Call, env: SubnetEnv): Written {
  const { ranges, mergesIpam } = host.facts.flannel
  const own = mergesIpam ? ((call.conf.ipam ?? {}) as Written) : {}
  const routes: GoRoutes = {
    goRoutes: [...((own.routes ?? []) as readonly IpamRoute[]), ...env.networks.map(dst => ({ dst }))],
  }
  if (!ranges) return { type: 'host-local', subnet: env.subnets[0], routes }
  return { ...own, type: own.type ?? 'host-local', ranges: { goRanges: env.subnets } satisfies GoRanges, routes }
}

/** JSON with its keys in order, as Go writes maps. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  if ('pointer' in value) return (value as Pointer).value
  if ('goRoutes' in value) return (value as GoRoutes).goRoutes.map(sorted)
  if ('goRanges' in value) return (value as GoRanges).goRanges.map(subnet => [{ subnet }])
  const entries = Object.entries(value as Written).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([k, v]) => [k, sorted(v)]))
}
