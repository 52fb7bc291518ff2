// Texts there and back: what we print is loaded by iptables-restore, nft and ipset in a network namespace of its own, and what the real tools print then
// is our own print. For the rules of every machine in every shipped scenario, and for random ones of the fuzzer's grammar.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'
import type { State } from '../../src/cluster/state'
import { printIpsets, readIpsets } from '../../src/linux/ipset'
import { printIptablesSave, readIptablesSave } from '../../src/linux/iptables-save'
import { printNft, readNft } from '../../src/linux/nft-ruleset'
import { networkOf } from '../../src/node/network'
import { walkShipped } from '../mutation'
import { draw } from './fuzz/draw'

/** Runs a shell command in a network namespace that ends with it, with no rights over the machine. */
const alone = (command: string, input: string) => spawnSync('unshare', ['-Urn', 'sh', '-c', command], { input, encoding: 'utf8' })

const TOOLS = {
  'iptables-restore': { save: 'iptables-save', tables: true },
  'ip6tables-restore': { save: 'ip6tables-save', tables: true },
  'iptables-legacy-restore': { save: 'iptables-legacy-save', tables: true },
  'ip6tables-legacy-restore': { save: 'ip6tables-legacy-save', tables: true },
  'nft -f -': { save: 'nft list ruleset', tables: false },
  'ipset restore': { save: 'ipset save', tables: false },
} as const
type Tool = keyof typeof TOOLS

/** Without what is not ours to print: comments, counters, the seed of a hash, the seconds that members have left; sets' members in any order. */
function plain(tool: Tool, text: string): readonly string[] {
  const lines = text
    .split('\n')
    .map(l => l.replace(/^(:.*) \[\d+:\d+\]$/, '$1 [0:0]').replace(/ counter packets \d+ bytes \d+/, ' counter'))
    .map(l => l.replace(/^\t\tcounter packets \d+ bytes \d+/, '\t\tcounter').replace(/ (?:bucketsize|initval) \S+/g, ''))
    .map(l => (tool === 'ipset restore' ? l.replace(/^(add .*) timeout \d+/, '$1') : l))
    .filter(l => l.trim() !== '' && !l.startsWith('#'))
  return tool === 'ipset restore' ? [...lines].sort() : lines
}

/** Loads and reads back; what the tool prints otherwise than we do, or its complaint. */
function differences(tool: Tool, text: string): readonly string[] {
  const { save, tables } = TOOLS[tool]
  const named = [...text.matchAll(/^\*(\w+)/gm)].map(m => `${save} -t ${m[1]}`).join(' && ')
  const run = alone(`${tool} && { ${tables ? named : save}; }`, text)
  if (run.status !== 0) return [`${tool} refuses: ${run.stderr.split('\n').slice(0, 2).join(' ')}`]
  const [ours, theirs] = [plain(tool, text), plain(tool, run.stdout)]
  const at = ours.findIndex((line, i) => line !== theirs[i])
  return at < 0 && ours.length === theirs.length ? [] : [`we: ${ours[at]} | ${tool.split(' ')[0]}: ${theirs[at < 0 ? ours.length : at]}`]
}

const missing = Object.keys(TOOLS).filter(tool => alone(`command -v ${tool.split(' ')[0]}`, '').status !== 0)
const why = missing.length > 0 ? `no user namespace, or no ${missing.join(', ')}` : undefined

/** Accounting objects would have to be there first, and no tool of Debian's iptables makes them. */
const withoutAccounting = (text: string): string => text.replace(/ -m nfacct --nfacct-name {1,2}\S+/g, '')

/** Every text of the shipped scenarios once, with a scenario that has it. */
async function shippedTexts(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const seen = new Set<State>()
  await walkShipped<{ readonly state: State }>((world, pickle) => {
    const state = stateOf(world)
    if (state === undefined || seen.has(state)) return
    seen.add(state)
    const network = networkOf(state)
    for (const name of network.names) {
      const program = network.program(name)
      if (program === undefined) continue
      const put = (tool: Tool, text: string | null | undefined) =>
        text && !found.has(`${tool}\n${text}`) && found.set(`${tool}\n${text}`, `${pickle.uri}: ${pickle.name}, ${name}`)
      put('ipset restore', program.ipsets && printIpsets(program.ipsets))
      put('iptables-restore', program.iptables && withoutAccounting(printIptablesSave(program.iptables)))
      put('ip6tables-restore', program.ip6tables && withoutAccounting(printIptablesSave(program.ip6tables)))
      put('nft -f -', program.nftables && printNft(program.nftables))
    }
  })
  return found
}

/** A scenario that has no cluster yet has no state. */
function stateOf(world: { readonly state: State }): State | undefined {
  try {
    return world.state
  } catch {
    return undefined
  }
}

const NUMBERS = Array.from({ length: 30 }, (_, i) => i)
const random: { readonly tool: Tool; texts(): readonly string[] }[] = [
  { tool: 'iptables-legacy-restore', texts: () => textsOf('iptables', t => printIptablesSave(readIptablesSave(t, 'fuzz', 'ipv4'))) },
  { tool: 'ip6tables-legacy-restore', texts: () => textsOf('ip6tables', t => printIptablesSave(readIptablesSave(t, 'fuzz', 'ipv6'))) },
  { tool: 'nft -f -', texts: () => textsOf('nftables', t => printNft(readNft(t, 'fuzz'))) },
  { tool: 'ipset restore', texts: () => textsOf('ipset', t => printIpsets(readIpsets(t, 'fuzz'))) },
]
function textsOf(field: 'iptables' | 'ip6tables' | 'nftables' | 'ipset', print: (text: string) => string): readonly string[] {
  const written = NUMBERS.flatMap(n =>
    Object.values(draw(31, n).spaces).flatMap(s => (s[field] === undefined ? [] : [{ text: s[field], sets: s.ipset }])),
  )
  // Rules that ask sets would need them first.
  return written.filter(w => field === 'ipset' || !/--(?:match|add|del|map)-set /.test(w.text)).map(w => print(w.text))
}

describe.skipIf(why !== undefined)(`the real tools print back what they were given${why ? ` (skipped: ${why})` : ''}`, () => {
  test('for every machine of the shipped scenarios', { timeout: 600_000 }, async () => {
    const texts = await shippedTexts()
    assert.ok(texts.size > 20, `only ${texts.size} texts`)
    const wrong = [...texts].flatMap(([key, place]) => {
      const at = key.indexOf('\n')
      return differences(key.slice(0, at) as Tool, key.slice(at + 1)).map(d => `${place}: ${d}`)
    })
    assert.deepEqual(wrong, [])
  })
  for (const { tool, texts } of random)
    test(`for random rules: ${tool}`, { timeout: 600_000 }, () => {
      const all = texts()
      assert.ok(all.length > 4, `only ${all.length} texts`)
      assert.deepEqual(
        all.flatMap(t => differences(tool, t)),
        [],
      )
    })
})
