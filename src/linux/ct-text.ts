// `-j CT` and `-j TPROXY` as text, both ways: how a packet's connection is tracked, and which socket is to take it.
import { parseIp, readIp } from '../addr/ip'
import { readPort } from '../addr/port'
import type { CtZone, Target } from './rule'
import { keptWords, readMasked } from './rule-values'
import type { WordReader } from './rule-words'

type Ct = Extract<Target, { do: 'CT' }>

/** What iptables-save prints: the zone last. */
export function ctText({ options, zone }: Ct): string {
  const only = zone?.only ? `-${zone.only}` : ''
  return ['-j CT', ...keptWords(options), ...(zone ? [`--zone${only} ${zone.id}`] : [])].join(' ')
}

/** Helpers, timeouts and events are kept: they change nothing of a connection's first packets. */
export function readCt(r: WordReader): Ct {
  let found: Ct = { do: 'CT', options: [] }
  for (;;) {
    const option = ['--helper', '--timeout', '--ctevents', '--expevents'].find(o => r.take(o))
    const zone = option === undefined && ['--zone', '--zone-orig', '--zone-reply'].find(o => r.take(o))
    if (option) found = { ...found, options: [...found.options, option, r.next('a value')] }
    else if (zone) found = { ...found, zone: readZone(zone, r) }
    else return found
  }
}

function readZone(option: string, r: WordReader): CtZone {
  const id = r.value('a zone up to 65535, or mark', text => (text === 'mark' ? text : text === '0' ? 0 : readPort(text)))
  return option === '--zone' ? { id } : { id, only: option === '--zone-orig' ? 'orig' : 'reply' }
}

/** Without an address, the one of the device that the packet comes in by: written as all zeros. */
export function readTproxy(r: WordReader, family: 'ipv4' | 'ipv6'): Target {
  let found: Extract<Target, { do: 'TPROXY' }> = {
    do: 'TPROXY',
    port: 0,
    ip: parseIp(family === 'ipv4' ? '0.0.0.0' : '::'),
    mark: { value: 0, mask: 0 },
  }
  for (;;) {
    if (r.take('--on-port')) found = { ...found, port: r.value('a port', text => (text === '0' ? 0 : readPort(text))) }
    else if (r.take('--on-ip')) found = { ...found, ip: r.value('an address', readIp) }
    else if (r.take('--tproxy-mark')) found = { ...found, mark: r.value('a mark', readMasked) }
    else return found
  }
}
