// Random nftables rule sets of the grammar that hopspec models: tables of both sorts, chains with priorities, sets, maps, verdict maps, statements.
import { fieldEffect, fieldMatch, seenSet } from './nft-fields'
import type { Words } from './words'

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
type Hook = (typeof HOOKS)[number]
type Where = { readonly hooks: readonly Hook[]; readonly nat: boolean; readonly chains: readonly string[] }

/** One text for `nft -f`. */
export function randomNftables(words: Words): string {
  const { dice, six } = words
  const own = six ? 'ip6' : 'ip'
  const tables = dice.chance(80) ? [dice.one([own, own, 'inet'])] : [own, 'inet']
  return tables.map((family, i) => new NftTable(words, family, `t${i}`).text()).join('')
}

const ABOUT_PROTOCOL = /\b(?:tcp|udp|icmp|icmpv6|ipv6-icmp|l4proto|th|protocol)\b/

class NftTable {
  private readonly ip: string
  private readonly type: string
  private readonly declared: string[] = []
  constructor(
    private readonly words: Words,
    private readonly family: string,
    private readonly name: string,
  ) {
    this.ip = words.six ? 'ip6' : 'ip'
    this.type = words.six ? 'ipv6_addr' : 'ipv4_addr'
  }

  text(): string {
    const { dice } = this.words
    const sets = this.sets()
    const bases = dice.some(HOOKS, 45).flatMap(hook => this.bases(hook))
    const user = (name: string, hooks: readonly Hook[], nat: boolean, chains: readonly string[]) =>
      this.chain(name, '', { hooks, nat, chains }, 3)
    const users = [
      user('c-any', HOOKS, false, []),
      user('c-dnat', ['prerouting', 'output'], true, []),
      user('c-snat', ['postrouting'], true, []),
    ]
    return `table ${this.family} ${this.name} {\n${[...sets, ...users, ...bases].join('')}}\n`
  }

  private bases(hook: Hook): readonly string[] {
    const { dice } = this.words
    const filter = dice.one(
      {
        prerouting: ['raw', 'mangle', 'filter'],
        input: ['mangle', 'filter'],
        forward: ['mangle', 'filter'],
        output: ['raw', 'filter'],
        postrouting: ['mangle', 'srcnat'],
      }[hook],
    ) // prettier-ignore
    const policy = dice.chance(4) ? 'drop' : 'accept'
    const head = (type: string, priority: string, p = 'accept') => `\t\ttype ${type} hook ${hook} priority ${priority}; policy ${p};\n`
    const chains: string[] = []
    if (dice.chance(70))
      chains.push(this.chain(`f-${hook}`, head('filter', filter, policy), { hooks: [hook], nat: false, chains: ['c-any'] }, 4))
    if (hook === 'output' && dice.chance(35))
      chains.push(this.chain('r-output', head('route', 'mangle'), { hooks: [hook], nat: false, chains: ['c-any'] }, 3))
    if (hook !== 'forward' && dice.chance(60)) {
      const dnat = hook === 'prerouting' || hook === 'output'
      const priority = hook === 'output' ? '-100' : dnat ? 'dstnat' : hook === 'postrouting' ? 'srcnat' : '100'
      const jumps = hook === 'input' ? [] : [dnat ? 'c-dnat' : 'c-snat']
      chains.push(this.chain(`n-${hook}`, head('nat', priority), { hooks: [hook], nat: true, chains: jumps }, 3))
    }
    return chains
  }

  private chain(name: string, head: string, where: Where, most: number): string {
    const rules = this.words.dice.times(head === '' ? 1 : 0, most, () => `\t\t${this.rule(where)}\n`)
    return `\tchain ${name} {\n${head}${rules.join('')}\t}\n\n`
  }

  // --- sets and maps ---

  private sets(): readonly string[] {
    const { dice } = this.words
    const set = (name: string, kind: string, flags: string, elements: readonly string[]) => {
      this.declared.push(name)
      const all = [...new Map(elements.map(e => [e.split(' : ')[0], e])).values()]
      return `\t${kind.includes(':') ? 'map' : 'set'} ${name} {\n\t\ttype ${kind}\n${flags}\t\telements = { ${all.join(', ')} }\n\t}\n\n`
    }
    const address = () => this.words.address()
    const port = () => this.words.port()
    const many = (make: () => string) => dice.times(1, 3, make)
    const made: string[] = this.words.stateful ? [seenSet(this.type)] : []
    if (dice.chance(40)) made.push(set('addrs', this.type, '', many(address)))
    if (dice.chance(25)) made.push(set('nets', this.type, '\t\tflags interval\n', [this.words.network().replace(/\/0$/, '/1')]))
    if (dice.chance(30))
      made.push(
        set(
          'services',
          `${this.type} . inet_proto . inet_service`,
          '',
          many(() => `${address()} . ${dice.one(['tcp', 'udp'])} . ${port()}`),
        ),
      )
    if (dice.chance(25))
      made.push(
        set(
          'marks',
          `${this.type} : mark`,
          '',
          many(() => `${address()} : ${this.words.mark()}`),
        ),
      )
    if (dice.chance(30))
      made.push(
        set(
          'verdicts',
          `${this.type} : verdict`,
          '',
          many(() => `${address()} : ${dice.one(['accept', 'drop', 'return', 'jump c-any', 'goto c-any', 'continue'])}`),
        ),
      )
    if (dice.chance(30))
      made.push(
        set(
          'targets',
          `${this.type} . inet_service : ${this.type} . inet_service`,
          '',
          many(() => `${address()} . ${port()} : ${this.words.target()} . ${dice.one([80, 53, 8080])}`),
        ),
      )
    return made
  }

  private has = (name: string): boolean => this.declared.includes(name)

  // --- rules ---

  private rule(where: Where): string {
    const { dice } = this.words
    const count = Number(dice.weighted({ '0': 20, '1': 50, '2': 25, '3': 5 }))
    const effect = this.effect(where)
    const matches: string[] = []
    // One word about the protocol is enough: nft refuses two that cannot both hold.
    for (let i = 0; i < count; i++) {
      const match = this.match(where)
      if (!(ABOUT_PROTOCOL.test(match) && ABOUT_PROTOCOL.test([...matches, ...effect].join(' ')))) matches.push(match)
    }
    const says = dice.chance(5) ? [`comment "a rule"`] : []
    return [...matches, ...effect, ...says].join(' ')
  }

  private not = (): string => this.words.not(20).replace('! ', '!= ')

  private match(where: Where): string {
    const { dice } = this.words
    const { ip } = this
    const l4 = dice.one(['tcp', 'udp'])
    const side = dice.one(['saddr', 'daddr', 'daddr'])
    const kind = dice.weighted({
      address: 25,
      addresses: this.has('addrs') ? 15 : 4,
      nets: this.has('nets') ? 8 : 0,
      services: this.has('services') ? 14 : 0,
      ports: 16,
      l4: 7,
      th: 5,
      mark: 12,
      ctstate: 10,
      ctother: 8,
      device: 8,
      fib: 10,
      icmp: 4,
      ttl: 4,
      length: 3,
      dscp: 3,
      pkttype: 3,
      flags: 3,
      numgen: 4,
      family: 2,
      field: 30,
    }) // prettier-ignore
    switch (kind) {
      case 'address':
        return `${ip} ${side} ${this.not()}${this.words
          .network()
          .replace(/\/(?:32|128)$/, '')
          .replace(/\/0$/, '/1')}`
      case 'addresses':
        return `${ip} ${side} ${this.not()}${this.has('addrs') ? '@addrs' : `{ ${this.words.plan.own[0]}, ${this.words.plan.nobodys[0]} }`}`
      case 'nets':
        return `${ip} ${side} ${this.not()}@nets`
      case 'services':
        return `${ip} daddr . meta l4proto . th dport ${this.not()}@services`
      case 'ports':
        return `${l4} ${dice.chance(80) ? 'dport' : 'sport'} ${this.not()}${dice.one([String(this.words.port()), '50-90', `{ ${this.words.port()}, 10000-11000 }`])}`
      case 'l4':
        return `meta l4proto ${this.not()}${dice.one(['tcp', 'udp', '{ tcp, udp }', this.words.six ? 'ipv6-icmp' : 'icmp'])}`
      case 'th':
        return `th dport ${this.words.port()}`
      case 'mark':
        return dice.one([
          `meta mark ${this.not()}${this.words.mark()}`,
          `meta mark & 0x4000 ${dice.one(['==', '!='])} 0x4000`,
          `ct mark ${this.not()}${this.words.mark()}`,
          `ct mark & 0x4000 == 0x4000`,
        ])
      case 'ctstate':
        return `ct state ${this.not()}${dice.one(['new', 'established', 'established,related', 'invalid', 'untracked', 'new,untracked', '{ new, established }'])}`
      case 'ctother':
        return dice.one([
          'ct direction original',
          'ct direction reply',
          'ct status dnat',
          'ct status snat',
          'ct status confirmed',
          `ct original ${ip} daddr ${this.words.address()}`,
          `ct reply ${ip} saddr ${this.words.address()}`,
          'meta l4proto tcp ct original proto-dst 80',
          'ct protocol tcp',
        ])
      case 'device':
        return this.deviceMatch(where)
      case 'fib':
        return dice.one([
          `fib daddr type ${this.not()}${dice.one(['local', 'unicast', 'broadcast'])}`,
          `fib saddr type ${this.not()}local`,
          ...(where.hooks.every(h => h === 'prerouting' || h === 'input') ? [`fib saddr . iif oif 0`, `fib daddr . iif type local`] : []),
        ])
      case 'icmp':
        return this.words.six
          ? `icmpv6 type ${dice.one(['echo-request', 'echo-reply', 'destination-unreachable'])}`
          : `icmp type ${this.not()}${dice.one(['echo-request', 'echo-reply', 'destination-unreachable'])}`
      case 'ttl':
        return this.words.six ? `ip6 hoplimit ${dice.one(['64', '< 64', '63'])}` : `ip ttl ${dice.one(['64', '< 64', '63', '!= 63'])}`
      case 'length':
        return `meta length ${dice.one(['< 50', '37', '> 50', '!= 60'])}`
      case 'dscp':
        return `${ip} dscp ${this.not()}${dice.one(['cs0', 'af11', 'cs1'])}`
      case 'pkttype':
        return `meta pkttype ${this.not()}${dice.one(['host', 'broadcast', 'other'])}`
      case 'flags':
        return dice.one(['tcp flags syn', 'tcp flags syn / fin,syn,rst,ack', 'tcp flags != syn', 'tcp flags & (syn | ack) == syn | ack'])
      case 'numgen':
        return `numgen ${this.words.stateful ? dice.one(['inc', 'random']) : 'random'} mod 1 ${this.not()}0`
      case 'field':
        return fieldMatch(this.words, where)
      default:
        return this.family === 'inet' ? `meta nfproto ${this.words.six ? 'ipv6' : 'ipv4'}` : 'ct direction original'
    }
  }

  private deviceMatch({ hooks }: Where): string {
    const { dice } = this.words
    const any = (...those: readonly Hook[]) => hooks.every(h => those.includes(h))
    const name = this.words.device()
    const word = any('prerouting', 'input') ? 'iifname' : any('output', 'postrouting') ? 'oifname' : dice.one(['iifname', 'oifname'])
    return `${word} ${this.not()}${dice.chance(80) ? `"${name}"` : '"eth*"'}`
  }

  private effect(where: Where): readonly string[] {
    const { dice } = this.words
    const { ip } = this
    const first = where.hooks[0]!
    if (where.nat && dice.chance(70)) return [this.nat(where)]
    const kind = dice.weighted({
      accept: 16,
      drop: where.nat ? 0 : 9,
      return: 5,
      mark: 18,
      ctmark: 8,
      jump: where.chains.length > 0 ? 16 : 0,
      vmap: where.nat ? 0 : 12,
      none: 4,
      log: 3,
      reject: where.nat || where.hooks.length > 1 || first === 'postrouting' || first === 'prerouting' ? 0 : 12,
      notrack: where.hooks.length === 1 && (first === 'prerouting' || first === 'output') && !where.nat ? 5 : 0,
      ttl: where.nat ? 0 : 4,
      dscp: where.nat ? 0 : 3,
      field: 14,
    }) // prettier-ignore
    switch (kind) {
      case 'accept':
      case 'drop':
      case 'return':
      case 'notrack':
        return [kind]
      case 'log':
        return ['log prefix "x "']
      case 'none':
        return ['counter']
      case 'mark':
        return [
          dice.one([
            `meta mark set ${this.words.mark()}`,
            `meta mark set meta mark | 0x4000`,
            'meta mark set meta mark ^ 0x1',
            'meta mark set ct mark',
            ...(this.has('marks') ? [`meta mark set ${ip} daddr map @marks`] : []),
          ]),
          ...(dice.chance(20) ? ['accept'] : []),
        ]
      case 'ctmark':
        return [dice.one([`ct mark set ${this.words.mark()}`, 'ct mark set meta mark', 'ct mark set ct mark | 0x4000'])]
      case 'jump':
        return [`${dice.one(['jump', 'jump', 'goto'])} ${dice.one(where.chains)}`]
      case 'vmap':
        return this.has('verdicts') && where.chains.includes('c-any')
          ? [`${ip} ${dice.one(['saddr', 'daddr'])} vmap @verdicts`]
          : [`meta l4proto vmap { tcp : ${dice.one(['accept', 'return', 'drop'])}, udp : ${dice.one(['accept', 'continue'])} }`]
      case 'field':
        return [fieldEffect(this.words, where)]
      case 'ttl':
        return [this.words.six ? `ip6 hoplimit set ${dice.one([33, 1])}` : `ip ttl set ${dice.one([33, 1])}`]
      case 'dscp':
        return [`${ip} dscp set ${dice.one(['cs0', 'af11', 'cs1'])}`]
      default:
        return this.reject()
    }
  }

  private reject(): readonly string[] {
    const { dice, six } = this.words
    if (dice.chance(30)) return ['meta l4proto tcp reject with tcp reset']
    if (this.family === 'inet')
      return [
        dice.one([
          'reject',
          'reject',
          'reject with icmpx host-unreachable',
          'reject with icmpx admin-prohibited',
          'reject with icmpx no-route',
        ]),
      ]
    return [
      six
        ? dice.one(['reject', 'reject with icmpv6 no-route', 'reject with icmpv6 admin-prohibited', 'reject with icmpv6 addr-unreachable'])
        : dice.one([
            'reject',
            'reject with icmp host-unreachable',
            'reject with icmp admin-prohibited',
            'reject with icmp net-prohibited',
            'reject with icmp prot-unreachable',
          ]),
    ]
  }

  private nat({ hooks }: Where): string {
    const { dice, six } = this.words
    const { ip } = this
    const to = this.family === 'inet' ? ` ${ip}` : ''
    const l4 = dice.one(['tcp', 'udp'])
    const port = dice.one([80, 53, 8080])
    const spoken = (address: string, p: number) => (six ? `[${address}]:${p}` : `${address}:${p}`)
    if (hooks.every(h => h === 'prerouting' || h === 'output')) {
      const all = [
        `dnat${to} to ${this.words.target()}`,
        `meta l4proto ${l4} dnat${to} to ${spoken(this.words.target(), port)}`,
        `meta l4proto ${l4} redirect to :${port}`,
        'redirect',
      ]
      if (this.has('targets')) all.push(`meta l4proto { tcp, udp } dnat ${ip} to ${ip} daddr . th dport map @targets`)
      return dice.one([...all, all[1]!])
    }
    const snat = `snat${to} to ${dice.one(this.words.plan.own)}`
    return hooks.every(h => h === 'postrouting')
      ? dice.one(['masquerade', 'masquerade', snat, `meta l4proto ${l4} masquerade to :41000`])
      : snat
  }
}
