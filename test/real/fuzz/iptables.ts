// Random rules for iptables and ip6tables, of the grammar that hopspec models, as iptables-restore takes them; and the sets they ask.
import { BUILT_IN, type Hook, type TableName, TABLES } from '../../../src/linux/rule'
import type { Words } from './words'

interface Spot {
  readonly table: TableName
  /** The hooks that can reach the chain. */
  readonly hooks: readonly Hook[]
  /** Chains that rules here may jump to. */
  readonly below: readonly string[]
}

/** One text for iptables-restore; one for `ipset restore` where rules ask sets. */
export function randomIptables(words: Words): { readonly rules: string; readonly sets: string | null } {
  const { dice } = words
  const sets = dice.chance(25) ? new Sets(words) : null
  const tables = TABLES.filter(t => dice.chance(t === 'security' ? 8 : t === 'raw' ? 25 : t === 'mangle' ? 40 : 70))
  const rules = (tables.length > 0 ? tables : (['nat'] as const)).map(t => tableText(words, t, sets)).join('')
  return { rules, sets: sets && rules.includes('--match-set') ? sets.text : null }
}

/** Chains of a user's, by the hooks that may lead there. */
const USERS: Readonly<Record<TableName, readonly { readonly name: string; readonly hooks: readonly Hook[] }[]>> = {
  raw: [],
  security: [],
  mangle: [{ name: 'USER-M', hooks: BUILT_IN.mangle }],
  nat: [
    { name: 'USER-D', hooks: ['PREROUTING', 'OUTPUT'] },
    { name: 'USER-E', hooks: ['PREROUTING', 'OUTPUT'] },
    { name: 'USER-S', hooks: ['POSTROUTING'] },
  ],
  filter: [
    { name: 'USER-A', hooks: BUILT_IN.filter },
    { name: 'USER-B', hooks: BUILT_IN.filter },
  ],
}

function tableText(words: Words, table: TableName, sets: Sets | null): string {
  const { dice } = words
  const users = USERS[table].filter(() => dice.chance(60))
  const lines: string[] = []
  const fill = (chain: string, spot: Spot, most: number) => {
    for (const rule of dice.times(0, most, () => ruleText(words, spot, sets))) lines.push(`-A ${chain} ${rule}`)
  }
  const leads = (from: readonly Hook[], to: readonly Hook[]) => from.every(h => to.includes(h))
  for (const hook of BUILT_IN[table])
    fill(hook, { table, hooks: [hook], below: users.filter(u => leads([hook], u.hooks)).map(u => u.name) }, table === 'raw' ? 2 : 3)
  for (const [i, u] of users.entries())
    fill(
      u.name,
      {
        table,
        hooks: u.hooks,
        below: users
          .slice(i + 1)
          .filter(o => leads(u.hooks, o.hooks))
          .map(o => o.name),
      },
      3,
    )
  const policy = (hook: Hook) => (table === 'nat' || hook === 'OUTPUT' || !dice.chance(4) ? 'ACCEPT' : 'DROP')
  const heads = [...BUILT_IN[table].map(h => `:${h} ${policy(h)} [0:0]`), ...users.map(u => `:${u.name} - [0:0]`)]
  return `*${table}\n${heads.join('\n')}\n${lines.map(l => `${l}\n`).join('')}COMMIT\n`
}

type Proto = 'tcp' | 'udp' | 'icmp' | null

function ruleText(words: Words, spot: Spot, sets: Sets | null): string {
  const { dice, six } = words
  const parts: string[] = []
  if (dice.chance(22)) parts.push(`${words.not()}-s ${words.network()}`)
  if (dice.chance(35)) parts.push(`${words.not()}-d ${words.network()}`)
  const all = (...hooks: readonly Hook[]) => spot.hooks.every(h => hooks.includes(h))
  if (dice.chance(12) && all('PREROUTING', 'INPUT', 'FORWARD')) parts.push(`${words.not()}-i ${words.device()}`)
  if (dice.chance(12) && all('POSTROUTING', 'OUTPUT', 'FORWARD')) parts.push(`${words.not()}-o ${words.device()}`)
  const drawn = dice.weighted({ any: 45, tcp: 22, udp: 23, icmp: 10 })
  let proto: Proto = drawn === 'any' ? null : drawn
  const target = targetText(words, spot, proto)
  if (/tcp-reset/.test(target)) proto = 'tcp'
  if (portsIn(target) && proto !== 'tcp' && proto !== 'udp') proto = dice.one(['tcp', 'udp'])
  if (proto) {
    const name = proto === 'icmp' && six ? 'ipv6-icmp' : proto
    parts.push(`-p ${name}`)
    if (dice.chance(60)) parts.push(...protoMatch(words, proto))
  }
  const count = dice.weighted({ '0': 55, '1': 35, '2': 10 })
  for (let i = 0; i < Number(count); i++) parts.push(matchText(words, spot, sets, proto))
  return [...parts, target].filter(Boolean).join(' ')
}

const portsIn = (target: string): boolean => /--to-ports|\]:\d|^-j [SD]NAT \S+ [\d.]+:\d/.test(target)

function protoMatch(words: Words, proto: 'tcp' | 'udp' | 'icmp'): readonly string[] {
  const { dice, six } = words
  if (proto === 'icmp') {
    const type = six ? dice.one(['128', '129', '1', '1/4', '3']) : dice.one(['8', '0', '3', '3/1', '3/3', '11'])
    return [`-m ${six ? 'icmp6' : 'icmp'} ${words.not()}--icmp${six ? 'v6' : ''}-type ${type}`]
  }
  if (dice.chance(20)) return [`-m multiport ${words.not()}--${dice.one(['dports', 'sports', 'ports'])} ${words.port()},${words.ports()}`]
  if (proto === 'tcp' && dice.chance(15))
    return [`-m tcp ${words.not()}--tcp-flags ${dice.one(['SYN,ACK SYN', 'FIN,SYN,RST,ACK SYN', 'RST RST', 'SYN,ACK SYN,ACK', 'ACK ACK'])}`]
  return [`-m ${proto} ${words.not()}--${dice.chance(80) ? 'dport' : 'sport'} ${words.ports()}`]
}

const CT_STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT'] as const
const TYPES = ['LOCAL', 'UNICAST', 'LOCAL,UNICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'MULTICAST'] as const

function matchText(words: Words, spot: Spot, sets: Sets | null, proto: Proto): string {
  const { dice, six } = words
  const bridged = words.bridgePorts()
  const kind = dice.weighted({
    mark: 16,
    connmark: 6,
    conntrack: 16,
    state: 4,
    iprange: 4,
    ttl: 4,
    tos: 3,
    dscp: 3,
    length: 4,
    pkttype: 3,
    comment: 3,
    statistic: 7,
    addrtype: 12,
    recent: 5,
    physdev: bridged.length > 0 && (spot.hooks.includes('FORWARD') || dice.chance(50)) ? 14 : 0,
    set: sets ? 30 : 0,
  }) // prettier-ignore
  const not = () => words.not()
  switch (kind) {
    case 'mark':
    case 'connmark':
      return `-m ${kind} ${not()}--mark ${words.mark()}${dice.chance(60) ? `/${words.mark()}` : ''}`
    case 'conntrack':
      return conntrackText(words, proto)
    case 'state':
      return `-m state ${not()}--state ${dice.some(CT_STATES.slice(0, 5), 30).join(',')}`
    case 'iprange': {
      const [a, b] = six ? ['fd00::', 'fd50::'] : ['10.0.0.0', '10.100.0.0']
      return `-m iprange ${not()}--${dice.one(['src', 'dst'])}-range ${a}-${b}`
    }
    case 'ttl':
      return six
        ? `-m hl --hl-${dice.one(['eq', 'lt', 'gt'])} ${dice.one([63, 64])}`
        : `-m ttl --ttl-${dice.one(['eq', 'lt', 'gt'])} ${dice.one([63, 64])}`
    case 'tos':
      return `-m tos ${not()}--tos ${dice.one(['0x10/0xff', '0x00/0xff', '0x08/0x1e'])}`
    case 'dscp':
      return `-m dscp ${not()}--dscp ${dice.one(['0x04', '0x00', '0x0a'])}`
    case 'length':
      return `-m length ${not()}--length ${dice.one(['0:50', '37', '57', '60', '100:1500', '61:65535'])}`
    case 'pkttype':
      return `-m pkttype ${not()}--pkt-type ${dice.one(['unicast', 'broadcast', 'multicast'])}`
    case 'comment':
      return `-m comment --comment ${dice.one(['word', '"two words"', '"it\'s: \\"quoted\\""'])}`
    case 'statistic':
      return words.stateful && dice.chance(60)
        ? `-m statistic --mode nth ${not()}--every ${dice.one([2, 3])} --packet ${dice.one([0, 1])}`
        : `-m statistic --mode random ${not()}--probability ${dice.one(['1.00000000000', '0.00000000000'])}`
    case 'addrtype': {
      const limit = spot.hooks.every(h => ['PREROUTING', 'INPUT'].includes(h)) && dice.chance(20) ? ' --limit-iface-in' : ''
      return `-m addrtype ${not()}--${dice.one(['src', 'dst', 'dst'])}-type ${dice.one(six ? TYPES.slice(0, 5).filter(t => t !== 'BLACKHOLE') : TYPES)}${limit}`
    }
    case 'recent':
      return `-m recent ${dice.one([`--set`, `${not()}--rcheck`, `${not()}--update`, `${not()}--remove`, '--rcheck --hitcount 2', '--update --seconds 60'])} --name L${dice.from(1, 2)} --${dice.one(['rsource', 'rdest'])}`
    case 'physdev':
      return physdevText(words, spot, bridged)
    default:
      return sets!.question()
  }
}

function conntrackText(words: Words, proto: Proto): string {
  const { dice } = words
  const kind = dice.weighted({
    state: 45,
    direction: 8,
    status: 12,
    address: 25,
    protocol: 5,
    port: proto === 'tcp' || proto === 'udp' ? 15 : 0,
  })
  const side = dice.one(['origsrc', 'origdst', 'replsrc', 'repldst'])
  switch (kind) {
    case 'state':
      return `-m conntrack ${words.not()}--ctstate ${dice.some(CT_STATES, 22).join(',')}`
    case 'direction':
      return `-m conntrack --ctdir ${dice.one(['ORIGINAL', 'REPLY'])}`
    case 'status':
      return `-m conntrack ${words.not()}--ctstatus ${dice.some(['SEEN_REPLY', 'ASSURED', 'CONFIRMED'], 35).join(',')}`
    case 'protocol':
      return `-m conntrack ${words.not()}--ctproto ${dice.one(['tcp', 'udp'])}`
    case 'port':
      return `-m conntrack ${words.not()}--ct${side}port ${words.port()}`
    default:
      return `-m conntrack ${words.not()}--ct${side} ${words.address()}`
  }
}

function physdevText(words: Words, spot: Spot, ports: readonly string[]): string {
  const { dice } = words
  const port = dice.one(ports)
  const ways = [`--physdev-is-in`, `--physdev-in ${port}`]
  if (spot.hooks.every(h => h === 'FORWARD' || h === 'POSTROUTING'))
    ways.push('--physdev-is-bridged', `--physdev-is-bridged --physdev-out ${port}`)
  return `-m physdev ${words.not()}${dice.one(ways)}`
}

function targetText(words: Words, spot: Spot, proto: Proto): string {
  const { dice, six } = words
  const { table, hooks } = spot
  const jump = spot.below.length > 0 && dice.chance(30) ? `-${dice.chance(80) ? 'j' : 'g'} ${dice.one(spot.below)}` : undefined
  if (jump) return jump
  const common = () =>
    dice.weighted({ '-j ACCEPT': 20, '-j RETURN': 8, '': 8, [markText(words)]: 22, '-j NFLOG': 2, '-j LOG --log-prefix "x "': 3 })
  switch (table) {
    case 'raw':
      return dice.weighted({ '-j CT --notrack': 25, '-j DROP': 4, [common()]: 60 })
    case 'mangle':
      return dice.weighted({ [mangleText(words)]: 65, '-j DROP': 3, [common()]: 30 })
    case 'filter': {
      const codes = six
        ? [
            'icmp6-no-route',
            'icmp6-adm-prohibited',
            'icmp6-addr-unreachable',
            'icmp6-port-unreachable',
            'icmp6-policy-fail',
            'icmp6-reject-route',
          ]
        : [
            'icmp-net-unreachable',
            'icmp-host-unreachable',
            'icmp-port-unreachable',
            'icmp-proto-unreachable',
            'icmp-net-prohibited',
            'icmp-host-prohibited',
            'icmp-admin-prohibited',
          ]
      const code = proto === 'tcp' && dice.chance(45) ? 'tcp-reset' : dice.one(codes)
      return dice.weighted({ '-j DROP': 14, [`-j REJECT --reject-with ${code}`]: 20, [common()]: 60 })
    }
    case 'security':
      return dice.weighted({ '-j DROP': 10, '-j ACCEPT': 50, '': 40 })
    default:
      return dice.chance(25) ? common() : natTarget(words, hooks)
  }
}

const markText = (words: Words): string => `-j MARK --set-xmark ${words.mark()}/${words.dice.one(['0xffffffff', words.mark()])}`

function mangleText(words: Words): string {
  const { dice, six } = words
  const masks = `--nfmask ${dice.one(['0xffffffff', '0x4000'])} --ctmask ${dice.one(['0xffffffff', '0x4000'])}`
  return dice.one([
    markText(words),
    markText(words),
    `-j CONNMARK --set-xmark ${words.mark()}/${dice.one(['0xffffffff', words.mark()])}`,
    `-j CONNMARK --save-mark ${masks}`,
    `-j CONNMARK --restore-mark ${masks}`,
    `-j DSCP --set-dscp ${dice.one(['0x04', '0x0a'])}`,
    `-j TOS --set-tos ${dice.one(['0x10/0xff', '0x00/0xff', '0x08/0x0f'])}`,
    six
      ? `-j HL --hl-${dice.one(['set 33', 'inc 1', 'dec 1', 'set 1'])}`
      : `-j TTL --ttl-${dice.one(['set 33', 'inc 1', 'dec 1', 'set 1'])}`,
  ])
}

function natTarget(words: Words, hooks: readonly Hook[]): string {
  const { dice, six } = words
  const spoken = (ip: string, port: string) => (port === '' ? ip : six ? `[${ip}]${port}` : `${ip}${port}`)
  const port = () => (dice.chance(55) ? `:${dice.one([80, 53, 8080, 8080])}` : '')
  const netmap = `-j NETMAP --to ${six ? dice.one(['fd44:1::/64', 'fd00:1::/64']) : dice.one(['10.244.1.0/24', '10.0.1.0/24'])}`
  if (hooks.every(h => h === 'PREROUTING' || h === 'OUTPUT'))
    return dice.weighted({
      [`-j DNAT --to-destination ${spoken(words.target(), port())}`]: 70,
      [`-j REDIRECT${dice.chance(60) ? ` --to-ports ${dice.one([80, 53, 8080])}` : ''}`]: 18,
      [netmap]: 8,
    })
  const source = dice.chance(70) ? dice.one(words.plan.own) : words.address()
  const snat = `-j SNAT --to-source ${spoken(source, dice.chance(15) ? ':41000' : '')}`
  if (hooks.includes('INPUT')) return snat
  return dice.weighted({ '-j MASQUERADE': 50, [snat]: 40, [netmap]: 6 })
}

/** Sets of every kind that hopspec models, with members that packets of this network have. */
class Sets {
  readonly text: string
  private readonly named: { readonly name: string; readonly dimensions: number }[] = []

  constructor(private readonly words: Words) {
    const { dice, six, long } = words
    const family = six ? ' family inet6' : ' family inet'
    const lines: string[] = []
    const proto = () => dice.one([`tcp:${words.port()}`, `udp:${words.port()}`, six ? 'ipv6-icmp:128/0' : 'icmp:8/0'])
    const make = (name: string, type: string, dimensions: number, member: () => string) => {
      this.named.push({ name, dimensions })
      lines.push(`create ${name} ${type}${family} hashsize 1024 maxelem 65536`)
      const members = new Map(dice.times(1, 3, member).map(m => [m.replaceAll(`/${long}`, '').replace(' nomatch', ''), m]))
      for (const m of members.values()) lines.push(`add ${name} ${m}`)
    }
    const net = () => (dice.chance(50) ? `${words.address()}/${long}` : words.network().replace(/\/0$/, '/1'))
    const kinds = dice.some(['ip', 'net', 'ipport', 'netport', 'ipportip', 'ipportnet'], 40)
    if (kinds.includes('ip')) make('S-IP', 'hash:ip', 1, () => words.address())
    if (kinds.includes('net')) make('S-NET', 'hash:net', 1, () => `${net()}${dice.chance(20) ? ' nomatch' : ''}`)
    if (kinds.includes('ipport')) make('S-IPP', 'hash:ip,port', 2, () => `${words.address()},${proto()}`)
    if (kinds.includes('netport')) make('S-NETP', 'hash:net,port', 2, () => `${net()},${proto()}`)
    if (kinds.includes('ipportip')) make('S-IPI', 'hash:ip,port,ip', 3, () => `${words.address()},${proto()},${words.address()}`)
    if (kinds.includes('ipportnet')) make('S-IPN', 'hash:ip,port,net', 3, () => `${words.address()},${proto()},${net()}`)
    if (dice.chance(30)) {
      lines.push('create S-LIST list:set size 8', ...this.named.map(s => `add S-LIST ${s.name}`))
      this.named.push({ name: 'S-LIST', dimensions: 1 })
    }
    this.text = lines.map(l => `${l}\n`).join('')
  }

  question(): string {
    const { dice } = this.words
    const { name, dimensions } = dice.one(this.named)
    const asked = dice.chance(90) ? dimensions : dice.from(1, 3)
    const directions = Array.from({ length: asked }, (_, i) => (dice.chance(75) ? (i === 2 ? 'src' : 'dst') : 'src'))
    return `-m set ${this.words.not()}--match-set ${name} ${directions.join(',')}${dice.chance(6) ? ' --return-nomatch' : ''}`
  }
}
