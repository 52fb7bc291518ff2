// A connection is more than its first two packets: rules that let those through may stop what follows.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import { expect, iptables, type Row, star, walk } from './flows'

const flows = (name: string, world: ReturnType<typeof star>, rows: readonly (Row & { readonly says: string; readonly ends: string })[]) =>
  describe(name, () => {
    for (const { says, ends, ...row } of rows) test(`${says}: ${row.send}`, () => expect(world, row, ends))
  })
const served = 'b sees 10.0.1.2:51412 at 10.0.2.2:80; answered'
const router = (lines: readonly string[], policies: Readonly<Record<string, 'DROP'>> = {}) =>
  star({ r: { iptables: iptables(lines, policies) } })

flows(
  'only new connections are let in',
  router(['filter -A FORWARD -m conntrack --ctstate NEW -j ACCEPT', 'filter -A FORWARD -s 10.0.2.0/24 -j ACCEPT'], {
    'filter FORWARD': 'DROP',
  }),
  [{ says: 'the ACK is lost, and nobody is served', send: 'a → 10.0.2.2:80', ends: 'dropped; timeout' }],
)
flows(
  'established ones too',
  router(['filter -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT'], { 'filter FORWARD': 'DROP' }),
  [{ says: 'served', send: 'a → 10.0.2.2:80', ends: served }],
)
flows(
  'what is established is dropped at the server',
  star({ b: { iptables: iptables(['filter -A INPUT -m conntrack --ctstate ESTABLISHED -j DROP']) } }),
  [
    { says: 'the ACK is lost', send: 'a → 10.0.2.2:80', ends: 'dropped; timeout' },
    { says: 'a datagram is answered all the same', send: 'a → 10.0.2.2:53 udp', ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:53; answered' },
  ],
)
flows('the banner is lost', router(['filter -A FORWARD -s 10.0.2.0/24 -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN,ACK -j DROP']), [
  { says: 'the server has served, the client waits', send: 'a → 10.0.2.2:80', ends: 'b sees 10.0.1.2:51412 at 10.0.2.2:80; timeout' },
])

const untracked = star({
  r: { iptables: iptables(['raw -A PREROUTING -s 10.0.1.0/24 -j CT --notrack', 'filter -A FORWARD -m conntrack --ctstate INVALID']) },
})
test('an answer to what is not tracked begins no connection', () => {
  const { conntrack } = walk(untracked, { send: 'a → 10.0.2.2:81' })
  assert.deepEqual(conntrack, {})
})
test('but the server’s first data does, the other way round', () => {
  const { conntrack } = walk(untracked, { send: 'a → 10.0.2.2:80', sourcePort: 4000 })
  assert.deepEqual(
    conntrack.r!.map(e => [e.original, e.unreplied]),
    [['10.0.2.2:80 -> 10.0.1.2:4000', true]],
  )
})
