// What a server block of CoreDNS does, as data: its plugins in the order in which CoreDNS asks them, which is not the order in which they are written.
import type { Ip } from '../addr/ip'
import type { LabelSelector } from '../apply/object'
import type { Rcode, RecordType } from './record'

/** Zones in which a name that a plugin does not know goes on to the next; null: in none. */
export type Fallthrough = readonly string[] | null

export interface KubernetesPlugin {
  readonly plugin: 'kubernetes'
  readonly zones: readonly string[]
  readonly pods: 'disabled' | 'insecure' | 'verified'
  readonly ttl: number
  readonly fallthrough: Fallthrough
  /** null: all. */
  readonly namespaces: readonly string[] | null
  readonly labels: LabelSelector | null
  readonly namespaceLabels: LabelSelector | null
  readonly ignoreEmptyService: boolean
  readonly endpointPodNames: boolean
  readonly endpoints: boolean
}

export interface HostsPlugin {
  readonly plugin: 'hosts'
  readonly zones: readonly string[]
  readonly lines: readonly { readonly ip: Ip; readonly names: readonly string[] }[]
  readonly ttl: number
  readonly reverse: boolean
  readonly fallthrough: Fallthrough
}

export type NameMatch = 'exact' | 'prefix' | 'suffix' | 'substring' | 'regex'

/** What happens to names of an answer after the question's was rewritten. */
export interface AnswerRewrite {
  readonly of: 'name' | 'value'
  readonly from: RegExp
  readonly to: string
}

export type RewriteRule =
  | {
      readonly field: 'name'
      readonly match: NameMatch
      readonly from: string
      readonly to: string
      /** Whether the answer's names become those of the question again. */
      readonly auto: boolean
      readonly answers: readonly AnswerRewrite[]
      readonly goesOn: boolean
    }
  | { readonly field: 'type'; readonly from: RecordType; readonly to: RecordType; readonly goesOn: boolean }
  | {
      readonly field: 'rcode'
      readonly match: NameMatch
      readonly name: string
      readonly from: Rcode
      readonly to: Rcode
      readonly goesOn: boolean
    }
  /** Options of EDNS0, and classes that nobody asks for: no answer depends on them, but a rule that applies ends the list. */
  | { readonly field: 'nothing'; readonly applies: boolean; readonly goesOn: boolean }
  | {
      readonly field: 'ttl'
      readonly match: NameMatch
      readonly from: string
      readonly least: number
      readonly most: number
      readonly goesOn: boolean
    }

export interface RewritePlugin {
  readonly plugin: 'rewrite'
  readonly rules: readonly RewriteRule[]
}

export interface TemplatePlugin {
  readonly plugin: 'template'
  /** ANY matches every type. */
  readonly type: RecordType
  readonly zones: readonly string[]
  readonly match: readonly RegExp[]
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED'
  readonly answers: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
  readonly fallthrough: Fallthrough
}

export interface ForwardPlugin {
  readonly plugin: 'forward'
  readonly zone: string
  readonly to: readonly string[]
  readonly except: readonly string[]
}

export interface CachePlugin {
  readonly plugin: 'cache'
  readonly zones: readonly string[]
  /** Longest and shortest stay, in seconds. */
  readonly success: { readonly most: number; readonly least: number }
  readonly denial: { readonly most: number; readonly least: number }
  /** How long failures of the server stay; 0: not at all. */
  readonly failureSeconds: number
  /** Zones whose answers, and whose refusals, are not kept. */
  readonly noSuccess: readonly string[]
  readonly noDenial: readonly string[]
}

export interface AutopathPlugin {
  readonly plugin: 'autopath'
  readonly zones: readonly string[]
}

/** Shuffles the addresses of every answer. */
interface LoadbalancePlugin {
  readonly plugin: 'loadbalance'
}

export type Plugin =
  | LoadbalancePlugin
  | CachePlugin
  | RewritePlugin
  | AutopathPlugin
  | TemplatePlugin
  | HostsPlugin
  | KubernetesPlugin
  | ForwardPlugin

/** CoreDNS' own order (its plugin.cfg): who is asked first. */
const ORDER = ['loadbalance', 'cache', 'rewrite', 'autopath', 'template', 'hosts', 'kubernetes', 'forward'] as const

/** The plugins as CoreDNS asks them; those of one kind stay in the order of the file. */
export const inOrder = (plugins: readonly Plugin[]): readonly Plugin[] =>
  [...plugins].sort((a, b) => ORDER.indexOf(a.plugin) - ORDER.indexOf(b.plugin))

/** One server block: the zones it answers for. */
export interface Block {
  readonly zones: readonly string[]
  readonly port: number
  readonly plugins: readonly Plugin[]
}
