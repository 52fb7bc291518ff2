// One exchange: a program sends, the packet goes its way, and everything sent in answer comes back or is lost. Wires the parts of the walk together.
// Of TCP's later packets only the client's ACK and the server's banner, unseen. Not simulated: retransmission, time passing inside the exchange.
import { familyOf, type Ip, ipText } from '../addr/ip'
import { captureText, destinationText, hasPorts, isIcmpError, type Packet } from '../linux/packet'
import { BROADCAST_MAC, isGroupMac } from '../addr/mac'
import type { Device, Listener, Network } from '../linux/program'
import type { StepDetail } from '../linux/step'
import { answerTo, fromOneOf, icmpError, listenerFor, refuse, resetFor, sendAnswer } from './answer'
import { bridgeIn, bridgeOut } from './bridge'
import { type ClientSees, clientSees, firstPacket, laterPackets, type Request, whyNotRouted, whyNotSent } from './client'
import { mssOverhead } from './change'
import type { Chooser } from './chooser'
import { Conntrack } from './conntrack'
import { receive } from './ip-in'
import { mtuTowards, output, routeFromHere, whyTooBig } from './ip-out'
import { Waiting } from './fragment'
import { whyUnheard } from './group'
import { treatsLaterOtherwise } from './later-packets'
import { linksOf, type Links } from './link'
import type { Machine } from './machine'
import { emptyMemory, type Memory } from './match'
import { type Known, Neighbours } from './neighbours'
import { drop } from './pass'
import { arriving, type Leg, type Skb } from './skb'
import { relayIn, relayOut } from './relay'
import { tunnelIn, tunnelOut } from './tunnel'
import { type Frame, ICMP, type Loss, type Lost, type RecordedStep, type Walk } from './walk'

/** What the kernels keep from one exchange to the next. */
export interface KernelState {
  readonly conntrack: ReadonlyMap<string, Conntrack>
  readonly memory: ReadonlyMap<string, Memory>
  readonly neighbours: ReadonlyMap<string, Known>
}
export const freshKernels: KernelState = { conntrack: new Map(), memory: new Map(), neighbours: new Map() }

/** Kernels that have forgotten every connection and know only their neighbours. */
export const forgetful = ({ neighbours }: KernelState): KernelState => ({ ...freshKernels, neighbours })

/** Kernels after every client has hung up: who calls again from the same port begins a new connection. */
export const hungUp = (kernels: KernelState): KernelState => ({
  ...kernels,
  conntrack: new Map([...kernels.conntrack].map(([name, known]) => [name, known.hungUp()])),
})

/** Everything that happened. */
export interface Exchange {
  readonly steps: readonly RecordedStep[]
  /** The program or kernel that took the request, and the packet as it saw it. */
  readonly delivered: { readonly namespace: string; readonly packet: Packet; readonly listener: Listener | null } | null
  readonly lost: readonly Lost[]
  readonly client: ClientSees
  /** Whether anything was sent in answer, and whether it came back to the client's program. */
  readonly replied: boolean
  readonly replyDelivered: boolean
  readonly wire: readonly string[]
  readonly kernels: KernelState
}

/** A cable lets through what would fit with a VLAN's tag (is_skb_forwardable). */
const VLAN_BYTES = 4

/** What a SYN offers on a way of this MTU. */
const mssOver = (mtuBytes: number, ip: Ip): number => Math.min(mtuBytes, 65535) - mssOverhead(ip)

const NEVER: Chooser = { chance: () => false, pick: () => 0 }

/** More deliveries than any real exchange has: a forwarding loop is cut off by TTL long before. */
const MOST_DELIVERIES = 5000

/** Walks one exchange from its first packet to the last answer. */
export function exchange(network: Network, request: Request, chooser: Chooser, kernels: KernelState = freshKernels): Exchange {
  return new ExchangeWalk(network, request, chooser, kernels).run()
}

class ExchangeWalk implements Walk {
  readonly links: Links
  readonly neighbours: Neighbours
  private readonly steps: RecordedStep[] = []
  private readonly lost: Lost[] = []
  private readonly wire: string[] = []
  private readonly queue: (() => void)[] = []
  private readonly quiet: (() => void)[] = []
  readonly waiting = new Waiting()
  private ids = 0
  private readonly tracked = new Map<string, Conntrack>()
  private readonly remembered = new Map<string, Memory>()
  private delivered: Exchange['delivered'] = null
  private client: ClientSees | null = null
  private replied = false
  private replyDelivered = false
  private sent: Packet | null = null
  /** The sending machine's own name: a pod on its node's network is its node. */
  private sender = ''
  private readonly visited = new Set<Machine>()
  /** One of a connection's later packets is on its way. */
  private late: { readonly to: string; arrived: boolean; lost: Lost | null } | null = null

  constructor(
    network: Network,
    private readonly request: Request,
    private readonly drawn: Chooser,
    private readonly before: KernelState,
  ) {
    this.links = linksOf(network)
    this.neighbours = new Neighbours(before.neighbours)
  }

  run(): Exchange {
    const machine = this.links.machine(this.request.namespace)
    if (machine === undefined) throw new Error(`no namespace ${this.request.namespace}`)
    this.sender = machine.name
    this.start(machine)
    this.finish()
    if (this.client?.result === 'answered' && this.delivered && [...this.visited].some(treatsLaterOtherwise)) this.goOn(machine)
    if (this.request.protocol === 'tcp') for (const conntrack of this.tracked.values()) conntrack.settle(this.client?.result === 'answered')
    return {
      steps: this.steps,
      delivered: this.delivered,
      lost: this.lost,
      client: this.client ?? { result: 'timeout' },
      replied: this.replied,
      replyDelivered: this.replyDelivered,
      wire: this.wire,
      kernels: {
        conntrack: new Map([...this.before.conntrack, ...this.tracked]),
        memory: new Map([...this.before.memory, ...this.remembered]),
        neighbours: this.neighbours.all,
      },
    }
  }

  private finish(): void {
    for (let n = 0; ; n++) {
      const next = this.queue.shift() ?? this.quiet.shift()
      if (next === undefined) return
      if (n > MOST_DELIVERIES) throw new Error('the exchange does not end')
      next()
    }
  }

  /** The connection is set up: whether the client's ACK and the server's banner arrive, too. Told only where they do not. */
  private goOn(client: Machine): void {
    const { namespace, packet } = this.delivered!
    const server = this.links.machine(namespace)!
    const later = laterPackets(this.sent!, packet)
    if (later === undefined) return
    const { mark = 0, device } = this.request
    const bound = device === undefined ? {} : { boundTo: device }
    const ack = this.sendLater(client, server, { ...arriving(later.ack, 'request'), mark, local: true, ...bound })
    const lost = ack ?? this.sendLater(server, client, { ...arriving(later.banner, 'reply'), local: true })
    if (lost === null) return
    this.client = { result: 'timeout' }
    this.replyDelivered = false
    this.lost.push(lost)
    if (lost === ack) this.delivered = null
  }

  /** Sends one of the later packets; the loss where it does not arrive. */
  private sendLater(from: Machine, to: Machine, skb: Skb): Lost | null {
    const late = (this.late = { to: to.name, arrived: false, lost: null as Lost | null })
    output(this, from, skb)
    this.finish()
    this.late = null
    if (late.arrived) return null
    const silence: Loss = { kind: 'dropped', why: 'a later packet of the connection is lost' }
    return late.lost ?? { ...silence, leg: skb.leg, in: from.name, packet: skb.packet, local: false }
  }

  private start(machine: Machine): void {
    const { request } = this
    const draft = firstPacket(machine, request, request.source ?? request.destination)
    const { device, mark = 0 } = request
    const routed =
      whyNotRouted(request) ??
      routeFromHere(machine, {
        destination: request.destination,
        source: request.source ?? null,
        mark,
        about: draft,
        ...(device === undefined ? {} : { out: device }),
      })
    const chosen = 'source' in routed ? (whyNotSent(request, routed.answer.to) ?? routed) : routed
    const mtuBytes = 'source' in chosen ? mtuTowards(machine, chosen.answer) : Number.POSITIVE_INFINITY
    const fits = draft.lengthBytes <= mtuBytes
    const packet: Packet = {
      ...draft,
      ...(draft.protocol === 'tcp' ? { mss: mssOver(mtuBytes, draft.source) } : {}),
      ...('source' in chosen ? { source: chosen.source } : {}),
      dontFragment: draft.dontFragment && (fits || request.dontFragment === true),
    }
    this.sent = packet
    const skb: Skb = {
      ...arriving(packet, 'request'),
      mark,
      local: true,
      byProgram: true,
      mayBeCut: request.dontFragment !== true && packet.protocol !== 'tcp',
      ...(device === undefined ? {} : { boundTo: device }),
    }
    this.emit(machine, skb, { kind: 'send' })
    const loss = 'source' in chosen ? (fits || skb.mayBeCut ? undefined : whyTooBig(packet, mtuBytes)) : chosen
    if (loss === undefined) return output(this, machine, skb)
    this.emit(machine, skb, { kind: 'drop', why: loss.why })
    this.lose(machine, skb, loss)
  }

  /** Later packets draw nothing: the ways of a flow are those of its first. */
  get chooser(): Chooser {
    return this.late ? NEVER : this.drawn
  }

  conntrack(namespace: string): Conntrack {
    let conntrack = this.tracked.get(namespace)
    if (conntrack === undefined) this.tracked.set(namespace, (conntrack = this.before.conntrack.get(namespace)?.copy() ?? new Conntrack()))
    return conntrack
  }

  memory(namespace: string): Memory {
    if (this.late) return emptyMemory()
    let memory = this.remembered.get(namespace)
    if (memory === undefined) {
      const old = this.before.memory.get(namespace)
      memory = old
        ? {
            recent: new Map([...old.recent].map(([name, list]) => [name, new Map(list)])),
            nth: new Map(old.nth),
            nftSets: new Map(old.nftSets),
            nowSeconds: old.nowSeconds,
          }
        : emptyMemory()
      this.remembered.set(namespace, memory)
    }
    return memory
  }

  emit(machine: Machine, skb: Skb, detail: StepDetail): void {
    if (this.late) return
    this.visited.add(machine)
    this.steps.push({ leg: skb.leg, step: { in: machine.name, packet: skb.packet, mark: skb.mark, ...detail } })
    if (detail.kind === 'send' && skb.leg === 'reply') this.replied = true
  }

  lose(machine: Machine, skb: Skb, loss: Loss): void {
    if (this.late) {
      this.late.lost ??= { ...loss, leg: skb.leg, in: machine.name, packet: skb.packet, local: false }
      return
    }
    this.lost.push({ ...loss, leg: skb.leg, in: machine.name, packet: skb.packet, local: skb.local })
    if (skb.leg === 'request' && skb.local && machine.name === this.sender) this.failAtOnce(skb, loss)
  }

  /** The sender's own kernel says no: connect() and send() fail with an errno, but TCP knows nothing of a SYN that a rule took, nor ping_v6_sendmsg of its echo request. */
  private failAtOnce(skb: Skb, loss: Loss): void {
    const untold = skb.packet.protocol === 'tcp' || skb.packet.protocol === 'icmpv6'
    if (loss.errno === undefined || (untold && loss.errno === 'EPERM')) return
    this.client ??= { result: 'error', errno: loss.errno }
  }

  capture(machine: Machine, device: string, way: 'rx' | 'tx', packet: Packet): void {
    if (this.late) return
    this.wire.push(`${machine.name.replace(/^namespace\//, '')}/${device} ${way} ${captureText(packet)}`)
  }

  transmit(machine: Machine, device: Device, frame: Frame): void {
    if (device.kind === 'vxlan') return tunnelOut(this, machine, device, frame)
    this.capture(machine, device.name, 'tx', frame.skb.packet)
    this.emit(machine, frame.skb, { kind: 'transmit', device: device.name })
    const { leg, packet } = frame.skb
    for (const end of this.links.receivers({ namespace: machine.name, device: device.name }, frame.destination)) {
      const mtuBytes = device.kind === 'veth' ? this.links.machine(end.namespace)?.devices.get(end.device)?.mtuBytes : undefined
      if (mtuBytes !== undefined && packet.lengthBytes > mtuBytes + VLAN_BYTES)
        drop(this, machine, frame.skb, {
          kind: 'mtu-exceeded',
          why: `${packet.lengthBytes} bytes do not fit the MTU of ${end.device} in ${end.namespace}, ${mtuBytes}`,
        })
      else this.queue.push(() => this.takeFrame(end, { ...frame, skb: arriving(packet, leg) }))
    }
  }

  /** A frame at the far end of a cable: into a bridge, or up when it is for this machine. */
  private takeFrame(end: { namespace: string; device: string }, frame: Frame): void {
    const machine = this.links.machine(end.namespace)
    const device = machine?.devices.get(end.device)
    if (machine === undefined || device === undefined) return
    this.capture(machine, device.name, 'rx', frame.skb.packet)
    this.emit(machine, frame.skb, { kind: 'receive', device: device.name })
    if (device.port) bridgeIn(this, machine, { ...device, port: device.port }, frame)
    else if (frame.destination === device.mac) receive(this, machine, device, frame.skb)
    else if (isGroupMac(frame.destination))
      receive(this, machine, device, { ...frame.skb, heardAs: frame.destination === BROADCAST_MAC ? 'broadcast' : 'multicast' })
  }

  later(what: () => void): void {
    this.queue.push(what)
  }

  whenQuiet(what: () => void): void {
    this.quiet.push(what)
  }

  nextId(): number {
    return ++this.ids
  }

  receive(machine: Machine, device: Device, skb: Skb): void {
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

  icmpError(machine: Machine, about: Skb, kind: readonly [number, number], mtuBytes?: number): void {
    if (!this.late) icmpError(this, machine, about, kind, mtuBytes)
  }

  reset(machine: Machine, about: Skb): void {
    if (!this.late) resetFor(this, machine, about, true)
  }

  arrive(machine: Machine, device: Device, skb: Skb): void {
    if (tunnelIn(this, machine, skb) || relayIn(this, machine, skb)) return
    if (this.late) {
      if (machine.name === this.late.to) this.late.arrived = true
      return
    }
    if (skb.leg === 'reply') return this.arriveReply(machine, device, skb)
    const { packet } = skb
    const listener = listenerFor(machine, packet)
    const unheard = skb.group ? whyUnheard(machine, packet, listener) : undefined
    if (unheard) return drop(this, machine, skb, { kind: 'dropped', why: unheard })
    if (hasPorts(packet) && listener === undefined) return this.refuseRequest(machine, skb)
    const back =
      packet.protocol === 'tcp'
        ? routeFromHere(machine, { destination: packet.source, source: packet.destination, mark: 0, about: packet })
        : null
    if (back !== null && 'kind' in back) return drop(this, machine, skb, { ...back, why: `the connection cannot be answered: ${back.why}` })
    this.emit(machine, skb, { kind: 'deliver', listener: listener ?? null })
    this.delivered = { namespace: machine.name, packet, listener: listener ?? null }
    let answer = answerTo(machine, packet, listener ?? null)
    if (answer?.protocol === 'tcp' && back !== null) answer = { ...answer, mss: mssOver(mtuTowards(machine, back.answer), packet.source) }
    if (answer) this.queue.push(() => sendAnswer(this, machine, skb.group ? fromOneOf(machine, answer) : answer))
  }

  /** The half-open connection is gone again: nothing was delivered after all. */
  private undo(why: string): void {
    const { namespace, packet } = this.delivered!
    this.delivered = null
    this.lost.push({ kind: 'dropped', why, leg: 'request', in: namespace, packet, local: false })
  }

  private refuseRequest(machine: Machine, skb: Skb): void {
    const p = skb.packet
    const why = machine.program.silent ?? `nobody listens on ${p.protocol} port ${hasPorts(p) ? p.destinationPort : ''} in ${machine.name}`
    this.emit(machine, skb, { kind: 'reject', with: p.protocol === 'tcp' ? 'tcp-reset' : 'port-unreachable', why })
    this.lose(machine, skb, { kind: 'refused', why })
    refuse(this, machine, skb)
  }

  /**
   * A bound socket hears its device alone. What comes over lo counts as come in by the device that has the address (inet_iif, ip6_rcv_core),
   * but for an ICMP error about an IPv4 datagram (__udp4_lib_err).
   */
  private socketHears(machine: Machine, device: Device, packet: Packet): boolean {
    const { device: bound } = this.request
    if (bound === undefined || device.name === bound) return true
    if (device.kind !== 'loopback' || (packet.protocol === 'icmp' && packet.about?.protocol === 'udp')) return false
    return machine.devices.get(bound)?.addresses.some(a => a.ip === packet.destination) ?? false
  }

  private arriveReply(machine: Machine, device: Device, skb: Skb): void {
    const { packet } = skb
    this.emit(machine, skb, { kind: 'deliver', listener: null })
    if (machine.name === this.sender && this.sent && this.socketHears(machine, device, packet)) {
      const sees = clientSees(machine, this.sent, packet)
      if (sees) {
        this.client ??= sees
        this.replyDelivered = true
        return
      }
    }
    const broken = this.delivered && machine.name === this.delivered.namespace ? whyUndone(packet) : undefined
    if (broken) this.undo(broken)
    if (packet.protocol === 'udp' || packet.protocol === 'tcp') refuse(this, machine, skb)
  }
}

/** What makes a server forget a connection that it has answered and that is not complete: a RST, or word that the answer cannot arrive. */
function whyUndone(p: Packet): string | undefined {
  if (p.protocol === 'tcp' && p.flags.includes('rst'))
    return `the client resets the answer: it comes from ${destinationText(p)}, which is not the address it called`
  if (!isIcmpError(p) || p.about.protocol !== 'tcp' || !p.about.flags.includes('syn')) return undefined
  const { noRoute, hostUnreachable, ttlExceeded } = ICMP[familyOf(p.source)]
  const fatal = [noRoute, hostUnreachable, ttlExceeded].some(([type, code]) => type === p.type && code === p.code)
  return fatal ? `the answer to ${ipText(p.about.destination)} could not be delivered, and ${ipText(p.source)} said so` : undefined
}

/** Whether a leg of the exchange ended by a loss, and the first such. */
export const lossOf = (e: Exchange, leg: Leg): Lost | undefined => e.lost.find(l => l.leg === leg)
