// nftables' statements that translate and reject, as the targets of iptables that do the same in the kernel.
import type { Family, Ip } from '../addr/ip'
import type { PortRange } from '../addr/port'
import { never } from '../error'
import type { NftPart, NftStatement } from '../linux/nft-rules'
import type { Packet } from '../linux/packet'
import type { RejectWith, Target, Translation } from '../linux/rule'
import type { Values } from './nft-field'

type Nat = NftStatement & { readonly do: 'nat' }
type Reject = NftStatement & { readonly do: 'reject' }

/** Whether a packet can be told this reason: TCP's RST only TCP, ICMP's reasons only their own family. */
export function isRejectable(s: Reject, p: Packet): boolean {
  if (s.with?.by === 'tcp') return p.protocol === 'tcp'
  return (s.with?.by === 'icmp') === (typeof p.source === 'number')
}

/** The target of a nat statement; `computed` is what its map or field gave for this packet: an address, then perhaps a port. */
export function natTarget(s: Nat, computed?: Values): Target {
  const random = s.flags.find(f => f !== 'persistent')
  const written = s.to?.is === 'written' ? s.to : undefined
  const port = computed?.[1]
  const ports = port === undefined ? written?.ports && rangeOf(written.ports) : { first: Number(port), last: Number(port) }
  const to: Translation = {
    ...(computed ? { first: computed[0] as Ip } : written?.address ? addressesOf(written.address) : {}),
    ...(ports ? { ports } : {}),
    ...(random ? { random: random === 'random' ? 'random' : 'random-fully' } : {}),
  }
  switch (s.kind) {
    case 'dnat':
      return { do: 'DNAT', to }
    case 'snat':
      return { do: 'SNAT', to }
    case 'masquerade':
      return { do: 'MASQUERADE', ...(ports ? { ports } : {}), ...(to.random ? { random: to.random } : {}) }
    case 'redirect':
      return { do: 'REDIRECT', ...(ports ? { ports } : {}), ...(to.random ? { random: 'random' } : {}) }
    default:
      return never(s.kind)
  }
}

function addressesOf(part: NftPart): Pick<Translation, 'first' | 'last'> {
  if (part.is === 'range') return { first: part.first as Ip, last: part.last as Ip }
  return part.is === 'value' ? { first: part.value as Ip } : {}
}

const rangeOf = (part: NftPart): PortRange =>
  part.is === 'range'
    ? { first: Number(part.first), last: Number(part.last) }
    : { first: Number((part as { value: number }).value), last: Number((part as { value: number }).value) }

const REJECTS: Readonly<Record<string, RejectWith>> = {
  'tcp reset': 'tcp-reset',
  'icmp net-unreachable': 'icmp-net-unreachable',
  'icmp host-unreachable': 'icmp-host-unreachable',
  'icmp prot-unreachable': 'icmp-proto-unreachable',
  'icmp port-unreachable': 'icmp-port-unreachable',
  'icmp net-prohibited': 'icmp-net-prohibited',
  'icmp host-prohibited': 'icmp-host-prohibited',
  'icmp admin-prohibited': 'icmp-admin-prohibited',
  'icmpv6 no-route': 'icmp6-no-route',
  'icmpv6 admin-prohibited': 'icmp6-adm-prohibited',
  'icmpv6 addr-unreachable': 'icmp6-addr-unreachable',
  'icmpv6 port-unreachable': 'icmp6-port-unreachable',
  'icmpv6 policy-fail': 'icmp6-policy-fail',
  'icmpv6 reject-route': 'icmp6-reject-route',
}

/** icmpx' reasons in each family. */
const ICMPX: Readonly<Record<string, Readonly<Record<Family, RejectWith>>>> = {
  'no-route': { ipv4: 'icmp-net-unreachable', ipv6: 'icmp6-no-route' },
  'port-unreachable': { ipv4: 'icmp-port-unreachable', ipv6: 'icmp6-port-unreachable' },
  'host-unreachable': { ipv4: 'icmp-host-unreachable', ipv6: 'icmp6-addr-unreachable' },
  'admin-prohibited': { ipv4: 'icmp-admin-prohibited', ipv6: 'icmp6-adm-prohibited' },
}

/** The target of a reject; without a reason, port unreachable. */
export function rejectTarget(s: Reject, family: Family): Target {
  const { by, code } = s.with ?? { by: 'icmpx', code: 'port-unreachable' }
  return { do: 'REJECT', with: by === 'icmpx' ? ICMPX[code]![family] : REJECTS[`${by} ${code}`]! }
}
