// What one scenario keeps between its steps: the cluster, the last probe, the last output. Steps parse words, call src/, and keep the result here.
import { World as CucumberWorld } from '@cucumber/cucumber'
import type { State } from '../src/cluster/state'
import { problem } from '../src/error'
import type { WorldParameters } from '../src/cli/run-cucumber'
import { kernelSession } from '../src/cli/run-kernel'
import type { KernelSession } from '../src/real/session'
import type { StepPlace } from '../src/cli/run-index'
import { emptyLab, given, type Lab, running } from '../src/lab/lab'
import { pinServices, misspeltPins } from '../src/lab/pins'
import { judged, probe, seriesProbe, type ProbeRequest } from '../src/lab/probe'
import { topologyOf } from '../src/lab/topology'
import { kernelFindings, namedOnKernel, probeOnKernel, seriesOnKernel } from '../src/lab/kernel'
import { kubectl, type Said, shellCommand } from '../src/lab/command'
import { timelineBetween } from '../src/lab/timeline'
import { connectionOnKernel, seenConnection } from '../src/lab/kernel-connection'
import { lookupOnKernel } from '../src/lab/kernel-names'
import { type LookupRequest, lookUpProbe, nameQueryOf } from '../src/lab/names'
import { scenery } from '../src/trace/prepare'
import type { Chain } from '../src/trace/series'
import type { Finding } from '../src/verify/finding'
import { FindingError, findingJson } from '../src/lab/finding-error'
import { FINDING, type KernelJson, PROBE, type ProbeJson, TIMELINE, TOPOLOGY } from '../src/view/report/probe'
import { wordsOf } from '../src/lab/shell/line'
import { Apart } from '../src/lab/apart'
import { again, type Connection, opened } from '../src/lab/connection'
import { freshKernels } from '../src/path/kernels'
import type { Protocol } from '../src/addr/port'
import { seenProbe, seenSeries } from '../src/lab/seen'
import { seenLookup, seenNamed, seenNamedSeries } from '../src/lab/seen-names'
import { checkInline, indented } from './inline'
import { placeOf } from './places'
import { findFile, textFile } from './project-files'
import { isNamed, type PlaceWord } from './read'

const NAMED_SERIES = 'requests one after another to a name are not sent on the real kernel'

/** How a When sends, on each dataplane. */
interface Sending {
  simulated(): ProbeJson
  /** undefined where nothing is sent. */
  both(session: KernelSession, simulated: ProbeJson): KernelJson | undefined
  real(session: KernelSession): ProbeJson
}

export class World extends CucumberWorld<WorldParameters> {
  /** The feature file, relative to the project; set before the first step. */
  feature = ''
  /** Where the step that runs stands, and its doc string. */
  at: StepPlace = { line: 1, docLine: 1, docColumn: 1 }
  lab: Lab = emptyLab(this.parameters.seed ?? 1, this.parameters.mode ?? null)
  lastProbe: ProbeJson | null = null
  /** The requests of the last When, if they followed one another: those after each way of the first. */
  lastChains: readonly Chain[] | null = null
  lastSaid: Said | null = null
  /** Why the last request of the real dataplane was not sent. */
  private unseen: string | null = null
  /** The connection that a step opened. */
  private connection: Connection | null = null
  /** The cluster as it was at each request over the connection. */
  private since: readonly State[] = []
  /** The step ends with a colon, and nothing stands below it. */
  wantsMore = false
  checks = 0
  assertionsBefore = 0
  private previous: State | null = null
  private topologyShown: State | null = null

  /** The running cluster. */
  get state(): State {
    const lab = running(this.lab)
    if (this.lab.state === null) for (const warning of lab.warnings) this.log(warning)
    this.lab = lab
    return lab.state
  }

  /** The cluster before the last change. */
  get before(): State {
    if (this.previous === null)
      throw problem('STEP_VALUE', 'nothing changed yet.', { fix: 'Write a When that applies, scales or deletes something first.' })
    return this.previous
  }

  /** The last probe; an error where nothing was sent yet, or where nothing can be said about it. */
  get probe(): ProbeJson {
    if (this.lastProbe === null && this.unseen !== null) throw new Apart(this.unseen)
    if (this.lastProbe === null)
      throw problem('STEP_VALUE', 'nothing was sent yet, so nothing can be said about it.', {
        fix: 'Write a When that curls or connects first.',
      })
    return this.lastProbe.dataplane === 'real' ? this.lastProbe : judged(this.lastProbe)
  }

  /** The last probe, for what is said about the order of its steps and their reasons. */
  get inOrder(): ProbeJson {
    const { probe } = this
    if (probe.dataplane === 'real')
      throw new Apart('a kernel shows which rules matched and which devices saw a packet, not the order of its steps, and no reasons')
    return probe
  }

  /** What the last command printed. */
  get said(): Said {
    if (this.lastSaid === null && this.unseen !== null) throw new Apart(this.unseen)
    if (this.lastSaid === null) throw problem('STEP_VALUE', 'no command was run yet.', { fix: 'Write `When I run "kubectl …"` first.' })
    return this.lastSaid
  }

  /** Counts the findings, and fails with the first that is not met. */
  verify(findings: Finding | readonly Finding[]): void {
    const all = [findings].flat() as readonly Finding[]
    this.checks += all.length
    const bad = all.find(f => !f.met)
    if (bad === undefined) return
    this.attach(JSON.stringify(findingJson(bad)), FINDING)
    throw new FindingError(bad)
  }

  /** Sends, keeps the trace, and shows it in the report. */
  send(
    from: PlaceWord,
    to: string,
    protocol: string,
    times: number,
    title: string,
    size: Pick<ProbeRequest, 'bytes' | 'dontFragment'> = {},
  ): void {
    this.showTopology()
    this.lastChains = null
    const request = { from: this.place(from), to, protocol, times, seed: this.parameters.seed ?? 1, title, ...size }
    const named = isNamed(to)
    this.sent(request, {
      simulated: () => probe(this.state, request),
      both: (session, simulated) =>
        named ? namedOnKernel(this.state, request, simulated, session) : probeOnKernel(this.state, request, session),
      real: session => (named ? seenNamed : seenProbe)(this.state, request, session),
    })
  }

  /** Looks a name up, keeps and shows it. */
  lookUp(request: LookupRequest): void {
    this.showTopology()
    this.lastChains = null
    const { network } = scenery(this.state)
    this.sent(request, {
      simulated: () => lookUpProbe(this.state, request),
      both: (session, { trace }) => lookupOnKernel(this.state, nameQueryOf(network, request), trace, session)?.json,
      real: session => seenLookup(this.state, request, session),
    })
  }

  /** Sends one request after another from one program; kernels remember those before. */
  sendInTurn(from: PlaceWord, to: string, times: number, title: string): void {
    this.showTopology()
    const request = { from: this.place(from), to, protocol: 'tcp', times, seed: this.parameters.seed ?? 1, title }
    const simulated = () => {
      const series = seriesProbe(this.state, request)
      this.lastChains = series.chains
      return series.probe
    }
    const both = (session: KernelSession): KernelJson =>
      isNamed(to) ? { compared: false, why: NAMED_SERIES } : seriesOnKernel(this.state, request, session)
    const real = (session: KernelSession) => {
      const seen = (isNamed(to) ? seenNamedSeries : seenSeries)(this.state, request, session)
      this.lastChains = [seen.trace.outcomes]
      return seen
    }
    this.sent(request, { simulated, both, real })
  }

  /** Opens a connection and keeps what the kernels remember of it. */
  open(from: PlaceWord, to: string, protocol: Protocol): void {
    this.since = []
    const sent = { from: this.place(from), to, protocol, seed: this.parameters.seed ?? 1 }
    this.connection = { ...sent, kernels: freshKernels }
    this.connected(() => opened(this.state, sent.from, to, protocol, sent.seed), `open ${protocol} ${to}`)
  }

  /** The connection that was opened sends its next packet. */
  sendAgain(): void {
    const { connection } = this
    if (connection === null && this.unseen !== null) throw new Apart(this.unseen)
    if (connection === null)
      throw problem('STEP_VALUE', 'no connection was opened yet.', {
        fix: 'Write `When pod "a" opens a udp connection to 10.96.0.10:53` first.',
      })
    this.connected(() => again(this.state, connection), 'the connection sends again')
  }

  private connected(send: () => ReturnType<typeof again>, title: string): void {
    const real = (session: KernelSession) => {
      this.since = [...this.since, this.state]
      return seenConnection(this.since, { ...this.connection!, title }, session)
    }
    const simulated = () => {
      const { probe, connection } = send()
      this.connection = connection
      this.since = [...this.since, this.state]
      return probe
    }
    this.showTopology()
    this.lastChains = null
    this.sent({ title }, { simulated, both: session => connectionOnKernel(this.since, this.connection!, session), real })
  }

  /** Keeps and shows what was sent; on both dataplanes they must agree, on the real one Thens speak of what the kernel did. */
  private sent(request: { readonly title: string }, on: Sending): void {
    this.lastProbe = null
    this.unseen = `the request was not sent: ${request.title}`
    const { dataplane } = this.parameters
    if (dataplane === 'real') this.lastProbe = on.real(kernelSession())
    else this.lastProbe = on.simulated()
    const kernel = dataplane === 'both' ? on.both(kernelSession(), this.lastProbe) : undefined
    if (kernel !== undefined) this.lastProbe = { ...this.lastProbe, kernel }
    this.unseen = null
    this.attach(JSON.stringify(this.lastProbe), PROBE)
    if (kernel !== undefined) this.verify(kernelFindings(kernel))
  }

  /** The last probe, for what is said about the shares of clients who know nothing of one another. */
  get independent(): ProbeJson {
    if (this.lastChains !== null)
      throw problem('STEP_VALUE', 'these requests came one after another from one client, so each pod has no share of its own of them.', {
        fix: 'Say `the same pod answers every request`, or leave out `one after another`.',
      })
    return this.probe
  }

  /** Warns of pins whose name is misspelt. */
  warnOfPins(): void {
    const { state, input } = this.lab
    if (state !== null)
      for (const misspelt of misspeltPins(state, input.servicePins, input.pins)) this.log(`warning: ${this.feature}: ${misspelt}`)
  }

  /** Runs kubectl on the cluster, with files as the scenario sees them. */
  kubectl(args: readonly string[], stdin = ''): void {
    const { said, state } = kubectl(this.state, args, { stdin, read: name => findFile(this, name) })
    this.lastSaid = said
    this.become({ ...this.lab, state: pinServices(state, this.lab.input.servicePins) })
  }

  /** The cluster after a change; the report shows what happened in between. */
  become(lab: Lab): void {
    this.previous = this.state
    this.lab = lab
    const timeline = timelineBetween(this.previous, this.state)
    if (timeline.events.length > 0) this.attach(JSON.stringify(timeline), TIMELINE)
  }

  /** A command line: kubectl, or another command of the shell. */
  run(command: string, stdin = ''): void {
    const argv = wordsOf(command)
    const [program, ...args] = argv
    if (program === 'kubectl') this.kubectl(args, stdin)
    else this.shell(argv, stdin)
  }

  /** Any other command of the shell, from the first node or where it says (`on node/master docker ps`). */
  private shell(argv: readonly string[], stdin: string): void {
    const { said, state } = shellCommand(this.state, argv, { stdin, read: name => findFile(this, name) })
    this.lastSaid = said
    if (state !== this.state) this.become({ ...this.lab, state })
  }

  /** A sentence like `I scale …` promises that it works: what kubectl refuses is an error. */
  expectDone(): void {
    if (this.said.exit !== 0)
      throw problem('STEP_VALUE', `${this.said.command}: ${this.said.stderr.trim().replace(/([^.!?])$/, '$1.')}`, {
        fix: 'If it is meant to be refused, write `When I run "kubectl …"` and what it says.',
      })
  }

  /** `pod/default/web-1` for the words of a step. */
  place(word: PlaceWord): string {
    return placeOf(this.state, word)
  }

  /** A file beside the feature or in the project, under its path. */
  file(name: string): { readonly name: string; readonly text: string } {
    return textFile(this, name)
  }

  /** Manifests in a doc string, as a file whose lines and columns are those of the feature; what is wrong in any case is told at once. */
  giveWritten(text: string): void {
    const file = { name: this.feature, text: `${'\n'.repeat(this.at.docLine)}${indented(text, this.at.docColumn - 1)}` }
    checkInline([...this.lab.input.files.filter(f => f.name === this.feature), file])
    this.lab = given(this.lab, { files: [file] })
  }

  /** Manifests that a sentence stands for, standing on its line. */
  made = (text: string) => ({ name: this.feature, text: `${'\n'.repeat(this.at.line - 1)}${text}` })

  /** The project's folder. */
  get root(): string {
    return this.parameters.root
  }

  private showTopology(): void {
    if (this.topologyShown === this.state) return
    this.topologyShown = this.state
    this.attach(JSON.stringify(topologyOf(this.state)), TOPOLOGY)
  }
}
