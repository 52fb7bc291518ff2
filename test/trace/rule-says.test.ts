// A rule in one phrase: what it does first, then what about the packet made it.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { readIptablesSave } from '../../src/linux/iptables-save'
import { ruleSays } from '../../src/trace/rule-says'

const rows: readonly { rule: string; says: string }[] = [
  { rule: '-m comment --comment "portals" -j TO', says: '→ TO' },
  { rule: '-g TO', says: '→ TO' },
  { rule: '-s 10.244.0.0/16 -j ACCEPT', says: 'accept, from 10.244.0.0/16' },
  {
    rule: '! -s 10.244.1.2/32 -d 10.96.0.20/32 -p tcp -m tcp --dport 80 -j TO',
    says: '→ TO, not from 10.244.1.2, to 10.96.0.20, tcp port 80',
  },
  { rule: '-p udp -m udp ! --dport 53:54 -j DROP', says: 'drop, udp not port 53-54' },
  { rule: '-p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080', says: 'dnat, tcp' },
  { rule: '-m mark --mark 0x4000/0x4000 -j MASQUERADE', says: 'masquerade, marked 0x4000' },
  { rule: '-m mark ! --mark 0x1/0x3 -j RETURN', says: 'return, not marked 0x1/0x3' },
  { rule: '-j MARK --set-xmark 0x4000/0x4000', says: 'mark 0x4000' },
  { rule: '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', says: 'accept, RELATED or ESTABLISHED' },
  { rule: '-m statistic --mode random --probability 0.50000000000 -j TO', says: '→ TO, by chance 0.50000' },
  { rule: '-m addrtype --dst-type LOCAL -j TO', says: '→ TO, to an address of type LOCAL' },
  { rule: '-i docker0 ! -o docker0 -j TO', says: '→ TO, in by docker0, not out by docker0' },
  { rule: '-p icmp', says: 'go on, icmp' },
  { rule: '-j REJECT --reject-with icmp-port-unreachable', says: 'reject with icmp-port-unreachable' },
  { rule: '-m ttl --ttl-lt 5 -j ACCEPT', says: 'accept, -m ttl --ttl-lt 5' },
]

describe('says', () => {
  for (const { rule, says } of rows)
    test(rule, () => {
      const save = `*mangle\n:FORWARD ACCEPT [0:0]\n:TO - [0:0]\n-A FORWARD ${rule}\nCOMMIT\n`
      const forward = readIptablesSave(save, 'rules', 'ipv4').tables[0]!.chains.find(c => c.name === 'FORWARD')!
      assert.equal(ruleSays(forward.rules[0]!), says)
    })
})
