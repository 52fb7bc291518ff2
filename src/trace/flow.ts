// A flow that is ready to be sent, and the scene that it is sent through.
import type { Network } from '../linux/program'
import type { Request } from '../path/client'
import type { FlowJson, OutcomeJson, DnsWayJson } from './json'
import type { NameQuery, NameSource } from './lookup'

/** A flow ready to send: the words it was asked with, and the request they mean. */
export interface Flow {
  readonly words: FlowJson
  readonly request: Request
  /** What the client calls the server, for curl's words: a name or an address. */
  readonly host: string
  /** A name to look up first; the destination of `request` is then what a lookup without packets gives. */
  readonly lookup?: NameQuery
}

/** What a trace needs to know of the network beside its machines. */
export interface Scene {
  readonly network: Network
  /** The node whose machine a namespace is on; null for clients. */
  nodeOf(namespace: string): string | null
  /** Who resolves names and how; without it no flow has one. */
  readonly names?: NameSource
  /** One sentence for people about an outcome that is not good: the cause in the user's objects, and what to change. `dns`: the lookup that gave no address. */
  explain?(flow: Flow, outcome: OutcomeJson, dns?: DnsWayJson): string | null
}
