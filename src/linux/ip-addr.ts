// Devices and addresses as text: what `ip addr show` prints, both ways.
// In: a Program's devices, or such text. Out: the text, or name, MAC, MTU and addresses of each device.
// Not told, because a Program does not know it: link-netnsid, broadcast addresses (brd), lifetimes other than forever, devices that are down.
import type { InterfaceAddress, Device, Network, Program } from './program'
import { networkOf, readInterfaceAddress } from '../addr/cidr'
import { familyOf, type Ip, ipText, isLinkLocal, isLoopback } from '../addr/ip'
import { type Mac, macText, readMac } from '../addr/mac'
import { HopspecError, never, type Place, type Problem } from '../error'

/** What `ip addr` says of one device. */
export interface ShownDevice {
  readonly name: string
  readonly mac: Mac
  readonly mtuBytes: number
  readonly addresses: readonly InterfaceAddress[]
}

/** All devices in their order, numbered from 1. `network` tells the number of a veth's peer in another namespace. */
export function printIpAddr(program: Program, network?: Network): string {
  return program.devices.map((d, i) => deviceLines(d, i + 1, peerName(program, d, network))).join('')
}

/** `veth0` for a peer in the same namespace, `if3` for one elsewhere; undefined for other devices, and where nobody knows. */
export function peerName(program: Program, d: Device, network: Network | undefined): string | undefined {
  if (d.kind !== 'veth') return undefined
  if (d.peer.namespace === program.name) return d.peer.device
  const at = network?.program(d.peer.namespace)?.devices.findIndex(far => far.name === d.peer.device) ?? -1
  return at < 0 ? undefined : `if${at + 1}`
}

const FLAGS: { readonly [K in Device['kind']]?: string } = {
  loopback: 'LOOPBACK,UP,LOWER_UP',
  tun: 'POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP',
}
const LINKS: { readonly [K in Device['kind']]?: string } = {
  loopback: '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00',
  tun: '    link/none ',
}

/** `2: eth0: <…> mtu …`; `mode` is what `ip link` says between state and group. */
export function headLine(d: Device, number: number, peer: string | undefined, mode = ''): string {
  const flags = FLAGS[d.kind] ?? 'BROADCAST,MULTICAST,UP,LOWER_UP'
  const master = d.port ? ` master ${d.port.bridge}` : ''
  const queue = `qdisc ${queueOf(d)}${master} state ${stateOf(d)}${mode} group default qlen ${d.kind === 'tun' ? 500 : 1000}`
  return `${number}: ${d.name}${peer ? `@${peer}` : ''}: <${flags}> mtu ${d.mtuBytes} ${queue}`
}

/** `    link/ether …`. */
export const linkLine = (d: Device): string => LINKS[d.kind] ?? `    link/ether ${macText(d.mac)} brd ff:ff:ff:ff:ff:ff`

function deviceLines(d: Device, number: number, peer: string | undefined): string {
  const head = headLine(d, number, peer)
  const link = linkLine(d)
  const four = primaryFirst(d.addresses.filter(a => familyOf(a.ip) === 'ipv4'))
  const six = d.addresses.filter(a => familyOf(a.ip) === 'ipv6')
  return [head, link, ...four.map(({ address, secondary }) => fourLine(d, address, secondary)), ...six.map(sixLine)].join('\n').concat('\n')
}

/** Only network cards queue; their default is the kernel's own. */
function queueOf(d: Device): string {
  switch (d.kind) {
    case 'ethernet':
    case 'tun':
      return 'pfifo_fast'
    case 'loopback':
    case 'veth':
    case 'bridge':
    case 'vxlan':
      return 'noqueue'
    default:
      return never(d)
  }
}

/** Devices without a carrier of their own say UNKNOWN. */
const stateOf = (d: Device): string => (d.kind === 'loopback' || d.kind === 'vxlan' || d.kind === 'tun' ? 'UNKNOWN' : 'UP')

const FOREVER = '       valid_lft forever preferred_lft forever'
const scopeOf = (ip: Ip): string => (isLoopback(ip) ? 'host' : typeof ip === 'bigint' && isLinkLocal(ip) ? 'link' : 'global')

/** An address of the same network as an earlier one is secondary; the kernel lists those after all primary ones. */
function primaryFirst(
  addresses: readonly InterfaceAddress[],
): readonly { readonly address: InterfaceAddress; readonly secondary: boolean }[] {
  const networkText = (a: InterfaceAddress) => `${networkOf(a.ip, a.length).ip}/${a.length}`
  const told = addresses.map((address, i) => ({
    address,
    secondary: addresses.slice(0, i).some(e => networkText(e) === networkText(address)),
  }))
  return [...told.filter(a => !a.secondary), ...told.filter(a => a.secondary)]
}

function fourLine(d: Device, a: InterfaceAddress, secondary: boolean): string {
  return `    inet ${ipText(a.ip)}/${a.length} scope ${scopeOf(a.ip)}${secondary ? ' secondary' : ''} ${d.name}\n${FOREVER}`
}

const sixLine = (a: InterfaceAddress): string => `    inet6 ${ipText(a.ip)}/${a.length} scope ${scopeOf(a.ip)} \n${FOREVER}`

const HEAD = /^\d+: ([^:\s@]+(?:\.[^:\s@]+)*)(?:@\S+)?: <[^>]*> mtu (\d+)\b/
const LINK = /^\s+link\/\S+ (\S+)/
const ADDRESS = /^\s+inet6? (\S+)/

/** Reads what `ip addr` or `ip addr show DEVICE` printed; throws all problems of the text at once. */
export function readIpAddr(text: string, file: string): readonly ShownDevice[] {
  const problems: Problem[] = []
  const devices: { name: string; mac: Mac; mtuBytes: number; addresses: InterfaceAddress[] }[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place: Place = { file, line: index + 1, column: line.search(/\S|$/) + 1 }
    const wrong = (message: string) => problems.push({ code: 'RULES_SYNTAX', message, place })
    const device = devices.at(-1)
    if (line.trim() === '' || /^\s+valid_lft /.test(line) || /^\s+(altname |alias |link\/none)/.test(line)) continue
    const [head, link, address] = [HEAD.exec(line), LINK.exec(line), ADDRESS.exec(line)]
    if (head) devices.push({ name: head[1]!, mac: 0 as Mac, mtuBytes: Number(head[2]), addresses: [] })
    else if (device === undefined) wrong(`'${line.trim()}' stands before any device; a device begins with 'N: NAME: <FLAGS> mtu BYTES'.`)
    else if (link) {
      const mac = readMac(link[1]!)
      if (mac === undefined) wrong(`'${link[1]}' is not a MAC address.`)
      else device.mac = mac
    } else if (address) {
      const read = readInterfaceAddress(address[1]!)
      if (read) device.addresses.push(read)
      else wrong(`'${address[1]}' is not an address with a prefix length; write 10.0.0.1/24.`)
    } else wrong(`'${line.trim()}' is not a line of ip addr that hopspec knows.`)
  }
  if (problems.length > 0) throw new HopspecError(problems)
  return devices
}
