// LANs as bridges in namespace 0: where each card's cable ends there, and between which of them no frame passes.
import type { Network } from '../linux/program'
import { type Line, line } from './line'
import type { Numbers } from './numbers'
import type { Space } from './plan'

/** Where a card's cable ends in namespace 0; the cable of a machine that is lost lies loose there. */
interface Port {
  readonly name: string
  readonly namespace: string
  readonly loose: boolean
}
export type Lans = ReadonlyMap<string, readonly Port[]>

export const portOf = (space: number, at: number): string => `p${space}.${at}`

/** The ports of each LAN, by card. */
export function lansOf(network: Network, spaces: readonly Space[], numbers: Numbers): Lans {
  const lans = new Map<string, Port[]>()
  for (const s of spaces)
    for (const d of s.program.devices) {
      if (d.kind !== 'ethernet') continue
      const { name: namespace } = s.program
      const loose = !network.segment(d.segment).some(e => e.namespace === namespace && e.device === d.name)
      lans.set(d.segment, [...(lans.get(d.segment) ?? []), { name: portOf(s.number, numbers.at(s.number, d.name)), namespace, loose }])
    }
  return lans
}

/** nftables' text for namespace 0, where frames between machines whose link is cut are dropped; empty when none is. */
export function cutsOf(network: Network, lans: Lans): string {
  const drops = [...lans.values()].flatMap(ports =>
    ports.flatMap(a =>
      ports.filter(b => network.isCut?.(a.namespace, b.namespace) ?? false).map(b => `    iifname "${a.name}" oifname "${b.name}" drop`),
    ),
  )
  if (drops.length === 0) return ''
  return ['table bridge cuts {', '  chain forward {', '    type filter hook forward priority 0', ...drops, '  }', '}', ''].join('\n')
}

export function lanLines(lans: Lans): readonly Line[] {
  const lines: Line[] = [line('link set lo up', 'lo', ['lo'])]
  for (const [i, [segment, ports]] of [...lans].entries()) {
    lines.push(line(`link add name lan${i} type bridge stp_state 0 mcast_snooping 0 forward_delay 0`, segment, [`lan${i}`]))
    for (const { name, loose } of ports)
      lines.push(line(`link set dev ${name}${loose ? '' : ` master lan${i}`} up`, segment, [name, ...(loose ? [] : [`lan${i}`])]))
    // A frame to a card that is not there reaches nobody, as on a switch that knows all its cards.
    for (const { name, loose } of ports) if (!loose) lines.push(line(`link set dev ${name} type bridge_slave flood off`, segment, [name]))
    lines.push(line(`link set dev lan${i} up`, segment, [`lan${i}`]))
  }
  return lines
}
