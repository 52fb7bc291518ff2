// Matches and targets that dumps of real nodes have, as iptables-save 1.8.9 prints them.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { printRule, readIptablesSave } from '../../src/linux/iptables-save'

const read = (line: string) =>
  readIptablesSave(`*raw\n:PREROUTING ACCEPT\n${line}\nCOMMIT\n`, 'rules', 'ipv4').tables[0]!.chains[0]!.rules[0]!
const AS_PRINTED = [
  '-m limit --limit 10/min -j ACCEPT',
  '-m limit --limit 3/hour -j ACCEPT',
  '-m hashlimit --hashlimit-upto 5/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name foo -j ACCEPT',
  '-m hashlimit --hashlimit-above 50/sec --hashlimit-burst 10 --hashlimit-mode dstip --hashlimit-name foo --hashlimit-htable-expire 300000 --hashlimit-srcmask 24 -j DROP',
  '-m connlimit --connlimit-above 2 --connlimit-mask 32 --connlimit-saddr -j DROP',
  '-m connlimit --connlimit-upto 2 --connlimit-mask 24 --connlimit-daddr -j ACCEPT',
  '-m quota ! --quota 1000 -j ACCEPT',
  '-m socket -j ACCEPT',
  '-m socket --transparent --nowildcard --restore-skmark -j ACCEPT',
  '-m owner --uid-owner 0 -j ACCEPT',
  '-m owner ! --socket-exists --uid-owner 1000-2000 ! --gid-owner 5 -j ACCEPT',
  '-m rpfilter --loose --validmark --accept-local --invert -j DROP',
  '-j CT --zone 5',
  '-j CT --zone-orig 5',
  '-j CT --zone-reply mark',
  '-p tcp -m tcp --dport 21 -j CT --helper ftp',
  '-j CT --ctevents new,destroy',
  '-p tcp -j TPROXY --on-port 8080 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1',
  '-j SET --add-set S src,dst --exist --timeout 600',
  '-j SET --add-set S src --del-set T dst,dst',
  '-j SET --del-set T src',
  '-m connbytes --connbytes 10:20 --connbytes-mode packets --connbytes-dir both -j ACCEPT',
  '-m connbytes ! --connbytes 1000 --connbytes-mode bytes --connbytes-dir original -j ACCEPT',
  '-m u32 --u32 "0x6&0xff=0x1&&0x4&0x3fff=0x0" -j ACCEPT',
  '-m u32 ! --u32 "0x0>>0x16&0x3c@0x4>>0x10=0x1f90:0x1fff,0x50" -j ACCEPT',
  '-p ipencap -j ACCEPT',
  '-p gre -j ACCEPT',
  '-p 200 -j ACCEPT',
]
describe('a rule is printed as it was read, and understood', () => {
  for (const words of AS_PRINTED)
    test(words, () => {
      const rule = read(`-A PREROUTING ${words}`)
      assert.equal(printRule('PREROUTING', rule), `-A PREROUTING ${words}`)
      assert.ok(rule.matches.every(m => m.match !== 'unmodelled') && rule.target?.do !== 'unmodelled')
    })
})

describe('other spellings are printed as the kernel keeps them', () => {
  for (const { written, printed } of [
    { written: '-m limit --limit 120/hour --limit-burst 7 -j ACCEPT', printed: '-m limit --limit 2/min --limit-burst 7 -j ACCEPT' },
    { written: '-m limit --limit 10/minute --limit-burst 5 -j ACCEPT', printed: '-m limit --limit 10/min -j ACCEPT' },
    { written: '-m limit -j ACCEPT', printed: '-m limit --limit 3/hour -j ACCEPT' },
    {
      written: '-m connlimit --connlimit-above 2 -j DROP',
      printed: '-m connlimit --connlimit-above 2 --connlimit-mask 32 --connlimit-saddr -j DROP',
    },
    { written: '-m owner --uid-owner root -j DROP', printed: '-m owner --uid-owner 0 -j DROP' },
    { written: '-p udp -j TPROXY --on-port 53', printed: '-p udp -j TPROXY --on-port 53 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0' },
    {
      written: '-j SET --timeout 9 --del-set T src --exist --add-set S src',
      printed: '-j SET --add-set S src --exist --timeout 9 --del-set T src',
    },
    { written: '-m u32 --u32 "6&0xFF=1 && 010=2" -j DROP', printed: '-m u32 --u32 "0x6&0xff=0x1&&0x8=0x2" -j DROP' },
    {
      written: '-m connbytes ! --connbytes 1:1 --connbytes-dir both --connbytes-mode packets -j DROP',
      printed: '-m connbytes --connbytes 1:1 --connbytes-mode packets --connbytes-dir both -j DROP',
    },
    { written: '-p 4 -j DROP', printed: '-p ipencap -j DROP' },
    { written: '-p 47 -j DROP', printed: '-p gre -j DROP' },
  ])
    test(written, () => assert.equal(printRule('X', read(`-A PREROUTING ${written}`)), `-A X ${printed}`))
})

test('a limit of bytes is kept as written', () => {
  const words = '-m hashlimit --hashlimit-above 512kb/s --hashlimit-name foo3 -j DROP'
  const rule = read(`-A PREROUTING ${words}`)
  assert.equal(rule.matches[0]!.match, 'unmodelled')
  assert.equal(printRule('X', rule), `-A X ${words}`)
})
