// Whether this machine and this user can have network namespaces: in a user namespace of our own, else as root, else why not and how to get it.
// A user namespace has its own /run/netns and vanishes with the process that holds it.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { problem } from '../error'
import type { Rights } from './guard'
import { pause } from './pause'
import { toolEnvironment, toolFolders } from './tool-folders'

/** Programs and the Debian packages that have them. */
const TOOLS = {
  ip: 'iproute2',
  bridge: 'iproute2',
  'iptables-restore': 'iptables',
  nft: 'nftables',
  ipset: 'ipset',
  perl: 'perl-base',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
} as const

/** The names of Debian packages that are not installed. */
function missingPackages(needed: readonly (keyof typeof TOOLS)[] = Object.keys(TOOLS) as (keyof typeof TOOLS)[]): readonly string[] {
  const folders = toolFolders()
  const found = (tool: string) => folders.some(folder => runs(join(folder, tool)))
  return [...new Set(needed.filter(tool => !found(tool)).map(tool => TOOLS[tool]))]
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Why the real dataplane cannot run here, as a sentence; undefined when it can. */
export function unavailable(): string | undefined {
  if (process.platform !== 'linux') return `it needs Linux; this is ${process.platform}`
  if (!['x64', 'arm64'].includes(process.arch)) return `it knows no system calls of ${process.arch}`
  const missing = missingPackages()
  if (missing.length > 0) return `it needs ${missing.join(', ')}: apt-get install ${missing.join(' ')}`
  if (ways().length > 0) return undefined
  return process.getuid?.() === 0
    ? 'root here may not make network namespaces (CAP_SYS_ADMIN): start the container with --privileged or --cap-add SYS_ADMIN,NET_ADMIN'
    : 'neither root nor a user namespace: run as root, or allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)'
}

/** Whether this machine's kernel speaks SCTP. */
export const hasSctp = (): boolean => existsSync('/proc/sys/net/sctp')

/** Where programs get TUN devices from. */
const TUN = '/dev/net/tun'

/** Why this user may have no TUN device here, in the kernel's word; undefined when it may. To open the file makes no device yet. */
export function noTun(): string | undefined {
  try {
    closeSync(openSync(TUN, 'r+'))
    return undefined
  } catch (error) {
    return `${TUN}: ${(error as { code?: string }).code}`
  }
}

type How = Rights['how']

let known: readonly How[] | null = null

/** The ways that this machine allows, the lesser first: a user namespace has no rights over the machine at all. Asked once. */
function ways(): readonly How[] {
  known ??= [
    ...(canUnshare(['-Urnm', 'true']) ? (['user-namespace'] as const) : []),
    ...(process.getuid?.() === 0 && canUnshare(['-n', 'true']) ? (['root'] as const) : []),
  ]
  return known
}

const canUnshare = (args: readonly string[]): boolean =>
  spawnSync('unshare', args, { stdio: 'ignore', env: toolEnvironment() }).status === 0

/** Rights as root, also for what an earlier run left. */
export const ROOT: Rights = { how: 'root', before: [], end: () => undefined }

/** The lesser rights that suffice, or those that are wanted; throws what is missing. End them when all namespaces are gone. */
export function takeRights(wanted?: How): Rights {
  const why = unavailable()
  if (why !== undefined) throw problem('REAL_UNAVAILABLE', `the real dataplane cannot run: ${why}.`)
  const how = wanted ?? ways()[0]!
  return how === 'root' ? ROOT : userNamespace()
}

/** The machine's own /run has no such folder: seen only once the namespace's own /run is there. */
const OURS = '/run/hopspec'

/** A process that holds a user, mount and network namespace until it is killed or our end of its pipe closes, be it by kill -9. */
function userNamespace(): Rights {
  const ready = `mount -t tmpfs tmpfs /run && mkdir /run/netns ${OURS} && exec cat`
  const holder = spawn('unshare', ['-Urnm', 'sh', '-c', ready], { stdio: ['pipe', 'ignore', 'ignore'], env: toolEnvironment() })
  holder.unref()
  ;(holder.stdin as { unref?(): void }).unref?.()
  const before = ['nsenter', '--preserve-credentials', '-U', '-m', '-n', '-t', String(holder.pid)]
  for (let tries = 0; spawnSync(before[0]!, [...before.slice(1), 'test', '-d', OURS], { env: toolEnvironment() }).status !== 0; tries++) {
    if (tries > 200 || !existsSync(`/proc/${holder.pid}`))
      throw problem('REAL_UNAVAILABLE', 'The user namespace for the real dataplane did not come up.')
    pause(5)
  }
  return { how: 'user-namespace', before, end: () => void holder.kill('SIGKILL') }
}
