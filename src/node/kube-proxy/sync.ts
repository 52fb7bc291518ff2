// One sync of kube-proxy's iptables mode: what it runs, what it feeds to iptables-restore, and what the kernel holds afterwards.
// Failing commands, the lock and counters are not simulated. Upstream: syncProxyRules, full and partial.
import { compareText } from '../../cluster/state'
import { type KernelTables, addRule, copyTables, deleteChain, ensureRule, newChain, tableOf } from '../kernel-tables'
import { lineText, lineWords } from '../words'
import { type Emission, OWN_CHAIN, type Writer } from './emission'
import { type Jump, JUMPS } from './jumps'
import { writeRules13 } from './rules-v1.13'
import { writeRules35 } from './rules-v1.35'
import { portsToHold, staleConnections } from './old-calls'
import type { ServicePort } from './service-port'
import { type ProxyView, localhostNodePorts } from './view'

/** Above so many endpoints of a family a v1.35 kube-proxy leaves comments out. */
const LARGE_CLUSTER_ENDPOINTS = 1000
/** How long stale chains may stay in a large cluster: the recordings' syncPeriod, kube-proxy's default is 30 s. */
const SYNC_PERIOD_MS = 3_600_000

/** What kube-proxy remembers between syncs. */
export interface ProxyMemory {
  /** What the last sync was made from. */
  readonly ports: readonly ServicePort[]
  /** Open nodePorts of a v1.13 kube-proxy, as `open-port` tells them, with their numbers. */
  readonly open: ReadonlyMap<string, number>
  readonly cleanedMs: number
}

export interface Sync {
  readonly kernel: KernelTables
  readonly memory: ProxyMemory
  readonly emission: Emission
  /** The input of iptables-restore. */
  restore(): string
  /** Every command, one a line. */
  readonly calls: string
}

/** What a sync begins from; `memory` null: the first one of this kube-proxy. */
interface SyncStart {
  readonly kernel: KernelTables
  readonly memory: ProxyMemory | null
  readonly full: boolean
  readonly nowMs: number
  /** The restore text will be asked for: its lines are kept meanwhile. */
  readonly keepText?: boolean
  /** What another node's first sync wrote, where it is the same for this one. */
  readonly emission?: Emission
}

/** How the generations of kube-proxy differ in what they do around their rules. */
interface Generation {
  readonly write: (view: ProxyView) => Writer
  readonly partial: boolean
  readonly opensPorts: boolean
  begin(view: ProxyView, run: Run): void
  /** The tables that are read before writing. */
  readonly saves: readonly string[]
}

interface Run {
  readonly kernel: KernelTables
  readonly tool: string
  readonly calls: string[]
}

const ROUTE_LOCALNET = 'sysctl -w net.ipv4.conf.all.route_localnet=1'
const CANARY = 'KUBE-PROXY-CANARY'

const OLD: Generation = {
  write: writeRules13,
  partial: false,
  opensPorts: true,
  saves: ['filter', 'nat'],
  begin: (_view, { tool, calls }) => void calls.push(`${tool} --version`, `${tool}-restore --version`, ROUTE_LOCALNET),
}
const GENERATIONS: Readonly<Record<ProxyView['facts']['jumps'], Generation>> = {
  'v1.13.0': OLD,
  'v1.13.6': OLD,
  'v1.35': {
    write: writeRules35,
    partial: true,
    opensPorts: false,
    saves: ['nat'],
    begin: (view, { kernel, tool, calls }) => {
      calls.push(`${tool} --version`)
      if (localhostNodePorts(view)) calls.push(ROUTE_LOCALNET)
      for (const table of ['mangle', 'nat', 'filter'] as const) {
        newChain(kernel, table, CANARY)
        calls.push(`${tool} -w 5 -N ${CANARY} -t ${table}`)
      }
    },
  },
}

/** Whether this kube-proxy writes net.ipv4.conf.all.route_localnet=1 on its node. */
export const setsRouteLocalnet = (view: ProxyView): boolean => view.facts.routeLocalnet === 'always' || localhostNodePorts(view)

/** Carries out one sync. */
export function syncIptables(view: ProxyView, start: SyncStart): Sync {
  const generation = GENERATIONS[view.facts.jumps]
  const kernel = copyTables(start.kernel)
  const run: Run = { kernel, tool: view.family === 'ipv4' ? 'iptables' : 'ip6tables', calls: [] }
  const full = start.memory === null || start.full || !generation.partial
  if (start.memory === null) generation.begin(view, run)
  if (full) for (const jump of JUMPS[view.facts.jumps]) ensureJump(jump, run)

  const unchanged = full ? () => false : unchangedSince(start.memory!.ports, view.ports)
  const large = generation.partial && view.ports.reduce((n, s) => n + s.endpoints.length, 0) > LARGE_CLUSTER_ENDPOINTS
  const write = (keepLines: boolean) => generation.write(view)({ unchanged, large, keepLines })
  const emission = start.emission ?? write(start.keepText === true)
  const cleans = !large || start.memory === null || start.nowMs - start.memory.cleanedMs > SYNC_PERIOD_MS
  const stale = cleans ? staleChains(kernel, emission) : []
  if (cleans) for (const table of generation.saves) run.calls.push(`${run.tool}-save -t ${table}`)

  const open = generation.opensPorts ? portsToHold(view) : new Map<string, number>()
  const held = start.memory?.open ?? new Map<string, number>()
  const opened = [...open].filter(([port]) => !held.has(port))
  for (const [port] of opened) run.calls.push(`open-port ${port}`)
  for (const number of new Set(opened.filter(([port]) => port.startsWith('udp ')).map(([, number]) => number)))
    run.calls.push(`/usr/sbin/conntrack -D -p udp --dport ${number}   # exit 1`)
  run.calls.push(`${run.tool}-restore -w 5 --noflush --counters`)
  for (const [port] of held) if (!open.has(port)) run.calls.push(`close-port ${port}`)
  if (generation.opensPorts) run.calls.push(...staleConnections(start.memory?.ports ?? [], view.ports))

  load(kernel, emission, stale)
  return {
    kernel,
    emission,
    memory: { ports: view.ports, open, cleanedMs: cleans ? start.nowMs : (start.memory?.cleanedMs ?? start.nowMs) },
    restore: () => restoreText(emission.nat.lines ? emission : write(true), stale),
    calls: `${run.calls.join('\n')}\n`,
  }
}

function ensureJump({ table, chain, line }: Jump, { kernel, tool, calls }: Run): void {
  const words = lineWords(line).replaceAll(/"([^"]*)"/g, "'$1'")
  const made = newChain(kernel, table, chain)
  calls.push(`${tool} -w 5 -N ${chain} -t ${table}${made ? '' : '   # exit 1'}`)
  const there = ensureRule(kernel, table, line.chain, line.rule, 'first')
  calls.push(`${tool} -w 5 -C ${line.chain} -t ${table} ${words}${there ? '' : '   # exit 1'}`)
  if (!there) calls.push(`${tool} -w 5 -I ${line.chain} -t ${table} ${words}`)
}

function staleChains(kernel: KernelTables, { active }: Emission): readonly string[] {
  return [...tableOf(kernel, 'nat').keys()].filter(c => OWN_CHAIN.test(c) && !active.has(c)).sort(compareText)
}

function restoreText(e: Emission, stale: readonly string[]): string {
  const chain = (name: string) => `:${name} - [0:0]`
  return [
    '*filter',
    ...e.filterChains.map(chain),
    ...(e.filter.lines ?? []).map(lineText),
    'COMMIT',
    '*nat',
    ...e.natChains.map(chain),
    ...stale.map(chain),
    ...(e.nat.lines ?? []).map(lineText),
    ...stale.map(c => `-X ${c}`),
    ...e.natTail.map(lineText),
    'COMMIT',
    '',
  ].join('\n')
}

/** iptables-restore --noflush: a chain line empties its chain, every other chain stays. */
function load(kernel: KernelTables, e: Emission, stale: readonly string[]): void {
  const filter = tableOf(kernel, 'filter')
  const nat = tableOf(kernel, 'nat')
  for (const chain of e.filterChains) filter.set(chain, e.filter.byChain.get(chain) ?? [])
  for (const chain of e.natChains) nat.set(chain, e.nat.byChain.get(chain) ?? [])
  for (const l of e.natTail) addRule(kernel, 'nat', l.chain, l.rule, 'last')
  for (const chain of stale) deleteChain(kernel, 'nat', chain)
}

/** Which Services have chains made from the same as before: a partial sync leaves those as they are. */
function unchangedSince(before: readonly ServicePort[], now: readonly ServicePort[]): (service: string) => boolean {
  const [a, b] = [fingerprints(before), fingerprints(now)]
  return service => a.get(service) === b.get(service)
}

function fingerprints(ports: readonly ServicePort[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
  for (const { origin: _, ...s } of ports) texts.set(s.service, `${texts.get(s.service) ?? ''}${JSON.stringify(s, plain)}`)
  return texts
}
