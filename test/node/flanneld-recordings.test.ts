// The recordings of the real flanneld at every snapshot: its annotations or keys, its device and addresses, routes, neighbours, FDB, rules and subnet.env on each node.
// Left out, and told: cases that no Cluster document says.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { ipText } from '../../src/addr/ip'
import { macText } from '../../src/addr/mac'
import { objectsOf, type State } from '../../src/cluster/state'
import { HopspecError } from '../../src/error'
import type { Device } from '../../src/linux/program'
import { flannelKeys } from '../../src/node/flannel-files'
import { familiesOf, layoutOf } from '../../src/node/layout'
import { networkOf } from '../../src/node/network'
import { nodeRules } from '../../src/node/node-rules'
import { nodeTexts } from '../../src/node/node-texts'
import { after, beginning, DIR, fileAt, read, readCase, snapshotsOf, unsaid } from './flanneld-case'
import { type Likeness, likeness } from './likeness'

const missing = existsSync(DIR) ? undefined : 'there are no recordings of flanneld'

interface Link {
  readonly name: string
  readonly up: boolean
  readonly mtu: number
  readonly mac: string | null
  readonly vxlan?: { readonly id: number; readonly local: string; readonly link: string; readonly port: number; readonly gbp?: boolean }
}
interface Shown {
  readonly ifname: string
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[]
}
interface RecordedNode {
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
  readonly podCIDRs: readonly string[] | null
  readonly conditions: readonly unknown[]
}

const figures = { snapshots: 0, texts: 0, values: 0, nodes: 0 }
const leftOut: string[] = []

/** MACs of ours as the words of a comparison have them. */
const worded = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value ?? null).replace(/02(?::[0-9a-f]{2}){5}/g, m => `MAC${Number.parseInt(m.replaceAll(':', ''), 16)}`)) as T

const linkOf = (d: Device) => ({
  name: d.name,
  mtu: d.mtuBytes,
  mac: d.kind === 'tun' ? null : macText(d.mac),
  ...(d.kind === 'vxlan' && { vxlan: { id: d.id, local: ipText(d.local), link: d.device, port: d.udpPort } }),
})

/** Of rules the tables that have any, in a fixed order; of everything else the lines of the pods' network. */
function canonical(file: string, text: string): readonly string[] {
  if (file.endsWith('tables.save'))
    return [...text.replace(/\[\d+:\d+\]/g, '[0:0]').matchAll(/^\*(\w+)\n([\s\S]*?)^COMMIT$/gm)]
      .filter(m => /^-A/m.test(m[2]!))
      .map(m => m[0])
      .sort()
  const lines = text.split('\n').map(l => l.trim())
  const bare = (line: string) => line.replace(/mac-\d+|MAC\d+/, '*')
  switch (file) {
    case 'ip-route.txt':
    case 'ip6-route.txt':
      return lines.filter(l => l !== '' && !/^default|dev (eth|cni|docker|veth|v)\d*\S* proto kernel/.test(l))
    case 'neigh.txt':
    case 'fdb.txt':
      return lines.filter(l => / flannel/.test(l)).sort((a, b) => (bare(a) < bare(b) ? -1 : 1))
    default:
      return lines.filter(l => l !== '')
  }
}
const TEXTS = ['iptables.save', 'ip6tables.save', 'nft.ruleset', 'ip-route.txt', 'neigh.txt', 'fdb.txt', 'subnet.env'] as const

interface Snapshot {
  readonly state: State
  readonly name: string
  readonly version: string
  readonly label: string
  readonly alike: Likeness
}

function compareSnapshot(at: Snapshot): void {
  const { state, name, version, label, alike } = at
  const path = (file: string) => fileAt(name, version, label, file)
  const where = `${name} ${version} ${label}`
  const layout = layoutOf(state)
  figures.snapshots++
  const etcd = path('etcd.json')
  if (etcd !== undefined) {
    const leases = Object.entries(read<Readonly<Record<string, { value: string }>>>(etcd)).filter(([key]) => key.includes('/subnets/'))
    const ours = [...flannelKeys(layout)].filter(([key]) => key.includes('/subnets/')).sort()
    figures.values += leases.length
    alike.same(worded(ours), leases.map(([key, { value }]) => [key, value]).sort(), `${where} etcd`)
  }
  const nodes = path('nodes.json')
  if (nodes !== undefined) compareNodes(at, read(nodes), where)
  const network = networkOf(state)
  for (const node of state.config.nodes.map(n => n.name)) {
    if (path(`${node}.links.json`) === undefined) continue
    figures.nodes++
    const program = network.program(`node/${node}`)!
    compareDevices(at, node, program.devices, where)
    const place = layout.nodes.get(node)!
    const sets = familiesOf(state).map(family => nodeRules(layout, place, family, [], 'cni'))
    const texts = nodeTexts(layout, place, program, sets, 'cni')
    for (const file of TEXTS) {
      const recorded = path(`${node}.${file}`)
      const [ours, theirs] = [worded(texts.get(file) ?? ''), recorded === undefined ? '' : readFileSync(recorded, 'utf8')]
      if (ours === '' && theirs === '') continue
      figures.texts++
      alike.same(canonical(file, ours), canonical(file, theirs), `${where} ${node} ${file}`)
    }
  }
}

/** What flannel wrote on the Nodes, and its condition. */
function compareNodes({ state, alike }: Snapshot, recorded: readonly RecordedNode[], where: string): void {
  const flannels = (annotations: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('flannel.')))
  const ours = objectsOf(state, 'Node').map(({ metadata, spec, status }) => ({
    name: metadata.name,
    annotations: flannels(metadata.annotations),
    podCIDRs: spec?.podCIDRs ?? (spec?.podCIDR === undefined ? null : [spec.podCIDR]),
    conditions: (status?.conditions ?? []).filter(c => c.type === 'NetworkUnavailable'),
  }))
  figures.values += recorded.length
  const theirs = recorded.map(({ name, annotations, podCIDRs, conditions }) => ({
    name,
    annotations: flannels(annotations),
    podCIDRs,
    conditions,
  }))
  alike.same(worded(ours), theirs, `${where} nodes`)
}

function compareDevices({ name, version, label, alike }: Snapshot, node: string, all: readonly Device[], where: string): void {
  const path = (file: string) => fileAt(name, version, label, `${node}.${file}`)!
  const devices = all.filter(d => d.name.startsWith('flannel'))
  // A device that flanneld made before it ended is down, does nothing, and is not shown here.
  const links = read<readonly Link[]>(path('links.json')).filter(l => l.name.startsWith('flannel') && l.up)
  const reduced = links.map(({ name: n, mtu, mac, vxlan }) => ({
    name: n,
    mtu,
    mac,
    ...(vxlan && { vxlan: { id: vxlan.id, local: vxlan.local, link: vxlan.link, port: vxlan.port } }),
  }))
  alike.same(worded(devices.map(linkOf)), reduced, `${where} ${node} links`)
  const shown = read<readonly Shown[]>(path('ip-addr.json')).filter(d => links.some(l => l.name === d.ifname))
  const addresses = shown.map(d => d.addr_info.filter(a => a.scope === 'global').map(a => `${a.local}/${a.prefixlen}`))
  const ours = devices.map(d => d.addresses.map(a => `${ipText(a.ip)}/${a.length}`))
  assert.deepEqual(ours, addresses, `${where} ${node} addresses`)
}

function compare(name: string, version: string): void {
  const input = readCase(name)
  const why = unsaid(input)
  if (why !== undefined) return void leftOut.push(`${name} (${why})`)
  const labels = snapshotsOf(input)
  try {
    const first = beginning(name, version, input)
    const alike = likeness()
    let state = first
    let seen = 0
    for (const step of input.steps) {
      state = after(state, step, input)
      if (step[0] === 'snap') compareSnapshot({ state, name, version, label: labels[seen++]!, alike })
    }
  } catch (error) {
    if (!(error instanceof HopspecError) || error.problems[0]?.code !== 'NOT_MODELLED') throw error
    leftOut.push(`${name} (${error.problems[0].message})`)
  }
}

describe.skipIf(missing !== undefined)(`the recordings of flanneld${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const cases = missing === undefined ? readdirSync(DIR).filter(d => existsSync(join(DIR, d, 'input.json'))) : []
  for (const name of cases.sort())
    for (const version of ['v0.10.0', 'v0.28.4'])
      if (existsSync(join(DIR, name, version))) test(`${name} ${version}`, () => compare(name, version))
  afterAll(() => {
    const { snapshots, nodes, texts, values } = figures
    console.log(`${snapshots} snapshots: the devices of ${nodes} nodes, ${texts} texts and ${values} Nodes or keys compared`)
    console.log(`left out: ${[...new Set(leftOut)].join('; ')}`)
  })
})
