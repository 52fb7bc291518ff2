// CoreDNS: a question in, its answer out, with every lookup that the server made of itself meanwhile. In: a State and its Corefile. Not simulated: EDNS0, DNSSEC, zone transfers.
import type { Ip } from '../addr/ip'
import type { State } from '../cluster/state'
import { never } from '../error'
import { askAutopath } from './autopath'
import { type Kept, keep, keptAnswer, stayOf, withTtl } from './cache'
import { readCorefile } from './corefile'
import { corefileOf } from './corefile-of'
import { askForward } from './forward'
import { askHosts } from './hosts-plugin'
import { askKubernetes } from './kubernetes'
import { absolute, canBeAsked, normal, zoneOf } from './name'
import type { Block, Plugin } from './plugin'
import { type Answer, bareAnswer, type Exchange, type Question } from './record'
import { rewrite } from './rewrite'
import { askTemplate } from './template'
import { ownAddresses } from './own-addresses'

/** A server that runs: what it serves, from which state. */
export interface Server {
  readonly state: State
  readonly blocks: readonly Block[]
  /** The zones of all blocks that listen on port 53. */
  readonly zones: readonly string[]
}

/** Who asks, and what the server remembers. */
export interface Asking {
  /** The client's address, for plugins that look at it. */
  readonly client?: Ip
  /** Answers that stay until their time is over; without it every answer is fresh. */
  readonly kept?: Kept
}

/** Where clients ask; blocks that listen elsewhere never answer them. */
const DNS_PORT = 53

const SERVERS = new WeakMap<State, Server>()

/** The CoreDNS of a cluster; throws with what its Corefile has that hopspec does not read. */
export function serverOf(state: State): Server {
  const known = SERVERS.get(state)
  if (known) return known
  const { text, file } = corefileOf(state)
  const blocks = readCorefile(text, file).filter(b => b.port === DNS_PORT)
  const server = { state, blocks, zones: blocks.flatMap(b => b.zones) }
  SERVERS.set(state, server)
  return server
}

/** How often a server may ask itself for one question. */
const MOST_OWN_LOOKUPS = 16

/** One question, and the log of it: the server's own lookups first, as CoreDNS logs them. */
export function ask(server: Server, question: Question, asking: Asking = {}): readonly Exchange[] {
  const log: Exchange[] = []
  answer(server, question, asking, log, 0)
  return log
}

function answer(server: Server, question: Question, asking: Asking, log: Exchange[], depth: number): Answer {
  const asked = { ...question, name: absolute(question.name) }
  const own =
    depth > MOST_OWN_LOOKUPS ? bareAnswer('SERVFAIL', 'the server asks itself without end') : served(server, asked, asking, log, depth)
  log.push({ question: asked, answer: own })
  return own
}

function served(server: Server, question: Question, asking: Asking, log: Exchange[], depth: number): Answer {
  if (!canBeAsked(question.name)) return bareAnswer('FORMERR', 'the name is too long to be asked')
  const name = normal(question.name)
  const zone = zoneOf(server.zones, name)
  const block = zone === undefined ? undefined : server.blocks.find(b => b.zones.includes(zone))
  if (block === undefined) return bareAnswer('REFUSED', 'no server block of the Corefile has this zone')
  const run = new Run(server, asking, log, depth, block.plugins)
  return run.from(0, question)
}

/** One question on its way through the plugins of a block. */
class Run {
  constructor(
    private readonly server: Server,
    private readonly asking: Asking,
    private readonly log: Exchange[],
    private readonly depth: number,
    private readonly plugins: readonly Plugin[],
  ) {}

  /** The answer of the plugins from the n-th on. */
  from(n: number, question: Question): Answer {
    const plugin = this.plugins[n]
    if (plugin === undefined) return bareAnswer('SERVFAIL', 'no plugin of the Corefile answers this name')
    return this.by(plugin, n, question) ?? this.from(n + 1, question)
  }

  private by(plugin: Plugin, n: number, question: Question): Answer | undefined {
    switch (plugin.plugin) {
      case 'loadbalance':
        return undefined
      case 'cache': {
        const { nowMs } = this.server.state
        const known = keptAnswer(this.asking.kept, question, nowMs)
        if (known) return known
        const fresh = this.from(n + 1, question)
        const stay = stayOf(plugin, question, fresh)
        if (stay === null) return fresh
        if (stay.stays && stay.seconds > 0) keep(this.asking.kept, question, fresh, stay.seconds, nowMs)
        return withTtl(fresh, stay.seconds)
      }
      case 'rewrite': {
        const changed = rewrite(plugin.rules, question)
        return changed.revert(this.from(n + 1, changed.question))
      }
      case 'autopath':
        return askAutopath(plugin, question, this.asking.client, this.server.state, q => this.from(n + 1, q))
      case 'template':
        return askTemplate(plugin, question, q => this.lookUp(q))
      case 'hosts':
        return askHosts(plugin, question)
      case 'kubernetes':
        return askKubernetes(plugin, question, {
          state: this.server.state,
          own: ownAddresses(this.server.state),
          lookup: q => this.lookUp(q),
        })
      case 'forward':
        return askForward(plugin, question, this.server.state)
      default:
        return never(plugin)
    }
  }

  /** What the server answers itself. */
  private lookUp(question: Question): Answer {
    return answer(this.server, question, this.asking, this.log, this.depth + 1)
  }
}

/** Whether answers come in another order each time. */
export const shuffles = (server: Server): boolean => server.blocks.some(b => b.plugins.some(p => p.plugin === 'loadbalance'))
