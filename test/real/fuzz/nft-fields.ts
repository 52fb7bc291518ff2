// Random matches of nftables beside the usual ones of nftables.ts: header fields, what conntrack and the routes know, hashes, counts; and statements like them.
import type { NftHook } from '../../../src/linux/nft-rules'
import type { Words } from './words'

/** Where a rule may stand. */
export interface Spot {
  readonly hooks: readonly NftHook[]
  readonly nat: boolean
}

/** A word about the protocol in it keeps others out of the rule (ABOUT_PROTOCOL of nftables.ts). */
export function fieldMatch(words: Words, { hooks }: Spot): string {
  const { dice, six } = words
  const ip = six ? 'ip6' : 'ip'
  const not = () => words.not(20).replace('! ', '!= ')
  const a = () => words.address()
  const kind = dice.weighted({
    header: 20,
    udp: 6,
    meta: 14,
    sender: 8,
    ct: 20,
    masked: six ? 0 : 6,
    pair: 14,
    fib: 14,
    hash: 8,
    counted: words.stateful ? 25 : 0,
  })
  switch (kind) {
    case 'header':
      return six
        ? dice.one([
            `ip6 nexthdr ${not()}${dice.one(['tcp', 'udp', 'ipv6-icmp'])}`,
            'ip6 length < 20',
            `ip6 ecn ${not()}not-ect`,
            'ip6 length 17-40',
          ])
        : dice.one([
            `ip protocol ${not()}${dice.one(['tcp', 'udp', 'icmp'])}`,
            'ip length 37',
            `ip ecn ${not()}not-ect`,
            'ip length 50-70',
            'ip hdrlength 5',
          ])
    case 'udp':
      return `udp length ${dice.one(['17', '< 20', '!= 17', '10-17'])}`
    case 'meta':
      return dice.one([
        `meta protocol ${not()}${six ? 'ip6' : 'ip'}`,
        'meta iiftype != loopback',
        `meta oiftype ${not()}loopback`,
        `iif ${not()}"lo"`,
        `oif ${not()}"lo"`,
      ])
    case 'sender':
      return dice.one([`meta skuid ${not()}0`, 'meta skgid 0-10', 'meta skuid > 0'])
    case 'ct':
      return dice.one([
        `ct l3proto != ${six ? 'ipv4' : 'ipv6'}`,
        `ct protocol ${not()}udp`,
        `ct status ${dice.one(['seen-reply', 'assured', 'snat,dnat', '! dnat', '!= confirmed'])}`,
        `ct reply ${ip} daddr ${not()}${a()}`,
        `ct original ${ip} saddr { ${words.plan.own[0]}, ${words.plan.nobodys[0]} }`,
        `meta l4proto tcp ct reply proto-src ${words.port()}`,
        `ct state . ct direction { new . original, established . reply }`,
      ])
    case 'masked':
      return `ip ${dice.one(['saddr', 'daddr'])} & 0.0.0.255 ${dice.one(['==', '!='])} 0.0.0.${dice.one([2, 3, 10])}`
    case 'pair':
      return dice.one([
        `${ip} saddr . ${ip} daddr ${not()}{ ${a()} . ${a()}, ${words.plan.own[0]} . ${words.plan.own.at(-1)} }`,
        `meta l4proto . ct direction { tcp . original, udp . reply }`,
        `${ip} daddr . meta l4proto { ${a()} . udp, ${a()} . tcp }`,
      ])
    case 'fib':
      return fibMatch(words, hooks)
    case 'hash':
      return `jhash ${dice.one([`${ip} saddr`, `${ip} daddr`, `${ip} saddr . ${ip} daddr`])} mod ${dice.one([2, 3])} seed 0x${dice.one(['1', 'beef'])} ${dice.one(['0', '1', '!= 0'])}`
    default:
      return dice.one([
        `limit rate ${dice.one(['1/hour', '2/day'])} burst ${dice.one([1, 2, 4])} packets`,
        `limit rate over 1/day burst ${dice.one([1, 2])} packets`,
        `meter m${dice.from(1, 999)} { ${dice.one([`${ip} saddr`, `${ip} daddr`, `${ip} saddr . th dport`, `${ip} daddr timeout 30s`])} ${dice.one(['limit rate 1/hour burst 2 packets', 'limit rate over 1/day burst 2 packets', 'quota over 100 bytes', 'counter'])} }`,
        `limit rate ${dice.one(['', 'over '])}100 bytes/day burst ${dice.one([100, 1000])} bytes`,
        `quota ${dice.one(['', 'over '])}${dice.one([60, 100, 4000])} bytes`,
        'ct count over 1',
        `numgen inc mod 2 ${dice.one(['0', '1'])}`,
        `${ip} saddr ${not()}@seen`,
        `add @seen { ${ip} ${dice.one(['saddr', 'daddr'])} }`,
      ])
  }
}

function fibMatch(words: Words, hooks: readonly NftHook[]): string {
  const { dice } = words
  const inwards = hooks.every(h => h === 'prerouting' || h === 'input')
  const types = ['local', 'unicast', 'unreachable', 'prohibit', 'blackhole', 'broadcast']
  const type = () => `type ${words.not(20).replace('! ', '!= ')}${dice.one(types)}`
  const all = [`fib daddr ${type()}`, `fib saddr ${type()}`]
  if (inwards)
    all.push(
      `fib saddr . iif ${type()}`,
      'fib saddr oif exists',
      'fib saddr . mark . iif oif missing',
      `fib daddr oifname "${words.device()}"`,
      'fib daddr . mark oif exists',
    )
  return dice.one(all)
}

/** A set that rules put addresses into; only where flows follow one another. */
export const seenSet = (type: string): string => `\tset seen {\n\t\ttype ${type}\n\t\tsize 65535\n\t\tflags dynamic\n\t}\n\n`

/** A statement beside the usual ones: verdicts by number, what a map says, other marks. */
export function fieldEffect(words: Words, { nat, hooks }: Spot): string {
  const { dice, six } = words
  const ip = six ? 'ip6' : 'ip'
  const verdict = () => dice.one(nat ? ['accept', 'return', 'continue'] : ['accept', 'return', 'continue', 'drop'])
  const all = [
    `jhash ${ip} saddr mod 2 seed 0x1 vmap { 0 : ${verdict()}, 1 : ${verdict()} }`,
    `meta mark vmap { 0x0 : ${verdict()}, 0x1 : ${verdict()} }`,
    `ct state vmap { new : ${verdict()}, established : ${verdict()}, invalid : ${verdict()} }`,
    `${ip} daddr . meta l4proto vmap { ${words.address()} . udp : ${verdict()}, ${words.address()} . tcp : ${verdict()} }`,
    `meta mark set ${ip} saddr map { ${words.plan.own[0]} : 0x1, ${words.plan.nobodys[0]} : 0x2 }`,
    `meta mark set jhash ${ip} daddr mod 4 seed 0x7`,
    'ct mark set meta mark & 0x1',
  ]
  if (words.stateful) all.push(`numgen inc mod 2 vmap { 0 : ${verdict()}, 1 : ${verdict()} }`)
  if (!nat && hooks.every(h => h !== 'input')) all.push(`${ip} ecn set not-ect`)
  return dice.one(all)
}
