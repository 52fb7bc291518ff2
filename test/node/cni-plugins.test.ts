// The recordings of the real CNI plugins: every configuration called again; each call with what it was given and said, and every text of every namespace afterwards.
// Not compared: CNI_ARGS and CNI_PATH of a call (inputs); a table of iptables that is empty, which is there or not by who looked at it; iptables' tables a second time, as nft shows them.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { readInterfaceAddress } from '../../src/addr/cidr'
import { parseIp } from '../../src/addr/ip'
import { HopspecError } from '../../src/error'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { printNft } from '../../src/linux/nft-ruleset'
import type { Said } from '../../src/node/cni/call'
import { type CniHost, deleteSpace, freshHost, NODE, spaceOf } from '../../src/node/cni/machine'
import {
  addressesJson,
  type Before,
  bridgeLinksJson,
  linksJson,
  nftOf,
  rememberSysctls,
  routesText,
  sysctlsText,
} from '../../src/node/cni/machine-text'
import type { CniVersion } from '../../src/node/cni/profile'
import { type CniConf, type Kept, runCni } from '../../src/node/cni/runtime'
import { ruleSetOf } from '../../src/node/kernel-tables'
import { defaultRoute } from '../../src/node/routes'
import { type, Unknown } from './cni-shell'
import { type Likeness, likeness } from './likeness'

const DIR = process.env.CNI_RECORDINGS ?? join(process.cwd(), '../shared/oracles/pod-network/cni-plugins')
const missing = existsSync(DIR) ? undefined : 'there are no recordings of CNI plugins'

interface Step {
  readonly op?: 'ADD' | 'DEL' | 'CHECK'
  readonly container?: string
  readonly conf?: CniConf
  readonly ifname?: string
  readonly netns?: string
  readonly cid?: string
  readonly args?: string
  readonly runtimeConfig?: Readonly<Record<string, unknown>>
  readonly snap?: string
  readonly do?: string
  readonly in?: string
  readonly delns?: string
}
interface Input extends Pick<Step, 'args' | 'runtimeConfig'> {
  readonly conf: CniConf
  readonly containerIDs: Readonly<Record<string, string>>
  readonly node: { readonly eth0: readonly string[] }
  readonly files?: Readonly<Record<string, string>>
  readonly setup?: readonly string[]
  readonly steps: readonly Step[]
}
type RecordedCall = Pick<Said, 'plugin' | 'by' | 'stderr' | 'exit'> & {
  readonly stdin: unknown
  readonly stdout: unknown
  readonly env: Readonly<Record<string, string>>
}
interface RecordedStep {
  readonly step: number
  readonly calls?: readonly RecordedCall[]
  readonly shell?: string
  readonly stdout?: string
}
interface Link {
  readonly name: string
  readonly mac: string
  readonly peer?: string
  readonly master?: string
}

const figures = { texts: 0, calls: 0 }
const leftOut: string[] = []
const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

/** Tables that have a rule or a chain of their own. */
const withoutEmpty = (text: string): string =>
  [...text.matchAll(/^\*\w+\n[\s\S]*?^COMMIT$/gm)]
    .map(m => m[0])
    .filter(t => /^-A/m.test(t) || / - \[/.test(t))
    .sort()
    .join('\n')
/** What iptables keeps in nftables stands in iptables.save. */
const withRules = (text: string): string => text.replace(/^table ip6? (?:filter|nat|mangle|raw|security) \{\n[\s\S]*?^\}\n/gm, '').trimEnd()
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(l => l.trimEnd())
    .filter(Boolean)
const sorted = (text: string): readonly string[] => [...linesOf(text)].sort()

/** A kind of text: what we show, and what stands in the file, both in a form that can be compared. */
interface Kind {
  show(host: CniHost, name: string, before: Before): unknown
  read(text: string, alike: Likeness): unknown
}
const plain = (show: Kind['show']): Kind => ({ show, read: text => linesOf(text) })
const byLink = (links: readonly unknown[]): readonly unknown[] => {
  const key = (l: unknown) => (l as Link).peer ?? (l as Link).name
  return [...links].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
const byName = (ports: readonly unknown[]) =>
  [...ports].sort((a, b) => ((a as { ifname: string }).ifname < (b as { ifname: string }).ifname ? -1 : 1))
const json = (text: string): readonly unknown[] => (text === '' ? [] : (JSON.parse(text) as readonly unknown[]))
const onNode = (name: string, text: () => string): string => (name === NODE ? text() : '')

/** In the order in which words are met: names of cables by their other ends first. */
const KINDS: Readonly<Record<string, Kind>> = {
  'links.json': { show: (h, n) => byLink(linksJson(h.spaces.get(n)!)), read: text => byLink(json(text)) },
  'ip-addr.json': { show: (h, n) => addressesJson(h, h.spaces.get(n)!), read: json },
  'bridge-link.json': {
    show: (h, n) => byName(bridgeLinksJson(h, h.spaces.get(n)!)),
    read: (text, alike) => byName(json(alike.inOurWords(text))),
  },
  'ip-route.txt': plain((h, n) => linesOf(routesText(h, h.spaces.get(n)!, 'ipv4'))),
  'ip6-route.txt': plain((h, n) => linesOf(routesText(h, h.spaces.get(n)!, 'ipv6'))),
  'iptables.save': {
    show: (h, n) => onNode(n, () => withoutEmpty(printIptablesSave(ruleSetOf(h.tables.ipv4)))),
    read: withoutEmpty,
  },
  'ip6tables.save': {
    show: (h, n) => onNode(n, () => withoutEmpty(printIptablesSave(ruleSetOf(h.tables.ipv6)))),
    read: withoutEmpty,
  },
  'nft.ruleset': { show: (h, n) => onNode(n, () => withRules(printNft(nftOf(h)))), read: withRules },
  'sysctl.txt': {
    show: (h, n, before) => sorted(sysctlsText(before, h.spaces.get(n)!)),
    read: (text, alike) => sorted(alike.inOurWords(text)),
  },
  'var-lib-cni.json': {
    show: (h, n) => (n === NODE ? Object.fromEntries([...h.files].filter(([path]) => path.startsWith('/var/lib/cni/'))) : {}),
    read: text => (text === '' ? {} : JSON.parse(text)),
  },
}

/** Which cables have the lower MACs: a bridge without one of its own has the lowest of its ports. */
function lowerMacs(folder: string): ReadonlyMap<string, number> {
  const beaten = new Map<string, number>()
  for (const file of readdirSync(folder).filter(f => f.endsWith('node.links.json'))) {
    const links = readJson<readonly Link[]>(join(folder, file))
    for (const bridge of links) {
      const ports = links.filter(l => l.master === bridge.name)
      const lowest = ports.find(p => p.mac === bridge.mac)
      if (lowest?.peer) beaten.set(lowest.peer, Math.max(beaten.get(lowest.peer) ?? 0, ports.length))
    }
  }
  return beaten
}

/** A machine whose random words are ours: a cable is VETH and a number, a MAC begins with how low it is. */
function machineOf({ node, files = {} }: Input, version: CniVersion, folder: string): CniHost {
  const lower = lowerMacs(folder)
  const cables = new Map<string, string>()
  let drawn = 0
  const draw = {
    veth: (of: string) => {
      const name = `VETH${++drawn}`
      cables.set(`${NODE}/${name}`, of)
      return name
    },
    mac: (of: string) => `MAC${9 - (lower.get(cables.get(of) ?? '') ?? 0)}-${++drawn}`,
  }
  const card = node.eth0.map(a => readInterfaceAddress(a)!)
  const host = { ...freshHost(version, card, [defaultRoute(parseIp('192.168.1.1'), 'eth0')]), draw }
  for (const [path, text] of Object.entries(files)) host.files.set(path, text)
  return host
}

/** As the recordings' runtime did for the old plugins. */
const asOf = (version: CniVersion, conf: CniConf): CniConf =>
  version === 'v0.8.6' && ['1.0.0', '1.1.0'].includes(conf.cniVersion ?? '') ? { ...conf, cniVersion: '0.4.0' } : conf

/** Whose standard input is said to be the same as its caller's. */
const stdinOf = (call: RecordedCall, own: Said): unknown =>
  typeof call.stdin === 'string' && call.stdin.startsWith('(') ? own.stdin : call.stdin

function compareCalls(own: readonly Said[], theirs: readonly RecordedCall[], alike: Likeness, where: string): void {
  const short = (c: { plugin: string; by: string; exit: number }) => `${c.by} → ${c.plugin} ${c.exit}`
  assert.deepEqual(own.map(short), theirs.map(short), where)
  for (const [i, call] of theirs.entries()) {
    const said = own[i]!
    figures.calls++
    const at = `${where} ${said.by} → ${said.plugin} ${said.command}`
    assert.equal(said.command, call.env.CNI_COMMAND, at)
    alike.same(said.stdout, call.stdout, `${at} stdout`)
    alike.same(said.stdin, stdinOf(call, said), `${at} stdin`)
    alike.same(said.stderr, call.stderr, `${at} stderr`)
  }
}

/** Calls a case's steps one after another, and compares. */
function replay(name: string, version: CniVersion): void {
  const input = readJson<Input>(join(DIR, name, 'input.json'))
  const folder = join(DIR, name, version === 'v1.9.1' ? '' : version)
  const host = machineOf(input, version, folder)
  const recorded = readJson<readonly RecordedStep[]>(join(folder, 'calls.json'))
  const alike = likeness()
  const kept: Kept = new Map()
  // The recordings' runtime forgets nothing.
  kept.delete = () => false
  const before = new Map<string, Before>()
  try {
    for (const line of input.setup ?? []) type(host, spaceOf(host, NODE), line)
    before.set(NODE, rememberSysctls(spaceOf(host, NODE)))
    for (const [i, step] of input.steps.entries()) {
      const where = `${name} ${version} step ${i + 1}`
      const theirs = recorded.filter(r => r.step === i + 1)
      if (step.delns !== undefined) deleteSpace(host, step.delns)
      if (step.do !== undefined) {
        const printed = type(host, spaceOf(host, step.in ?? NODE), step.do)
        assert.deepEqual(linesOf(printed), linesOf(theirs[0]!.stdout ?? ''), where)
      }
      if (step.op !== undefined) {
        const own = call(host, kept, before, input, step, version)
        compareCalls(
          own,
          theirs.flatMap(r => r.calls ?? []),
          alike,
          where,
        )
      }
      if (step.snap !== undefined)
        compareTexts(host, folder, step.snap === 'end' ? '' : `${step.snap}.`, before, alike, `${name} ${version}`)
    }
  } catch (error) {
    if (error instanceof Unknown) return void leftOut.push(`${name} ${version} from '${error.message}' on`)
    if (error instanceof HopspecError && error.problems[0]?.code === 'NOT_MODELLED')
      return void leftOut.push(`${name} ${version}: ${error.problems[0].message}`)
    throw error
  }
}

function call(host: CniHost, kept: Kept, before: Map<string, Before>, input: Input, step: Step, version: CniVersion): readonly Said[] {
  const container = step.container!
  if (step.op === 'ADD' && !host.spaces.has(container)) before.set(container, rememberSysctls(spaceOf(host, container)))
  const id = step.cid ?? input.containerIDs[container] ?? container
  const args = (step.args ?? input.args ?? '').replaceAll('{name}', container).replaceAll('{id}', id)
  const of = { id, interface: step.ifname ?? 'eth0', netns: step.netns ?? `/var/run/netns/${container}`, args }
  return runCni(host, kept, step.op!, asOf(version, step.conf ?? input.conf), of, step.runtimeConfig ?? input.runtimeConfig ?? {}).calls
}

/** Every text of every namespace; a file that is not there is empty. */
function compareTexts(
  host: CniHost,
  folder: string,
  label: string,
  before: ReadonlyMap<string, Before>,
  alike: Likeness,
  where: string,
): void {
  for (const file of readdirSync(folder).filter(f => label !== '' && f.startsWith(label)))
    assert.ok(
      Object.keys(KINDS).some(kind => file.endsWith(`.${kind}`)),
      `${where}: nobody compares ${file}`,
    )
  const names = [NODE, ...[...host.spaces.keys()].filter(n => n !== NODE)]
  for (const [file, kind] of Object.entries(KINDS))
    for (const name of names) {
      const path = join(folder, `${label}${name}.${file}`)
      const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
      if (name !== NODE && text === '' && file === 'links.json') continue
      figures.texts++
      alike.same(kind.show(host, name, before.get(name)!), kind.read(text, alike), `${where} ${label}${name}.${file}`)
    }
}

describe.skipIf(missing !== undefined)(`the recordings of CNI plugins${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const cases = missing === undefined ? readdirSync(DIR).filter(d => existsSync(join(DIR, d, 'input.json'))) : []
  for (const name of cases.sort())
    for (const version of ['v1.9.1', 'v0.8.6'] as const) {
      if (!existsSync(join(DIR, name, version === 'v0.8.6' ? version : '', 'calls.json'))) continue
      test(`${name} ${version}`, () => replay(name, version))
    }
  afterAll(() => console.log(`${figures.texts} texts and ${figures.calls} calls compared; left out: ${leftOut.join('; ') || 'none'}`))
})
