// ADD, CHECK and DEL of a container, plugin after plugin as a runtime calls them: each with its part of the configuration and the result of the one before.
// Every call is told with what it was given and said; what a plugin that fails had done stays. Refused by name: plugins that are not modelled (tuning, bandwidth, macvlan, dhcp and the like).
import { problem } from '../../error'
import { readResult } from './result'
import { addBridge, type AskIpam, checkBridge } from './bridge'
import { type Call, type Command, delegated, type Said } from './call'
import { disconnect, noPath, spaceAt } from './container'
import { addFirewallPlugin, checkFirewallPlugin, deleteFirewallPlugin } from './firewall-plugin'
import { delegateConf, forgetConf, keptConf } from './flannel'
import { addHostLocal, checkHostLocal, deleteHostLocal } from './host-local'
import { addLoopback, checkLoopback, deleteLoopback } from './loopback'
import type { CniHost } from './machine'
import { endMasquerade } from './masquerade'
import { addPortmapPlugin, checkPortmapPlugin, deletePortmapPlugin } from './portmap-plugin'
import { addPtp, checkPtp } from './ptp'
import { CniError, type CniResult, errorJson, resultJson, type Written } from './result'
import { addStatic, checkStatic } from './static'

/** A configuration file: one plugin, or a list of them. */
export interface CniConf {
  readonly name: string
  readonly cniVersion?: string
  readonly plugins?: readonly Written[]
  readonly [word: string]: unknown
}

/** Which container, by which interface. */
export interface Container {
  readonly id: string
  readonly interface: string
  readonly netns: string
  readonly args?: string
}

/** What the runtime kept of the ADDs. */
export type Kept = Map<string, Written>

export interface Outcome {
  readonly calls: readonly Said[]
  /** The last result of an ADD; null: something failed, or nothing was to be said. */
  readonly result: Written | null
  readonly error: Written | null
}

/** From this version on CHECK and DEL are given the kept result. */
const HANDS_RESULT = ['0.4.0', '1.0.0', '1.1.0']
const NEWEST = '1.0.0'

/** Carries out one command of a runtime; stops at the first plugin that fails. */
export function runCni(
  host: CniHost,
  kept: Kept,
  command: Command,
  conf: CniConf,
  container: Container,
  runtimeConfig: Written = {},
): Outcome {
  const { name, cniVersion } = conf
  const key = `${name} ${container.id} ${container.interface}`
  const plugins = conf.plugins ?? [conf as Written]
  const calls: Said[] = []
  let result = command !== 'ADD' && HANDS_RESULT.includes(cniVersion ?? '') ? (kept.get(key) ?? null) : null
  for (const plugin of command === 'DEL' ? [...plugins].reverse() : plugins) {
    const isList = conf.plugins !== undefined
    const stdin = {
      ...plugin,
      name,
      ...(cniVersion === undefined && !isList ? {} : { cniVersion: cniVersion ?? '' }),
      ...runtimeOf(plugin, runtimeConfig),
      ...(result === null ? {} : { prevResult: result }),
    }
    const call: Call = {
      command,
      id: container.id,
      interface: container.interface,
      netns: container.netns,
      args: container.args ?? '',
      conf: stdin,
      network: name,
      version: cniVersion ?? '',
      by: 'runtime',
    }
    const said = callPlugin(host, String(plugin.type), call, calls)
    if (said.exit !== 0) return { calls, result: null, error: said.stdout as Written }
    if (command === 'ADD') result = withVersion(said.stdout as Written, cniVersion)
  }
  if (command === 'ADD' && result) kept.set(key, result)
  if (command === 'DEL') kept.delete(key)
  return { calls, result: command === 'ADD' ? result : null, error: null }
}

const withVersion = (result: Written, version: string | undefined): Written =>
  result.cniVersion === undefined ? { cniVersion: version ?? '', ...result } : result

/** The parts of the runtime's configuration that a plugin says it takes. */
function runtimeOf(plugin: Written, runtime: Written): Written {
  const capabilities = (plugin.capabilities ?? {}) as Readonly<Record<string, boolean>>
  const own = Object.entries(runtime).filter(([word]) => capabilities[word] === true)
  return own.length === 0 ? {} : { runtimeConfig: Object.fromEntries(own) }
}

/** Calls a plugin, which calls others; told in the order in which they began. */
function callPlugin(host: CniHost, plugin: string, call: Call, calls: Said[]): Said {
  const at = calls.length
  calls.push({ plugin, by: call.by, command: call.command, stdin: call.conf, stdout: '', stderr: '', exit: 0 })
  let stderr = ''
  const delegate = (type: string, inner: Call): Said => {
    if (type === '') throw new CniError('no plugin name provided')
    const said = callPlugin(host, type, inner, calls)
    if (said.exit !== 0) {
      const { msg, code, details } = said.stdout as { msg: string; code: number; details?: string }
      throw new CniError(msg, code, details ?? null)
    }
    return said
  }
  const say = (text: string) => {
    stderr += text
  }
  let told: Pick<Said, 'stdout' | 'exit'>
  try {
    checkVersion(host, plugin, call)
    told = { stdout: PLUGINS[plugin]?.(host, call, delegate, say) ?? refuse(plugin), exit: 0 }
  } catch (error) {
    if (!(error instanceof CniError)) throw error
    told = { stdout: errorJson(error, host.facts), exit: 1 }
  }
  const said = { ...calls[at]!, ...told, stderr }
  calls[at] = said
  return said
}

function refuse(plugin: string): never {
  throw problem('NOT_MODELLED', `hopspec does not model the CNI plugin '${plugin}'.`)
}

const INCOMPATIBLE = 1
/** The first version that a plugin speaks, where it is not the first of all. */
const SINCE: Readonly<Record<string, string>> = { firewall: '0.4.0' }

/** Whether one version of the specification comes before another. */
function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map(v => v.split('.').map(Number))
  const at = a!.findIndex((n, i) => n !== b![i])
  return at >= 0 && a![at]! < (b![at] ?? 0)
}

function checkVersion({ facts }: CniHost, plugin: string, { command, version }: Call): void {
  const all = facts.resultVersions
  const speaks = all.slice(Math.max(0, all.indexOf(SINCE[plugin] ?? '')))
  const asked = version === '' ? '0.1.0' : version
  if (command === 'CHECK' && isOlder(asked, HANDS_RESULT[0]!)) throw new CniError('config version does not allow CHECK', INCOMPATIBLE)
  if (command === 'CHECK' && isOlder(speaks.at(-1)!, asked)) throw new CniError('plugin version does not allow CHECK', INCOMPATIBLE)
  if (!speaks.includes(asked)) {
    const list = speaks.map(v => `"${v}"`).join(' ')
    throw new CniError('incompatible CNI versions', INCOMPATIBLE, `config is "${asked}", plugin supports [${list}]`)
  }
}

type Delegate = (type: string, call: Call) => Said
type Plugin = (host: CniHost, call: Call, delegate: Delegate, say: (text: string) => void) => Written | ''

/** ADD gives a result, the others nothing. */
const byCommand =
  (
    add: (host: CniHost, call: Call) => CniResult,
    check: (host: CniHost, call: Call) => void,
    del: (host: CniHost, call: Call) => void,
  ): Plugin =>
  (host, call) => {
    if (call.command === 'ADD') return resultJson(add(host, call), host.facts, call.version)
    ;(call.command === 'CHECK' ? check : del)(host, call)
    return ''
  }

/** A plugin that hands on what it was given. */
const chained =
  (
    add: (host: CniHost, call: Call) => void,
    check: (host: CniHost, call: Call) => void,
    del: (host: CniHost, call: Call) => void,
  ): Plugin =>
  (host, call) => {
    ;(call.command === 'ADD' ? add : call.command === 'CHECK' ? check : del)(host, call)
    if (call.command !== 'ADD') return ''
    const result = resultJson(readResult(call.conf.prevResult as Written), host.facts, call.version)
    const { cniVersion: _, ...rest } = result
    return call.version === '' && !host.facts.oldResult.repeated ? rest : result
  }

/** A plugin that connects a container, with addresses from another one. */
const connecting =
  (
    name: string,
    add: (host: CniHost, call: Call, ask: AskIpam) => CniResult,
    check: (host: CniHost, call: Call, ask: AskIpam) => void,
  ): Plugin =>
  (host, call, delegate) => {
    const ask: AskIpam = (type, command) => {
      const said = delegate(type, delegated(call, name, command))
      return command === 'ADD' ? readResult(said.stdout as Written) : null
    }
    if (call.command === 'ADD') return resultJson(add(host, call, quiet(ask)), host.facts, call.version)
    if (call.command === 'CHECK') check(host, call, ask)
    else disconnectFrom(host, call, name, ask)
    return ''
  }

/** Cleaning up after a failure does not fail. */
const quiet =
  (ask: AskIpam): AskIpam =>
  (type, command) => {
    try {
      return ask(type, command)
    } catch (error) {
      if (command === 'DEL' && error instanceof CniError) return null
      throw error
    }
  }

function disconnectFrom(host: CniHost, call: Call, name: string, ask: AskIpam): void {
  const type = ((call.conf.ipam ?? {}) as { type?: string }).type ?? ''
  const giveUp = () => void (type === '' && name === 'bridge' ? null : ask(type, 'DEL'))
  const first = host.facts.del === 'address-first' || name === 'ptp'
  if (first) giveUp()
  if (call.netns === '') return first ? undefined : giveUp()
  const space = spaceAt(host, call.netns)
  if (space === undefined) {
    if (host.facts.del === 'address-first') throw new CniError(noPath(call.netns))
    return first ? undefined : giveUp()
  }
  const ips = disconnect(host, space, call) ?? []
  if (!first) giveUp()
  endMasquerade(host, call, ips)
}

const nothing = (): void => {}

/** The plugins that are modelled. */
const PLUGINS: Readonly<Record<string, Plugin>> = {
  bridge: connecting('bridge', addBridge, checkBridge),
  ptp: connecting('ptp', addPtp, checkPtp),
  'host-local': byCommand(addHostLocal, checkHostLocal, deleteHostLocal),
  static: byCommand(addStatic, checkStatic, nothing),
  portmap: chained(addPortmapPlugin, checkPortmapPlugin, deletePortmapPlugin),
  firewall: chained(addFirewallPlugin, checkFirewallPlugin, deleteFirewallPlugin),
  loopback: (host, call) => {
    if (call.command === 'ADD') {
      const form = host.facts.loopbackForm === 'newest' ? NEWEST : call.version
      const before = call.conf.prevResult as Written | undefined
      const result = addLoopback(host, call)
      return before ? resultJson(readResult(before), host.facts, call.version) : resultJson(result, host.facts, call.version, form)
    }
    ;(call.command === 'CHECK' ? checkLoopback : deleteLoopback)(host, call)
    return ''
  },
  flannel: (host, call, delegate, say) => {
    if (call.command === 'ADD') {
      const { conf, stderr } = delegateConf(host, call)
      say(stderr)
      return delegate(String(conf.type), delegated(call, 'flannel', 'ADD', conf)).stdout
    }
    const conf = call.command === 'DEL' ? keptConf(host, call) : null
    if (conf === null) return ''
    delegate(String(conf.type), delegated(call, 'flannel', 'DEL', conf))
    forgetConf(host, call)
    return ''
  },
}
