// From a Network to namespaces that stand, and away with them again. Names the object that the kernel refuses, in the kernel's words.
// ip, bridge, iptables-restore, nft and ipset run in the namespaces by the helper; only making and deleting namespaces goes from outside.
import { HopspecError, type Problem } from '../error'
import type { Listener, Network, Program } from '../linux/program'
import { cidrText } from '../addr/cidr'
import { ipText as addressText } from '../addr/ip'
import { Agent, type AnswerLine, type Job, type JobDone, quoted } from './agent'
import { type Rights, run } from './guard'
import { indexOf, type Line, type Plan, planOf, type RuleTexts, type Space, spacesOf, textsOf } from './plan'
import { clean, endRun, newRun, type Run } from './registry'
import { takeRights } from './rights'
import { baseline, type Setting, settingsOf } from './settings'

export interface BuildOptions {
  /** The namespaces wanted; all of the network when absent. */
  readonly names?: readonly string[]
  /** The texts to load for a Program; its own rules when absent. */
  readonly texts?: (program: Program) => RuleTexts
  /** The back end of iptables for Programs whose texts do not come from `texts`; nft when absent. */
  readonly backend?: 'nft' | 'legacy'
  /** The lesser ones that suffice when absent. */
  readonly rights?: Rights['how']
  /** Rights that the caller took and will end; nothing is taken then, and leftovers of dead runs are the caller's too. */
  readonly held?: Rights
}

/** A network that stands on this machine. */
export interface Built {
  readonly rights: Rights['how']
  readonly agent: Agent
  readonly network: Network
  readonly plan: Plan
  /** What is loaded now, by namespace. */
  readonly texts: Map<number, RuleTexts>
  /** A folder of the run's own, gone with it. */
  readonly folder: string
  /** The Program's namespace by its number. */
  nameOf(number: number): string
  numberOf(name: string): number | undefined
  /** Ends the helper and deletes every namespace. Twice does no harm. */
  close(): void
}

/** Builds a network; throws every object that the kernel refused, with nothing left behind. Leftovers of dead runs go first. */
export function build(network: Network, options: BuildOptions = {}): Built {
  const rights = options.held ?? takeRights(options.rights)
  if (options.held === undefined) clean()
  const own = newRun()
  const spaces = spacesOf(network, options.names ?? network.names)
  const plan = planOf(network, spaces, own.prefix)
  const ended = ending(rights, own, spaces.length, options.held === undefined)
  try {
    addNamespaces(rights, plan, own)
    const agent = Agent.start(rights, own)
    ended.agent = agent
    const texts = new Map(spaces.map(s => [s.number, (options.texts ?? defaultTexts(options.backend))(s.program)]))
    new Builder(agent, plan, texts).build()
    return {
      rights: rights.how,
      agent,
      network,
      plan,
      texts,
      folder: own.folder,
      nameOf: number => spaces[number - 1]!.program.name,
      numberOf: name => spaces.find(s => s.program.name === network.program(name)?.name)?.number,
      close: ended.close,
    }
  } catch (error) {
    ended.close()
    throw error
  }
}

const defaultTexts =
  (backend: 'nft' | 'legacy' = 'nft') =>
  (program: Program): RuleTexts => ({ ...textsOf(program), backend })

function addNamespaces(rights: Rights, plan: Plan, own: Run): void {
  const names = [0, ...plan.spaces.map(s => s.number)].map(n => `${plan.prefix}-${n}`)
  const made = run(rights, ['ip', '-batch', '-'], names.map(n => `netns add ${n}\n`).join(''), own.held)
  if (made.exit !== 0) throw new Error(`no network namespaces: ${made.stderr}`)
}

function ending(rights: Rights, own: Run, spaces: number, ends: boolean): { agent: Agent | null; close(): void } {
  let open = true
  return {
    agent: null,
    close() {
      if (!open) return
      open = false
      this.agent?.close()
      const names = Array.from({ length: spaces + 1 }, (_, n) => `netns del ${own.prefix}-${n}\n`)
      run(rights, ['ip', '-force', '-batch', '-'], names.join(''), own.held)
      endRun(own)
      if (ends) rights.end()
    },
  }
}

const SECONDS_FOR_CARRIERS = 3

class Builder {
  private readonly problems: Problem[] = []
  constructor(
    private readonly agent: Agent,
    private readonly plan: Plan,
    private readonly texts: Map<number, RuleTexts>,
  ) {}

  build(): void {
    const { spaces, ipv6 } = this.plan
    this.settings(0, [...baseline(false), 'net/bridge/bridge-nf-call-iptables=0'], 'the LANs')
    for (const s of spaces) this.settings(s.number, [...baseline(ipv6), ...settingsOf(s.program).beforeDevices], s.program.name)
    this.batches('ip', new Map([[0, this.plan.cables]]))
    for (const s of spaces) this.tunDevices(s)
    this.stop()
    this.batches('ip', this.plan.own)
    for (const s of spaces) this.relays(s)
    this.batches('ip', this.plan.rules.ipv4)
    this.batches('ip', this.plan.rules.ipv6, ['-6'])
    this.batches('bridge', this.plan.fdb)
    this.cuts()
    for (const s of spaces) this.settings(s.number, settingsOf(s.program).afterDevices, s.program.name)
    this.rules()
    for (const s of spaces) this.settings(s.number, settingsOf(s.program).afterRules, s.program.name)
    for (const s of spaces) this.listeners(s, s.program.listeners)
    const carriers = [...this.plan.carriers].flatMap(([n, devices]) => devices.map(d => `${n}/${quoted(d)}`))
    for (const [, device, words] of errorsIn(this.agent.ask(['running', SECONDS_FOR_CARRIERS, ...carriers].join('\t'))))
      this.wrong(device!, words!, 'wait for its carrier')
    this.agent.ask(['echo', ...spaces.map(s => s.number)].join('\t'))
    this.stop()
  }

  /** A TUN device is there as long as the helper holds it. */
  private tunDevices({ number, program }: Space): void {
    for (const [at, d] of program.devices.entries())
      if (d.kind === 'tun') this.asked(['tun', number, quoted(d.name), indexOf(number, at)].join('\t'), `${program.name} ${d.name}`)
  }

  private relays({ number, program }: Space): void {
    for (const d of program.devices) {
      const own = d.addresses[0]
      if (d.kind !== 'tun' || own === undefined) continue
      const { local, udpPort, leases } = d.relay
      const routes = leases.map(l => `${cidrText(l.network)}=${addressText(l.machine)}`)
      const request = ['relay', number, quoted(d.name), addressText(own.ip), addressText(local), udpPort, ...routes]
      this.asked(request.join('\t'), `${program.name} ${d.name}`)
    }
  }

  private asked(request: string, of: string): void {
    for (const [, what, words] of errorsIn(this.agent.ask(request))) this.wrong(of, words!, `hold ${what}`)
  }

  private stop(): void {
    if (this.problems.length > 0) throw new HopspecError(this.problems)
  }

  /** `by`: a tool whose own words these may be, not the kernel's. */
  private wrong(of: string, words: string, text: string, by = 'the kernel'): void {
    this.problems.push({ code: 'KERNEL_REFUSED', message: `${of}: ${by} says '${words}' to: ${text}` })
  }

  private cuts(): void {
    if (this.plan.cuts === '') return
    const [done] = this.agent.jobs([{ space: 0, argv: ['nft', '-f', '-'], stdin: this.plan.cuts }])
    if (done!.exit !== 0) this.wrong('the LANs', kernelWords(done!.stderr), 'nft -f -', 'nft')
  }

  private settings(space: number, settings: readonly Setting[], of: string): void {
    if (settings.length === 0) return
    const told = this.agent.ask(['sysctls', space, ...settings.map(quoted)].join('\t'))
    for (const [, path, words] of errorsIn(told)) this.wrong(of, words!, `sysctl ${path!.replaceAll('/', '.')}`)
  }

  private batches(tool: 'ip' | 'bridge', batches: ReadonlyMap<number, readonly Line[]>, options: readonly string[] = []): void {
    const given = [...batches].filter(([, lines]) => lines.length > 0)
    const jobs = given.map(
      ([space, lines]): Job => ({ space, argv: [tool, ...options, '-batch', '-'], stdin: lines.map(l => `${l.text}\n`).join('') }),
    )
    for (const [i, done] of this.agent.jobs(jobs).entries()) if (done.exit !== 0) this.refusedLine(done, given[i]![1], tool)
  }

  private refusedLine(done: JobDone, lines: readonly Line[], tool: string): void {
    const number = Number(/Command failed -:(\d+)/.exec(done.stderr)?.[1] ?? 1)
    const { text, of } = lines[number - 1]!
    this.wrong(of, kernelWords(done.stderr), `${tool} ${text}`)
  }

  /** Sets first, because rules name them; iptables before nftables, because equal priorities run in that order. */
  private rules(): void {
    for (const s of this.plan.spaces) this.accounting(s)
    this.load(
      t => t.ipset,
      () => ['ipset', 'restore'],
    )
    this.load(
      t => t.iptables,
      t => [t.backend === 'legacy' ? 'iptables-legacy-restore' : 'iptables-restore'],
    )
    this.load(
      t => t.ip6tables,
      t => [t.backend === 'legacy' ? 'ip6tables-legacy-restore' : 'ip6tables-restore'],
    )
    this.load(
      t => t.nftables,
      () => ['nft', '-f', '-'],
    )
  }

  /** The accounting objects that rules name must be there before them. */
  private accounting({ number, program }: Space): void {
    const { iptables, ip6tables } = this.texts.get(number)!
    const names = new Set([...`${iptables ?? ''}\n${ip6tables ?? ''}`.matchAll(/--nfacct-name\s+(\S+)/g)].map(m => m[1]!))
    if (names.size === 0) return
    for (const [, what, words] of errorsIn(this.agent.ask(['nfacct', number, ...[...names].map(quoted)].join('\t'))))
      this.wrong(program.name, words!, what!)
  }

  private load(text: (t: RuleTexts) => string | null, argv: (t: RuleTexts) => readonly string[]): void {
    const jobs: Job[] = []
    for (const { number: space } of this.plan.spaces) {
      const texts = this.texts.get(space)!
      const stdin = text(texts)
      if (stdin?.trim()) jobs.push({ space, argv: argv(texts), stdin: stdin.endsWith('\n') ? stdin : `${stdin}\n` })
    }
    for (const [i, done] of this.agent.jobs(jobs).entries()) {
      const job = jobs[i]!
      if (done.exit === 0 || this.loadedByLegacy(job, done)) continue
      const at = Number(/line:? (\d+)/i.exec(done.stderr)?.[1] ?? /^[^:]*:(\d+):/.exec(done.stderr)?.[1] ?? 0)
      this.wrong(
        this.plan.spaces[job.space - 1]!.program.name,
        kernelWords(done.stderr),
        (job.stdin.split('\n')[at - 1] ?? 'its text').trim(),
        job.argv[0],
      )
    }
  }

  /** In a user namespace nft takes no more rules at once than its socket's buffer holds: the legacy back end takes any number, with the same effect. */
  private loadedByLegacy({ space, argv, stdin }: Job, { stderr }: JobDone): boolean {
    if (argv[0] !== 'iptables-restore' || !stderr.includes('Message too long')) return false
    this.texts.set(space, { ...this.texts.get(space)!, backend: 'legacy' })
    return this.agent.jobs([{ space, argv: ['iptables-legacy-restore'], stdin }])[0]!.exit === 0
  }

  private listeners(s: Space, listeners: readonly Listener[]): void {
    for (const { protocol, port, address, answer } of listeners) {
      const told = this.agent.ask(
        [
          'listen',
          s.number,
          protocol,
          port,
          address === null ? '' : addressText(address),
          quoted(answer ?? `${s.program.name.split('/').at(-1)}\n`),
        ].join('\t'),
      )
      for (const [, what, errno] of errorsIn(told)) this.wrong(s.program.name, errno!, `listen on ${what}`)
    }
  }
}

const errorsIn = (lines: readonly AnswerLine[]): readonly AnswerLine[] => lines.filter(l => l[0] === 'error')

/** The last sentence that a tool said before giving up. */
function kernelWords(stderr: string): string {
  const said = stderr
    .split('\n')
    .map(l => l.trim())
    .filter(l => l !== '' && !/^(Command failed|# Warning|Try |\^)/.test(l))
  return (said[0] ?? 'nothing').replace(/^(RTNETLINK answers|Error): /, '')
}
