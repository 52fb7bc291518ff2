// Who listens on a machine: the socket that a packet comes to. Stands for the lookup of inet_hashtables.c and udp.c.
import { bitsOf, familyOf } from '../addr/ip'
import { hasPorts, type Packet } from '../linux/packet'
import type { Listener } from '../linux/program'
import type { Machine } from './machine'

/** The program that would take the packet: one bound to its very address before one bound to all. */
export function listenerFor(machine: Machine, p: Packet): Listener | undefined {
  if (!hasPorts(p)) return undefined
  const fits = machine.program.listeners.filter(l => l.protocol === p.protocol && l.port === p.destinationPort)
  return (
    fits.find(l => l.address === p.destination) ??
    fits.find(
      l => l.address === null || (bitsOf(familyOf(l.address)) === bitsOf(familyOf(p.destination)) && (l.address === 0 || l.address === 0n)),
    )
  )
}
