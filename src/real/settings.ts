// Kernel settings of a namespace as paths under /proc/sys, in the order in which they must be written.
// The baseline makes answers prompt and alike: no rate limits, no settings taken over from the machine.
import type { Program } from '../linux/program'

/** A path with its value; `?` at its front: skipped on kernels (or in user namespaces) that do not have it. */
export type Setting = string

const EVERYWHERE = ['all', 'default']
const OFF = [
  'rp_filter',
  'send_redirects',
  'accept_redirects',
  'accept_local',
  'route_localnet',
  'arp_ignore',
  'arp_announce',
  'proxy_arp',
  'src_valid_mark',
]

/** Reports of joined groups are sent again within this time, at random, and rules see them: not before the network is gone. */
const HOUR_MILLISECONDS = 3_600_000
const REPORTS = ['mldv1', 'mldv2'].map(version => `${version}_unsolicited_report_interval=${HOUR_MILLISECONDS}`)

/** Before any device exists. */
export function baseline(ipv6: boolean): readonly Setting[] {
  const quiet = ['accept_dad=0', 'dad_transmits=0', 'router_solicitations=0', 'accept_ra=0', 'autoconf=0', 'forwarding=0', ...REPORTS]
  return [
    'net/ipv4/ip_forward=0',
    ...EVERYWHERE.flatMap(where => OFF.map(name => `net/ipv4/conf/${where}/${name}=0`)),
    ...EVERYWHERE.flatMap(where => [`disable_ipv6=${ipv6 ? 0 : 1}`, ...(ipv6 ? quiet : [])].map(s => `?net/ipv6/conf/${where}/${s}`)),
    'net/ipv4/icmp_ratemask=0',
    '?net/ipv6/icmp/ratelimit=0',
    'net/ipv4/tcp_synack_retries=0',
    'net/ipv4/tcp_ecn=0',
    'net/ipv4/ping_group_range=0 0',
  ]
}

/** A dotted name as a path; the name of a device may have dots of its own (`net.ipv4.conf.flannel.1.rp_filter`). */
export function settingPath(name: string): string {
  const device = /^net\.(ipv4|ipv6)\.(conf|neigh)\.(.+)\.([^.]+)$/.exec(name)
  return device ? `net/${device[1]}/${device[2]}/${device[3]!.replaceAll('/', '.')}/${device[4]}` : name.replaceAll('.', '/')
}

export interface Settings {
  readonly beforeDevices: readonly Setting[]
  readonly afterDevices: readonly Setting[]
  readonly afterRules: readonly Setting[]
}

/** A Program's own settings. ip_forward comes first, because writing it sets others back. */
export function settingsOf({ sysctls }: Program): Settings {
  const all = Object.entries(sysctls).map(([name, value]) => `${settingPath(name)}=${value}`)
  const first = (s: Setting) => Number(!/^net\/ipv4\/ip_forward=/.test(s))
  const ofDevice = (s: Setting) => /^net\/ipv[46]\/(conf|neigh)\//.test(s) && !/^net\/ipv[46]\/(conf|neigh)\/(all|default)\//.test(s)
  const ofRules = (s: Setting) => s.startsWith('net/netfilter/')
  return {
    beforeDevices: all.filter(s => !ofDevice(s) && !ofRules(s)).sort((a, b) => first(a) - first(b)),
    afterDevices: all.filter(ofDevice),
    afterRules: all.filter(ofRules),
  }
}
