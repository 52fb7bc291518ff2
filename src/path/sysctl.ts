// The kernel settings that decide what happens to packets, with Linux' own rules for `all`, `default` and the device.
import type { Program } from '../linux/program'

type Family = 'ipv4' | 'ipv6'

function setting(program: Program, name: string): number | undefined {
  return program.sysctls[name]
}

function deviceSetting(program: Program, family: Family, device: string, name: string): number | undefined {
  return setting(program, `net.${family}.conf.${device}.${name}`) ?? setting(program, `net.${family}.conf.default.${name}`)
}

/** Whether packets that come in by `device` may be routed on. */
export function forwards(program: Program, family: Family, device: string): boolean {
  const all =
    family === 'ipv4'
      ? (setting(program, 'net.ipv4.ip_forward') ?? setting(program, 'net.ipv4.conf.all.forwarding'))
      : setting(program, 'net.ipv6.conf.all.forwarding')
  const own = setting(program, `net.${family}.conf.${device}.forwarding`)
  return family === 'ipv6' ? (all ?? 0) !== 0 : (own ?? all ?? 0) !== 0
}

/** 0 off, 1 strict, 2 loose: the greater of `all` and the device. IPv6 has none. */
export function reversePathFilter(program: Program, device: string): number {
  return Math.max(setting(program, 'net.ipv4.conf.all.rp_filter') ?? 0, deviceSetting(program, 'ipv4', device, 'rp_filter') ?? 0)
}

/** Whether 127/8 may be an address on this device (`route_localnet`). */
export const routesLocalnet = (program: Program, device: string): boolean =>
  (setting(program, 'net.ipv4.conf.all.route_localnet') ?? 0) !== 0 || (deviceSetting(program, 'ipv4', device, 'route_localnet') ?? 0) !== 0

/** Whether a packet from one of our own addresses may come in (`accept_local`). */
export const acceptsLocal = (program: Program, device: string): boolean =>
  (setting(program, 'net.ipv4.conf.all.accept_local') ?? 0) !== 0 || (deviceSetting(program, 'ipv4', device, 'accept_local') ?? 0) !== 0

/** Whether the fwmark counts in the reverse lookup (`src_valid_mark`). */
export const validatesMark = (program: Program, device: string): boolean =>
  (setting(program, 'net.ipv4.conf.all.src_valid_mark') ?? 0) !== 0 || (deviceSetting(program, 'ipv4', device, 'src_valid_mark') ?? 0) !== 0

/** Whether bridged frames pass the IP hooks (br_netfilter). The kernel's default in a new namespace is 1. */
export const bridgeCallsIptables = (program: Program, family: Family): boolean =>
  (setting(program, family === 'ipv4' ? 'net.bridge.bridge-nf-call-iptables' : 'net.bridge.bridge-nf-call-ip6tables') ?? 1) !== 0

/** Whether this device answers ARP for addresses that it knows a route to elsewhere. */
export const proxiesArp = (program: Program, device: string): boolean =>
  (setting(program, 'net.ipv4.conf.all.proxy_arp') ?? 0) !== 0 || (deviceSetting(program, 'ipv4', device, 'proxy_arp') ?? 0) !== 0

const USUAL_TTL = 64

/** The TTL of IPv4 packets that start here; for IPv6 the device that they leave by has the last word. */
export const defaultTtl = (program: Program, family: Family): number =>
  (family === 'ipv4' ? setting(program, 'net.ipv4.ip_default_ttl') : undefined) ?? USUAL_TTL

/** The hop limit of IPv6 packets that start here and leave by the device. `all` decides for none, and lo is older than `default`. */
export const hopLimit = (program: Program, device: string): number =>
  (device === 'lo' ? setting(program, 'net.ipv6.conf.lo.hop_limit') : deviceSetting(program, 'ipv6', device, 'hop_limit')) ?? USUAL_TTL

/** 0: answers ARP for every address of the machine; 1 and 2: only for those of the device itself. The greater of `all` and the device. */
export const ignoresArp = (program: Program, device: string): number =>
  Math.max(setting(program, 'net.ipv4.conf.all.arp_ignore') ?? 0, deviceSetting(program, 'ipv4', device, 'arp_ignore') ?? 0)

/** Whether echo requests to broadcast and multicast addresses stay unanswered. */
export const ignoresBroadcastEcho = (program: Program): boolean => (setting(program, 'net.ipv4.icmp_echo_ignore_broadcasts') ?? 1) !== 0
