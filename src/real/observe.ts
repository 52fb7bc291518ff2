// Sends on a network that stands, and tells what could be seen: the sender's view, who received it and how it looked there, rules that counted it,
// connections, and every packet on every device in the order of the kernel's clock. What cannot be seen is absent, and `absent` says so.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ip, ipText, parseIp, socketText } from '../addr/ip'
import { captureText } from '../linux/packet'
import type { Program } from '../linux/program'
import type { Request } from '../path/client'
import type { Answering } from './agent'
import { type AnswerLine, type Job, type JobDone, quoted } from './agent'
import type { Built } from './build'
import { byProtocol, type Connection } from '../path/connection'
import { readConntrackLine } from './conntrack-lines'
import { otherProtocol, readFrame } from './frame'
import { carriedOptions, optionsOf, seenBy } from './client-line'
import type { Captured, Carried, Deleted, Kept, RealCounts, RealExchange, Receiver } from './observed'
import { RuleCounters } from './rule-counters'
import type { RuleTexts } from './plan'
import type { Change } from './succession'

const lineOf = (p: Captured): string => `${p.namespace.replace(/^namespace\//, '')}/${p.device} ${p.way} ${captureText(p.packet)}`

/** Without the SYNs of a client that waited too long on a busy machine, and asked again; what goes in a circle has one hop less to live each time. */
function saidOnce(packets: readonly Captured[]): readonly Captured[] {
  const seen = new Set<string>()
  return packets.filter(p => {
    if (p.packet.protocol !== 'tcp' || !p.packet.flags.includes('syn')) return true
    const line = `${lineOf(p)} ${p.packet.flags.join(' ')}`
    return !seen.has(line) && seen.add(line)
  })
}

/** What a program said in a namespace, and who received what it sent there. */
interface Ran extends JobDone {
  readonly received: readonly Receiver[]
}

/** Nothing in a network of namespaces takes longer to answer, in seconds. */
const WAIT_SECONDS = 0.15
const MANY_WAIT_SECONDS = 2
const PROGRAM_SECONDS = 20

/** The eyes on one network. */
export class Observatory {
  private readonly numbers: readonly number[]
  private readonly bridges: readonly string[]
  private readonly counters: RuleCounters

  constructor(private readonly built: Built) {
    this.numbers = built.plan.spaces.map(s => s.number)
    this.bridges = built.plan.spaces.flatMap(({ number, program }) =>
      program.devices.flatMap(d => (d.kind === 'bridge' ? [`${number}/${built.plan.numbers.index(number, d.name)}`] : [])),
    )
    this.counters = new RuleCounters(built)
  }

  /** Forgets connections, route exceptions, `recent` lists, and what bridges know of their neighbours. Counters of `nth`, limits and quotas go on. */
  forget(): void {
    const { agent } = this.built
    const told = [...agent.ask(['forget', ...this.numbers].join('\t')), ...agent.ask(['strangers', ...this.bridges].join('\t'))]
    const wrong = told.find(l => l[0] === 'error')
    if (wrong) throw new Error(`the kernel does not forget its connections: ${wrong[2]}`)
  }

  /** Sends once and looks everywhere. */
  send(request: Request, carried?: Carried | Kept): RealExchange {
    const unanswered = this.nobodyAt(request.destination)
    this.built.agent.ask(['capture', ...this.numbers].join('\t'))
    const data = carried === undefined ? [] : carriedOptions(carried)
    const options = [...optionsOf(this.built, request, WAIT_SECONDS), ...data, `conntrack=${this.numbers.join(',')}`]
    const answering = carried && 'bytes' in carried ? this.answering(carried) : undefined
    const lines = this.built.agent.askedOf(answering, ['flow', ...options].join('\t'))
    const of = (kind: string) => lines.filter(l => l[0] === kind)
    const client = of('client')[0]!
    const packets = saidOnce(this.packets(of('packet')))
    return {
      client: seenBy(this.programOf(request.namespace), client, of('queued')),
      connected: client[3] === '1',
      sourcePort: Number(client[5] ?? 0),
      received: of('received').map(l => this.receiver(l)),
      halfOpen: of('half').map(l => this.halfOpen(l)),
      conntrack: this.conntrack(of('conntrack')),
      rules: this.counters.hits(lines),
      packets,
      wire: packets.map(lineOf),
      absent: [...unanswered, ...this.absent(lines)],
      ...dataOf(of('data')[0]),
    }
  }

  /** Runs a program in a namespace, with files of its own in the place of the machine's, while name servers answer there. */
  program(namespace: string, argv: readonly string[], files: Readonly<Record<string, string>>, answering: Carried['answering']): Ran {
    const { agent, folder } = this.built
    const given = Object.entries(files).map(([path, text], i) => {
      const file = join(folder, `file-${i}`)
      writeFileSync(file, text)
      return `${quoted(path)}=${quoted(file)}`
    })
    const space = this.built.numberOf(namespace)
    const request = ['program', space, PROGRAM_SECONDS, quoted(argv.map(quoted).join(' ')), ...given].join('\t')
    const lines = agent.askedOf(this.answering({ answering }), request)
    const [, exit, stdout, stderr] = lines.find(l => l[0] === 'program')!
    return {
      exit: Number(exit),
      stdout: stdout ?? '',
      stderr: stderr ?? '',
      received: lines.flatMap(l => (l[0] === 'received' ? [this.receiver(l)] : [])),
    }
  }

  private answering =
    (carried: Pick<Carried, 'answering'>): Answering =>
    asked =>
      carried.answering({ ...asked, namespace: this.built.nameOf(asked.space) })

  /** The network becomes the next one: cables are pulled, rules loaded, neighbours met anew; connections stay, but for those that kube-proxy deletes. */
  become({ gone, rules }: Change, deleted: readonly Deleted[]): void {
    const { agent, network } = this.built
    const number = (name: string) => this.built.numberOf(name)!
    const cables = gone.flatMap(name => network.program(name)!.devices.flatMap(d => (d.kind === 'veth' ? [{ name, device: d.name }] : [])))
    const pulled = cables.map(({ name, device }): Job => ({ space: number(name), argv: ['ip', 'link', 'del', device], stdin: '' }))
    const jobs = [...pulled, ...rules.flatMap(r => loads(number(r.namespace), this.built.texts.get(number(r.namespace))!.backend, r))]
    for (const [i, done] of agent.jobs(jobs).entries())
      if (done.exit !== 0) throw new Error(`${jobs[i]!.argv.join(' ')}: ${done.stderr.trim()}`)
    agent.ask(['strangers', ...this.bridges].join('\t'))
    for (const { namespace, connection: c } of deleted)
      agent.ask(
        ['untrack', number(namespace), c.protocol, ipText(c.source), c.sourcePort, ipText(c.destination), c.destinationPort].join('\t'),
      )
    for (const r of rules)
      this.built.texts.set(number(r.namespace), { ...r.after, backend: this.built.texts.get(number(r.namespace))!.backend })
    this.counters.begin()
  }

  /** Sends many times, one connection after the other, each as if it were the first of its sender; the source port is the kernel's choice. */
  many(request: Request, times: number): RealCounts {
    this.nobodyAt(request.destination)
    const options = optionsOf(this.built, { ...request, sourcePort: 0 }, MANY_WAIT_SECONDS)
    const lines = this.built.agent.ask(['many', times, ...options, `recent=${this.rememberers().join(',')}`].join('\t'))
    const counts = lines.filter(l => l[0] === 'count')
    return {
      answered: counts
        .filter(l => l[2] === 'answered')
        .map(([, count, , number, source, own, port]) => ({
          namespace: this.built.nameOf(Number(number)),
          source: source!,
          destination: socketText(parseIp(own!), Number(port)),
          count: Number(count),
        })),
      failed: Object.fromEntries(counts.filter(l => l[2] === 'failed').map(([, count, , errno]) => [errno!, Number(count)])),
      portKept: Number(lines.find(l => l[0] === 'kept')?.[1] ?? 0),
    }
  }

  /** Namespaces whose rules remember senders. */
  private rememberers(): readonly number[] {
    const { plan, texts } = this.built
    return plan.spaces.map(s => s.number).filter(n => /-m recent /.test(`${texts.get(n)!.iptables}${texts.get(n)!.ip6tables}`))
  }

  private programOf = (namespace: string): Program => this.built.network.program(namespace)!

  /** An address that nobody out in the world has: frames to it leave the last router, and nobody answers. */
  nobodyAt(ip: Ip): readonly string[] {
    const { network, agent, plan } = this.built
    const { segment } = network.outside
    const told = this.built.nobody.get(ip)
    if (segment === null || told !== undefined) return told ?? []
    const there = new Set(network.segment(segment).map(c => c.namespace))
    if (there.has(network.owner(ip) ?? '')) return []
    const jobs = plan.spaces.flatMap(({ number, program }): Job[] => {
      const cards = program.devices.filter(d => d.kind === 'ethernet' && d.segment === segment)
      return cards.map(d => ({
        space: number,
        argv: ['ip', 'neighbour', 'replace', ipText(ip), 'lladdr', NOBODY, 'dev', d.name],
        stdin: '',
      }))
    })
    const refused = agent.jobs(jobs).flatMap((done, i) => {
      const name = this.built.nameOf(jobs[i]!.space)
      return done.exit === 0 ? [] : [`packets to ${ipText(ip)} that leave ${name}: ${done.stderr.trim()}`]
    })
    this.built.nobody.set(ip, refused)
    return refused
  }

  private receiver([, number, protocol, own, ownPort, peer, peerPort]: AnswerLine): Receiver {
    const echo = protocol === 'icmp' || protocol === 'icmpv6'
    const end = (ip: string, port: string) => (echo ? ipText(parseIp(ip)) : socketText(parseIp(ip), Number(port)))
    return { namespace: this.built.nameOf(Number(number)), destination: end(own!, ownPort!), source: end(peer!, peerPort!) }
  }

  private halfOpen([, number, own, peer]: AnswerLine): Receiver {
    return { namespace: this.built.nameOf(Number(number)), destination: hexSocket(own!), source: hexSocket(peer!) }
  }

  private conntrack(lines: readonly AnswerLine[]): RealExchange['conntrack'] {
    const found: Record<string, Connection[]> = {}
    for (const [, number, line] of lines) {
      const entry = readConntrackLine(line!)
      if (entry) (found[this.built.nameOf(Number(number))] ??= []).push(entry)
    }
    for (const list of Object.values(found)) list.sort(byProtocol)
    return found
  }

  private packets(lines: readonly AnswerLine[]): readonly Captured[] {
    const seen = lines.flatMap(([, at, number, index, way, hex]) => {
      const packet = readFrame(hex!)
      const program = this.spaceAt(number!)
      const device = this.deviceAt(number!, index!)
      return packet && device !== undefined
        ? [{ at: at!.padStart(24, '0'), namespace: program.name, device, way: way as 'rx' | 'tx', packet }]
        : []
    })
    return seen.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ at: _, ...rest }) => rest)
  }

  private spaceAt = (number: string): Program => this.programOf(this.built.nameOf(Number(number)))

  /** The name of a device by its number. */
  private deviceAt(number: string, index: string): string | undefined {
    return index === '1'
      ? 'lo'
      : this.spaceAt(number).devices.find(d => this.built.plan.numbers.index(Number(number), d.name) === Number(index))?.name
  }

  /** What a line of the helper's tells that is not read any further. */
  private unread([kind, ...fields]: AnswerLine): readonly string[] {
    switch (kind) {
      case 'serverError':
        return [`the answer of ${this.built.nameOf(Number(fields[0]))}: ${fields[1]}`]
      case 'conntrack': {
        if (readConntrackLine(fields[1]!) !== undefined) return []
        return [`connections of ${UNREAD_CONNECTION.exec(fields[1]!)?.[1]} in ${this.built.nameOf(Number(fields[0]))}`]
      }
      case 'packet': {
        const [, number, index, , hex] = fields
        const { name } = this.spaceAt(number!)
        const other = otherProtocol(hex!)
        if (this.deviceAt(number!, index!) === undefined) return [`packets on device ${index} of ${name}, which the network does not have`]
        return other === undefined ? [] : [`packets of IP protocol ${other} in ${name}`]
      }
      default:
        return []
    }
  }

  private absent(lines: readonly AnswerLine[]): readonly string[] {
    const { plan, texts } = this.built
    const nft = plan.spaces.filter(s => texts.get(s.number)!.nftables && !texts.get(s.number)!.counted).map(s => s.program.name)
    return [
      ...(nft.length > 0 ? [`which nftables rules matched in ${nft.join(', ')}`] : []),
      ...lines.filter(l => l[0] === 'error').map(([, what, words]) => `${what}: ${words}`),
      ...new Set(lines.flatMap(l => this.unread(l))),
    ]
  }
}

const dataOf = (line: AnswerLine | undefined): Pick<RealExchange, 'data'> =>
  line === undefined ? {} : { data: Uint8Array.from(Buffer.from(line[1]!, 'hex')) }

const UNREAD_CONNECTION = /^(?:ipv[46]\s+\d+\s+)?(\S+)/

/** The MAC of nobody. */
const NOBODY = '02:00:00:ff:ff:fe'

/** The tools that load one namespace's rules in the place of those before. */
function loads(space: number, backend: RuleTexts['backend'], { before, after }: Change['rules'][number]): readonly Job[] {
  const restore = backend === 'legacy' ? 'legacy-restore' : 'restore'
  const tables = [...(before.nftables ?? '').matchAll(/^table (\S+ \S+) \{/gm)].map(([, table]) => `delete table ${table}\n`)
  return [
    ...(after.iptables ? [{ space, argv: [`iptables-${restore}`], stdin: after.iptables }] : []),
    ...(after.ip6tables ? [{ space, argv: [`ip6tables-${restore}`], stdin: after.ip6tables }] : []),
    ...(before.nftables === after.nftables
      ? []
      : [{ space, argv: ['nft', '-f', '-'], stdin: `${tables.join('')}${after.nftables ?? ''}\n` }]),
  ]
}

/** `0100007F:0050` of /proc/net/tcp: words of 32 bits in the machine's order. */
function hexSocket(text: string): string {
  const [address, port] = text.split(':') as [string, string]
  const bytes = [...address.matchAll(/.{8}/g)].flatMap(([word]) => [6, 4, 2, 0].map(at => Number.parseInt(word.slice(at, at + 2), 16)))
  const ip =
    bytes.length === 4
      ? bytes.join('.')
      : Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16)).join(':')
  return socketText(parseIp(ip), Number.parseInt(port, 16))
}
