// ipMasq of the plugins bridge and ptp, by iptables or nftables, and its end; which rules these are says ip-masq.ts.
import { familyOf } from '../../addr/ip'
import type { Attachment, GivenAddress } from './attachment'
import type { Call } from './call'
import { addIpMasq, removeIpMasq } from './ip-masq'
import type { CniHost } from './machine'
import { CniError } from './result'

/** A container as rules know it. */
export const attachmentOf = (call: Call, ips: readonly GivenAddress[]): Attachment => ({
  network: call.network,
  id: call.id,
  interface: call.interface,
  ips: ips.map(({ ip, length }) => ({ ip, length })),
  of: `container ${call.netns.split('/').at(-1)}`,
})

const isSame = (a: Attachment, b: Attachment): boolean => a.id === b.id && a.network === b.network && a.interface === b.interface

export function masquerade(host: CniHost, call: Call, ips: readonly GivenAddress[]): void {
  if (call.conf.ipMasq !== true) return
  const a = attachmentOf(call, ips)
  const backend = host.facts.ipMasqBackend ? ((call.conf.ipMasqBackend as string | undefined) ?? 'iptables') : 'iptables'
  if (backend === 'nftables') host.masqueraded = [...(host.masqueraded ?? []).filter(m => !isSame(m, a)), a]
  else if (backend === 'iptables') for (const k of Object.values(host.tables)) addIpMasq(k, a)
  else throw new CniError(`unknown ipmasq backend "${backend}"`)
}

/** Both back ends are cleared, whichever it was. What fails is told: all of it, or in older versions the first. */
export function endMasquerade(host: CniHost, call: Call, ips: readonly GivenAddress[]): void {
  if (call.conf.ipMasq !== true || ips.length === 0) return
  const a = attachmentOf(call, ips)
  const failed: string[] = []
  for (const given of ips) {
    const error = removeIpMasq(host.tables[familyOf(given.ip)], a, given, host.facts.missingChainFails)
    if (error !== null && host.facts.missingChainFails) throw new CniError(error)
    if (error !== null) failed.push(error)
  }
  if (host.facts.ipMasqBackend && host.masqueraded) host.masqueraded = host.masqueraded.filter(m => !isSame(m, a))
  if (failed.length > 0) throw new CniError(failed.join('\n'))
}
