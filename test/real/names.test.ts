// Names on the kernel: resolvers' questions as packets, a server of ours where CoreDNS runs; and the machine's own dig, getent and busybox asking it.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { afterAll, describe, test } from 'vitest'
import { objectOf, type State } from '../../src/cluster/state'
import { etcHostsOf, resolvConfText } from '../../src/dns/pod-files'
import type { RecordType } from '../../src/dns/record'
import type { ResolverName } from '../../src/dns/query'
import { coreDns } from '../../src/lab/asked-on-kernel'
import { lookupOnKernel } from '../../src/lab/kernel-names'
import { kernelFindings } from '../../src/lab/kernel'
import { lookUpProbe, nameQueryOf, wayOf } from '../../src/lab/names'
import { seenLookup } from '../../src/lab/seen-names'
import { type NameServer, served } from '../../src/real/names'
import { unavailable } from '../../src/real/rights'
import { KernelSession } from '../../src/real/session'
import { scenery } from '../../src/trace/prepare'
import { digShortPrints, getentAhostsPrints, nslookupPrints } from '../../src/view/resolver-programs'
import { cluster, clusterOf, pod, service } from '../dns/cluster'

const why = unavailable()
const session = new KernelSession()
afterAll(() => session.close())

const many = Array.from({ length: 40 }, (_, i) => ({ ip: `10.244.1.${100 + i}` }))
const state = clusterOf(
  cluster({
    addons: ['coredns'],
    dns: { upstream: [{ name: 'www.example.com', type: 'A', data: '198.51.100.7' }] },
  }),
  pod('client', '10.244.1.9'),
  pod('web-1', '10.244.1.21', { labels: { app: 'web' } }),
  service('web', { selector: { app: 'web' }, clusterIP: '10.96.1.10', ports: [{ name: 'http', port: 80 }] }),
  service('web-h', { selector: { app: 'web' }, clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
  service('out', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('many', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'many', namespace: 'default' },
    subsets: [{ addresses: many, ports: [{ name: 'http', port: 80 }] }],
  },
)
const CLIENT = 'pod/default/client'

interface Row {
  readonly name: string
  readonly resolver?: ResolverName
  readonly types?: readonly RecordType[]
}
const requestOf = ({ name, resolver = 'glibc', types = ['A', 'AAAA'] }: Row) => ({
  from: CLIENT,
  name,
  types,
  resolver,
  seed: 1,
  title: '',
})

/** One look-up on both dataplanes. */
function both(of: State, row: Row) {
  const request = requestOf(row)
  const looked = lookupOnKernel(of, nameQueryOf(scenery(of).network, request), lookUpProbe(of, request).trace, session)
  assert.ok(looked?.json.compared, JSON.stringify(looked?.json))
  return looked.json
}

describe.skipIf(why !== undefined)(`look-ups on the kernel${why ? ` (skipped: ${why})` : ''}`, () => {
  const rows: readonly (Row & { readonly finds: string })[] = [
    { name: 'web', finds: 'glibc finds 10.96.1.10' },
    { name: 'web', resolver: 'musl', finds: 'musl finds 10.96.1.10' },
    { name: 'web', resolver: 'busybox', finds: 'busybox finds 10.96.1.10' },
    { name: 'out', finds: 'glibc finds 198.51.100.7' },
    { name: 'nosuch.default', finds: 'glibc finds not-found' },
    { name: '_http._tcp.web', types: ['SRV'], finds: 'glibc finds 0 100 80 web.default.svc.cluster.local.' },
    { name: '10.1.96.10.in-addr.arpa.', types: ['PTR'], finds: 'glibc finds web.default.svc.cluster.local.' },
    { name: 'dns-version.cluster.local.', types: ['TXT'], finds: 'glibc finds "1.1.0"' },
  ]
  for (const row of rows)
    test(`${row.resolver ?? 'glibc'} ${row.name} ${row.types?.join() ?? ''}: ${row.finds}`, () => {
      const json = both(state, row)
      for (const f of kernelFindings(json)) assert.ok(f.met, f.happened)
      assert.equal(json.saw[0], row.finds)
      assert.match(json.saw[1]!, /^pod\/kube-system\/coredns-\S+ at 10\.244\.\S+:53 is asked \d+ times$/)
    })

  test('an answer that UDP cuts is asked for again over TCP', () => {
    const json = both(state, { name: 'many' })
    assert.deepEqual(json.differences, [])
    assert.equal(json.saw[0]!.split(', ').length, many.length)
  })

  test('on the kernel alone it is the same look-up', () => {
    const request = requestOf({ name: 'web.default' })
    const [seen, told] = [seenLookup(state, request, session), lookUpProbe(state, request)]
    assert.deepEqual(wayOf(seen)!.lookup, wayOf(told)!.lookup)
    assert.match(seen.trace.outcomes[0]!.answeredBy!, /^pod\/kube-system\/coredns-/)
  })

  test('a name server that says something else is found out', () => {
    const wrong = clusterOf(
      cluster({ addons: ['coredns'] }),
      pod('client', '10.244.1.9'),
      service('web', { clusterIP: '10.96.1.11', ports: [{ port: 80 }] }),
    )
    const request = requestOf({ name: 'web' })
    const simulated = lookUpProbe(wrong, request).trace
    const looked = lookupOnKernel(state, nameQueryOf(scenery(state).network, request), simulated, session)!.json
    assert.ok(looked.compared)
    assert.deepEqual(
      looked.differences.map(d => d.aspect),
      ['names'],
    )
    assert.ok(kernelFindings(looked).some(f => !f.met))
  })
})

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

describe.skipIf(why !== undefined)('programs of this machine ask the name server in a pod', () => {
  const names = scenery(state).names!
  const server = coreDns(state, names)
  const client = objectOf(state, 'Pod', 'default/client')!
  const files = {
    '/etc/resolv.conf': resolvConfText(state, client),
    '/etc/hosts': etcHostsOf(client) ?? '',
    '/etc/nsswitch.conf': 'hosts: files dns\n',
  }
  const ran = (argv: readonly string[], says: NameServer = server) => {
    const eyes = session.on(scenery(state).network)
    eyes.forget()
    return eyes.program(
      CLIENT,
      argv,
      files,
      served(says, () => undefined),
    )
  }
  const way = (row: Row) => wayOf(lookUpProbe(state, requestOf(row)))!
  const lines = (text: string) => text.split('\n').filter(Boolean).sort()

  test.skipIf(!has('getent'))('getent (glibc): the addresses, and as many questions as the model asks', () => {
    const { stdout, stderr, received } = ran(['getent', 'ahostsv4', 'web'])
    const looked = way({ name: 'web', types: ['A'] })
    assert.equal(stdout, getentAhostsPrints('web.default.svc.cluster.local', looked.lookup).stdout, stderr)
    assert.equal(received.length, looked.sent.length)
  })
  test.skipIf(!has('getent'))('getent of a name that is not there: every domain is asked', () => {
    const { exit, received } = ran(['getent', 'ahostsv4', 'nosuch'])
    assert.equal(exit, 2)
    assert.equal(received.length, way({ name: 'nosuch', types: ['A'] }).sent.length)
  })
  test.skipIf(!has('getent'))('getent of many addresses: over TCP, all of them', () => {
    const { stdout } = ran(['getent', 'ahostsv4', 'many'])
    assert.deepEqual([...new Set(lines(stdout).map(l => l.split(' ')[0]!))].sort(), many.map(m => m.ip).sort())
  })
  test.skipIf(!has('dig'))('dig: the records, without a search path', () => {
    const row = { name: 'web.default.svc.cluster.local.', types: ['A'] as const }
    assert.equal(ran(['dig', '+short', row.name]).stdout, digShortPrints(way(row).lookup).stdout)
    assert.match(ran(['dig', 'web']).stdout, /status: NXDOMAIN/)
  })
  test.skipIf(!has('dig'))('dig over TCP', () =>
    assert.equal(ran(['dig', '+tcp', '+short', 'web.default.svc.cluster.local']).stdout, '10.96.1.10\n'),
  )
  test.skipIf(!has('busybox'))('busybox nslookup prints what hopspec prints', () => {
    const looked = way({ name: 'web.default.svc.cluster.local', resolver: 'busybox' })
    const { stdout } = ran(['busybox', 'nslookup', 'web.default.svc.cluster.local'])
    assert.equal(stdout.trim(), nslookupPrints(looked.lookup, looked.nameservers).stdout.trim())
  })
  for (const program of ['getent', 'dig', 'busybox']) if (!has(program)) console.log(`skipped: no ${program} on this machine`)
})
