// CoreDNS' recorded answers, all of them, with their time to live after some seconds in the cache; and the recorded questions of three resolvers.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import type { State } from '../../src/cluster/state'
import type { Kept } from '../../src/dns/cache'
import { resolvingOfText } from '../../src/dns/direct'
import { lookupJson } from '../../src/dns/json'
import { type Answer, type DnsRecord, readRecordType, recordText } from '../../src/dns/record'
import { lookUp } from '../../src/dns/resolver'
import type { ResolverName } from '../../src/dns/query'
import { ask, serverOf } from '../../src/dns/server'
import { cluster, clusterOf } from './cluster'

const DIR = ['../shared', '../../shared'].map(d => `${d}/oracles/control-plane/dns`).find(existsSync)
if (DIR === undefined) console.log('skipped: no recordings of a DNS server are here')

const COREFILE =
  '.:53 {\n errors\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n pods insecure\n fallthrough in-addr.arpa ip6.arpa\n ttl 30\n }\n forward . 192.0.2.53\n loadbalance\n}\n'

interface Question {
  readonly name: string
  readonly type: string
  readonly status: string
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
  readonly note?: string
}
type Line = Question & { readonly variant?: string; readonly corefile: string; readonly results: readonly Question[] }

interface RecordedWorld {
  readonly services: readonly { readonly name: string; readonly spec: object }[]
  readonly endpointslices: readonly {
    readonly name: string
    readonly service: string
    readonly addressType: string
    readonly endpoints: readonly object[] | null
    readonly ports: readonly object[] | null
  }[]
  readonly pods: readonly {
    readonly name: string
    readonly labels: object
    readonly podIP: string
    readonly hostname: string | null
    readonly subdomain: string | null
    readonly ready: readonly string[]
  }[]
}

const rows = <T>(file: string): readonly T[] =>
  readFileSync(`${DIR}/${file}`, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as T)

/** The recorded world under a Corefile. */
function worldWith(corefile: string): State {
  const { world } = JSON.parse(readFileSync(`${DIR}/world.json`, 'utf8')) as { world: Readonly<Record<string, RecordedWorld>> }
  const upstream = ['www', 'api', 'a.b.c.d.e'].map(n => ({ name: `${n}.example.com`, type: 'A', ttl: 300, data: '203.0.113.10' }))
  const objects = Object.entries(world).flatMap(([namespace, w]) => [
    ...w.services.map(s => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: s.name, namespace }, spec: s.spec })),
    ...w.endpointslices.map(e => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: e.name, namespace, labels: { 'kubernetes.io/service-name': e.service } },
      addressType: e.addressType,
      endpoints: e.endpoints ?? [],
      ports: e.ports ?? [],
    })),
    ...w.pods.map(p => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: p.name, namespace, labels: p.labels },
      spec: {
        nodeName: 'node-1',
        ...(p.hostname ? { hostname: p.hostname } : {}),
        ...(p.subdomain ? { subdomain: p.subdomain } : {}),
        containers: [{ name: 'c', image: 'pause' }],
      },
      status: {
        phase: 'Running',
        podIP: p.podIP,
        podIPs: [{ ip: p.podIP }],
        conditions: [{ type: 'Ready', status: p.ready[0] ?? 'False' }],
      },
    })),
  ])
  return clusterOf(
    cluster({ dns: { corefile, upstream } }),
    ...objects,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'empty-ns' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } },
  )
}

/** What differs by the recording machine: paths, its loopback addresses. */
const ours = (corefile: string): string =>
  corefile.replace(/^ +(?:bind|kubeconfig).*\n/gm, '').replace(/forward \. \S+/, 'forward . 192.0.2.53')

/** Sections in one order; serials are the server's clock, and what the upstream says of itself is its own. */
const section = (records: readonly string[]): readonly string[] =>
  records
    .map(r => r.replace(/(hostmaster\.\S+) \S+/, '$1 <serial>'))
    .filter(r => !/^(?:\.|example\.com\.) /.test(r))
    .sort()

const texts = (records: readonly DnsRecord[]): readonly string[] => section(records.map(recordText))

function compare(answer: Answer, q: Question): void {
  assert.equal(answer.rcode, q.status)
  assert.deepEqual(texts(answer.answers), section(q.answer))
  assert.deepEqual(texts(answer.authority), section(q.authority))
  assert.deepEqual(texts(answer.additional), section(q.additional))
}

describe.skipIf(DIR === undefined)('CoreDNS answers as recorded', () => {
  const lines = DIR === undefined ? [] : rows<Line>('queries.jsonl')
  const world = DIR === undefined ? undefined : worldWith(COREFILE)
  for (const q of lines.filter(l => l.variant === undefined))
    test(`${q.name} ${q.type}`, () => compare(ask(serverOf(world!), { name: q.name, type: readRecordType(q.type)! }).at(-1)!.answer, q))

  for (const { variant, corefile, results } of lines.filter(l => l.variant !== undefined))
    describe(`under ${variant}`, () => {
      const first = worldWith(ours(corefile))
      const later: State = { ...first, nowMs: first.nowMs + 3000 }
      const kept: Kept = new Map()
      test('every question in turn', () => {
        for (const q of results) {
          const server = serverOf(q.note === undefined ? first : later)
          compare(ask(server, { name: q.name, type: readRecordType(q.type)! }, { kept }).at(-1)!.answer, q)
        }
      })
    })
})

interface Asked {
  readonly resolvConf: string
  readonly tool: string
  readonly name: string
  readonly stdout: string
  readonly queries: readonly { readonly name: string; readonly type: string; readonly rcode: string }[]
  readonly resolvConfs?: Readonly<Record<string, string>>
}

/** Recorded programs whose questions a resolver of ours asks; each with its types. */
const TOOLS: readonly (readonly [RegExp, ResolverName, readonly ('A' | 'AAAA')[]])[] = [
  [/^getent ahostsv4|^glibc.*AF_INET$/, 'glibc', ['A']],
  [/^getent ahosts |^glibc getaddrinfo program/, 'glibc', ['A', 'AAAA']],
  [/^musl.*AF_INET$/, 'musl', ['A']],
  [/^musl/, 'musl', ['A', 'AAAA']],
  [/^busybox nslookup$/, 'busybox', ['A', 'AAAA']],
  [/^busybox nslookup -type=a$/, 'busybox', ['A']],
  [/^busybox ping$/, 'glibc', ['A', 'AAAA']],
]

describe.skipIf(DIR === undefined)('resolvers ask as recorded', () => {
  const lines = DIR === undefined ? [] : rows<Asked>('resolver.jsonl')
  const confs = lines.find(l => l.resolvConfs)?.resolvConfs ?? {}
  const world = DIR === undefined ? undefined : worldWith(COREFILE)
  const sorted = (queries: Asked['queries']) => queries.map(q => `${q.name} ${q.type} ${q.rcode}`).sort()
  const names = (queries: Asked['queries']) => [...new Set(queries.map(q => q.name))]

  for (const line of lines.filter(l => l.tool)) {
    const [, resolver, types] = TOOLS.find(([pattern]) => pattern.test(line.tool)) ?? []
    if (!resolver || !types) continue
    test(`${line.resolvConf}: ${line.tool} ${line.name}`, () => {
      const conf = confs[line.resolvConf]!.replace(/nameserver .*/, 'nameserver 10.96.0.10')
      const resolving = resolvingOfText(world!, conf)
      const lookup = lookUp(resolver, line.name, types, resolving)
      const { queries } = lookupJson(lookup, resolver, resolving.conf)
      assert.deepEqual(sorted(queries), sorted(line.queries))
      if (resolver !== 'busybox') assert.deepEqual(names(queries), names(line.queries))
      const recorded = new Set(line.stdout.match(/\d+\.\d+\.\d+\.\d+|fd00[0-9a-f:]+/g) ?? [])
      if (resolver !== 'busybox' && !line.tool.includes('ping'))
        assert.deepEqual(new Set(lookup.addresses.map(ipText).filter(a => a !== '::1')), recorded)
    })
  }
})
