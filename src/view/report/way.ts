// The way of a packet as a metro line: boxes (namespaces) with stations (devices, programs) and chips (what happened there).
// In: the hops of a trace. Out: what the pictures draw. Single rules are only counted here; the hop table names them.
import { never } from '../../error'
import type { HopJson, StepJson } from '../../trace/json'

type ChipKind = 'dnat' | 'snat' | 'route' | 'encapsulate' | 'decapsulate' | 'policy' | 'rules' | 'arrived' | 'lost'

interface Chip {
  readonly kind: ChipKind
  readonly text: string
  readonly title: string
}

export interface Station {
  readonly label: string
  readonly process: boolean
  readonly chips: readonly Chip[]
  /** The packet when it goes on from here; the inner one where a tunnel wraps it. */
  readonly source: string
  readonly destination: string
  /** The outer header, `A → B`, where the packet goes on inside a tunnel. */
  readonly outer: string | null
}

export interface Box {
  readonly kind: 'node' | 'pod' | 'client' | 'namespace'
  readonly name: string
  readonly in: string
  readonly stations: readonly Station[]
}

/** One machine: a node with the pods on it, a client, a bare namespace. */
export interface Machine {
  readonly name: string
  readonly kind: Box['kind']
  readonly boxes: readonly Box[]
}

interface Ending {
  readonly good: boolean
  readonly text: string
  readonly title: string
}

/** `pod/default/web-1` is a pod named `default/web-1`; the default namespace is left out. */
export function placeOf(text: string): { readonly kind: Box['kind']; readonly name: string } {
  const [head = '', ...rest] = text.split('/')
  const name = rest.join('/')
  if (head === 'pod') return { kind: 'pod', name: name.replace(/^default\//, '') }
  if (head === 'node' || head === 'client') return { kind: head, name }
  return { kind: 'namespace', name: head === 'namespace' ? name : text }
}

interface Draft {
  label: string
  process: boolean
  /** Opened by a route that a later one (after DNAT in OUTPUT) may correct. */
  tentative: boolean
  chips: Chip[]
  rules: number
  source: string
  destination: string
  outer: string | null
}

/** The packet as it travels, inner header and tunnel. */
interface Header {
  source: string
  destination: string
  outer: string | null
}

/** Machines in the order of the way; the last station says how it ended. */
export function wayOf(hops: readonly HopJson[], ending: Ending): readonly Machine[] {
  const header: Header = { source: '', destination: '', outer: null }
  const boxes = hops.map(hop => ({ ...placeOf(hop.in), in: hop.in, node: hop.node, drafts: draftsOf(hop, header) }))
  const last = boxes.at(-1)?.drafts.at(-1)
  last?.chips.push({ kind: ending.good ? 'arrived' : 'lost', text: ending.text, title: ending.title })
  const machines: { name: string; kind: Box['kind']; node: string | null; boxes: Box[] }[] = []
  for (const { kind, name, in: place, node, drafts } of boxes) {
    const box: Box = { kind, name, in: place, stations: drafts.map(stationOf) }
    const machine = machines.at(-1)
    if (machine && node !== null && machine.node === node) machine.boxes.push(box)
    else machines.push({ name: node ?? name, kind: node === null ? kind : 'node', node, boxes: [box] })
  }
  return machines
}

function stationOf(draft: Draft): Station {
  const { label, process, source, destination, outer } = draft
  const rules: Chip[] = draft.rules
    ? [{ kind: 'rules', text: draft.rules === 1 ? '1 rule' : `${draft.rules} rules`, title: `${draft.rules} rules matched here` }]
    : []
  return { label, process, source, destination, outer, chips: [...rules, ...draft.chips] }
}

function draftsOf(hop: HopJson, header: Header): Draft[] {
  const drafts: Draft[] = []
  const open = (label: string, process = false, tentative = false): Draft => {
    const draft = { label, process, tentative, chips: [], rules: 0, ...header }
    drafts.push(draft)
    return draft
  }
  /** The station of this device: the current one if it is that device, else a new one. */
  const at = (label: string): Draft => {
    const current = drafts.at(-1)
    if (current?.label === label && !current.process) return Object.assign(current, { tentative: false })
    if (current) current.tentative = false
    return open(label)
  }
  for (const step of hop.steps) {
    if (header.outer === null && step.kind !== 'encapsulate') Object.assign(header, addresses(step))
    const station = stationFor(step, drafts, open, at)
    apply(step, station, header)
    if (step.kind === 'decapsulate') Object.assign(header, addresses(step))
    Object.assign(station, header)
    if (step.kind === 'route' && !step.local) {
      if (station.tentative) station.label = step.device
      else if (station.label !== step.device) open(step.device, false, true)
    }
  }
  return drafts
}

const addresses = (step: StepJson) => ({ source: step.packet.source, destination: step.packet.destination })

function stationFor(
  step: StepJson,
  drafts: readonly Draft[],
  open: (label: string, process?: boolean) => Draft,
  at: (label: string) => Draft,
): Draft {
  switch (step.kind) {
    case 'send':
      return open('program', true)
    case 'receive':
      return open(step.device)
    case 'transmit':
    case 'encapsulate':
    case 'decapsulate':
      return at(step.device)
    case 'bridge':
      return at(step.bridge)
    case 'deliver':
      return open(step.listener ?? (step.packet.protocol.startsWith('icmp') ? 'kernel' : 'program'), true)
    default:
      return drafts.at(-1) ?? open('kernel', true)
  }
}

function apply(step: StepJson, station: Draft, header: Header): void {
  const chip = (kind: ChipKind, text: string, title: string) => station.chips.push({ kind, text, title })
  switch (step.kind) {
    case 'rule':
      station.rules += 1
      return
    case 'dnat':
    case 'snat':
      if (header.outer !== null) header.outer = `${step.packet.source} → ${step.packet.destination}`
      chip(
        step.kind,
        header.outer === null ? step.after : `outer ${step.after}`,
        `${step.kind} by ${step.by}: ${step.before} becomes ${step.after}`,
      )
      return
    case 'route':
      if (!step.local) chip('route', step.device, `route: out of ${step.device}${step.gateway ? ` via ${step.gateway}` : ''}`)
      return
    case 'encapsulate':
      header.outer = step.outer.replace('->', '→')
      chip('encapsulate', step.tunnel, `wrapped into ${step.tunnel}: ${header.outer}`)
      return
    case 'decapsulate':
      header.outer = null
      chip('decapsulate', step.tunnel, `taken out of ${step.tunnel}`)
      return
    case 'policy':
      if (step.policy !== 'ACCEPT') chip('policy', `${step.chain} ${step.policy}`, `policy of ${step.table} ${step.chain}: ${step.policy}`)
      return
    case 'send':
    case 'receive':
    case 'bridge':
    case 'conntrack':
    case 'forward':
    case 'transmit':
    case 'deliver':
    case 'reject':
    case 'drop':
      return
    default:
      never(step)
  }
}

/** How a way ended, for its last chip. */
export const endingOf = (fate: string, why: string | null): Ending => ({
  good: fate === 'delivered',
  text: fate,
  title: why ?? fate,
})

/** The namespace that a machine itself is; `node/master` for the node around its pods. */
export const placeOfMachine = ({ kind, name, boxes }: Machine): string => (kind === 'node' ? `node/${name}` : (boxes[0]?.in ?? ''))
