// The end of a packet that says nothing to its sender.
import type { Machine } from './machine'
import type { Skb } from './skb'
import type { Loss, Walk } from './walk'

/** Ends the packet here, with the step that says so. */
export function drop(walk: Walk, machine: Machine, skb: Skb, loss: Loss): void {
  walk.emit(machine, skb, { kind: 'drop', why: loss.why })
  walk.lose(machine, skb, loss)
}
