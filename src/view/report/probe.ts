// What steps attach to a run, as JSON: probes, findings, the topology, the timeline. In: written by steps/. Out: all that the report draws.
import type { Difference } from '../../real/compare'
import type { Fate } from '../../trace/fate'
import type { HopJson, OutcomeJson, TraceJson } from '../../trace/json'

export const PROBE = 'application/vnd.hopspec.probe+json'
export const FINDING = 'application/vnd.hopspec.finding+json'
export const TOPOLOGY = 'application/vnd.hopspec.topology+json'
export const TIMELINE = 'application/vnd.hopspec.timeline+json'

/** One When that sent something: every way it could go, and what a sample of requests did. */
export interface ProbeJson {
  /** The command as a person would type it: `curl http://192.168.1.200:31298`. */
  readonly title: string
  readonly trace: TraceJson
  readonly sample: SampleJson | null
  /** Lookups before the request as the report shows them, in place of the trace's `dns`: made when the report is written. */
  readonly lookups?: readonly ShownLookup[]
  /** Index of the outcome that a single request took; null when all count alike. */
  readonly chosen: number | null
  /** Which dataplane made the trace; absent: the simulator. */
  readonly dataplane?: 'real'
  /** Of the real dataplane: the fates that each outcome could have had, for all that a kernel shows. */
  readonly possible?: readonly (readonly Fate[])[]
  /** What the other dataplane did with the same request, where a run has both. */
  readonly kernel?: KernelJson
}

/** One probe on this machine's kernel, beside what the simulator says. */
export type KernelJson =
  /** Counted apart, never as passed. */
  | { readonly compared: false; readonly why: string }
  | {
      readonly compared: true
      /** The outcome of the trace that is nearest to what the kernel did. */
      readonly way: number
      /** What the sender saw, and who received it, in words. */
      readonly saw: readonly string[]
      /** Empty where both dataplanes agree. */
      readonly differences: readonly Difference[]
      /** The namespace where they part; null where they agree, or part in no place. */
      readonly parts: string | null
      readonly hops: readonly HopJson[]
      /** What a kernel does not show, in words. */
      readonly notCompared: readonly string[]
      /** Many requests, counted by end, against the exact shares; null for one. */
      readonly counted: CountedEnds | null
    }

/** `p`: how probable counts at least this far off are, if the shares are right; null where no share leaves it to chance. */
export interface CountedEnds {
  readonly times: number
  readonly p: number | null
  readonly alpha: number
  readonly ends: readonly { readonly end: string; readonly expected: number; readonly count: number }[]
}

/** A lookup; `name` is null where nothing was sent but its questions. */
export interface ShownLookup {
  readonly name: string | null
  readonly html: string
  readonly paths: readonly ShownPath[]
}

/** The way of a lookup's questions to one server. */
export interface ShownPath {
  readonly text: string
  readonly outcome: OutcomeJson
}

/** Requests drawn with the seeded generator. */
export interface SampleJson {
  readonly times: number
  readonly seed: number
  /** `low` and `high`: the interval of the share, 0 … 1, that the count speaks for. `place` as in `answeredBy`, or a fate. */
  readonly counts: readonly { readonly place: string; readonly count: number; readonly low: number; readonly high: number }[]
}

/** Why a Then failed. */
export interface FindingJson {
  readonly expected: string
  readonly actual: string
  /** One sentence: the cause. */
  readonly why: string | null
  /** What to write instead, with its place: `deploy.yaml:23 containerPort 80 → 8080`. */
  readonly change: string | null
  /** Tables of cells; the first row is the head. */
  readonly expectedHops?: readonly (readonly string[])[]
  readonly actualHops?: readonly (readonly string[])[]
  /** Index of the first row that differs, 0 is the first row below the head. */
  readonly firstDifference?: number
}

/** The cluster that a scenario ran on. */
export interface TopologyJson {
  readonly nodes: readonly {
    readonly name: string
    readonly role: string
    readonly addresses: readonly string[]
    readonly podCIDRs: readonly string[]
    readonly pods: readonly { readonly name: string; readonly namespace: string; readonly ip: string }[]
  }[]
  readonly clients: readonly { readonly name: string; readonly address: string }[]
  readonly services: readonly {
    readonly name: string
    readonly namespace: string
    readonly type: string
    readonly clusterIP: string
    readonly ports: string
  }[]
  readonly version: string
  readonly proxyMode: string
  readonly cni: string
}

/** One write of a component, or what it said of an object as an Event. */
export interface WriteJson {
  /** The resourceVersion that it got. */
  readonly id: number
  readonly atMs: number
  /** The component; `kubectl` for a person. */
  readonly by: string
  /** Its node, where it runs on each. */
  readonly node: string | null
  readonly did: 'created' | 'changed' | 'deleted' | 'said'
  /** `Pod default/web-1`. */
  readonly object: string
  /** What is new in it; may be empty. */
  readonly what: string
  /** The write that the component heard of and answered; null for a person, and where its time had come. */
  readonly cause: number | null
  /** The object of that write, which may be older than the timeline. */
  readonly after: string | null
}

/** What was written in virtual time, in order. */
export interface TimelineJson {
  readonly events: readonly WriteJson[]
  /** Later writes that are counted only. */
  readonly more: number
}
