// Which namespaces belong to which run: a run's name holds its process and when that began, so that leftovers of a killed run are known, and two runs never meet.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PREFIX, run } from './guard'
import { pause } from './pause'
import { ROOT } from './rights'

/** One run: the prefix of its namespaces, a folder of its own, and an open file in it that each command holds that makes namespaces. */
export interface Run {
  readonly prefix: string
  readonly folder: string
  readonly held: number
}

const NETNS = '/run/netns'
const PID = 'pid'
const registryFolder = (): string => join(tmpdir(), `hopspec-real-${process.getuid?.() ?? 0}`)

/** When a process began, in clock ticks since boot; undefined when there is none. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const isRunning = (pid: number): boolean => beganAt(pid) !== undefined

let runs = 0

/** A new run of this process, recorded before anything of it exists. */
export function newRun(): Run {
  const began = Number(beganAt(process.pid) ?? 0)
  const prefix = `${PREFIX}${process.pid.toString(36)}-${began.toString(36)}-${(runs++).toString(36)}`
  const folder = join(registryFolder(), prefix)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, PID)
  writeFileSync(file, `${process.pid} ${began}\n`)
  return { prefix, folder, held: openSync(file, 'r') }
}

/** The run's folder goes; its namespaces are gone before. */
export function endRun(r: Run): void {
  closeSync(r.held)
  rmSync(r.folder, { recursive: true, force: true })
}

/** Whether the process that made a namespace or folder of this name still runs; undefined for names that are not a run's. */
export function isAlive(name: string): boolean | undefined {
  const parts = /^hopspec-([0-9a-z]+)-([0-9a-z]+)-[0-9a-z]+(?:-\d+)?$/.exec(name)
  if (!parts) return undefined
  return beganAt(Number.parseInt(parts[1]!, 36)) === String(Number.parseInt(parts[2]!, 36))
}

const listed = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** Namespaces of runs whose process is dead. */
export const leftovers = (): readonly string[] => listed(NETNS).filter(name => isAlive(name) === false)

const SECONDS_TO_OUTLIVE = 10

/** Waits for the commands that dead runs left behind: an `ip` that was making namespaces when its run was killed goes on to the end of what it had read. */
function awaitOrphans(folders: readonly string[]): void {
  const home = realpathSync(registryFolder())
  const files = new Set(folders.map(folder => join(home, folder, PID)))
  for (let waited = 0; waited < SECONDS_TO_OUTLIVE * 1000 && anyoneHolds(files); waited += 5) pause(5)
}

const anyoneHolds = (files: ReadonlySet<string>): boolean =>
  listed('/proc').some(pid => /^\d+$/.test(pid) && listed(`/proc/${pid}/fd`).some(fd => files.has(target(`/proc/${pid}/fd/${fd}`))))

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}

/** Removes namespaces and folders of dead runs; gives the names of the namespaces. Only root leaves any: a user namespace goes with its process. */
export function clean(): readonly string[] {
  const folders = listed(registryFolder()).filter(folder => isAlive(folder) === false)
  const root = process.getuid?.() === 0
  if (root && folders.length > 0) awaitOrphans(folders)
  const dead = root ? leftovers() : []
  if (dead.length > 0) run(ROOT, ['ip', '-force', '-batch', '-'], dead.map(name => `netns del ${name}\n`).join(''))
  for (const folder of folders) rmSync(join(registryFolder(), folder), { recursive: true, force: true })
  return dead
}
