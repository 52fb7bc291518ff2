// Everything that a rule may look at, gathered for one packet at one hook.
import type { Machine } from './machine'
import type { Asked, Where } from './match'
import type { Skb } from './skb'
import type { Walk } from './walk'

export const whatIsAsked = (walk: Walk, machine: Machine, skb: Skb, where: Where, everyPacket: boolean): Asked => ({
  skb,
  everyPacket,
  where,
  fib: machine.fib,
  ipsets: machine.ipsets,
  chooser: walk.chooser,
  memory: walk.memory(machine.name),
  machine,
  client: walk.client(machine),
})
