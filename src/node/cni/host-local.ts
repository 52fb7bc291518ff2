// The IPAM plugin host-local: a file for each address that is given, and the last one given for each set of ranges; the next free address after that one, wrapping.
import { type Cidr, cidrText, contains, networkOf, rangeOf } from '../../addr/cidr'
import { addToIp, bitsOf, compareIps, familyOf, type Ip, ipText, readIp } from '../../addr/ip'
import type { Call } from './call'
import { askedIn, type IpamConfig, type RangeConfig, readAddress, readArgs, readNetwork, refuseSeveral, routesOf } from './ipam'
import type { CniHost } from './machine'
import { CniError, type CniResult, type Dns, type ResultIp } from './result'

interface Range {
  readonly subnet: Cidr
  readonly first: Ip
  readonly last: Ip
  readonly gateway: Ip
}

/** What a call asks for, read once. */
interface Asked {
  readonly ipam: IpamConfig
  readonly folder: string
  readonly sets: readonly (readonly Range[])[]
  readonly wanted: readonly Ip[]
}

const DATA_DIR = '/var/lib/cni/networks'
const holderOf = ({ id, interface: ifname }: Call): string => `${id}\r\n${ifname}`
const rangeText = (r: Range): string => `${ipText(r.first)}-${ipText(r.last)}`
const setText = (set: readonly Range[]): string => set.map(rangeText).join(',')
const inRange = (r: Range, ip: Ip): boolean =>
  familyOf(ip) === familyOf(r.first) && contains(r.subnet, ip) && compareIps(ip, r.first) >= 0 && compareIps(ip, r.last) <= 0
const overlap = (a: Range, b: Range): boolean => inRange(a, b.first) || inRange(a, b.last) || inRange(b, a.first) || inRange(b, a.last)

/** Reads a call's configuration; throws the plugin's words. */
function read(host: CniHost, call: Call): Asked {
  const ipam = call.conf.ipam as IpamConfig | undefined
  if (ipam === undefined) throw new CniError("IPAM config missing 'ipam' key")
  routesOf(ipam, true)
  const { args, runtime } = askedIn(call.conf, 'ips')
  const fromEnv = readArgs(call.args, ['IP'])
  const { asksByRuntime } = host.facts
  const asked = [fromEnv.get('IP') ?? '', ...args, ...(asksByRuntime ? runtime : [])].filter(Boolean)
  const wanted = asked.map(text => readAddress(asksByRuntime ? text.split('/')[0]! : text))
  const own = ipam.subnet === undefined ? [] : [[ipam as RangeConfig]]
  const given = ((call.conf.runtimeConfig as { ipRanges?: RangeConfig[][] } | undefined)?.ipRanges ?? []) as RangeConfig[][]
  const written = [...given, ...own, ...(ipam.ranges ?? [])]
  if (written.length === 0) throw new CniError('no IP ranges specified')
  const sets = written.map((set, i) => readSet(set, i))
  const count = (family: 'ipv4' | 'ipv6') => sets.filter(s => familyOf(s[0]!.first) === family).length
  refuseSeveral(call.version, count('ipv4'), count('ipv6'))
  for (const [i, a] of sets.entries())
    for (const [j, b] of sets.slice(i + 1).entries())
      if (a.some(r => b.some(o => overlap(r, o)))) throw new CniError(`range set ${i} overlaps with ${i + j + 1}`)
  return { ipam, folder: `${ipam.dataDir || DATA_DIR}/${call.network}`, sets, wanted }
}

function readSet(set: readonly RangeConfig[], index: number): readonly Range[] {
  const refuse = (why: string) => new CniError(`invalid range set ${index}: ${why}`)
  if (set.length === 0) throw refuse('empty range set')
  const ranges = set.map(r => readRange(r, refuse))
  if (ranges.some(r => familyOf(r.first) !== familyOf(ranges[0]!.first))) throw refuse('mixed address families')
  for (const [i, a] of ranges.entries())
    for (const b of ranges.slice(i + 1)) if (overlap(a, b)) throw refuse(`subnets ${rangeText(a)} and ${rangeText(b)} overlap`)
  return ranges
}

function readRange(config: RangeConfig, refuse: (why: string) => CniError): Range {
  const subnet = readNetwork(config.subnet)
  const network = networkOf(subnet.ip, subnet.length)
  if (network.length > bitsOf(familyOf(network.ip)) - 2) throw refuse(`Network ${cidrText(subnet)} too small to allocate from`)
  if (network.ip !== subnet.ip)
    throw refuse(`Network has host bits set. For a subnet mask of length ${network.length} the network address is ${ipText(network.ip)}`)
  const second = addToIp(network.ip, 1)!
  const { last } = rangeOf(network)
  const within = (text: string | undefined, what: string, otherwise: Ip, from: Ip): Ip => {
    if (text === undefined) return otherwise
    const ip = readAddress(text)
    if (familyOf(ip) !== familyOf(network.ip) || !contains(network, ip) || compareIps(ip, from) < 0)
      throw refuse(`${what} ${ipText(ip)} not in network ${cidrText(network)}`)
    return ip
  }
  const end = config.rangeEnd === undefined ? undefined : readAddress(config.rangeEnd)
  const first = within(config.rangeStart, 'RangeStart', second, network.ip)
  if (config.rangeStart !== undefined && end !== undefined && compareIps(first, end) > 0)
    throw refuse(`RangeStart ${ipText(first)} not in network ${cidrText(network)}`)
  return {
    subnet: network,
    first,
    last: within(config.rangeEnd, 'RangeEnd', familyOf(last) === 'ipv4' ? addToIp(last, -1)! : last, first),
    gateway: config.gateway === undefined ? second : readAddress(config.gateway),
  }
}

/** An address of each set of ranges; throws the plugin's words, with nothing kept, where a set is full. */
export function addHostLocal(host: CniHost, call: Call): CniResult {
  const asked = read(host, call)
  const { ipam, folder, sets } = asked
  const dns = ipam.resolvConf ? readResolvConf(host, ipam.resolvConf) : {}
  host.files.set(`${folder}/lock`, '')
  const wanted = [...new Set(asked.wanted)]
  const ips: ResultIp[] = []
  const giveUp = () => ips.length > 0 && release(host, folder, call)
  for (const [at, set] of sets.entries()) {
    const special = wanted.findIndex(ip => set.some(r => inRange(r, ip)))
    const [own] = special < 0 ? [undefined] : wanted.splice(special, 1)
    try {
      ips.push(own === undefined ? nextFree(host, folder, call, at, set) : givenAs(host, folder, call, at, set, own))
    } catch (error) {
      giveUp()
      throw error instanceof CniError ? new CniError(`failed to allocate for range ${at}: ${error.message}`) : error
    }
  }
  if (wanted.length > 0) {
    giveUp()
    throw new CniError(`failed to allocate all requested IPs:${wanted.map(ip => ` ${ipText(ip)}`).join('')}`)
  }
  return { interfaces: [], ips, routes: routesOf(ipam, host.facts.routeDetails), dns }
}

const keep = (host: CniHost, folder: string, call: Call, at: number, ip: Ip, range: Range): ResultIp => {
  host.files.set(`${folder}/${ipText(ip)}`, holderOf(call))
  host.files.set(`${folder}/last_reserved_ip.${at}`, ipText(ip))
  return { ip, length: range.subnet.length, gateway: range.gateway, interface: null }
}
const isTaken = (host: CniHost, folder: string, ip: Ip): boolean => host.files.has(`${folder}/${ipText(ip)}`)

/** An address that the caller asked for. */
function givenAs(host: CniHost, folder: string, call: Call, at: number, set: readonly Range[], ip: Ip): ResultIp {
  const range = set.find(r => inRange(r, ip))!
  if (ip === range.gateway) throw new CniError(`requested ip ${ipText(ip)} is subnet's gateway`)
  if (isTaken(host, folder, ip)) throw new CniError(`requested IP address ${ipText(ip)} is not available in range set ${setText(set)}`)
  return keep(host, folder, call, at, ip, range)
}

/** The ranges of a set one after another, from behind the last address given, once around. */
function nextFree(host: CniHost, folder: string, call: Call, at: number, set: readonly Range[]): ResultIp {
  for (const [path, content] of filesOf(host, folder)) {
    const held = readIp(path.slice(folder.length + 1))
    if (held !== undefined && isHolder(content, call) && set.some(r => inRange(r, held)))
      throw new CniError(`${ipText(held)} has been allocated to ${call.id}, duplicate allocation is not allowed`)
  }
  const last = readIp(host.files.get(`${folder}/last_reserved_ip.${at}`) ?? '')
  const begin = last === undefined ? -1 : set.findIndex(r => inRange(r, last))
  let [which, ip] = begin < 0 ? [0, undefined] : [begin, last]
  let start: Ip | undefined
  for (;;) {
    const range = set[which]!
    if (ip === undefined) ip = range.first
    else if (ip === range.last) {
      which = (which + 1) % set.length
      ip = set[which]!.first
    } else ip = addToIp(ip, 1)!
    if (start === undefined) start = ip
    else if (ip === start) throw new CniError(`no IP addresses available in range set: ${setText(set)}`)
    const now = set[which]!
    if (ip !== now.gateway && !isTaken(host, folder, ip)) return keep(host, folder, call, at, ip, now)
  }
}

const filesOf = (host: CniHost, folder: string): readonly (readonly [string, string])[] =>
  [...host.files].filter(([path]) => path.startsWith(`${folder}/`)).sort(([a], [b]) => (a < b ? -1 : 1))
/** Older plugins wrote the id alone. */
const isHolder = (content: string, call: Call): boolean => content.trim() === holderOf(call) || content.trim() === call.id

function release(host: CniHost, folder: string, call: Call): void {
  const drop = (holder: string): boolean => {
    const own = filesOf(host, folder).filter(([, content]) => content.trim() === holder)
    for (const [path] of own) host.files.delete(path)
    return own.length > 0
  }
  if (!drop(holderOf(call))) drop(call.id)
}

/** Gives up what the container holds; one that holds nothing is no error. */
export function deleteHostLocal(host: CniHost, call: Call): void {
  const { folder } = read(host, call)
  host.files.set(`${folder}/lock`, '')
  release(host, folder, call)
}

/** Whether the container holds any address at all. */
export function checkHostLocal(host: CniHost, call: Call): void {
  const { folder } = read(host, call)
  host.files.set(`${folder}/lock`, '')
  if (!filesOf(host, folder).some(([, content]) => isHolder(content, call)))
    throw new CniError(`host-local: Failed to find address added by container ${call.id}`)
}

function readResolvConf(host: CniHost, path: string): Dns {
  const text = host.files.get(path)
  if (text === undefined) throw new CniError(`open ${path}: no such file or directory`)
  const lines = text.split('\n').map(l => l.trim().split(/\s+/))
  const of = (word: string) => lines.filter(([w, v]) => w === word && v !== undefined)
  const domain = of('domain').at(-1)?.[1]
  return {
    nameservers: of('nameserver').map(l => l[1]!),
    ...(domain === undefined ? {} : { domain }),
    search: of('search').flatMap(l => l.slice(1)),
    options: of('options').flatMap(l => l.slice(1)),
  }
}
