// A sample by its seed and number: a network, rules in it, and flows.
import { Dice } from './dice'
import { randomFlows } from './flows'
import { randomIptables } from './iptables'
import { randomNetwork } from './networks'
import { randomNftables } from './nftables'
import type { Plan, Sample, SpaceDoc } from './sample'
import { Words } from './words'

/** The same for the same seed and number. */
export function draw(seed: number, number: number): Sample {
  const dice = new Dice(`${seed}/${number}`)
  const plan = randomNetwork(dice)
  const stateful = dice.chance(25)
  const kind = dice.weighted({ iptables: 60, nftables: 30, both: 7, none: 3 })
  for (const [name, space] of Object.entries(plan.spaces)) addRules(dice, plan, name, space, kind, stateful)
  return { spaces: plan.spaces, stateful, flows: randomFlows(dice, plan, stateful ? dice.from(4, 10) : dice.from(12, 20), stateful) }
}

function addRules(dice: Dice, plan: Plan, name: string, space: SpaceDoc, kind: string, stateful: boolean): void {
  if (kind === 'none' || name === 'lan' || !dice.chance(plan.routers.includes(name) ? 92 : 25)) return
  const words = new Words(dice, plan, space, stateful)
  if (kind !== 'nftables') {
    const { rules, sets } = randomIptables(words)
    space[plan.family === 'ipv6' ? 'ip6tables' : 'iptables'] = rules
    if (sets !== null) space.ipset = sets
  }
  if (kind !== 'iptables') space.nftables = randomNftables(words)
}
