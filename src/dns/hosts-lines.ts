// Lines of a hosts file: an address and its names. In: text; out: entries, comments left out. Used for /etc/hosts and for the hosts plugin.
import { type Ip, readIp } from '../addr/ip'

export interface HostsLine {
  readonly ip: Ip
  readonly names: readonly string[]
}

/** The entries of a text; lines that begin with no address say nothing. */
export const readHosts = (text: string): readonly HostsLine[] =>
  text.split(/\r?\n/).flatMap(line => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const ip = readIp(address)
    return ip === undefined || names.length === 0 ? [] : [{ ip, names }]
  })

/** Addresses of a name without its final dot, in the order of the lines, each once. */
export function addressesIn(lines: readonly HostsLine[], name: string): readonly Ip[] {
  const wanted = name.replace(/\.$/, '').toLowerCase()
  return [...new Set(lines.filter(l => l.names.some(n => n.replace(/\.$/, '').toLowerCase() === wanted)).map(l => l.ip))]
}

/** Names of an address, in the order of the lines. */
export const namesIn = (lines: readonly HostsLine[], ip: Ip): readonly string[] => lines.filter(l => l.ip === ip).flatMap(l => l.names)
