// The MSS that a SYN offers: what the link allows, what rules ask of it, and how they lower it.
import { describe, test } from 'vitest'
import { expect, iptables, star } from './flows'

const SYN = '-p tcp -m tcp --tcp-flags SYN,RST SYN'
const served = 'b sees 10.0.1.2:51412 at 10.0.2.2:80; answered'
const narrow = { eth2: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:02:01', mtu: 1400, addresses: ['10.0.2.1/24'] } }
const dropped = (...lines: readonly string[]) => star({ r: { devices: narrow, iptables: iptables(lines) } })

describe('a SYN', () => {
  for (const { says, rules, ends } of [
    { says: 'offers what its link allows', rules: ['1460'], ends: 'dropped; timeout' },
    { says: 'and nothing else', rules: ['! 1460'], ends: served },
    { says: 'is in a range', rules: ['1400:1500'], ends: 'dropped; timeout' },
  ])
    test(says, () => {
      const [not, mss] = rules[0]!.startsWith('!') ? ['! ', rules[0]!.slice(2)] : ['', rules[0]!]
      expect(dropped(`filter -A FORWARD -i eth1 ${SYN} -m tcpmss ${not}--mss ${mss} -j DROP`), { send: 'a → 10.0.2.2:80' }, ends)
    })
})

describe('TCPMSS', () => {
  const after = (target: string, mss: number) =>
    dropped(`mangle -A FORWARD ${SYN} -j TCPMSS ${target}`, `filter -A FORWARD -i eth1 ${SYN} -m tcpmss --mss ${mss} -j DROP`)
  for (const { says, target, mss } of [
    { says: 'sets it lower', target: '--set-mss 1300', mss: 1300 },
    { says: 'never raises it', target: '--set-mss 1500', mss: 1460 },
    { says: 'clamps it to the narrower of both ways', target: '--clamp-mss-to-pmtu', mss: 1360 },
  ])
    test(says, () => expect(after(target, mss), { send: 'a → 10.0.2.2:80' }, 'dropped; timeout'))
})
