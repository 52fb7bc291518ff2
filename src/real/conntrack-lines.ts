// The kernel's list of connections (/proc/net/nf_conntrack, and `conntrack -L`) as values, in the words of a trace.
import { ipText, readIp, socketText } from '../addr/ip'
import type { Connection } from '../path/connection'

/** Reads one line; undefined for protocols that have neither ports nor ids. */
export function readConntrackLine(line: string): Connection | undefined {
  const protocol = /(?:^|\s)(tcp|udp|icmp|icmpv6|sctp)\s+\d+\s/.exec(line)?.[1]
  const sides = [...line.matchAll(/src=(\S+) dst=(\S+) (?:sport=(\d+) dport=(\d+)|type=\d+ code=\d+ id=(\d+))/g)]
  if (protocol === undefined || sides.length !== 2) return undefined
  const number = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1] ?? 0)
  return {
    protocol,
    original: sideText(sides[0]!),
    reply: sideText(sides[1]!),
    mark: number('mark'),
    zone: number('zone'),
    unreplied: line.includes('[UNREPLIED]'),
  }
}

function sideText([, source, destination, sport, dport, id]: readonly (string | undefined)[]): string {
  const [from, to] = [readIp(source!)!, readIp(destination!)!]
  if (id !== undefined) return `${ipText(from)} -> ${ipText(to)} id ${id}`
  return `${socketText(from, Number(sport))} -> ${socketText(to, Number(dport))}`
}
