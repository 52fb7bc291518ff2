// Does what a plan says, in the namespaces of a run: lines, settings, rules, listeners, in the order in which the kernel needs them.
// Names the object that the kernel refuses, in the kernel's words.
import { HopspecError, type Problem } from '../error'
import type { Listener } from '../linux/program'
import { cidrText } from '../addr/cidr'
import { ipText as addressText } from '../addr/ip'
import { type Agent, type AnswerLine, type Job, type JobDone, quoted } from './agent'
import type { Line } from './line'
import type { Plan, RuleTexts, Space } from './plan'
import { baseline, type Setting, settingsOf } from './settings'

/** What is to be done: of a first build everything, of a change only what is other than before. */
export interface Work {
  /** Lines to be run; all its namespaces are there. */
  readonly plan: Plan
  /** Whether namespace 0 is new too. */
  readonly first: boolean
  /** Namespaces in which nothing is yet. */
  readonly fresh: readonly Space[]
  /** Namespaces whose devices get their settings. */
  readonly settled: readonly Space[]
  readonly loaded: ReadonlyMap<number, RuleTexts>
  readonly listening: readonly Space[]
}

const SECONDS_FOR_CARRIERS = 3

export class Builder {
  private readonly problems: Problem[] = []
  /** Namespaces whose iptables the legacy back end took. */
  readonly legacy = new Set<number>()
  constructor(
    private readonly agent: Agent,
    private readonly work: Work,
  ) {}

  private get plan(): Plan {
    return this.work.plan
  }

  /** Throws all that was refused. */
  build(): void {
    const { fresh, settled, first } = this.work
    const { ipv6 } = this.plan
    if (first) this.settings(0, [...baseline(false), 'net/bridge/bridge-nf-call-iptables=0'], 'the LANs')
    for (const s of fresh) this.settings(s.number, [...baseline(ipv6), ...settingsOf(s.program).beforeDevices], s.program.name)
    this.batches('ip', new Map([[0, this.plan.cables]]))
    for (const s of fresh) this.tunDevices(s)
    this.stop()
    this.batches('ip', this.plan.own)
    for (const s of fresh) this.relays(s)
    this.batches('ip', this.plan.rules.ipv4)
    this.batches('ip', this.plan.rules.ipv6, ['-6'])
    this.batches('bridge', this.plan.fdb)
    this.cuts()
    for (const s of settled) this.settings(s.number, settingsOf(s.program).afterDevices, s.program.name)
    this.rules()
    for (const s of fresh) this.settings(s.number, settingsOf(s.program).afterRules, s.program.name)
    for (const s of this.work.listening) this.listeners(s, s.program.listeners)
    const carriers = [...this.plan.carriers].flatMap(([n, devices]) => devices.map(d => `${n}/${quoted(d)}`))
    for (const [, device, words] of errorsIn(this.agent.ask(['running', SECONDS_FOR_CARRIERS, ...carriers].join('\t'))))
      this.wrong(device!, words!, 'wait for its carrier')
    this.agent.ask(['echo', ...fresh.map(s => s.number)].join('\t'))
    this.stop()
  }

  /** A TUN device is there as long as the helper holds it. */
  private tunDevices({ number, program }: Space): void {
    for (const d of program.devices)
      if (d.kind === 'tun')
        this.asked(['tun', number, quoted(d.name), this.plan.numbers.index(number, d.name)].join('\t'), `${program.name} ${d.name}`)
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

  private nameOf = (number: number): string => this.plan.spaces.find(s => s.number === number)!.program.name

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
    for (const [number, texts] of this.work.loaded) this.accounting(number, texts)
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
  private accounting(number: number, { iptables, ip6tables }: RuleTexts): void {
    const names = new Set([...`${iptables ?? ''}\n${ip6tables ?? ''}`.matchAll(/--nfacct-name\s+(\S+)/g)].map(m => m[1]!))
    if (names.size === 0) return
    for (const [, what, words] of errorsIn(this.agent.ask(['nfacct', number, ...[...names].map(quoted)].join('\t'))))
      this.wrong(this.nameOf(number), words!, what!)
  }

  private load(text: (t: RuleTexts) => string | null, argv: (t: RuleTexts) => readonly string[]): void {
    const jobs: Job[] = []
    for (const [space, texts] of this.work.loaded) {
      const stdin = text(texts)
      if (stdin?.trim()) jobs.push({ space, argv: argv(texts), stdin: stdin.endsWith('\n') ? stdin : `${stdin}\n` })
    }
    for (const [i, done] of this.agent.jobs(jobs).entries()) {
      const job = jobs[i]!
      if (done.exit === 0 || this.loadedByLegacy(job, done)) continue
      const at = Number(/line:? (\d+)/i.exec(done.stderr)?.[1] ?? /^[^:]*:(\d+):/.exec(done.stderr)?.[1] ?? 0)
      this.wrong(this.nameOf(job.space), kernelWords(done.stderr), (job.stdin.split('\n')[at - 1] ?? 'its text').trim(), job.argv[0])
    }
  }

  /** In a user namespace nft takes no more rules at once than its socket's buffer holds: the legacy back end takes any number, with the same effect. */
  private loadedByLegacy({ space, argv, stdin }: Job, { stderr }: JobDone): boolean {
    if (argv[0] !== 'iptables-restore' || !stderr.includes('Message too long')) return false
    this.legacy.add(space)
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
