// Random matches of iptables and ip6tables, of those that hopspec models, as iptables-restore takes them.
import type { Hook, TableName } from '../../../src/linux/rule'
import type { Words } from './words'

/** Where a rule stands. */
export interface Spot {
  readonly table: TableName
  /** The hooks that can reach the chain. */
  readonly hooks: readonly Hook[]
  /** Chains that rules here may jump to. */
  readonly below: readonly string[]
}

export type Proto = 'tcp' | 'udp' | 'icmp' | null

/** A match of the rule's protocol. */
export function protoMatch(words: Words, proto: 'tcp' | 'udp' | 'icmp'): readonly string[] {
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

/** One more match; `askSets` where there are sets. */
export function matchText(words: Words, spot: Spot, askSets: (() => string) | null, proto: Proto): string {
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
    set: askSets ? 30 : 0,
    owner: within(spot, ['OUTPUT', 'POSTROUTING']) ? 12 : 0,
    socket: within(spot, ['PREROUTING', 'INPUT']) ? 8 : 0,
    rpfilter: within(spot, ['PREROUTING']) && (spot.table === 'raw' || spot.table === 'mangle') ? 14 : 0,
    meter: words.stateful ? 12 : 0,
    tcpmss: proto === 'tcp' ? 5 : 0,
    u32: 3,
    connbytes: 4,
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
    case 'owner':
      return `-m owner ${not()}${dice.one(['--uid-owner 0', '--gid-owner 0', '--socket-exists'])}`
    case 'socket':
      return `-m socket${dice.one(['', ' --nowildcard', ' --transparent', ' --restore-skmark'])}`
    case 'rpfilter':
      return `-m rpfilter${dice.one(['', ' --loose'])}${dice.one(['', ' --validmark'])}${dice.one(['', ' --accept-local'])}${dice.one(['', ' --invert'])}`
    case 'meter':
      return meterText(words)
    case 'u32':
      return u32Text(words)
    case 'connbytes':
      return connbytesText(words)
    case 'tcpmss':
      return `-m tcpmss ${not()}--mss ${dice.one(['1:1400', '1460', '1401:65535'])}`
    default:
      return askSets!()
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

/** Words of the header: lengths, TTL, protocol, addresses, ports behind a header of whatever length. */
function u32Text(words: Words): string {
  const { dice, six } = words
  const port = words.port()
  const tests = six
    ? [
        '4&0xFF=0x40',
        '6>>8&0xFF=17',
        '4>>16=17:60',
        '6&0xFF=0x3f,0x40',
        '8=0xfd000000:0xfd00ffff',
        `40&0xFFFF=${port}`,
        '0>>28=6',
        '4>>16=50:1500',
      ]
    : [
        '0&0xFFFF=37',
        '6&0xFF=1',
        '6&0xFF=6,17',
        '8>>24=63,64',
        '4&0x3FFF=0',
        '4>>14&1=1',
        '12=0x0a000000:0x0affffff',
        '16=0xc0a80000:0xc0a8ffff',
        `0>>22&0x3C@0&0xFFFF=${port}`,
        '0>>22&0x3C@0>>16=0x9c40:0x9cff',
        '0>>22&0x3C@12>>16&0xFF=2',
        '1500=0',
        '0>>22&0x3C@4=0',
      ] // prettier-ignore
  return `-m u32 ${words.not()}--u32 "${dice.some(tests, 12).slice(0, 3).join('&&')}"`
}

function connbytesText(words: Words): string {
  const { dice } = words
  const [mode, ranges] = dice.one([
    ['packets', ['1:1', '2:', '0:1', '3:9']],
    ['bytes', ['0:60', '61:', '40:100']],
    ['avgpkt', ['0:50', '57:', '60:60']],
  ] as const) // prettier-ignore
  return `-m connbytes ${words.not()}--connbytes ${dice.one(ranges)} --connbytes-dir ${dice.one(['original', 'reply', 'both'])} --connbytes-mode ${mode}`
}

/** What has come by already; within the burst, for after it the clock decides. */
function meterText(words: Words): string {
  const { dice } = words
  return dice.one([
    `-m limit --limit 1/hour --limit-burst ${dice.from(3, 9)}`,
    `-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst ${dice.from(3, 9)} --hashlimit-mode ${dice.one(['srcip', 'dstip', 'srcip,dstport'])} --hashlimit-name h${dice.from(1, 9)}`,
    `-m connlimit --connlimit-${dice.one(['above 0', 'upto 3'])} --connlimit-mask ${words.long} --connlimit-${dice.one(['saddr', 'daddr'])}`,
    `-m quota ${words.not()}--quota ${dice.one([30, 100, 1000])}`,
  ])
}

const within = ({ hooks }: Spot, those: readonly Hook[]): boolean => hooks.every(h => those.includes(h))
