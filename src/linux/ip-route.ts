// Routes as text: what `ip route` prints and the words that `ip route add` takes, both ways.
import { bitsOf, compareIps, type Family, familyOf, type Ip, ipText, parseIp, readIp } from '../addr/ip'
import { type Cidr, cidrText, networkOf, rangeOf, readInterfaceAddress } from '../addr/cidr'
import type { Place } from '../error'
import type { Route, RouteType } from './program'
import { splitWords, WordReader } from './rule-words'
import { wholeNumber } from './rule-values'

/** `default`, `10.244.1.0/24`, or a bare address for one host. */
const destinationText = (c: Cidr): string => (c.length === 0 ? 'default' : c.length === bitsOf(familyOf(c.ip)) ? ipText(c.ip) : cidrText(c))

/** One line of `ip route` (of `ip -6 route` for IPv6), without its trailing blank. */
export function routeText(r: Route): string {
  return [
    r.type === 'unicast' ? '' : `${r.type} `,
    destinationText(r.destination),
    r.gateway === undefined ? '' : ` via ${ipText(r.gateway)}`,
    r.device === undefined ? '' : ` dev ${r.device}`,
    r.table === undefined || r.table === 254 ? '' : ` table ${r.table}`,
    r.protocol === undefined || r.protocol === 'boot' ? '' : ` proto ${r.protocol}`,
    r.scope === undefined || r.scope === 'global' ? '' : ` scope ${r.scope}`,
    r.source === undefined ? '' : ` src ${ipText(r.source)}`,
    r.metric === undefined ? '' : ` metric ${r.metric}`,
    r.mtuBytes === undefined ? '' : ` mtu ${r.mtuBytes}`,
    r.onlink ? ' onlink' : '',
  ].join('')
}

/**
 * The order in which the kernel lists routes. IPv4: by network, default first, the wider one first. IPv6: its tree from the leaves to the root, so that the wider one comes
 * after what is in it, and default last. Then by metric; equal ones stay as they were added (`inet_dump_fib`, `fib6_walk_continue`).
 */
export const inListedOrder = (a: Route, b: Route): number =>
  compareIps(endOf(a), endOf(b)) ||
  (a.destination.length - b.destination.length) * (isFour(a) ? 1 : -1) ||
  (a.metric ?? 0) - (b.metric ?? 0)
const isFour = (r: Route): boolean => familyOf(r.destination.ip) === 'ipv4'
const endOf = (r: Route): Ip => (isFour(r) ? r.destination.ip : rangeOf(r.destination).last)

/** A line of `ip route`, or of `ip -6 route`, which names every route's preference. */
export const listedRoute = (r: Route): string => `${routeText(r)}${isFour(r) ? '' : ' pref medium'}`

/** What `ip route` prints of a family: its main table in the kernel's order. */
export function printRoutes(routes: readonly Route[], family: Family): string {
  const own = routes.filter(r => familyOf(r.destination.ip) === family && (r.table ?? 254) === 254)
  return [...own]
    .sort(inListedOrder)
    .map(r => `${listedRoute(r)}\n`)
    .join('')
}

const TYPES: readonly RouteType[] = ['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit', 'throw']
const TABLE_NAMES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 }
/** The number of a routing table by its number or name. */
export const readTable = (text: string): number | undefined => TABLE_NAMES[text] ?? wholeNumber(text)

const PROTOCOLS: Readonly<Record<string, string>> = { 2: 'kernel', 3: 'boot', 4: 'static' }

/** Reads `[-6] [TYPE] DESTINATION [via GATEWAY] [dev DEVICE] …`; throws a problem with its place. */
export function readRoute(text: string, place: Place): Route {
  const r = new WordReader(splitWords(text.trim()), place)
  const six = r.take('-6')
  const type = TYPES.find(t => r.take(t)) ?? 'unicast'
  let route: Route = { type, destination: readDestination(r, six) }
  while (r.peek() !== undefined) {
    if (r.take('via')) {
      if (r.take('inet6') || r.take('inet')) r.peek()
      route = { ...route, gateway: r.value('an address', readIp) }
    } else if (r.take('dev')) route = { ...route, device: r.next('a device') }
    else if (r.take('src')) route = { ...route, source: r.value('an address', readIp) }
    else if (r.take('proto')) route = { ...route, protocol: r.value('a protocol', t => PROTOCOLS[t] ?? t) }
    else if (r.take('scope'))
      route = { ...route, scope: r.value('global, link or host', t => (t === 'global' || t === 'link' || t === 'host' ? t : undefined)) }
    else if (r.take('metric')) route = { ...route, metric: r.value('a number', wholeNumber) }
    else if (r.take('table')) route = { ...route, table: r.value('a table', readTable) }
    else if (r.take('mtu')) {
      r.take('lock')
      route = { ...route, mtuBytes: r.value('a number of bytes', wholeNumber) }
    } else if (r.take('onlink')) route = { ...route, onlink: true }
    else if (r.take('linkdown', 'pref', 'medium', 'dead')) r.peek()
    else throw r.wrong(`hopspec does not know '${r.peek()}' in a route.`)
  }
  return route
}

function readDestination(r: WordReader, six: boolean): Cidr {
  return r.value('a network, an address or default', text => {
    if (text === 'default') return networkOf(anyAddress(six), 0)
    const parts = readInterfaceAddress(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
    return parts && networkOf(parts.ip, parts.length)
  })
}

const anyAddress = (six: boolean): Ip => parseIp(six ? '::' : '0.0.0.0')
