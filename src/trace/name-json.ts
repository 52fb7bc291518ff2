// A lookup as a trace tells it: what the resolver asked and was answered, and the way of the packets that carried it.
import type { DnsLookupJson } from '../dns/json'
import type { OutcomeJson } from './json'

/** The ways of packets to one name server, over one transport. */
export interface DnsPathJson {
  /** `10.96.0.10:53`. */
  readonly server: string
  readonly transport: 'udp' | 'tcp'
  /** Every way that a question of a fresh socket can go. */
  readonly outcomes: readonly OutcomeJson[]
}

/** One way that a lookup can go. */
export interface DnsWayJson {
  readonly probability: { readonly fraction: string; readonly decimal: number }
  /** As the program said it. */
  readonly name: string
  readonly lookup: DnsLookupJson
  readonly nameservers: readonly string[]
  /** For each question that the client sent, in order: its path, and which outcome of it this way took. */
  readonly sent: readonly { readonly path: number; readonly outcome: number }[]
  readonly paths: readonly DnsPathJson[]
  /** Time lost to timeouts, in milliseconds. */
  readonly tookMs: number
}
