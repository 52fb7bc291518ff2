// One exchange: a program sends, the packet goes its way, and everything sent in answer comes back or is lost. Wires the parts of the walk together.
// Of TCP's later packets only the client's ACKs and the server's banner, unseen. Not simulated: retransmission, time passing inside the exchange.
import { type Family, familyOf } from '../addr/ip'
import { captureText, type Packet } from '../linux/packet'
import type { Device, Network } from '../linux/program'
import type { StepDetail } from '../linux/step'
import { icmpError, resetFor } from './answer'
import { arriveReply, arriveRequest, type Asker, type Standing } from './arrival'
import { bridgeOut } from './bridge'
import { transmit } from './cable'
import { isSpoilt } from './checksum'
import { type ClientSees, laterPackets, type Request } from './client'
import { CERTAIN, type Chooser } from './chooser'
import type { Conntrack } from './conntrack'
import { depart, fromSocket } from './departure'
import { receive } from './ip-in'
import { output, withHopLimit } from './ip-out'
import { Waiting } from './fragment'
import { setsOfEnd, treatsLaterOtherwise } from './later-packets'
import { linksOf, type Links } from './link'
import type { Machine } from './machine'
import type { Asked } from './asked'
import { freshKernels, Kernels, type KernelState } from './kernels'
import { Late } from './late'
import type { Memory } from './memory'
import type { Neighbours } from './neighbours'
import { drop } from './drop'
import type { PathMtus } from './path-mtu'
import { arriving, type Leg, type Skb } from './skb'
import { relayIn, relayOut } from './relay'
import { tunnelIn, tunnelOut } from './tunnel'
import { MOST_DELIVERIES, UnderWay } from './under-way'
import type { Frame, Loss, Lost, RecordedStep, Walk } from './walk'

/** Everything that happened. */
export interface Exchange {
  readonly steps: readonly RecordedStep[]
  readonly delivered: Standing['delivered']
  readonly lost: readonly Lost[]
  readonly client: ClientSees
  /** Whether anything was sent in answer, and whether it came back to the client's program. */
  readonly replied: boolean
  readonly replyDelivered: boolean
  readonly wire: readonly string[]
  /** Machines where one of TCP's later packets began a connection: there nat's rules see more than the first packet. */
  readonly begunLate: ReadonlySet<string>
  readonly kernels: KernelState
}

/** Leaves nothing to chance: only what is certain happens. */
const NEVER: Chooser = { chance: threshold => threshold >= CERTAIN, pick: () => 0 }

const SPOILT = "the UDP checksum of a tunnel's packet that was translated in its own machine is wrong"

/** Walks one exchange from its first packet to the last answer. */
export function exchange(network: Network, request: Request, chooser: Chooser, kernels: KernelState = freshKernels): Exchange {
  return new ExchangeWalk(network, request, chooser, kernels).run()
}

class ExchangeWalk implements Walk {
  readonly links: Links
  private readonly steps: RecordedStep[] = []
  private readonly lost: Lost[] = []
  private readonly wire: string[] = []
  private readonly underWay = new UnderWay()
  readonly waiting = new Waiting()
  private ids = 0
  private readonly standing: Standing = { delivered: null, lost: this.lost, client: null, replyDelivered: false }
  private replied = false
  /** Its machine goes by its own name: a pod on its node's network is its node. */
  private asker!: Asker
  private readonly visited = new Set<Machine>()
  /** A machine saw the middle of a connection first: to it a later packet begins one. */
  private untracked = false
  /** In which families a kernel is just saying something by ICMP. */
  private said: readonly Family[] = []
  private readonly late = new Late(this, () => this.finish())
  private readonly kernels: Kernels

  constructor(
    network: Network,
    private readonly request: Request,
    private readonly drawn: Chooser,
    before: KernelState,
  ) {
    this.links = linksOf(network)
    this.kernels = new Kernels(before)
  }

  run(): Exchange {
    const machine = this.links.machine(this.request.namespace)
    if (machine === undefined) throw new Error(`no namespace ${this.request.namespace}`)
    this.start(machine)
    this.finish()
    const { standing } = this
    if (standing.client?.result === 'answered' && standing.delivered && (this.untracked || [...this.visited].some(treatsLaterOtherwise)))
      this.kernels.unremembered(() => this.goOn(machine))
    if (!standing.delivered) this.vanished('request')
    if (this.replied && !standing.replyDelivered) this.vanished('reply')
    if (this.request.protocol === 'tcp') {
      this.kernels.settle(standing.client?.result === 'answered')
      for (const m of this.visited) for (const set of setsOfEnd(m)) this.memory(m.name).unknownSets.add(set)
    }
    return {
      steps: this.steps,
      delivered: standing.delivered,
      lost: this.lost,
      client: standing.client ?? { result: 'timeout' },
      replied: this.replied,
      replyDelivered: standing.replyDelivered,
      wire: this.wire,
      begunLate: this.late.begun,
      kernels: this.kernels.after,
    }
  }

  /** What goes on without end is given up: what becomes of the packet is not known. */
  private finish(): void {
    if (this.underWay.finish()) return
    const { machine, sent } = this.asker
    const why = `hopspec follows a packet over at most ${MOST_DELIVERIES} cables, and this one goes on`
    this.lost.unshift({ kind: 'unknown', why, leg: 'request', in: machine, packet: sent, local: false })
    this.standing.delivered = null
  }

  /** A packet that nobody took, with no word of it: a frame for a MAC that nobody has, or pieces of which one is lost. */
  private vanished(leg: Leg): void {
    if (lostOn(this.lost, leg) !== undefined) return
    const last = this.steps.findLast(s => s.leg === leg)
    if (last === undefined) return
    const { in: machine, packet } = last.step
    this.lost.push({ kind: 'dropped', why: `nobody takes what ${machine} sent last`, leg, in: machine, packet, local: false })
  }

  /**
   * The connection is set up: whether the client's ACK and the server's banner arrive, too. Told only where they do not.
   * What they leave in the memory of rules is forgotten: there are more of them than are walked.
   */
  private goOn(asking: Machine): void {
    const { namespace, packet } = this.standing.delivered!
    const serving = this.links.machine(namespace)!
    const later = laterPackets(serving, this.asker.sent, packet)
    if (later === undefined) return
    const client = { machine: asking, hears: later.awaited }
    const server = { machine: serving, hears: packet }
    const ack = this.late.send(asking, server, fromSocket(later.ack, this.request))
    const banner: Skb = { ...arriving(later.banner, 'reply'), local: true, sender: 'program' }
    const lost = ack ?? this.late.send(serving, client, withHopLimit(serving, banner))
    if (lost === null) {
      // The client acknowledges the banner: nobody misses that, but it may mark the connection.
      this.late.send(asking, server, fromSocket(later.ack, this.request))
      return
    }
    const isReset = this.late.isReset(lost === ack ? client : server)
    this.standing.client = { result: lost === ack && isReset ? 'reset' : 'timeout' }
    this.standing.replyDelivered = false
    this.lost.push(lost)
    if (lost === ack) this.standing.delivered = null
  }

  private start(machine: Machine): void {
    const { skb, loss } = depart(machine, this.request, this.pathMtus)
    this.asker = { machine: machine.name, sent: skb.packet, boundTo: this.request.device }
    this.emit(machine, skb, { kind: 'send' })
    if (loss === undefined) output(this, machine, skb)
    else drop(this, machine, skb, loss)
  }

  /** Later packets draw nothing: the ways of a flow are those of its first. */
  get chooser(): Chooser {
    return this.late.isOn ? NEVER : this.drawn
  }

  get socket(): number {
    return this.kernels.socket
  }

  get neighbours(): Neighbours {
    return this.kernels.neighbours
  }

  get pathMtus(): PathMtus {
    return this.kernels.pathMtus
  }

  conntrack(namespace: string): Conntrack {
    return this.kernels.conntrack(namespace)
  }

  memory(namespace: string): Memory {
    return this.kernels.memory(namespace)
  }

  client(machine: Machine): Asked['client'] {
    return machine.name === this.asker.machine ? { sent: this.asker.sent, mark: this.request.mark ?? 0, boundTo: this.asker.boundTo } : null
  }

  served(machine: Machine): Asked['served'] {
    const { delivered } = this.standing
    if (delivered?.namespace !== machine.name || delivered.packet.protocol !== 'tcp') return null
    return { asked: delivered.packet, stands: this.late.arrived > 0 }
  }

  emit(machine: Machine, skb: Skb, detail: StepDetail): void {
    if (this.late.isOn) return this.late.note(machine, detail)
    this.visited.add(machine)
    if (detail.kind === 'conntrack' && detail.state === 'INVALID' && skb.packet.protocol === 'tcp') this.untracked = true
    this.steps.push({ leg: skb.leg, step: { in: machine.name, packet: skb.packet, mark: skb.mark, ...detail } })
    if (detail.kind === 'send' && skb.leg === 'reply') this.replied = true
  }

  lose(machine: Machine, skb: Skb, loss: Loss): void {
    if (this.late.isOn) return this.late.lose(machine, skb, loss)
    this.lost.push({ ...loss, leg: skb.leg, in: machine.name, packet: skb.packet, local: skb.local })
    if (skb.leg === 'request' && skb.local && machine.name === this.asker.machine) this.failAtOnce(skb, loss)
  }

  /** The sender's own kernel says no: connect() and send() fail with an errno, but TCP knows nothing of a SYN that a rule took, nor ping_v6_sendmsg of its echo request. */
  private failAtOnce(skb: Skb, loss: Loss): void {
    const untold = skb.packet.protocol === 'tcp' || skb.packet.protocol === 'icmpv6'
    if (loss.errno === undefined || (untold && loss.errno === 'EPERM')) return
    this.standing.client ??= { result: 'error', errno: loss.errno }
  }

  capture(machine: Machine, device: string, way: 'rx' | 'tx', packet: Packet): void {
    if (this.late.isOn) return
    this.wire.push(`${machine.name.replace(/^namespace\//, '')}/${device} ${way} ${captureText(packet)}`)
  }

  transmit(machine: Machine, device: Device, frame: Frame): void {
    if (device.kind === 'vxlan') return tunnelOut(this, machine, device, frame)
    transmit(this, machine, device, frame)
  }

  later(what: () => void): void {
    this.underWay.later(what)
  }

  whenQuiet(what: () => void): void {
    this.underWay.whenQuiet(what)
  }

  nextId(): number {
    return ++this.ids
  }

  receive(machine: Machine, device: Device, skb: Skb): void {
    const { said } = this
    this.said = []
    this.takeIn(machine, device, skb)
    this.said = said
  }

  private takeIn(machine: Machine, device: Device, skb: Skb): void {
    if (device.kind === 'bridge' && !skb.own) this.capture(machine, device.name, 'rx', skb.packet)
    receive(this, machine, device, skb)
  }

  bridgeOut(machine: Machine, bridge: Device, frame: Frame): void {
    bridgeOut(this, machine, bridge, frame)
  }

  tunnelOut(machine: Machine, tunnel: Device & { readonly kind: 'vxlan' }, frame: Frame): void {
    tunnelOut(this, machine, tunnel, frame)
  }

  relayOut(machine: Machine, device: Device & { readonly kind: 'tun' }, skb: Skb): void {
    relayOut(this, machine, device, skb)
  }

  output(machine: Machine, skb: Skb): void {
    output(this, machine, skb)
  }

  saying(family: Family | null, what: () => void): void {
    const before = this.said
    if (family !== null) this.said = [...before, family]
    what()
    this.said = before
  }

  icmpError(machine: Machine, about: Skb, kind: readonly [number, number], mtuBytes?: number): void {
    if (!this.late.isOn && !this.said.includes(familyOf(about.packet.source))) icmpError(this, machine, about, kind, mtuBytes)
  }

  reset(machine: Machine, about: Skb): void {
    if (this.late.isOn) this.late.refuse(machine, about, true)
    else resetFor(this, machine, about, true)
  }

  arrive(machine: Machine, device: Device, skb: Skb): void {
    if (isSpoilt(skb.packet)) return drop(this, machine, skb, { kind: 'dropped', why: SPOILT })
    if (tunnelIn(this, machine, skb) || relayIn(this, machine, skb)) return
    if (this.late.isOn) this.late.arrive(machine, skb)
    else if (skb.leg === 'request') arriveRequest(this, this.standing, machine, skb)
    else arriveReply(this, this.standing, this.asker, machine, device, skb)
  }
}

/** Whether a leg of the exchange ended by a loss, and the first such. */
export const lossOf = (e: Exchange, leg: Leg): Lost | undefined => lostOn(e.lost, leg)

const lostOn = (lost: readonly Lost[], leg: Leg): Lost | undefined => lost.find(l => l.leg === leg)
