// What a namespace does for itself once its cables are laid, as lines for ip: its devices, addresses, neighbours, routes and policy routes.
import { cidrText, contains } from '../addr/cidr'
import { type Family, familyOf, ipText, isLoopback } from '../addr/ip'
import { macText } from '../addr/mac'
import { routeText } from '../linux/ip-route'
import { policyRuleText } from '../linux/ip-rule'
import type { Device, PolicyRule, Program, Route } from '../linux/program'
import { entry, type Line, line } from './line'
import type { Numbers } from './numbers'
import type { Space } from './plan'

export const addressed = (d: Device): string => (d.mac === 0 ? '' : ` address ${macText(d.mac)}`)

export function ownLines({ number, program }: Space, ipv6: boolean, numbers: Numbers): readonly Line[] {
  const of = (what: string) => `${program.name} ${what}`
  const lines: Line[] = []
  const say = (text: string, ...on: readonly string[]) => lines.push(line(text, of(on[0]!), on))
  for (const d of program.devices) {
    const head = `link add name ${d.name} index ${numbers.index(number, d.name)}${addressed(d)} mtu ${d.mtuBytes} type`
    if (d.kind === 'bridge') say(`${head} bridge stp_state 0 mcast_snooping 0 forward_delay 0`, d.name)
  }
  for (const d of program.devices)
    if (d.kind === 'vxlan')
      say(
        `link add name ${d.name} index ${numbers.index(number, d.name)}${addressed(d)} mtu ${d.mtuBytes} type vxlan id ${d.id} local ${ipText(d.local)} dev ${d.device} dstport ${d.udpPort} nolearning${d.gbp ? ' gbp' : ''}`,
        d.name,
        d.device,
      )
  for (const d of program.devices) {
    if (d.port === undefined) continue
    const { bridge, hairpin, isolated, flood } = d.port
    const on = (flag: boolean) => (flag ? 'on' : 'off')
    say(`link set dev ${d.name} master ${bridge}`, d.name, bridge)
    say(`link set dev ${d.name} type bridge_slave hairpin ${on(hairpin)} isolated ${on(isolated)} flood ${on(flood)}`, d.name)
  }
  for (const d of program.devices) {
    if (d.kind !== 'loopback')
      for (const table of ipv6 && d.mtuBytes >= SMALLEST_MTU6 ? ['arp_cache', 'ndisc_cache'] : ['arp_cache'])
        say(`ntable change name ${table} dev ${d.name} ${PROMPT}`, d.name)
    say(`link set dev ${d.name}${d.kind === 'tun' ? ` mtu ${d.mtuBytes}` : ''} up`, d.name)
  }
  for (const d of program.devices)
    for (const a of d.addresses) {
      const six = familyOf(a.ip) === 'ipv6'
      if ((six && !ipv6) || (d.kind === 'loopback' && isLoopback(a.ip) && (six || a.length === 8))) continue
      say(`address add ${ipText(a.ip)}/${a.length} dev ${d.name}${six ? ' nodad' : ''}`, d.name)
    }
  for (const n of program.neighbours)
    lines.push(entry(`neighbour replace ${ipText(n.ip)} lladdr ${macText(n.mac)} dev ${n.device} nud permanent`, of(n.device), [n.device]))
  for (const r of routesToAdd(program))
    lines.push(entry(`route add ${routeWords(r)}`, of(`route ${routeText(r)}`), r.device === undefined ? [] : [r.device]))
  return lines
}

/** Neighbours answer within two quick probes or not at all, and are not asked again. In milliseconds. */
const PROMPT = 'retrans 15 mcast_probes 2 ucast_probes 2 base_reachable 36000000 gc_stale 36000000 proxy_delay 0'

/** A device that carries less has no IPv6. */
const SMALLEST_MTU6 = 1280

/** Linux' own three rules, by priority: the table that each looks up for all packets. */
const OWN_RULES: ReadonlyMap<number, number> = new Map([
  [0, 255],
  [32_766, 254],
  [32_767, 253],
])

/** They are there already. */
function isOwnRule({ family: _, priority, not, action, ...selectors }: PolicyRule): boolean {
  const everything = !not && Object.values(selectors).every(v => v === undefined)
  const plain = typeof action === 'object' && 'lookup' in action && action.suppressPrefixLength === undefined
  return everything && plain && action.lookup === OWN_RULES.get(priority)
}

/** Those that the kernel does not make itself for the devices' addresses; those that others' gateways need come first. */
function routesToAdd(program: Program): readonly Route[] {
  const made = (r: Route) =>
    r.protocol === 'kernel' &&
    program.devices.some(
      d => d.name === r.device && d.addresses.some(a => a.length === r.destination.length && contains(r.destination, a.ip)),
    )
  const added = program.routes.filter(r => !made(r))
  return [...added.filter(r => r.gateway === undefined), ...added.filter(r => r.gateway !== undefined)]
}

/** In a batch `default` would be IPv4's. */
const routeWords = (r: Route): string =>
  familyOf(r.destination.ip) === 'ipv6' && r.destination.length === 0
    ? routeText(r).replace('default', cidrText(r.destination))
    : routeText(r)

/** Policy rules come last, because a gateway is looked up by them; `ip` takes one family's at a time. */
export const ruleLines = ({ program }: Space, family: Family): readonly Line[] =>
  program.policyRules
    .filter(r => r.family === family && !isOwnRule(r))
    .map(r => line(`rule add ${policyRuleText(r).replace(/^(\d+):/, 'priority $1')}`, `${program.name} rule ${r.priority}`, []))
