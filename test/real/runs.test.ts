// Runs that end badly, that meet, and networks that the kernel refuses.
import { strict as assert } from 'node:assert'
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, test } from 'vitest'
import { parseCidr } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import { readDocuments } from '../../src/apply/documents'
import { readNetwork } from '../../src/apply/network-document'
import { HopspecError } from '../../src/error'
import type { Network, Program } from '../../src/linux/program'
import { build } from '../../src/real/build'
import { PREFIX } from '../../src/real/guard'
import { Observatory } from '../../src/real/observe'
import { pause } from '../../src/real/pause'
import { clean, isAlive, leftovers } from '../../src/real/registry'
import { unavailable } from '../../src/real/rights'
import { prepare } from '../../src/trace/prepare'

const why = unavailable() ?? (process.getuid?.() === 0 ? undefined : 'namespaces of other runs are seen by root only')

const root = { rights: 'root' } as const

/** Two machines on one cable, and what else is said. */
function twoMachines(more: object = {}): Network {
  const network = {
    apiVersion: 'hopspec/v1',
    kind: 'Network',
    namespaces: {
      a: {
        devices: { eth0: { kind: 'veth', peer: 'b/eth0', mac: '02:00:00:00:00:01', addresses: ['10.0.0.1/24'] } },
        listeners: [{ protocol: 'tcp', port: 80 }],
        ...more,
      },
      b: { devices: { eth0: { kind: 'veth', peer: 'a/eth0', mac: '02:00:00:00:00:02', addresses: ['10.0.0.2/24'] } } },
    },
  }
  return readNetwork(readDocuments([{ name: 'network.yaml', text: JSON.stringify(network) }]).documents[0]!)
}

const namespacesOf = (alive: boolean): readonly string[] =>
  readdirSync('/run/netns').filter(name => name.startsWith(PREFIX) && isAlive(name) === alive)

describe.skipIf(why !== undefined)(`runs of the real dataplane${why ? ` (skipped: ${why})` : ''}`, () => {
  test('what a killed run leaves is gone after the next start', async () => {
    for (const milliseconds of [5, 40, 90, 150, 260]) {
      const child = spawn(process.execPath, ['test/real/build-child.cjs', 'root'], { stdio: ['ignore', 'pipe', 'ignore'] })
      await new Promise(begun => child.stdout!.once('data', begun))
      pause(milliseconds)
      await killed(child)
      clean()
      assert.deepEqual(leftovers(), [])
    }
  }, 60_000)

  test('two runs at once do not meet', () => {
    const network = twoMachines()
    const [one, other] = [build(network, root), build(network, root)]
    try {
      const [flow] = prepare({ network }, [{ from: 'namespace/b', to: '10.0.0.1:80', protocol: 'tcp' }]).flows
      other.close()
      const seen = new Observatory(one).send(flow!.request)
      assert.deepEqual([seen.client.result, seen.received.map(r => r.namespace)], ['answered', ['namespace/a']])
    } finally {
      one.close()
      other.close()
    }
    assert.deepEqual(
      namespacesOf(true).filter(n => n.startsWith(one.plan.prefix) || n.startsWith(other.plan.prefix)),
      [],
    )
  })

  test('a clean-up leaves runs alone that still go on', () => {
    const built = build(twoMachines(), root)
    try {
      clean()
      assert.equal(namespacesOf(true).filter(n => n.startsWith(`${built.plan.prefix}-`)).length, 3)
    } finally {
      built.close()
    }
  })
})

/** The same network with another namespace a, made past the reader, which refuses much of what the kernel refuses. */
function withA(network: Network, change: (a: Program) => Partial<Program>): Network {
  const a = network.program('namespace/a')!
  const changed = { ...a, ...change(a) }
  return { ...network, program: name => (name === a.name ? changed : network.program(name)) }
}

const refusals: readonly { name: string; more?: object; change?: (a: Program) => Partial<Program>; says: RegExp }[] = [
  {
    name: 'a route by a gateway that nobody can reach',
    change: a => ({
      routes: [...a.routes, { type: 'unicast', destination: parseCidr('10.9.0.0/16'), gateway: parseIp('192.0.2.1'), device: 'eth0' }],
    }),
    says: /namespace\/a route 10\.9\.0\.0\/16 via 192\.0\.2\.1 dev eth0: the kernel says 'Nexthop has invalid gateway\.'/,
  },
  {
    name: 'an address twice',
    change: a => ({ devices: a.devices.map(d => (d.name === 'eth0' ? { ...d, addresses: [...d.addresses, ...d.addresses] } : d)) }),
    says: /namespace\/a eth0: the kernel says '.*(File exists|already assigned).*' to: ip address add 10\.0\.0\.1\/24 dev eth0/,
  },
  {
    name: "a name that nft's grammar does not take: the words are nft's",
    change: () => ({ nftables: { tables: [{ family: 'inet', name: 'fwd', sets: [], chains: [] }] } }),
    says: /^namespace\/a: nft says '.*unexpected fwd.*' to: table inet fwd \{$/,
  },
  {
    name: 'a setting of a device that is not there',
    more: { sysctls: { 'net.ipv4.conf.eth9.rp_filter': 1 } },
    says: /namespace\/a: the kernel says 'No such file or directory' to: sysctl net\.ipv4\.conf\.eth9\.rp_filter/,
  },
  {
    name: 'two listeners on one port',
    more: {
      listeners: [
        { protocol: 'tcp', port: 80 },
        { protocol: 'tcp', port: 80 },
      ],
    },
    says: /namespace\/a: the kernel says 'EADDRINUSE' to: listen on tcp 80/,
  },
]

/** Namespaces that this process made: other runs come and go. */
const own = (): readonly string[] => namespacesOf(true).filter(name => name.startsWith(`${PREFIX}${process.pid.toString(36)}-`))

describe.skipIf(why !== undefined)('what the kernel refuses is told in its words, with the object, and nothing is left', () => {
  for (const { name, more = {}, change = () => ({}), says } of refusals)
    test(name, () => {
      assert.throws(
        () => build(withA(twoMachines(more), change), root),
        (error: Error) => error instanceof HopspecError && says.test(error.message) && error.message.match(/namespace\/a/g)?.length === 1,
      )
      assert.deepEqual(own(), [])
    })
})

const killed = (child: ChildProcess): Promise<unknown> =>
  new Promise(ended => {
    child.once('exit', ended)
    child.kill('SIGKILL')
  })
