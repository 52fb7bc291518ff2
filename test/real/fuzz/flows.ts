// Random flows: from every namespace, to addresses of the network, virtual, missing and unroutable ones, loopback and the sender itself.
import type { Dice } from './dice'
import type { FlowDoc, Plan } from './sample'
import { PORTS } from './words'

const FIRST_PORT = 40_001

export function randomFlows(dice: Dice, plan: Plan, count: number, stateful: boolean): FlowDoc[] {
  const flows: FlowDoc[] = []
  for (let i = 0; i < count; i++) {
    const before = flows.at(-1)
    flows.push(stateful && before && dice.chance(45) ? again(dice, plan, before, i) : oneFlow(dice, plan, i))
  }
  return flows
}

const spoken = (plan: Plan, ip: string, protocol: string, port: number): string =>
  protocol === 'icmp' ? ip : plan.family === 'ipv6' ? `[${ip}]:${port}` : `${ip}:${port}`

function oneFlow(dice: Dice, plan: Plan, i: number): FlowDoc {
  const from = dice.one(Object.keys(plan.spaces).filter(s => s !== 'lan'))
  const space = plan.spaces[from]!
  const protocol = dice.weighted({ udp: 45, tcp: 30, icmp: 25 })
  const to = dice.chance(65) ? dice.one(plan.own) : dice.one(plan.nobodys)
  const port = protocol === 'tcp' ? dice.one([80, 80, 8080, 99]) : protocol === 'udp' ? dice.one([53, 53, 8080, 99]) : 0
  const own = Object.values(space.devices)
    .flatMap(d => d.addresses ?? [])
    .map(a => a.replace(/\/.*/, ''))
    .filter(a => !/^fe80/.test(a))
  const devices = Object.keys(space.devices).filter(d => space.devices[d]!.addresses && d !== 'lo')
  return {
    from: `namespace/${from}`,
    to: spoken(plan, to, protocol, dice.chance(90) ? port : dice.one(PORTS)),
    protocol,
    sourcePort: FIRST_PORT + i,
    ...(own.length > 1 && dice.chance(20) ? { source: dice.one(own) } : {}),
    ...(dice.chance(8) ? { ttl: dice.one([1, 2, 3]) } : {}),
    ...(dice.chance(8) ? { mark: dice.one([1, 2, 0x4000]) } : {}),
    ...(dice.chance(4) ? { tos: dice.one([0x10, 0x28]) } : {}),
    ...(devices.length > 0 && dice.chance(4) ? { device: dice.one(devices) } : {}),
    ...(protocol !== 'tcp' && dice.chance(6) ? { size: dice.one([60, 100, 1300, 1420, 1500]), dontFragment: dice.chance(70) } : {}),
  }
}

/** The same again, from elsewhere, to elsewhere, or backwards: what connection tracking and lists remember. */
function again(dice: Dice, plan: Plan, before: FlowDoc, i: number): FlowDoc {
  const other = oneFlow(dice, plan, i)
  switch (dice.weighted({ same: 35, port: 20, from: 20, to: 15, other: 10 })) {
    case 'same':
      return { ...before }
    case 'port':
      return { ...before, sourcePort: FIRST_PORT + i }
    case 'from': {
      const { source: _, device: _d, ...rest } = before
      return { ...rest, from: other.from }
    }
    case 'to':
      return { ...before, to: other.protocol === before.protocol ? other.to : before.to }
    default:
      return other
  }
}
