// hostPorts by the plugin portmap with nftables: a table for each family, with one rule for each port; only what a container sends to itself, or 127.0.0.1 sends, is masqueraded.
import { parseCidr } from '../../addr/cidr'
import { bitsOf, type Family, familyOf, isUnspecified } from '../../addr/ip'
import type { NftRule, NftStatement, NftTable } from '../../linux/nft-rules'
import { daddr, dnatTo, dport, jumpTo, nftChain, nftMasquerade, nftRule, saddr } from '../nft-parts'
import type { Attachment, GivenAddress, PortMapping } from './attachment'

/** A container with its ports. */
interface Mapped {
  readonly attachment: Attachment
  readonly mappings: readonly PortMapping[]
  /** Masqueraded where it calls itself. */
  readonly snat: boolean
}

/** A family's table between two calls: the conditions are those of the last one, the chain for masquerading stays once it is there. */
export interface HostportState {
  readonly containers: readonly Mapped[]
  readonly conditions: readonly NftStatement[]
  readonly masquerades: boolean
}

export const addHostports = (before: HostportState | null, container: Mapped, conditions: readonly NftStatement[]): HostportState => ({
  containers: [...(before?.containers ?? []), container],
  conditions,
  masquerades: (before?.masquerades ?? false) || container.snat,
})

/** The rules of a container go, by its id; the table stays. */
export const removeHostports = (before: HostportState | null, { id }: Attachment): HostportState | null =>
  before && { ...before, containers: before.containers.filter(c => c.attachment.id !== id) }

/** What is not there of a container's rules, in the plugin's words; null: nothing. */
export function checkHostports(state: HostportState | null, wanted: Mapped, family: Family): string | null {
  const there = (state?.containers ?? []).filter(c => c.attachment.id === wanted.attachment.id)
  const count = (m: Mapped) => m.mappings.filter(p => p.hostIP === null || familyOf(p.hostIP) === family).length
  const missing = (chain: string) => `missing hostport rules in "${chain}" chain`
  if (there.reduce((n, c) => n + count(c), 0) < count(wanted)) return missing('hostports')
  return wanted.snat && !there.some(c => c.snat) ? missing('masquerading') : null
}

const FAMILY = { ipv4: 'ip', ipv6: 'ip6' } as const
const LOCALHOST = parseCidr('127.0.0.1/32')
const BECAUSE = 'cni portmap'
const LOCAL: NftStatement = {
  do: 'match',
  of: { read: 'fib', by: ['daddr'], result: 'type' },
  compare: '==',
  with: { is: 'value', value: [{ is: 'value', value: 2 }] },
}

/** A family's table; it stays when the last container is gone. */
export function hostportTable(family: Family, { containers, conditions, masquerades }: HostportState): NftTable {
  const own = containers.flatMap(c => {
    const given = c.attachment.ips.find(i => familyOf(i.ip) === family)
    return given === undefined ? [] : [{ ...c, given }]
  })
  const to = (chain: string, statements: readonly NftStatement[] = []) => nftRule(BECAUSE, [...statements, jumpTo(chain)])
  const entry = [to('hostports_all', [...conditions, LOCAL])]
  const masquerading = nftChain(
    'masquerading',
    own.flatMap(c => (c.snat ? masqueradeRules(family, c) : [])),
    { type: 'nat', hook: 'postrouting', priority: 100 },
  )
  return {
    family: FAMILY[family],
    name: 'cni_hostport',
    comment: 'CNI portmap plugin',
    sets: [],
    chains: [
      nftChain(
        'hostports',
        own.flatMap(c => portRules(family, c)),
      ),
      nftChain('hostip_hostports', []),
      nftChain('hostports_all', [to('hostip_hostports'), to('hostports')]),
      nftChain('prerouting', entry, { type: 'nat', hook: 'prerouting', priority: -100 }),
      nftChain('output', entry, { type: 'nat', hook: 'output', priority: -100 }),
      ...(masquerades ? [masquerading] : []),
    ],
  }
}

type Own = Mapped & { readonly given: GivenAddress }
const whose = ({ attachment }: Own): string => `${BECAUSE}, ${attachment.of}`
const host = (ip: GivenAddress['ip']) => ({ ip, length: bitsOf(familyOf(ip)) })

function portRules(family: Family, c: Own): readonly NftRule[] {
  return c.mappings.flatMap(m => {
    if (m.hostIP !== null && familyOf(m.hostIP) !== family) return []
    const only = m.hostIP === null || isUnspecified(m.hostIP) ? [] : [daddr(host(m.hostIP))]
    return [nftRule(whose(c), [...only, dport(m.protocol, m.hostPort), dnatTo(c.given.ip, m.containerPort)], c.attachment.id)]
  })
}

function masqueradeRules(family: Family, c: Own): readonly NftRule[] {
  const own = host(c.given.ip)
  const sources = family === 'ipv4' ? [own, LOCALHOST] : [own]
  return sources.map(from => nftRule(whose(c), [saddr(from), daddr(own), nftMasquerade()], c.attachment.id))
}
