// A network namespace while plugins work on it: its devices, their addresses, its routes and sysctls.
import type { Route } from '../../linux/program'
import type { GivenAddress } from './attachment'

export interface CniAddress extends GivenAddress {
  /** Written with its broadcast address, as the plugins do and `ip addr add` does not. */
  readonly broadcast?: true
  readonly nodad?: true
  /** The kernel made it of the device's first MAC. */
  readonly ofMac?: string
}

export interface CniDevice {
  readonly name: string
  readonly kind: 'loopback' | 'ethernet' | 'veth' | 'bridge'
  mtuBytes: number
  up: boolean
  mac: string
  /** A bridge that was given its MAC keeps it; another one has the lowest of its ports. */
  macKept: boolean
  promiscuous: boolean
  /** A bridge says that it has a carrier until its first port comes. */
  hadPorts: boolean
  addresses: readonly CniAddress[]
  /** Where it is a port of a bridge. */
  port: { readonly bridge: string; readonly hairpin: boolean; readonly isolated: boolean } | null
  /** The other end, in another namespace. */
  readonly peer?: { readonly space: string; readonly name: string }
  /** `ipv4.forwarding` → 1, where it is not the kernel's default. */
  readonly sysctls: Map<string, number>
}

/** A network namespace: the machine's own, or a container's. */
export interface CniSpace {
  readonly name: string
  /** In the order in which they came. */
  devices: readonly CniDevice[]
  /** All of them, the kernel's too, as they were added. */
  routes: readonly Route[]
  /** `net.ipv4.ip_forward` and what `all` and `default` have, like a device's. */
  readonly sysctls: Map<string, number>
}
