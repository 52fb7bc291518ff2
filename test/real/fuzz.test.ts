// The fuzzer itself: the same seed draws the same samples, a few of them agree on the kernel here, and a mistake put into the simulator is found and made small.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { Network, Program } from '../../src/linux/program'
import type { Chain, Match, Rule, RuleSet } from '../../src/linux/rule'
import { unavailable } from '../../src/real/rights'
import { printCase, readCase } from './fuzz/cases'
import { draw } from './fuzz/draw'
import { fuzz } from './fuzz/fuzz'
import { shrink } from './fuzz/shrink'
import { type Mistake, readSample, tryOut } from './fuzz/trial'
import type { Sample } from './fuzz/sample'

const NUMBERS = Array.from({ length: 150 }, (_, i) => i)

describe('samples', () => {
  test('are the same for the same seed and number', () => assert.deepEqual(draw(7, 3), draw(7, 3)))
  test('differ by number', () => assert.notDeepEqual(draw(7, 3), draw(7, 4)))
  test('are read by the simulator', () => {
    for (const n of NUMBERS) readSample(draw(1, n))
  })
  test('hold of everything something', () => {
    const texts = NUMBERS.map(n => JSON.stringify(draw(1, n))).join('\n')
    const words = [
      '-j DNAT',
      '-j SNAT',
      '-j MASQUERADE',
      '-j REDIRECT',
      '-j NETMAP',
      '-j REJECT',
      '--notrack',
      'tcp-reset',
      '-j CONNMARK',
      '-j DSCP',
      '-j TOS',
      '-j TTL',
      '-j HL',
      '-j MARK',
      '-g USER',
      '--ctstate',
      '--ctstatus',
      '--ctorigdst',
      '--match-set',
      '-m recent',
      '-m physdev',
      '-m addrtype',
      '-m iprange',
      '--every',
      '--probability',
      '-m multiport',
      '--tcp-flags',
      '-m length',
      '-m pkttype',
      '-m owner',
      '-m socket',
      '-m rpfilter',
      '-m limit',
      '-m hashlimit',
      '-m connlimit',
      '-m quota',
      '-m tcpmss',
      '-f ',
      '--zone',
      '-j TPROXY',
      'vmap',
      'map @',
      '@services',
      'fib daddr',
      'dnat ip to',
      'masquerade',
      'redirect',
      'numgen',
      'icmpx',
      'ct mark set',
      'notrack',
      'vxlan',
      'hairpin',
      'blackhole',
      'prohibit',
      'throw',
      'fwmark',
      'rp_filter',
      'bridge-nf-call-iptables',
      'ip6tables',
    ] // prettier-ignore
    assert.deepEqual(
      words.filter(w => !texts.includes(w)),
      [],
    )
  })
})

/** What stays of a sample when only flows that say so are wrong: no kernel is needed to try that. */
test('a sample is made as small as the mistake allows', () => {
  const sample = draw(1, 8)
  const wrong = (s: Sample) => s.flows.length > 0 && JSON.stringify(s.spaces.r?.iptables ?? s.spaces.r?.nftables ?? '').includes('mark')
  const spaces = {
    ...sample.spaces,
    r: {
      devices: {},
      iptables: '*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.1/32 -p tcp -m mark --mark 0x1 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n',
    },
  }
  const small = shrink({ ...sample, spaces }, wrong)
  assert.deepEqual(
    small.spaces.r?.iptables,
    '*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -m mark --mark 0x1\nCOMMIT\n'.replace(':INPUT ACCEPT [0:0]\n', ''),
  )
  assert.equal(small.flows.length, 1)
})

const negated = (m: Match): Match => (m.match === 'mark' ? { ...m, mark: { ...m.mark, not: !m.mark.not } } : m)
const inRules =
  (change: (r: Rule) => Rule) =>
  (set: RuleSet | null): RuleSet | null =>
    set && { ...set, tables: set.tables.map(t => ({ ...t, chains: t.chains.map((c): Chain => ({ ...c, rules: c.rules.map(change) })) })) }
const inPrograms =
  (change: (p: Program) => Program): Mistake =>
  network => {
    const programs = new Map(network.names.map(name => [name, change(network.program(name)!)]))
    return { ...network, program: (name: string) => programs.get(name) } satisfies Network
  }

/** Mistakes as the simulator could make them, put in from outside. */
const MISTAKES: Readonly<Record<string, { readonly first: number; readonly mistake: Mistake }>> = {
  'a match of the mark is negated': {
    first: 5,
    mistake: inPrograms(p => {
      const change = inRules(r => ({ ...r, matches: r.matches.map(negated) }))
      return { ...p, iptables: change(p.iptables), ip6tables: change(p.ip6tables) }
    }),
  },
  'DROP and REJECT let pass': {
    first: 0,
    mistake: inPrograms(p => {
      const change = inRules(r => (r.target?.do === 'DROP' || r.target?.do === 'REJECT' ? { ...r, target: { do: 'ACCEPT' } } : r))
      return { ...p, iptables: change(p.iptables), ip6tables: change(p.ip6tables) }
    }),
  },
}

const why = unavailable()
describe.skipIf(why !== undefined)(`on the kernel here${why ? ` (skipped: ${why})` : ''}`, () => {
  test('a few networks of a fixed seed agree', { timeout: 300_000 }, () => {
    const figures = fuzz({ seed: 1001, goOn: n => n < 4, mostShrunk: 0 })
    assert.deepEqual(figures.more, [])
    assert.ok(figures.agreed > 30, `only ${figures.agreed} flows agreed`)
  })
  for (const [name, { first, mistake }] of Object.entries(MISTAKES))
    test(`${name}: found`, { timeout: 300_000 }, () => {
      const figures = fuzz({ seed: 1001, first, goOn: n => n < 1, mistake, untilFound: true, mostShrunk: 1, mostTries: 8 })
      const [found] = figures.found
      assert.ok(found, 'nothing was found')
      const trial = tryOut(found.sample)
      assert.ok(!trial.refused && trial.outcomes.every(o => o.is === 'agreed'), 'it is the mistake that was found')
      const rules = JSON.stringify(found.sample.spaces).match(/-A /g)?.length ?? 0
      const drawn = JSON.stringify(draw(1001, first).spaces).match(/-A /g)?.length ?? 0
      assert.ok(found.sample.flows.length === 1 && rules < drawn, `${rules} of ${drawn} rules are left: ${JSON.stringify(found.sample)}`)
    })
  test('a case reads as it was written', () => {
    const sample = { ...draw(1001, 0), flows: draw(1001, 0).flows.slice(0, 1), stateful: false }
    const trial = tryOut(sample)
    assert.ok(!trial.refused)
    const kernel = trial.outcomes.flatMap(o => ('real' in o ? [o.real] : []))
    const text = printCase({ says: 'it is so', sample, kernel })
    assert.equal(printCase(readCase(text)), text)
  })
})
