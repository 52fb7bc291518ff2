// What random rules speak of: the addresses, ports, devices and marks of the network at hand, so that rules and packets meet.
import type { Dice } from './dice'
import type { Plan, SpaceDoc } from './sample'

export const PORTS = [80, 53, 8080, 99] as const
export const MARKS = ['0x1', '0x2', '0x4000'] as const

/** The choices of one namespace's rules. */
export class Words {
  readonly six: boolean
  readonly long: number
  constructor(
    readonly dice: Dice,
    readonly plan: Plan,
    readonly space: SpaceDoc,
    /** Flows follow one another: matches that count may be used. */
    readonly stateful: boolean,
  ) {
    this.six = plan.family === 'ipv6'
    this.long = this.six ? 128 : 32
  }

  /** An address of the network, or one that nobody has. */
  address(): string {
    return this.dice.chance(70) ? this.dice.one(this.plan.own) : this.dice.one(this.plan.nobodys)
  }

  /** Where a translation may lead: mostly somewhere that answers. */
  target(): string {
    const { dice, plan } = this
    return dice.chance(90) ? dice.one(plan.own) : this.address()
  }

  network(): string {
    const all = this.six
      ? ['fd00::/16', 'fd00:1::/64', 'fd44::/16', 'fd44:1::/64', 'fd96::/16', 'fd01::/64', '::/0']
      : ['10.0.0.0/8', '10.0.1.0/24', '10.244.0.0/16', '10.244.1.0/24', '10.96.0.0/16', '192.168.1.0/24', '0.0.0.0/0']
    return this.dice.chance(55) ? `${this.address()}/${this.long}` : this.dice.one(all)
  }

  device(): string {
    return this.dice.one(Object.keys(this.space.devices).concat('lo'))
  }

  /** Ports of the bridges here. */
  bridgePorts(): readonly string[] {
    return Object.entries(this.space.devices).flatMap(([name, d]) => (d.master ? [name] : []))
  }

  port(): number {
    return this.dice.one(PORTS)
  }

  ports(): string {
    return this.dice.chance(70) ? String(this.port()) : this.dice.one(['50:90', '1:1023', '8000:9000', '40000:40010'])
  }

  mark(): string {
    return this.dice.one(MARKS)
  }

  /** `! ` once in a while. */
  not(percent = 18): string {
    return this.dice.chance(percent) ? '! ' : ''
  }
}
