// The real dataplane of a whole run: one network stands at a time, and is built anew only when it is another one than before.
import { createHash } from 'node:crypto'
import type { Network, Program } from '../linux/program'
import { type BuildOptions, type Built, build } from './build'
import { Observatory } from './observe'
import type { Rights } from './guard'
import { planOf, spacesOf, textsOf } from './plan'
import { rebuilt } from './rebuild'
import { clean } from './registry'
import { takeRights } from './rights'

/** Close it at the end of the run; what is killed before is cleaned up by the next start. */
export class KernelSession {
  private standing: { readonly key: string; readonly built: Built; readonly eyes: Observatory } | null = null
  private held: Rights | null = null
  /** How many networks were built. */
  builds = 0
  /** How many networks became another. */
  changes = 0

  constructor(private readonly options: Omit<BuildOptions, 'held'> = {}) {}

  /** The eyes on a network like this one. */
  on(network: Network): Observatory {
    const key = keyOf(network)
    if (this.standing?.key === key) return this.standing.eyes
    const built = this.become(network) ?? this.anew(network)
    this.standing = { key, built, eyes: new Observatory(built) }
    return this.standing.eyes
  }

  /** The network in the namespaces of the one that stands, where there is one that may become another. */
  private become(network: Network): Built | null {
    if (this.standing === null || this.standing.key === '') return null
    try {
      const built = rebuilt(this.standing.built, network)
      if (built !== null) this.changes++
      return built
    } catch {
      // What the kernel refuses is told when all is built anew.
      return null
    }
  }

  private anew(network: Network): Built {
    this.down()
    this.builds++
    return build(network, { ...this.options, held: this.rights() })
  }

  /** The eyes on a network that will become another one: built anew, and not used again. */
  onChanging(network: Network): Observatory {
    this.down()
    const eyes = this.on(network)
    if (this.standing) this.standing = { ...this.standing, key: '' }
    return eyes
  }

  /** Taken once for all networks. */
  private rights(): Rights {
    if (this.held === null) {
      this.held = takeRights(this.options.rights)
      clean()
    }
    return this.held
  }

  private down(): void {
    this.standing?.built.close()
    this.standing = null
  }

  close(): void {
    this.down()
    this.held?.end()
    this.held = null
  }
}

const KEYS = new WeakMap<Network, string>()

/** Equal for networks of which nothing on a machine would differ. */
function keyOf(network: Network): string {
  const known = KEYS.get(network) ?? madeKey(network)
  KEYS.set(network, known)
  return known
}

function madeKey(network: Network): string {
  const spaces = spacesOf(network, network.names)
  const plan = planOf(network, spaces, 'hopspec')
  const relays = (program: Program) => program.devices.flatMap(d => (d.kind === 'tun' ? [[d.name, d.mtuBytes, d.relay]] : []))
  const own = spaces.map(({ program }) => [program.name, textsOf(program), program.listeners, program.sysctls, relays(program)])
  const text = JSON.stringify(
    [plan.cables, plan.cuts, [...plan.own], [...plan.rules.ipv4], [...plan.rules.ipv6], [...plan.fdb], own],
    (name, v) => (name === 'counted' ? undefined : typeof v === 'bigint' ? `${v}` : v),
  )
  return createHash('sha256').update(text).digest('hex')
}
