// A network that another one became is, in all that the kernel's tools print, the network that is built anew.
import { strict as assert } from 'node:assert'
import { describe, test } from 'vitest'
import type { State } from '../../src/cluster/state'
import { networkOf } from '../../src/node/network'
import type { Network } from '../../src/linux/program'
import { type Built, build } from '../../src/real/build'
import { rebuilt } from '../../src/real/rebuild'
import { takeRights, unavailable } from '../../src/real/rights'
import { KernelSession } from '../../src/real/session'
import { clusterOf } from '../dns/cluster'
import { articleState } from '../trace/article'

const why = unavailable()

interface Spec {
  readonly cni?: object
  readonly podSubnet?: string
  /** Pods by name, each on its node, with its port. */
  readonly pods?: Readonly<Record<string, readonly [node: string, port: number]>>
  readonly address?: string
  /** A Service for every pod. */
  readonly service?: boolean
}

const PODS = { a: ['node1', 8080], b: ['node1', 8080], c: ['node2', 8080] } as const

function clusterState({
  cni = { name: 'flannel' },
  podSubnet = '10.244.0.0/16',
  pods = PODS,
  address = '192.168.1.202',
  service = true,
}: Spec): State {
  return clusterOf(
    {
      apiVersion: 'hopspec/v1',
      kind: 'Cluster',
      kubernetesVersion: 'v1.35.4',
      networking: { podSubnet, cni },
      nodes: [
        { name: 'node1', addresses: ['192.168.1.201'] },
        { name: 'node2', addresses: [address] },
      ],
      externalClients: [{ name: 'laptop', address: '192.168.1.50' }],
    },
    ...Object.entries(pods).map(([name, [nodeName, containerPort]]) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'web' } },
      spec: { nodeName, containers: [{ name: 'c', image: 'web', ports: [{ containerPort }] }] },
    })),
    ...(service
      ? [
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: 'web' },
            spec: {
              type: 'NodePort',
              selector: { app: 'web' },
              sessionAffinity: 'ClientIP',
              ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
            },
          },
        ]
      : []),
  )
}

const NFT = { name: 'flannel', nftables: true, portmap: 'nftables' }
/** Each becomes the next one. */
const SUCCESSION: readonly (readonly [what: string, spec: Spec])[] = [
  ['a cluster', {}],
  ['a pod more', { pods: { ...PODS, d: ['node2', 8080] } }],
  ['a pod that is on another node', { pods: { ...PODS, b: ['node2', 8080] } }],
  ['a pod with another port', { pods: { ...PODS, b: ['node1', 9090] } }],
  ['no Service', { service: false }],
  ['a node with another address', { address: '192.168.1.77' }],
  ['routes in the place of a tunnel', { cni: { name: 'flannel', backend: 'host-gw' } }],
  ['rules in nftables', { cni: NFT }],
  ['other rules in nftables', { cni: NFT, podSubnet: '10.128.0.0/16', pods: { a: PODS.a } }],
  ['another pod network', { podSubnet: '10.128.0.0/16' }],
  ['bridges without hairpins', { cni: { name: 'bridge', nodeRoutes: true } }],
  ['no pods', { pods: {} }],
  ['the first again', {}],
]

const LISTINGS = [
  'ip -o link',
  'ip -o address',
  'ip route show table all',
  'ip -6 route show table all',
  'ip rule',
  'ip -6 rule',
  'ip -4 netconf',
  'ip neighbour show nud permanent',
  'ip ntable show',
  'bridge -d link',
  'bridge fdb',
  'iptables-save',
  'ip6tables-save',
  'nft -s list ruleset',
]

/** What the tools print in every namespace, without what no two networks have alike: numbers, and the addresses that cables in the middle have by chance. */
function printed({ agent, plan }: Built): Readonly<Record<string, readonly string[]>> {
  const spaces = [{ number: 0, name: 'the LANs' }, ...plan.spaces.map(s => ({ number: s.number, name: s.program.name }))]
  const ports = new Map(
    plan.spaces.flatMap(s =>
      s.program.devices.map(d => [`p${s.number}.${plan.numbers.at(s.number, d.name)}`, `${s.program.name} ${d.name}`]),
    ),
  )
  const all = spaces.flatMap(({ number, name }) =>
    LISTINGS.map(command => ({ key: `${name}: ${command}`, job: { space: number, argv: command.split(' '), stdin: '' } })),
  )
  return Object.fromEntries(
    agent.jobs(all.map(a => a.job)).map((done, i) => {
      const { key, job } = all[i]!
      assert.equal(done.exit, 0, `${key}: ${done.stderr}`)
      const plain = done.stdout
        .replace(/p\d+\.\d+/g, port => ports.get(port) ?? port)
        .replace(/^#.*$/gm, '')
        .replace(
          /^\d+: |@if\d+|link-netns(?:id)? \S+|@[\w.]+(?=:)|\[\d+:\d+\]|(?:valid|preferred)_lft \S+|\breachable \d+|\bstate (?:UP|UNKNOWN)\b|\\/gm,
          '',
        )
        .replace(job.space === 0 ? /[0-9a-f]{2}(?::[0-9a-f]{2}){5}/g : /$^/, 'mac')
      return [
        key,
        plain
          .split('\n')
          .map(l => l.replace(/\s+/g, ' ').trim())
          .filter(l => l !== '' && !/dev \S+ lladdr mac/.test(l))
          .sort(),
      ]
    }),
  )
}

describe.skipIf(why !== undefined)(`a network that another one became${why ? ` (skipped: ${why})` : ''}`, () => {
  test('is the one that is built anew', { timeout: 240_000 }, () => {
    const held = takeRights()
    const [, begin] = SUCCESSION[0]!
    let standing = build(networkOf(clusterState(begin)), { held })
    try {
      for (const [what, spec] of SUCCESSION.slice(1)) {
        const network: Network = networkOf(clusterState(spec))
        const next = rebuilt(standing, network)
        assert.ok(next, what)
        standing = next
        const anew = build(network, { held })
        try {
          const [is, should] = [printed(standing), printed(anew)]
          for (const key of Object.keys(should)) assert.deepEqual(is[key], should[key], `${what}: ${key}`)
          assert.deepEqual(Object.keys(is), Object.keys(should))
        } finally {
          anew.close()
        }
      }
    } finally {
      standing.close()
      held.end()
    }
  })

  test('what the kernel refuses in it is told as of one that is built anew, and the next one stands', () => {
    const session = new KernelSession()
    try {
      const network = networkOf(articleState())
      session.on(network)
      const name = network.names.find(n => n.startsWith('node/'))!
      const program = network.program(name)!
      const twice = { ...program, routes: [...program.routes, ...program.routes] }
      const wrong = { ...network, program: (n: string) => (network.program(n) === program ? twice : network.program(n)) }
      assert.throws(() => session.on(wrong), /the kernel says 'File exists' to: ip route add/)
      session.on(network)
      assert.deepEqual([session.builds, session.changes], [3, 0])
    } finally {
      session.close()
    }
  })
})
