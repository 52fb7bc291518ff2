// `-m u32`: a packet's bytes, as far as a packet here has them. Stands for net/netfilter/xt_u32.c.
// Checksums, sequence numbers, options and what programs send are not known; a test that hangs on them is unknown.
import type { U32Match, U32Step, U32Test } from '../linux/u32'
import { u32Text } from '../linux/u32'
import { hasPorts, type Packet, type TcpFlag } from '../linux/packet'
import { PROTOCOL_NUMBERS } from '../addr/port'
import { Unmodelled } from './asked'

/** A word of 32 bits, of which those in `known` are known. */
interface Word {
  readonly value: number
  readonly known: number
}

const ALL = 0xffffffff

/** Whether every test of the rule holds for the packet. */
export function u32Fits(m: U32Match, p: Packet): boolean {
  let unsure = false
  for (const test of m.tests) {
    const holds = testHolds(test, p)
    if (holds === false) return m.not
    if (holds === undefined) unsure = true
  }
  if (unsure) throw new Unmodelled(`what a packet carries: ${u32Text(m)}`)
  return !m.not
}

/** undefined: nobody knows. */
function testHolds({ at, steps, ranges }: U32Test, p: Packet): boolean | undefined {
  let start = 0
  let word = wordAt(p, at)
  for (const step of steps) {
    if (word === undefined) return false
    if (step.op !== '@') {
      word = changed(word, step)
      continue
    }
    if (word.known !== ALL) return undefined
    start += word.value
    word = wordAt(p, start + step.number)
  }
  if (word === undefined) return false
  const least = (word.value & word.known) >>> 0
  const most = (word.value | ~word.known) >>> 0
  if (ranges.some(r => r.first <= least && most <= r.last)) return true
  return ranges.every(r => most < r.first || r.last < least) ? false : undefined
}

function changed({ value, known }: Word, { op, number }: U32Step): Word {
  if (op === '&') return { value: (value & number) >>> 0, known: (known | ~number) >>> 0 }
  // A shift by 32 or more is what the processor makes of it: by the rest (x86, arm64).
  const by = number & 31
  const low = by === 0 ? 0 : ALL >>> (32 - by)
  const high = by === 0 ? 0 : (ALL << (32 - by)) >>> 0
  if (op === '<<') return { value: (value << by) >>> 0, known: ((known << by) | low) >>> 0 }
  return { value: value >>> by, known: ((known >>> by) | high) >>> 0 }
}

/** The word that begins at a byte; undefined past the packet's end. */
function wordAt(p: Packet, at: number): Word | undefined {
  if (at > p.lengthBytes - 4) return undefined
  const bytes = bytesOf(p)
  let [value, known] = [0, 0]
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i]
    value = ((value << 8) | (byte?.value ?? 0)) >>> 0
    known = ((known << 8) | (byte?.known ?? 0)) >>> 0
  }
  return { value, known }
}

/** Bytes from the IP header on; those after the last are not known. */
function bytesOf(p: Packet): readonly Word[] {
  const out: Word[] = []
  const put = (value: number, bytes: number, known = ALL) => {
    for (let i = bytes - 1; i >= 0; i--)
      out.push({ value: Math.floor(value / 256 ** i) & 255, known: known === ALL ? 255 : (known >>> (8 * i)) & 255 })
  }
  const unknown = (bytes: number) => put(0, bytes, 0)
  if (typeof p.source === 'number') {
    put(0x45, 1)
    put(p.tos, 1)
    put(p.lengthBytes, 2)
    if (p.fragment) put(p.fragment.id, 2, 0)
    else unknown(2)
    put((p.dontFragment ? 0x4000 : 0) | (p.fragment?.more ? 0x2000 : 0) | ((p.fragment?.offset ?? 0) >> 3), 2)
    put(p.ttl, 1)
    put(PROTOCOL_NUMBERS[p.protocol], 1)
    unknown(2)
    put(p.source, 4)
    put(p.destination as number, 4)
  } else {
    // The flow label is the kernel's own.
    put(0x60000000 + p.tos * 2 ** 20, 4, 0xfff00000)
    put(p.lengthBytes - 40, 2)
    put(p.fragment ? 44 : PROTOCOL_NUMBERS[p.protocol], 1)
    put(p.ttl, 1)
    for (const ip of [p.source, p.destination as bigint]) for (let i = 15n; i >= 0n; i--) put(Number((ip >> (8n * i)) & 255n), 1)
  }
  if (!p.fragment) out.push(...transportBytes(p))
  return out
}

const FLAG_BITS: Readonly<Record<TcpFlag, number>> = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 }

function transportBytes(p: Packet): readonly Word[] {
  const byte = (value: number): Word => ({ value: value & 255, known: 255 })
  const unknown = Array.from({ length: 4 }, (): Word => ({ value: 0, known: 0 }))
  if (!hasPorts(p)) return [byte(p.type), byte(p.code)]
  const ports = [byte(p.sourcePort >> 8), byte(p.sourcePort), byte(p.destinationPort >> 8), byte(p.destinationPort)]
  if (p.protocol === 'udp') {
    const length = p.lengthBytes - (typeof p.source === 'number' ? 20 : 40)
    return [...ports, byte(length >> 8), byte(length)]
  }
  if (p.protocol !== 'tcp') return ports
  const flags = p.flags.reduce((sum, f) => sum | FLAG_BITS[f], 0)
  return [...ports, ...unknown, ...unknown, { value: 0, known: 0 }, byte(flags)]
}
