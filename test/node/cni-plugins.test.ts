// The recordings of the real CNI plugins: every configuration called again, and the texts that it left on the machine and in the containers.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { readInterfaceAddress } from '../../src/addr/cidr'
import { HopspecError } from '../../src/error'
import { parseIp } from '../../src/addr/ip'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { printNft } from '../../src/linux/nft-ruleset'
import { CniError, type CniHost, type CniVersion, freshHost, nftOf, NODE, routesOf } from '../../src/node/cni/host'
import { addContainer, type CniConf, removeContainer, type RuntimeConfig } from '../../src/node/cni/runtime'
import { ruleSetOf } from '../../src/node/kernel-tables'
import { defaultRoute } from '../../src/node/routes'

const DIR = join(process.cwd(), '../shared/oracles/pod-network/cni-plugins')
const missing = existsSync(DIR) ? undefined : 'there are no recordings of CNI plugins'

interface Step {
  readonly op?: 'ADD' | 'DEL' | 'CHECK'
  readonly container?: string
  readonly conf?: CniConf
  readonly ifname?: string
  readonly netns?: string
  readonly cid?: string
  readonly runtimeConfig?: RuntimeConfig
  readonly snap?: string
  readonly do?: string
  readonly delns?: string
}
interface Input {
  readonly conf: CniConf
  readonly containerIDs: Readonly<Record<string, string>>
  readonly node: Readonly<Record<string, readonly string[]>>
  readonly runtimeConfig?: RuntimeConfig
  readonly files?: Readonly<Record<string, string>>
  readonly setup?: readonly string[]
  readonly steps: readonly Step[]
}
interface Call {
  readonly plugin: string
  readonly exit: number
  readonly stdout: { readonly code?: number; readonly msg?: string } | string
}

const input = (name: string): Input => JSON.parse(readFileSync(join(DIR, name, 'input.json'), 'utf8')) as Input
const folderOf = (name: string, version: CniVersion): string => join(DIR, name, version === 'v1.9.1' ? '' : version)

/** Setup lines that make a bridge with an address by hand. */
function setUp(host: CniHost, lines: readonly string[]): boolean {
  for (const line of lines) {
    const [, made] = /^ip link add (\S+) type bridge$/.exec(line) ?? []
    const [, address, on] = /^ip addr add (\S+) dev (\S+)$/.exec(line) ?? []
    const node = host.spaces.get(NODE)!
    if (made) node.devices = [...node.devices, { name: made, kind: 'bridge', mtuBytes: 1500, up: false, addresses: [] }]
    else if (address) node.devices.find(d => d.name === on)!.addresses = [readInterfaceAddress(address)!]
    else if (/^ip link set \S+ up$/.test(line)) node.devices.find(d => d.name === line.split(' ')[3])!.up = true
    else return false
  }
  return true
}

/** Words in quotes that real runs draw at random: the machine's ends of cables. */
const namesOf = (links: readonly { name: string; peer?: string }[]): ReadonlyMap<string, string> =>
  new Map(links.flatMap(l => (l.peer ? [[l.name, `<${l.peer}>`] as const] : [])))
const renamed = (text: string, names: ReadonlyMap<string, string>): string => {
  let out = text
  for (const [name, word] of names) out = out.replaceAll(name, word)
  return out
}

/** Tables that have a rule or a chain of their own; an empty one is there or not by who looked at it. */
const withoutEmpty = (text: string): string =>
  [...text.matchAll(/^\*\w+\n[\s\S]*?^COMMIT$/gm)]
    .map(m => m[0])
    .filter(t => /^-A/m.test(t) || / - \[/.test(t))
    .sort()
    .join('\n')
/** A table that iptables only looked at is empty. */
const withRules = (text: string): string => trimmed(text.replace(/^table \w+ \w+ \{\n\}\n/gm, ''))
const trimmed = (text: string): string => text.replace(/[ \t]+$/gm, '').trimEnd()
const json = (text: string): unknown => (text === '' ? {} : JSON.parse(text))

type Texts = ReadonlyMap<string, unknown>

/** What one namespace of ours would show, by the recordings' file names. */
function shownOf(host: CniHost): Texts {
  const shown = new Map<string, unknown>()
  const own = namesOf(
    host.spaces.get(NODE)!.devices.map(d => ({ name: d.name, ...(d.peer && { peer: `${d.peer.space}/${d.peer.name}` }) })),
  )
  const { ipv4, ipv6 } = host.tables
  shown.set('node.iptables.save', withoutEmpty(printIptablesSave(ruleSetOf(ipv4))))
  shown.set('node.ip6tables.save', withoutEmpty(printIptablesSave(ruleSetOf(ipv6))))
  shown.set('node.nft.ruleset', withRules(printNft(nftOf(host))))
  for (const [name, space] of host.spaces) {
    shown.set(`${name}.ip-route.txt`, trimmed(renamed(routesOf(space), own)))
    const links = space.devices.map(d => ({
      name: own.get(d.name) ?? d.name,
      up: d.up,
      mtu: d.mtuBytes,
      master: d.master ?? null,
      hairpin: d.hairpin ?? null,
    }))
    shown.set(`${name}.links.json`, sorted(links))
  }
  shown.set('node.var-lib-cni.json', Object.fromEntries([...host.files].filter(([path]) => path.startsWith('/var/lib/cni/')).sort()))
  return shown
}

const sorted = (links: readonly { name: string }[]) => [...links].sort((a, b) => (a.name < b.name ? -1 : 1))

/** The same of the recording; nothing for a file that does not stand there. */
function recorded(folder: string, label: string, file: string, names: ReadonlyMap<string, string>): unknown {
  const path = join(folder, `${label}${file}`)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (file.endsWith('tables.save')) return withoutEmpty(text)
  if (file.endsWith('.ruleset')) return withRules(text)
  if (file.endsWith('route.txt')) return trimmed(renamed(text, names))
  if (file.endsWith('links.json'))
    return sorted(
      (json(text === '' ? '[]' : text) as { name: string; up: boolean; mtu: number; master?: string; hairpin?: boolean }[]).map(l => ({
        name: names.get(l.name) ?? l.name,
        up: l.up,
        mtu: l.mtu,
        master: l.master ?? null,
        hairpin: l.hairpin ?? null,
      })),
    )
  return json(text)
}

let compared = 0
const leftOut: string[] = []

/** Calls a case's steps one after another; at each snapshot every text, after each call whether it failed and with which words. */
function replay(name: string, version: CniVersion): void {
  const { conf, containerIDs, node, files = {}, setup = [], steps, runtimeConfig = {} } = input(name)
  const folder = folderOf(name, version)
  const host = freshHost(
    version,
    node.eth0!.map(a => readInterfaceAddress(a)!),
    [defaultRoute(parseIp('192.168.1.1'), 'eth0')],
  )
  for (const [path, text] of Object.entries(files)) host.files.set(path, text)
  if (!setUp(host, setup)) return void leftOut.push(`${name} ${version} with its set-up`)
  const calls = JSON.parse(readFileSync(join(folder, 'calls.json'), 'utf8')) as { step: number; calls: Call[] }[]
  for (const [i, step] of steps.entries()) {
    if (step.do !== undefined) return void leftOut.push(`${name} ${version} from '${step.do}' on`)
    if (step.delns !== undefined) host.spaces.delete(step.delns)
    if (step.op === 'ADD' || step.op === 'DEL') {
      const space = step.container!
      const call = { id: step.cid ?? containerIDs[space] ?? space, interface: step.ifname ?? 'eth0', space }
      const failed = calls.filter(c => c.step === i + 1).flatMap(c => c.calls.filter(x => x.exit !== 0))
      let said: string | null = null
      try {
        const own = step.conf ?? conf
        if (step.op === 'ADD') {
          if (host.spaces.has(space) || own) addContainer(host, own, call, step.runtimeConfig ?? runtimeConfig)
        } else removeContainer(host, own, call, step.netns === undefined)
      } catch (error) {
        if (error instanceof HopspecError && error.problems[0]?.code === 'NOT_MODELLED')
          return void leftOut.push(`${name} ${version}: ${error.problems[0].message}`)
        if (!(error instanceof CniError)) throw error
        said = error.message
      }
      const words = failed.map(f => (typeof f.stdout === 'string' ? f.stdout : (f.stdout.msg ?? '')))
      if (step.op === 'ADD') {
        compared++
        const plain = (text: string) =>
          text
            .replace(/veth[0-9a-f]{8}/g, 'VETH')
            .replace(/running \[.*?\]: exit status \d+: iptables v\S+ \(nf_tables\): /, '')
            .split('\nTry ')[0]!
        assert.equal(said === null ? '' : plain(said), words[0] === undefined ? '' : plain(words[0]), `${name} step ${i + 1}`)
      }
    }
    if (step.snap === undefined) continue
    const label = step.snap === 'end' ? '' : `${step.snap}.`
    const links = join(folder, `${label}node.links.json`)
    const names = namesOf(json(readFileSync(links, 'utf8')) as { name: string; peer?: string }[])
    for (const [file, ours] of shownOf(host)) {
      if (!file.startsWith('node.') && !existsSync(join(folder, `${label}${file}`)) && file.endsWith('links.json')) continue
      const theirs = recorded(folder, label, file, names)
      compared++
      assert.deepEqual(ours, theirs, `${name} ${version} ${label}${file}`)
    }
  }
}

describe.skipIf(missing !== undefined)(`the recordings of CNI plugins${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const names =
    missing === undefined
      ? readdirSync(DIR)
          .filter(d => existsSync(join(DIR, d, 'input.json')))
          .sort()
      : []
  for (const name of names)
    for (const version of ['v1.9.1', 'v0.8.6'] as const) {
      if (version === 'v0.8.6' && !existsSync(join(DIR, name, version))) continue
      test(`${name} ${version}`, () => replay(name, version))
    }
  afterAll(() => console.log(`${compared} texts and calls compared; left out: ${leftOut.join('; ') || 'none'}`))
})
