// Random small networks: a star around a router, or one to three nodes on a LAN with pods behind bridges or cables, and tunnels between them.
import type { Dice } from './dice'
import type { DeviceDoc, Family, Plan, SpaceDoc } from './sample'

/** A network without rules. */
export function randomNetwork(dice: Dice): Plan {
  const family: Family = dice.chance(75) ? 'ipv4' : 'ipv6'
  const plan: Plan = { family, spaces: {}, own: [], nobodys: [], routers: [] }
  const made = dice.chance(40) ? new Star(dice, plan) : new Nodes(dice, plan)
  made.build()
  for (const name of plan.routers) specialRoutes(dice, plan, plan.spaces[name]!)
  plan.nobodys.push(...virtual(family))
  return plan
}

/** Addresses that only rules and special routes know. */
const virtual = (family: Family): readonly string[] =>
  family === 'ipv4'
    ? ['10.96.0.10', '10.96.0.10', '10.96.0.20', '10.97.0.5', '203.0.113.9', '127.0.0.1']
    : ['fd96::10', 'fd96::10', 'fd96::20', 'fd97::5', '2001:db8::9', '::1']

const LISTENERS: NonNullable<SpaceDoc['listeners']> = [
  { protocol: 'tcp', port: 80 },
  { protocol: 'udp', port: 53 },
  { protocol: 'tcp', port: 8080 },
  { protocol: 'udp', port: 8080 },
]

class Maker {
  private macs = 0
  constructor(
    protected readonly dice: Dice,
    protected readonly plan: Plan,
  ) {}

  protected get six(): boolean {
    return this.plan.family === 'ipv6'
  }

  protected space(name: string): SpaceDoc {
    const { dice } = this
    const listeners = LISTENERS.filter(() => dice.chance(85))
    return (this.plan.spaces[name] ??= { devices: {}, routes: [], ...(listeners.length > 0 ? { listeners } : {}) })
  }

  protected device(space: string, name: string, doc: DeviceDoc): DeviceDoc {
    const mac = { mac: `02:00:00:00:00:${(++this.macs).toString(16).padStart(2, '0')}` }
    const made = { ...doc, ...mac }
    this.space(space).devices[name] = made
    this.plan.own.push(...(doc.addresses ?? []).map(a => a.replace(/\/.*/, '')).filter(a => !a.startsWith('fe80')))
    return made
  }

  protected cable(a: string, aDevice: string, aDoc: Partial<DeviceDoc>, b: string, bDevice: string, bDoc: Partial<DeviceDoc>): void {
    const mtu = this.dice.chance(6) ? { mtu: this.dice.one(this.six ? [1400, 1450] : [1280, 1400]) } : {}
    this.device(a, aDevice, { kind: 'veth', peer: `${b}/${bDevice}`, ...mtu, ...aDoc })
    this.device(b, bDevice, { kind: 'veth', peer: `${a}/${aDevice}`, ...mtu, ...bDoc })
  }

  protected route(space: string, text: string): void {
    this.space(space).routes!.push(this.six ? `-6 ${text}` : text)
  }

  /** A machine that forwards, with settings that decide what it lets through. */
  protected router(name: string): void {
    const { dice, plan } = this
    plan.routers.push(name)
    const sysctls: Record<string, number> = {}
    const set = (percent: number, key: string, value: number) => {
      if (dice.chance(percent)) sysctls[key] = value
    }
    if (this.six) set(92, 'net.ipv6.conf.all.forwarding', 1)
    else {
      set(92, 'net.ipv4.ip_forward', 1)
      set(25, 'net.ipv4.conf.all.rp_filter', dice.from(1, 2))
      set(15, 'net.ipv4.conf.all.route_localnet', 1)
      set(10, 'net.ipv4.conf.all.accept_local', 1)
      set(10, 'net.ipv4.conf.all.src_valid_mark', 1)
      set(4, 'net.ipv4.ip_default_ttl', 32)
    }
    set(35, `net.bridge.bridge-nf-call-ip${this.six ? '6' : ''}tables`, 0)
    this.space(name).sysctls = sysctls
  }

  /** More addresses: on lo, and second ones on a device. */
  protected moreAddresses(name: string, other: (host: number) => string): void {
    const { dice, plan } = this
    const { devices } = this.space(name)
    const [host, virtualOne] = this.six ? ['fd99::1/128', 'fd96::20/128'] : ['10.99.0.1/32', '10.96.0.20/32']
    if (dice.chance(15)) devices.lo = { kind: 'loopback', addresses: [dice.one([host, virtualOne])] }
    const last = Object.values(devices).findLast(d => d.addresses?.length)
    if (last && dice.chance(20)) {
      last.addresses!.push(other(9))
      plan.own.push(other(9).replace(/\/.*/, ''))
    }
  }
}

/** Hosts, each on a cable of its own to one router; sometimes one has a second cable. */
class Star extends Maker {
  private at = (net: number, host: number): string => (this.six ? `fd00:${net}::${host}` : `10.0.${net}.${host}`)
  private with = (net: number, host: number): string => `${this.at(net, host)}/${this.six ? 64 : 24}`

  build(): void {
    const { dice, plan } = this
    const hosts = ['a', 'b', 'c'].slice(0, dice.from(1, 3))
    this.router('r')
    for (const [i, host] of hosts.entries()) {
      const net = i + 1
      this.cable(host, 'eth0', { addresses: [this.with(net, 2)] }, 'r', `eth${net}`, { addresses: [this.with(net, 1)] })
      this.route(host, `default via ${this.at(net, 1)}`)
    }
    if (dice.chance(35)) {
      this.cable('a', 'eth1', { addresses: [this.with(5, 2)] }, 'r', 'eth5', { addresses: [this.with(5, 1)] })
      if (dice.chance(50)) this.secondWay()
    }
    this.moreAddresses('r', host => this.with(hosts.length, host))
    this.moreAddresses('a', host => this.with(1, host))
    plan.nobodys.push(this.at(1, 99))
  }

  /** Policy routes that choose the second cable. */
  private secondWay(): void {
    const { dice } = this
    const six = this.six ? '-6 ' : ''
    const which = dice.one([
      `from ${this.at(5, 2)}`,
      `fwmark 0x1`,
      `fwmark 0x4000/0x4000`,
      `to ${this.at(2, 0)}/${this.six ? 64 : 24}`,
      'iif lo',
    ])
    this.space('a').policyRules = [`${six}${which} lookup 100`]
    this.space('a').routes!.push(`${six}default via ${this.at(5, 1)} table 100`)
  }
}

type PodNetwork = 'bridge' | 'cables' | 'none'

/** Machines on a LAN, a client beside them; pods behind each, reached through tunnels or routes. */
class Nodes extends Maker {
  private at = (host: number): string => (this.six ? `fd01::${host}` : `192.168.1.${host}`)
  private pod = (node: number, host: number): string => (this.six ? `fd44:${node}::${host === 0 ? 'f0' : host}` : `10.244.${node}.${host}`)
  private readonly long = this.six ? 128 : 32
  private readonly pods = this.six ? 64 : 24

  build(): void {
    const { dice, plan } = this
    const count = dice.from(1, 3)
    const over = dice.weighted({ vxlan: 40, routes: 40, none: 20 })
    this.space('lan').listeners = undefined
    delete this.space('lan').listeners
    this.device('lan', 'sw', { kind: 'bridge' })
    this.space('lan').sysctls = { 'net.bridge.bridge-nf-call-iptables': 0, 'net.bridge.bridge-nf-call-ip6tables': 0 }
    const join = (name: string, host: number) =>
      this.cable(name, 'eth0', { addresses: [`${this.at(host)}/${this.pods}`] }, 'lan', `p${host}`, { master: 'sw' })
    for (let n = 1; n <= count; n++) {
      this.router(`node${n}`)
      join(`node${n}`, 200 + n)
      this.behind(n, dice.weighted<PodNetwork>({ bridge: 65, cables: 25, none: 10 }))
    }
    join('client', 50)
    this.route('client', `default via ${this.at(201)}`)
    for (let n = 1; n <= count; n++) this.towardsOthers(n, count, over)
    for (let n = 1; n <= count; n++) this.moreAddresses(`node${n}`, host => `${this.pod(n, host)}/${this.long}`)
    plan.nobodys.push(this.at(99), this.pod(1, 99))
  }

  /** Pods of one node. */
  private behind(n: number, network: PodNetwork): void {
    const { dice } = this
    const node = `node${n}`
    const gateway = this.six ? 'fe80::1' : '169.254.1.1'
    if (network === 'bridge') this.device(node, 'cni0', { kind: 'bridge', addresses: [`${this.pod(n, 1)}/${this.pods}`] })
    for (let p = 1; p <= (network === 'none' ? 0 : dice.from(1, 2)); p++) {
      const [name, address] = [`pod${n}${p}`, this.pod(n, p + 1)]
      if (network === 'bridge') {
        const port = { master: 'cni0', ...(dice.chance(50) ? { hairpin: true } : {}), ...(dice.chance(5) ? { isolated: true } : {}) }
        this.cable(name, 'eth0', { addresses: [`${address}/${this.pods}`] }, node, `veth${p}`, port)
        this.route(name, `default via ${this.pod(n, 1)}`)
        continue
      }
      this.cable(name, 'eth0', { addresses: [`${address}/${this.long}`] }, node, `cali${p}`, this.six ? { addresses: ['fe80::1/128'] } : {})
      this.route(name, `${gateway} dev eth0 scope link`)
      this.route(name, `default via ${gateway} dev eth0`)
      this.route(node, `${address} dev cali${p} scope link`)
      if (!this.six) this.space(node).sysctls![`net.ipv4.conf.cali${p}.proxy_arp`] = 1
    }
  }

  /** How a node reaches the pods of others. */
  private towardsOthers(n: number, count: number, over: 'vxlan' | 'routes' | 'none'): void {
    const node = `node${n}`
    const others = [1, 2, 3].filter(o => o <= count && o !== n)
    const network = (o: number) => `${this.six ? `fd44:${o}::` : `10.244.${o}.0`}/${this.pods}`
    const mac = (o: number) => `02:00:00:00:0f:0${o}`
    if (over === 'vxlan' && others.length > 0) {
      const own = { id: 1, local: this.at(200 + n), device: 'eth0', port: 8472, addresses: [`${this.pod(n, 0)}/${this.long}`] }
      this.device(node, 'flannel.1', { kind: 'vxlan', ...own })
      this.space(node).devices['flannel.1']!.mac = mac(n)
      this.space(node).neighbours = others.map(o => `${this.pod(o, 0)} lladdr ${mac(o)} dev flannel.1`)
      this.space(node).fdb = others.map(o => `${mac(o)} dev flannel.1 dst ${this.at(200 + o)} self permanent`)
      for (const o of others) this.route(node, `${network(o)} via ${this.pod(o, 0)} dev flannel.1 onlink`)
    }
    if (over === 'routes') for (const o of others) this.route(node, `${network(o)} via ${this.at(200 + o)}`)
    if (this.dice.chance(50)) this.route(node, `default via ${this.at(50)}`)
  }
}

/** Routes that refuse, source hints, metrics, and policy rules with a table of their own. */
function specialRoutes(dice: Dice, plan: Plan, space: SpaceDoc): void {
  const six = plan.family === 'ipv6' ? '-6 ' : ''
  const [net, low] = six ? ['fd97::/16', 'fd96::/16'] : ['10.97.0.0/16', '10.96.0.0/16']
  const word = () => dice.one(['blackhole', 'unreachable', 'prohibit', 'throw'])
  if (dice.chance(25)) space.routes!.push(`${six}${word()} ${net}`)
  if (dice.chance(8)) space.routes!.push(`${six}${word()} ${low}`)
  const via = space.routes!.find(r => / via /.test(r))
  const device = dice.one(Object.keys(space.devices).filter(d => d !== 'lo'))
  if (!dice.chance(25)) return
  const host = dice.one(plan.own)
  const which = dice.one([`from ${host}`, `to ${host}`, 'fwmark 0x1', 'fwmark 0x4000/0x4000', `iif ${device}`, 'not fwmark 0x1', 'iif lo'])
  const action = dice.weighted({ 'lookup 100': 60, blackhole: 10, unreachable: 10, prohibit: 20 })
  space.policyRules = [...(space.policyRules ?? []), `${six}${which} ${action}`]
  if (action !== 'lookup 100') return
  const route = dice.one([
    via ? `${via.replace(/^-6 /, '').replace(/ metric \d+| table \d+/, '')}` : `${word()} default`,
    `${word()} ${net}`,
    `default dev ${device}`,
  ])
  space.routes!.push(`${six}${route} table 100`)
}
