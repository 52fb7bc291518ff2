// A recording of the real flanneld as inputs of ours: the cluster that its first configuration makes, and its steps as what a person does to such a cluster.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cidrText, networkOf, readInterfaceAddress } from '../../src/addr/cidr'
import type { Node } from '../../src/apply/object'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, type State } from '../../src/cluster/state'
import { put, write } from '../../src/cluster/write'
import { revokeLease, startComponent, stopComponent } from '../../src/control/component'
import { changeLease } from '../../src/control/flannel-lease'
import { passTime } from '../../src/control/settle'

export const DIR = join(process.cwd(), '../shared/oracles/pod-network/flanneld')

interface Backend {
  readonly Type?: string
  readonly VNI?: number
  readonly Port?: number
  readonly DirectRouting?: boolean
  readonly MTU?: number
  readonly GBP?: boolean
}
export interface NetConf {
  readonly Network: string
  readonly EnableIPv6?: boolean
  readonly IPv6Network?: string
  readonly EnableNFTables?: boolean
  readonly Backend?: Backend
}
type Step = readonly [string, ...unknown[]]
export interface Case {
  readonly nodes: Readonly<Record<string, string | readonly string[]>>
  readonly argv?: readonly string[]
  readonly setup?: readonly string[]
  readonly 'net-conf.json'?: NetConf
  readonly podCIDRs?: Readonly<Record<string, readonly string[] | null>>
  readonly steps: readonly Step[]
}

export const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T
export const readCase = (name: string): Case => read(join(DIR, name, 'input.json'))

/** The file of a snapshot; the one that is called `end` has no name in front. */
export const fileAt = (name: string, version: string, label: string, file: string): string | undefined =>
  [join(DIR, name, version, `${label}.${file}`), ...(label === 'end' ? [join(DIR, name, version, file)] : [])].find(existsSync)

/** What of a configuration a Cluster document can say. */
const SAID: readonly string[] = ['Network', 'IPv6Network', 'EnableIPv6', 'EnableNFTables', 'Backend']
const ARGUMENTS = /^(flanneld|--etcd-\S*|--kubeconfig-file=\S*|--kube-subnet-mgr|--ip-masq|--iptables-forward-rules=(true|false))$/
/** Of a case's own commands before the first start, those that leave what flanneld does alone. */
const HARMLESS = /^sysctl -qw net\.ipv4\.ip_forward=0$/

/** Why no Cluster document says the case; undefined where one does. */
export function unsaid(input: Case): string | undefined {
  const configs = input.steps.filter(s => s[0] === 'config').map(s => s[1])
  const conf = input['net-conf.json'] ?? configs[0]
  if (typeof conf !== 'object') return 'flanneld is started with what is no configuration, or none'
  if (configs.length > 1) return 'the configuration changes while flanneld runs'
  const key = Object.keys(conf as object).find(k => !SAID.includes(k))
  if (key !== undefined) return `a Cluster document has no ${key}`
  const argument = input.argv?.find(a => !ARGUMENTS.test(a))
  if (argument !== undefined) return `a Cluster document has no ${argument}`
  const set = input.setup?.find(s => !HARMLESS.test(s))
  if (set !== undefined) return `a Cluster document has no '${set}'`
  const named = input.steps.find(s => s[0] === 'nodes')?.slice(1) ?? Object.keys(input.nodes)
  return named.some(n => input.nodes[n as string] === undefined) ? 'flanneld is told the name of no node' : undefined
}

/** The subnets that a node had drawn, from the first snapshot in which it has any. */
function subnetsOf(name: string, version: string, node: string, labels: readonly string[]): readonly string[] {
  const path = labels.flatMap(l => fileAt(name, version, l, `${node}.subnet.env`) ?? [])[0]
  if (path === undefined) return []
  return [...readFileSync(path, 'utf8').matchAll(/FLANNEL(?:_IPV6)?_SUBNET=(\S+)/g)].map(m => {
    const own = readInterfaceAddress(m[1]!)!
    return cidrText(networkOf(own.ip, own.length))
  })
}

export const snapshotsOf = (input: Case): readonly string[] => input.steps.filter(s => s[0] === 'snap').map(s => String(s[1]))
const isKube = (input: Case): boolean => input.argv?.includes('--kube-subnet-mgr') ?? false

/** The cluster of a case at its first moment: no flanneld has run anywhere yet. */
export function beginning(name: string, version: string, input: Case): State {
  const conf = (input['net-conf.json'] ?? input.steps.find(s => s[0] === 'config')![1]) as NetConf
  const { Type = 'udp', VNI, Port, DirectRouting, MTU, GBP } = conf.Backend ?? {}
  const six = conf.EnableIPv6 === true
  const written = { vni: VNI, port: Port, directRouting: DirectRouting, mtu: MTU, gbp: GBP }
  const cni = {
    name: 'flannel',
    version,
    backend: Type,
    leases: isKube(input) ? 'kube' : 'etcd',
    ipMasq: input.argv?.includes('--ip-masq') ?? false,
    forwardRules: !input.argv?.includes('--iptables-forward-rules=false'),
    nftables: conf.EnableNFTables === true,
    ...Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)),
  }
  const cluster = {
    apiVersion: 'hopspec/v1',
    kind: 'Cluster',
    builtins: 'none',
    kubernetesVersion: version === 'v0.10.0' ? 'v1.13.0' : 'v1.35.4',
    networking: {
      ipFamily: six ? 'dual' : 'ipv4',
      podSubnet: [conf.Network, ...(six ? [conf.IPv6Network] : [])].join(),
      kubeProxyMode: 'none',
      cni,
    },
    nodes: Object.entries(input.nodes).flatMap(([node, addresses]) => {
      const podCIDRs = input.podCIDRs?.[node] ?? subnetsOf(name, version, node, snapshotsOf(input))
      return podCIDRs.length === 0 ? [] : [{ name: node, addresses: [addresses].flat(), containerRuntime: 'containerd', podCIDRs }]
    }),
  }
  const state = passTime(begin(readStore([{ name: 'cluster.json', text: JSON.stringify(cluster) }]), { seed: 1 }), 100)
  const names = state.config.nodes.map(n => n.name)
  const gone = isKube(input)
    ? write(
        state,
        names.map(key => ({ do: 'delete', kind: 'Node', key }) as const),
        'kubectl',
      )
    : names.reduce((s, node) => changeLease(s, node, true), state)
  return names.reduce((s, node) => stopComponent(s, 'flanneld', node), gone)
}

/** A Node as a kubelet makes it. */
const registeredBy = (name: string, podCIDRs: readonly string[]): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: podCIDRs.length === 0 ? {} : { podCIDR: podCIDRs[0]!, podCIDRs },
  status: {},
})

/** A case's step done to the cluster; what only looks, or touches other devices than flannel's, changes nothing. */
export function after(state: State, [what, ...words]: Step, { podCIDRs }: Case): State {
  const names = words as readonly string[]
  const done = (() => {
    switch (what) {
      case 'nodes':
        return write(
          state,
          names.map(name => put(registeredBy(name, podCIDRs?.[name] ?? []))),
          'kubectl',
        )
      case 'start':
        return names.reduce((s, node) => startComponent(s, 'flanneld', node), state)
      case 'stop':
        return names.reduce((s, node) => stopComponent(s, 'flanneld', node), state)
      case 'delete-lease':
        return names.reduce(revokeLease, state)
      case 'delete-node':
        return write(
          state,
          names.map(key => ({ do: 'delete', kind: 'Node', key }) as const),
          'kubectl',
        )
      case 'patch': {
        const node = objectOf(state, 'Node', names[0]!)!
        const patch = words[1] as { readonly metadata?: { readonly annotations?: Record<string, string> }; readonly spec?: Node['spec'] }
        const annotations = { ...node.metadata.annotations, ...patch.metadata?.annotations }
        return write(
          state,
          [put({ ...node, metadata: { ...node.metadata, annotations }, spec: { ...node.spec, ...patch.spec } })],
          'kubectl',
        )
      }
      default:
        return state
    }
  })()
  return passTime(done, 100)
}
