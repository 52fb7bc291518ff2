// What the plugins that give out addresses have in common: their part of the configuration, as Go reads it, and addresses that a caller asks for.
import { cidrText, readInterfaceAddress } from '../../addr/cidr'
import { type Ip, readIp } from '../../addr/ip'
import type { GivenAddress } from './attachment'
import { CniError, type Dns, type IpamRoute, type Written } from './result'

export interface RangeConfig {
  readonly subnet: string
  readonly rangeStart?: string
  readonly rangeEnd?: string
  readonly gateway?: string
}
export interface IpamConfig extends Partial<RangeConfig> {
  readonly type?: string
  readonly ranges?: readonly (readonly RangeConfig[])[]
  readonly addresses?: readonly { readonly address: string; readonly gateway?: string }[]
  readonly routes?: readonly IpamRoute[]
  readonly dataDir?: string
  readonly resolvConf?: string
  readonly dns?: Dns
}

/** CNI_ARGS (`A=1;B=2`) of a plugin that knows these names; others are an error unless IgnoreUnknown says otherwise. */
export function readArgs(text: string, known: readonly string[]): ReadonlyMap<string, string> {
  const read = new Map<string, string>()
  const unknown: string[] = []
  for (const pair of text === '' ? [] : text.split(';')) {
    const [name, value, more] = pair.split('=')
    if (name === undefined || value === undefined || more !== undefined) throw new CniError(`ARGS: invalid pair "${pair}"`)
    if (name === 'IgnoreUnknown' || known.includes(name)) read.set(name, value)
    else unknown.push(`"${pair}"`)
  }
  const ignored = ['1', 'true'].includes((read.get('IgnoreUnknown') ?? '').toLowerCase())
  if (unknown.length > 0 && !ignored) throw new CniError(`ARGS: unknown args [${unknown.join(' ')}]`)
  return read
}

/** A network with whatever host bits it was written with. */
export function readNetwork(text: string): GivenAddress {
  const read = readInterfaceAddress(text)
  if (read === undefined) throw new CniError(`invalid CIDR address: ${text}`)
  return read
}

export function readAddress(text: string): Ip {
  const ip = readIp(text)
  if (ip === undefined) throw new CniError(`invalid IP address: ${text}`)
  return ip
}

/** The routes of a configuration, each as Go prints it again. */
export const routesOf = ({ routes = [] }: IpamConfig, details: boolean): readonly IpamRoute[] =>
  routes.map(r => {
    const { dst, gw, mtu, advmss, priority, table, scope } = r
    const plain = { dst: cidrText(readNetwork(dst)), ...(gw ? { gw } : {}) }
    if (gw) readAddress(gw)
    if (!details) return plain
    return {
      ...plain,
      ...(mtu ? { mtu } : {}),
      ...(advmss ? { advmss } : {}),
      ...(priority ? { priority } : {}),
      ...(table === undefined ? {} : { table }),
      ...(scope === undefined ? {} : { scope }),
    }
  })

/** What `args.cni` and `runtimeConfig` of a configuration ask for under a name. */
export function askedIn(conf: Written, name: string): { readonly args: readonly string[]; readonly runtime: readonly string[] } {
  const cni = ((conf.args as Written | undefined)?.cni ?? {}) as Written
  const runtime = (conf.runtimeConfig ?? {}) as Written
  return { args: (cni[name] ?? []) as readonly string[], runtime: (runtime[name] ?? []) as readonly string[] }
}

const OLD = ['', '0.1.0', '0.2.0']
/** The old specification has room for one address of each family. */
export function refuseSeveral(version: string, four: number, six: number): void {
  if ((four > 1 || six > 1) && OLD.includes(version))
    throw new CniError(`CNI version ${version} does not support more than 1 address per family`)
}
