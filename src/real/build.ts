// From a Network to namespaces that stand, and away with them again.
// ip, bridge, iptables-restore, nft and ipset run in the namespaces by the helper; only making and deleting namespaces goes from outside.
import type { Ip } from '../addr/ip'
import type { Network, Program } from '../linux/program'
import { Agent } from './agent'
import { Builder } from './builder'
import { type Rights, run } from './guard'
import { Numbers } from './numbers'
import { type Plan, planOf, type RuleTexts, type Space, spacesOf, textsOf } from './plan'
import { clean, endRun, newRun, type Run } from './registry'
import { takeRights } from './rights'

export interface BuildOptions {
  /** The namespaces wanted; all of the network when absent. */
  readonly names?: readonly string[]
  /** The texts to load for a Program; its own rules when absent. */
  readonly texts?: (program: Program) => RuleTexts
  /** The back end of iptables for Programs whose texts do not come from `texts`; nft when absent. */
  readonly backend?: 'nft' | 'legacy'
  /** The lesser ones that suffice when absent. */
  readonly rights?: Rights['how']
  /** Rights that the caller took and will end; nothing is taken then, and leftovers of dead runs are the caller's too. */
  readonly held?: Rights
}

/** A network that stands on this machine. */
export interface Built {
  readonly rights: Rights['how']
  readonly agent: Agent
  readonly network: Network
  readonly plan: Plan
  /** What is loaded now, by namespace. */
  readonly texts: Map<number, RuleTexts>
  /** A folder of the run's own, gone with it. */
  readonly folder: string
  /** Addresses that nobody has, with what the kernel said where it knows no neighbour for them. */
  readonly nobody: Map<Ip, readonly string[]>
  readonly standing: Standing
  /** The Program's namespace by its number. */
  nameOf(number: number): string
  numberOf(name: string): number | undefined
  /** Ends the helper and deletes every namespace. Twice does no harm. */
  close(): void
}

/** What holds the namespaces of a run, whichever network is in them. */
export interface Standing {
  readonly rights: Rights
  readonly run: Run
  readonly numbers: Numbers
  /** The namespaces that are there. */
  readonly alive: Set<number>
  readonly options: BuildOptions
}

/** Builds a network; throws every object that the kernel refused, with nothing left behind. Leftovers of dead runs go first. */
export function build(network: Network, options: BuildOptions = {}): Built {
  const rights = options.held ?? takeRights(options.rights)
  if (options.held === undefined) clean()
  const standing = { rights, run: newRun(), numbers: new Numbers(), alive: new Set([0]), options }
  const ended = ending(standing)
  try {
    const spaces = spacesOf(network, options.names ?? network.names, standing.numbers)
    const plan = planOf(network, spaces, standing.run.prefix, standing.numbers)
    for (const { number } of spaces) standing.alive.add(number)
    namespaces(
      standing,
      [...standing.alive].map(n => `add ${plan.prefix}-${n}`),
    )
    const agent = Agent.start(rights, standing.run)
    ended.agent = agent
    const texts = textsFor(spaces, options)
    const builder = new Builder(agent, { plan, first: true, fresh: spaces, settled: spaces, loaded: texts, listening: spaces })
    builder.build()
    for (const n of builder.legacy) texts.set(n, { ...texts.get(n)!, backend: 'legacy' })
    return builtOf(network, plan, texts, agent, standing, ended.close)
  } catch (error) {
    ended.close()
    throw error
  }
}

export function builtOf(
  network: Network,
  plan: Plan,
  texts: Map<number, RuleTexts>,
  agent: Agent,
  standing: Standing,
  close: () => void,
): Built {
  const names = new Map(plan.spaces.map(s => [s.number, s.program.name]))
  const numbers = new Map(plan.spaces.map(s => [s.program.name, s.number]))
  return {
    rights: standing.rights.how,
    agent,
    network,
    plan,
    texts,
    folder: standing.run.folder,
    nobody: new Map(),
    standing,
    nameOf: number => names.get(number)!,
    numberOf: name => numbers.get(network.program(name)?.name ?? ''),
    close,
  }
}

export const textsFor = (spaces: readonly Space[], options: BuildOptions): Map<number, RuleTexts> =>
  new Map(spaces.map(s => [s.number, (options.texts ?? defaultTexts(options.backend))(s.program)]))

const defaultTexts =
  (backend: 'nft' | 'legacy' = 'nft') =>
  (program: Program): RuleTexts => ({ ...textsOf(program), backend })

/** Makes and deletes namespaces, a line each. */
export function namespaces({ rights, run: own }: Standing, lines: readonly string[]): void {
  const done = run(rights, ['ip', '-batch', '-'], lines.map(line => `netns ${line}\n`).join(''), own.held)
  if (done.exit !== 0) throw new Error(`no network namespaces: ${done.stderr}`)
}

function ending({ rights, run: own, alive, options }: Standing): { agent: Agent | null; close(): void } {
  let open = true
  const ended: { agent: Agent | null; close(): void } = {
    agent: null,
    close: () => {
      if (!open) return
      open = false
      ended.agent?.close()
      const lines = [...alive].map(n => `netns del ${own.prefix}-${n}\n`)
      run(rights, ['ip', '-force', '-batch', '-'], lines.join(''), own.held)
      endRun(own)
      if (options.held === undefined) rights.end()
    },
  }
  return ended
}
