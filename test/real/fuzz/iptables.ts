// Random rules for iptables and ip6tables, of the grammar that hopspec models, as iptables-restore takes them; and the sets they ask.
import { BUILT_IN, type Hook, type TableName, TABLES } from '../../../src/linux/rule'
import { matchText, type Proto, protoMatch, type Spot } from './iptables-match'
import type { Words } from './words'

/** One text for iptables-restore; one for `ipset restore` where rules ask sets. */
export function randomIptables(words: Words): { readonly rules: string; readonly sets: string | null } {
  const { dice } = words
  const sets = dice.chance(25) ? new Sets(words) : null
  const tables = TABLES.filter(t => dice.chance(t === 'security' ? 8 : t === 'raw' ? 25 : t === 'mangle' ? 40 : 70))
  const rules = (tables.length > 0 ? tables : (['nat'] as const)).map(t => tableText(words, t, sets)).join('')
  return { rules, sets: sets && /--(match|add|del)-set/.test(rules) ? sets.text : null }
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

function ruleText(words: Words, spot: Spot, sets: Sets | null): string {
  const { dice, six } = words
  const parts: string[] = []
  if (dice.chance(22)) parts.push(`${words.not()}-s ${words.network()}`)
  if (dice.chance(35)) parts.push(`${words.not()}-d ${words.network()}`)
  const all = (...hooks: readonly Hook[]) => spot.hooks.every(h => hooks.includes(h))
  if (dice.chance(12) && all('PREROUTING', 'INPUT', 'FORWARD')) parts.push(`${words.not()}-i ${words.device()}`)
  if (dice.chance(12) && all('POSTROUTING', 'OUTPUT', 'FORWARD')) parts.push(`${words.not()}-o ${words.device()}`)
  if (!six && dice.chance(2)) parts.push(`${words.not()}-f`)
  const drawn = dice.weighted({ any: 45, tcp: 22, udp: 23, icmp: 10 })
  let proto: Proto = drawn === 'any' ? null : drawn
  const target = sets && words.stateful && dice.chance(12) ? sets.change() : targetText(words, spot, proto)
  if (/tcp-reset/.test(target)) proto = 'tcp'
  if ((portsIn(target) || /TPROXY/.test(target)) && proto !== 'tcp' && proto !== 'udp') proto = dice.one(['tcp', 'udp'])
  if (proto) {
    const name = proto === 'icmp' && six ? 'ipv6-icmp' : proto
    parts.push(`-p ${name}`)
    if (dice.chance(60)) parts.push(...protoMatch(words, proto))
  }
  const count = dice.weighted({ '0': 55, '1': 35, '2': 10 })
  for (let i = 0; i < Number(count); i++) parts.push(matchText(words, spot, sets && (() => sets.question()), proto))
  return [...parts, target].filter(Boolean).join(' ')
}

const portsIn = (target: string): boolean => /--to-ports|\]:\d|^-j [SD]NAT \S+ [\d.]+:\d/.test(target)

function targetText(words: Words, spot: Spot, proto: Proto): string {
  const { dice, six } = words
  const { table, hooks } = spot
  const jump = spot.below.length > 0 && dice.chance(30) ? `-${dice.chance(80) ? 'j' : 'g'} ${dice.one(spot.below)}` : undefined
  if (jump) return jump
  const common = () =>
    dice.weighted({ '-j ACCEPT': 20, '-j RETURN': 8, '': 8, [markText(words)]: 22, '-j NFLOG': 2, '-j LOG --log-prefix "x "': 3 })
  switch (table) {
    case 'raw':
      return dice.weighted({
        '-j CT --notrack': 25,
        [`-j CT --zone${dice.one(['', '-orig', '-reply'])} ${dice.from(1, 2)}`]: 12,
        '-j DROP': 4,
        [common()]: 60,
      })
    case 'mangle':
      if (hooks.every(h => h === 'PREROUTING') && dice.chance(3))
        return `-j TPROXY --on-port ${words.port()} --on-ip ${six ? '::' : '0.0.0.0'} --tproxy-mark 0x1/0x1`
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
      lines.push(
        `create ${name} ${type}${family} hashsize 1024 maxelem ${dice.chance(6) ? 3 : 65536}${dice.chance(15) ? ' timeout 3600' : ''}`,
      )
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
    return `-m set ${this.words.not()}--match-set ${this.asked()}${this.words.dice.chance(6) ? ' --return-nomatch' : ''}`
  }

  /** A target that puts something in, or takes it out. */
  change(): string {
    const { dice } = this.words
    const add = `--add-set ${this.asked()}${dice.chance(30) ? ' --exist' : ''}${dice.chance(20) ? ' --timeout 600' : ''}`
    return `-j SET ${dice.weighted({ [add]: 65, [`--del-set ${this.asked()}`]: 25, [`${add} --del-set ${this.asked()}`]: 10 })}`
  }

  /** The name of a set, and directions for each of its dimensions, or too few or too many. */
  private asked(): string {
    const { dice } = this.words
    const { name, dimensions } = dice.one(this.named)
    const count = dice.chance(90) ? dimensions : dice.from(1, 3)
    const directions = Array.from({ length: count }, (_, i) => (dice.chance(75) ? (i === 2 ? 'src' : 'dst') : 'src'))
    return `${name} ${directions.join(',')}`
  }
}
