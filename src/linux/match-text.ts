// The `-m` modules of iptables as iptables-save prints them.
import { ipText } from '../addr/ip'
import { type PortRange, portRangeText } from '../addr/port'
import { never } from '../error'
import { connbytesText } from './connbytes'
import { conntrackText } from './conntrack-text'
import { fieldText } from './field-text'
import { meterText } from './meter'
import type { AddressType, Match } from './rule'
import { type Not, bang, keptWords, maskedText } from './rule-values'
import { quoteWord } from './rule-words'
import { senderText } from './sender'
import { u32Text } from './u32'

/** What iptables-save prints for one module, `-m NAME …`. */
export function matchText(m: Match): string {
  switch (m.match) {
    case 'comment':
      return `-m comment --comment ${quoteWord(m.text)}`
    case 'tcp':
    case 'udp':
    case 'sctp': {
      const ports = (name: string, range?: Not<PortRange>) => (range ? ` ${bang(range.not)}--${name} ${portRangeText(range.is)}` : '')
      const flags = m.flags ? ` ${bang(m.flags.not)}--tcp-flags ${flagsText(m.flags.is.mask)} ${flagsText(m.flags.is.set)}` : ''
      return `-m ${m.match}${ports('sport', m.sourcePorts)}${ports('dport', m.destinationPorts)}${flags}`
    }
    case 'icmp':
    case 'icmp6': {
      const { type, code } = m.type.is
      const option = m.match === 'icmp' ? '--icmp-type' : '--icmpv6-type'
      return `-m ${m.match} ${bang(m.type.not)}${option} ${type === 255 && m.match === 'icmp' ? 'any' : code === null ? type : `${type}/${code}`}`
    }
    case 'mark':
      return `-m mark ${bang(m.mark.not)}--mark ${maskedText(m.mark.is)}`
    case 'conntrack':
      return conntrackText(m)
    case 'connmark':
      return `-m connmark ${bang(m.mark.not)}--mark ${maskedText(m.mark.is)}`
    case 'iprange':
    case 'ttl':
    case 'hl':
    case 'tos':
    case 'dscp':
    case 'length':
    case 'pkttype':
    case 'tcpmss':
      return fieldText(m)
    case 'rpfilter':
    case 'socket':
    case 'owner':
      return senderText(m)
    case 'limit':
    case 'hashlimit':
    case 'connlimit':
    case 'quota':
      return meterText(m)
    case 'connbytes':
      return connbytesText(m)
    case 'u32':
      return u32Text(m)
    case 'state':
      return `-m state ${bang(m.states.not)}--state ${m.states.is.join(',')}`
    case 'statistic':
      return m.mode === 'random'
        ? `-m statistic --mode random ${bang(m.not)}--probability ${(m.threshold / 2 ** 31).toFixed(11)}`
        : `-m statistic --mode nth ${bang(m.not)}--every ${m.every}${m.packet > 0 ? ` --packet ${m.packet}` : ' --packet 0'}`
    case 'addrtype': {
      const side = (name: string, types?: Not<readonly AddressType[]>) =>
        types ? ` ${bang(types.not)}--${name} ${types.is.join(',')}` : ''
      return `-m addrtype${side('src-type', m.source)}${side('dst-type', m.destination)}${m.limit ? ` --limit-iface-${m.limit}` : ''}`
    }
    case 'recent': {
      const seconds = m.seconds === undefined ? '' : ` --seconds ${m.seconds}`
      const hits = m.hitcount === undefined ? '' : ` --hitcount ${m.hitcount}`
      return `-m recent ${bang(m.not)}--${m.action}${seconds}${m.reap ? ' --reap' : ''}${hits} --name ${quoteWord(m.name)} --mask ${ipText(m.mask)} --${m.side}`
    }
    case 'physdev': {
      const flag = (name: string, is?: boolean) => (is === undefined ? '' : ` ${bang(!is)}--physdev-is-${name}`)
      const device = (name: string, is?: Not<string>) => (is ? ` ${bang(is.not)}--physdev-${name} ${is.is}` : '')
      return `-m physdev${flag('in', m.isIn)}${device('in', m.in)}${flag('out', m.isOut)}${device('out', m.out)}${flag('bridged', m.isBridged)}`
    }
    case 'multiport':
      return `-m multiport ${bang(m.not)}--${m.side} ${m.ports.map(p => portRangeText(p)).join(',')}`
    case 'nfacct':
      return `-m nfacct --nfacct-name  ${m.name}`
    case 'set':
      return `-m set ${bang(m.set.not)}--match-set ${m.set.is} ${m.directions.join(',')}${m.returnNomatch ? ' --return-nomatch' : ''}`
    case 'unmodelled':
      return ['-m', m.module, ...keptWords(m.words)].join(' ')
    default:
      return never(m)
  }
}

const flagsText = (flags: readonly string[]): string => (flags.length === 0 ? 'NONE' : flags.join(','))
