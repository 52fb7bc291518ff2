// The later packets of a connection on their way: they go like any other but leave no step; what counts is whether they arrive, and what ends them.
import { isOfFlow, type Packet } from '../linux/packet'
import type { StepDetail } from '../linux/step'
import { resetFor } from './answer'
import { output } from './ip-out'
import type { Machine } from './machine'
import type { Skb } from './skb'
import type { Loss, Lost, Walk } from './walk'

/** A RST about a later packet: by a rule, or by a machine that knows nothing of the connection. */
interface Reset {
  readonly machine: Machine
  readonly about: Skb
  readonly byRule: boolean
}

/** What became of one that was sent. */
interface Followed {
  readonly to: End
  arrived: boolean
  lost: Lost | null
}

/** One end of the connection: its machine, and a packet as its socket hears them. */
export interface End {
  readonly machine: Machine
  readonly hears: Packet
}

export class Late {
  /** Machines where one of them began a connection: there nat's rules see more than the first packet. */
  readonly begun = new Set<string>()
  /** The first RST that one of them was answered with. */
  private reset: Reset | null = null
  private followed: Followed | null = null
  /** How many of them have arrived. */
  arrived = 0

  /** `finish` goes on until nothing is under way. */
  constructor(
    private readonly walk: Walk,
    private readonly finish: () => void,
  ) {}

  /** Whether one is on its way. */
  get isOn(): boolean {
    return this.followed !== null
  }

  /** Sends one; the loss where it does not arrive. */
  send(from: Machine, to: End, skb: Skb): Lost | null {
    const { arrived, lost } = this.follow(to, () => output(this.walk, from, skb))
    if (arrived) return null
    const silence: Loss = { kind: 'dropped', why: 'a later packet of the connection is lost' }
    return lost ?? { ...silence, leg: skb.leg, in: from.name, packet: skb.packet, local: false }
  }

  /** Whether the RST about one of them, which ends its connection wherever it passes, comes back to who sent the packet. */
  isReset(sender: End): boolean {
    if (this.reset === null) return false
    const { machine, about, byRule } = this.reset
    return this.follow(sender, () => resetFor(this.walk, machine, about, byRule)).arrived
  }

  private follow(to: End, send: () => void): Followed {
    const followed: Followed = { to, arrived: false, lost: null }
    this.followed = followed
    send()
    this.finish()
    this.followed = null
    return followed
  }

  note(machine: Machine, detail: StepDetail): void {
    if (detail.kind === 'conntrack' && detail.state === 'NEW') this.begun.add(machine.name)
  }

  lose(machine: Machine, skb: Skb, loss: Loss): void {
    if (this.followed) this.followed.lost ??= { ...loss, leg: skb.leg, in: machine.name, packet: skb.packet, local: false }
  }

  arrive(machine: Machine, skb: Skb): void {
    const { to } = this.followed!
    if (machine === to.machine && isOfFlow(skb.packet, to.hears)) {
      this.followed!.arrived = true
      this.arrived++
    } else this.refuse(machine, skb, false)
  }

  refuse(machine: Machine, about: Skb, byRule: boolean): void {
    this.reset ??= { machine, about, byRule }
  }
}
