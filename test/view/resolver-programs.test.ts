// What nslookup, dig and getent print, against recordings of the real ones.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { resolvingOfText } from '../../src/dns/direct'
import { lookupJson } from '../../src/dns/json'
import { lookUp } from '../../src/dns/resolver'
import type { ResolverName } from '../../src/dns/query'
import type { RecordType } from '../../src/dns/record'
import { digShortPrints, getentAhostsPrints, getentHostsPrints, nslookupPrints, type Printed } from '../../src/view/resolver-programs'
import { cluster, clusterOf, service } from '../dns/cluster'

const RECORDED = ['../shared', '../../shared'].map(d => `${d}/oracles/control-plane/dns/resolver.jsonl`).find(existsSync)
if (RECORDED === undefined) console.log('skipped: no recordings of resolvers are here')

const upstream = ['www', 'api', 'a.b.c.d.e'].map(n => ({ name: `${n}.example.com`, type: 'A', ttl: 300, data: '203.0.113.10' }))
const world = clusterOf(
  cluster({ dns: { upstream } }),
  service('web', { clusterIP: '10.96.1.10', ports: [{ port: 80 }] }),
  service('web', { clusterIP: '10.96.1.20', ports: [{ port: 80 }] }, 'prod'),
  service('only-prod', { clusterIP: '10.96.1.21', ports: [{ port: 80 }] }, 'prod'),
  service('ext', { type: 'ExternalName', externalName: 'www.example.com' }),
)
/** Names of which this small world knows what the recorded one knew. */
const KNOWN =
  /^(?:web|web\.prod|web\.default|web\.default\.svc|only-prod|only-prod\.prod|www\.example\.com|a\.b\.c\.d\.e\.example\.com|nosuch\S*|ext)$/

interface Line {
  readonly resolvConf: string
  readonly tool?: string
  readonly name: string
  readonly stdout: string
  readonly exit: number
  readonly resolvConfs?: Readonly<Record<string, string>>
}

type Prints = (lookup: ReturnType<typeof lookupJson>, name: string) => Printed

const PROGRAMS: readonly (readonly [RegExp, ResolverName, readonly RecordType[], Prints])[] = [
  [/^busybox nslookup$/, 'busybox', ['A', 'AAAA'], l => nslookupPrints(l, ['10.96.0.10'])],
  [/^busybox nslookup -type=a$/, 'busybox', ['A'], l => nslookupPrints(l, ['10.96.0.10'])],
  [/^dig \+search \+short$/, 'glibc', ['A'], digShortPrints],
  [/^getent hosts/, 'glibc', ['A'], (l, name) => getentHostsPrints(name, l)],
  [/^getent ahosts /, 'glibc', ['A', 'AAAA'], (l, name) => getentAhostsPrints(name, l)],
]

describe.skipIf(RECORDED === undefined)('prints as recorded', () => {
  const lines =
    RECORDED === undefined
      ? []
      : readFileSync(RECORDED, 'utf8')
          .trim()
          .split('\n')
          .map(l => JSON.parse(l) as Line)
  const confs = lines.find(l => l.resolvConfs)?.resolvConfs ?? {}
  /** Blocks of nslookup stand in the order in which answers came. */
  const sorted = (text: string) =>
    text
      .replaceAll('127.0.0.153', '10.96.0.10')
      .split(/\n(?=\n|\*|Name|\S+\tcan)/)
      .map(b => b.trim())
      .filter(Boolean)
      .sort()
  for (const line of lines) {
    const [, resolver, types, prints] = PROGRAMS.find(([pattern]) => pattern.test(line.tool ?? '')) ?? []
    if (!resolver || !types || !prints || !KNOWN.test(line.name)) continue
    test(`${line.resolvConf}: ${line.tool} ${line.name}`, () => {
      const resolving = resolvingOfText(world, confs[line.resolvConf]!.replace(/nameserver .*/, 'nameserver 10.96.0.10'))
      const said = prints(lookupJson(lookUp(resolver, line.name, types, resolving), resolver, resolving.conf), line.name)
      assert.deepEqual(sorted(said.stdout), sorted(line.stdout))
      assert.equal(said.exit, line.exit)
    })
  }
})

test('nobody answers nslookup', () => {
  const lookup = lookupJson(
    lookUp('busybox', 'web', ['A'], { ...resolvingOfText(world, 'nameserver 10.96.0.10'), ask: () => ({ kind: 'lost', why: 'test' }) }),
    'busybox',
    { search: [], options: [] },
  )
  assert.deepEqual(nslookupPrints(lookup, ['10.96.0.10']), { stdout: ';; connection timed out; no servers could be reached\n\n', exit: 1 })
})
