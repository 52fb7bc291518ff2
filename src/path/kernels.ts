// What the kernels of a network know: connections, the memory of rules, neighbours, how long packets may be. As a value between exchanges, and as it grows during one.
import { Conntrack } from './conntrack'
import { blur, copyMemory, emptyMemory, type Memory } from './memory'
import { type Known, Neighbours } from './neighbours'
import { PathMtus } from './path-mtu'

/** What the kernels keep from one exchange to the next. */
export interface KernelState {
  readonly conntrack: ReadonlyMap<string, Conntrack>
  readonly memory: ReadonlyMap<string, Memory>
  readonly neighbours: ReadonlyMap<string, Known>
  /** How long packets may be on ways of which ICMP has told. */
  readonly pathMtus: ReadonlyMap<string, number>
  /** How many clients have hung up: who calls again has another socket. */
  readonly sockets: number
}
export const freshKernels: KernelState = {
  conntrack: new Map(),
  memory: new Map(),
  neighbours: new Map(),
  pathMtus: new Map(),
  sockets: 0,
} // prettier-ignore

/** Kernels that have forgotten every connection and know only their neighbours. */
export const forgetful = ({ neighbours }: KernelState): KernelState => ({ ...freshKernels, neighbours })

/** Kernels after every client has hung up: who calls again from the same port begins a new connection. */
export const hungUp = (kernels: KernelState): KernelState => ({
  ...kernels,
  conntrack: new Map([...kernels.conntrack].map(([name, known]) => [name, known.hungUp()])),
  sockets: kernels.sockets + 1,
})

/** The kernels while one exchange passes; those it does not pass stay as they were. */
export class Kernels {
  readonly neighbours: Neighbours
  readonly pathMtus: PathMtus
  private readonly tracked = new Map<string, Conntrack>()
  private remembered = new Map<string, Memory>()
  constructor(private readonly before: KernelState) {
    this.neighbours = new Neighbours(before.neighbours)
    this.pathMtus = new PathMtus(before.pathMtus)
  }

  get socket(): number {
    return this.before.sockets
  }

  conntrack(namespace: string): Conntrack {
    let conntrack = this.tracked.get(namespace)
    if (conntrack === undefined) this.tracked.set(namespace, (conntrack = this.before.conntrack.get(namespace)?.copy() ?? new Conntrack()))
    return conntrack
  }

  memory(namespace: string): Memory {
    let memory = this.remembered.get(namespace)
    if (memory === undefined) {
      const old = this.before.memory.get(namespace)
      this.remembered.set(namespace, (memory = old ? copyMemory(old) : emptyMemory()))
    }
    return memory
  }

  /** Does something of which rules remember nothing but what they put into ipsets. */
  unremembered(what: () => void): void {
    const { remembered } = this
    this.remembered = new Map([...remembered].map(([name, memory]) => [name, copyMemory(memory)]))
    what()
    for (const [name, memory] of remembered) memory.ipsets = this.remembered.get(name)!.ipsets
    this.remembered = remembered
  }

  /** The end of a TCP exchange: whether its connection stands. */
  settle(connected: boolean): void {
    for (const conntrack of this.tracked.values()) conntrack.settle(connected)
    for (const [name, memory] of this.remembered) blur(memory, this.before.memory.get(name))
  }

  get after(): KernelState {
    return {
      conntrack: new Map([...this.before.conntrack, ...this.tracked]),
      memory: new Map([...this.before.memory, ...this.remembered]),
      neighbours: this.neighbours.all,
      pathMtus: this.pathMtus.all,
      sockets: this.before.sockets,
    }
  }
}
