// The recordings of the real flanneld at their first snapshot: what it keeps in etcd, its device and its addresses on each node.
// Routes, neighbours, FDB, rules and subnet.env of the same snapshots are compared by the checks of the whole program. Left out, and told: cases whose steps no Cluster document says.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { cidrText, networkOf as networkOfCidr, readInterfaceAddress } from '../../src/addr/cidr'
import { ipText } from '../../src/addr/ip'
import { macText } from '../../src/addr/mac'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { HopspecError } from '../../src/error'
import type { Device } from '../../src/linux/program'
import { flannelKeys } from '../../src/node/flannel-files'
import { layoutOf } from '../../src/node/layout'
import { networkOf } from '../../src/node/network'
import { likeness } from './likeness'

const DIR = join(process.cwd(), '../shared/oracles/pod-network/flanneld')
const missing = existsSync(DIR) ? undefined : 'there are no recordings of flanneld'

interface Config {
  readonly Network: string
  readonly EnableIPv6?: boolean
  readonly IPv6Network?: string
  readonly EnableNFTables?: boolean
  readonly Backend?: {
    readonly Type?: string
    readonly VNI?: number
    readonly Port?: number
    readonly DirectRouting?: boolean
    readonly MTU?: number
    readonly GBP?: boolean
  }
}
interface Input {
  readonly nodes: Readonly<Record<string, string | readonly string[]>>
  readonly argv?: readonly string[]
  readonly setup?: readonly string[]
  readonly steps: readonly (readonly [string, ...unknown[]])[]
}
interface Link {
  readonly name: string
  readonly mtu: number
  readonly mac: string | null
  readonly vxlan?: { readonly id: number; readonly local: string; readonly link: string; readonly port: number; readonly gbp?: boolean }
}
interface Shown {
  readonly ifname: string
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[]
}
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

/** The subnets that a node had drawn. */
const subnetsOf = (env: string): readonly string[] =>
  [...env.matchAll(/FLANNEL(?:_IPV6)?_SUBNET=(\S+)/g)].map(m => {
    const own = readInterfaceAddress(m[1]!)!
    return cidrText(networkOfCidr(own.ip, own.length))
  })

function clusterText(
  config: Config,
  input: Input,
  version: string,
  started: readonly string[],
  subnets: (node: string) => readonly string[],
): string {
  const { Type = 'udp', VNI, Port, DirectRouting, MTU, GBP } = config.Backend ?? {}
  const six = config.EnableIPv6 === true
  const cni = {
    name: 'flannel',
    version,
    backend: Type,
    leases: 'etcd',
    ipMasq: input.argv?.includes('--ip-masq') ?? false,
    nftables: config.EnableNFTables === true,
    ...(VNI === undefined ? {} : { vni: VNI }),
    ...(Port === undefined ? {} : { port: Port }),
    ...(DirectRouting === undefined ? {} : { directRouting: DirectRouting }),
    ...(MTU === undefined ? {} : { mtu: MTU }),
    ...(GBP === undefined ? {} : { gbp: GBP }),
  }
  return JSON.stringify({
    apiVersion: 'hopspec/v1',
    kind: 'Cluster',
    builtins: 'none',
    kubernetesVersion: version === 'v0.10.0' ? 'v1.13.0' : 'v1.35.4',
    networking: {
      ipFamily: six ? 'dual' : 'ipv4',
      podSubnet: [config.Network, ...(six ? [config.IPv6Network] : [])].join(),
      kubeProxyMode: 'none',
      cni,
    },
    nodes: started.map(name => ({ name, addresses: [input.nodes[name]].flat(), containerRuntime: 'containerd', podCIDRs: subnets(name) })),
  })
}

const figures = { values: 0, devices: 0 }
const leftOut: string[] = []

const linkOf = (d: Device) => ({
  name: d.name,
  mtu: d.mtuBytes,
  mac: d.kind === 'tun' ? null : macText(d.mac),
  ...(d.kind === 'vxlan' && { vxlan: { id: d.id, local: ipText(d.local), link: d.device, port: d.udpPort } }),
})

/** Undefined, and told, where hopspec refuses what the case asks for. */
function modelled<T>(name: string, make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof HopspecError) || error.problems[0]?.code !== 'NOT_MODELLED') throw error
    leftOut.push(`${name} (${error.problems[0].message})`)
    return undefined
  }
}

function compare(name: string, version: string): void {
  const input = read<Input>(join(DIR, name, 'input.json'))
  const [config, start, snap] = input.steps
  const plain = config?.[0] === 'config' && typeof config[1] === 'object' && start?.[0] === 'start' && snap?.[0] === 'snap'
  if (!plain || input.setup || input.argv?.includes('--kube-subnet-mgr')) return void leftOut.push(name)
  const at = (file: string) => [join(DIR, name, version, `${String(snap[1])}.${file}`), join(DIR, name, version, file)].find(existsSync)
  const started = start.slice(1) as readonly string[]
  if (started.some(node => at(`${node}.subnet.env`) === undefined)) return void leftOut.push(name)
  const env = (node: string) => subnetsOf(readFileSync(at(`${node}.subnet.env`)!, 'utf8'))
  const text = clusterText(config[1] as Config, input, version, started, env)
  const state = begin(readStore([{ name: 'cluster.json', text }]), { seed: 1 })
  const layout = modelled(name, () => layoutOf(state))
  if (layout === undefined) return
  const [keys, network, alike] = [flannelKeys(layout), networkOf(state), likeness()]
  /** A MAC of ours as the words of a comparison have it. */
  const ours = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replace(/02(?::[0-9a-f]{2}){5}/g, m => `MAC${Number.parseInt(m.replaceAll(':', ''), 16)}`))
  for (const [key, { value }] of Object.entries(read<Readonly<Record<string, { value: string }>>>(at('etcd.json')!))) {
    if (!key.includes('/subnets/')) continue
    figures.values++
    alike.same(ours(keys.get(key)), value, `${name} ${version} ${key}`)
  }
  for (const node of started) {
    const devices = network.program(`node/${node}`)!.devices.filter(d => d.name.startsWith('flannel'))
    const links = read<readonly Link[]>(at(`${node}.links.json`)!).filter(l => l.name.startsWith('flannel'))
    const reduced = links.map(({ name: n, mtu, mac, vxlan }) => ({
      name: n,
      mtu,
      mac,
      ...(vxlan && { vxlan: { id: vxlan.id, local: vxlan.local, link: vxlan.link, port: vxlan.port } }),
    }))
    figures.devices++
    alike.same(ours(devices.map(linkOf)), reduced, `${name} ${version} ${node} links`)
    const shown = read<readonly Shown[]>(at(`${node}.ip-addr.json`)!).filter(d => d.ifname.startsWith('flannel'))
    const addresses = shown.map(d => d.addr_info.filter(a => a.scope === 'global').map(a => `${a.local}/${a.prefixlen}`))
    assert.deepEqual(
      devices.map(d => d.addresses.map(a => `${ipText(a.ip)}/${a.length}`)),
      addresses,
      `${name} ${version} ${node} addresses`,
    )
  }
}

describe.skipIf(missing !== undefined)(`the recordings of flanneld${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const cases = missing === undefined ? readdirSync(DIR).filter(d => existsSync(join(DIR, d, 'input.json'))) : []
  for (const name of cases.sort())
    for (const version of ['v0.10.0', 'v0.28.4'])
      if (existsSync(join(DIR, name, version))) test(`${name} ${version}`, () => compare(name, version))
  afterAll(() =>
    console.log(
      `${figures.values} values of etcd and the devices of ${figures.devices} nodes compared; left out: ${[...new Set(leftOut)].join(', ')}`,
    ),
  )
})
