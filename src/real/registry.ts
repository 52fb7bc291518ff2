// Which namespaces belong to which run: a run's name holds its process and when that began, so that leftovers of a killed run are known, and two runs never meet.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PREFIX, run } from './guard'
import { ROOT } from './rights'

/** One run: the prefix of its namespaces, and a folder of its own. */
export interface Run {
  readonly prefix: string
  readonly folder: string
}

const NETNS = '/run/netns'
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
  writeFileSync(join(folder, 'pid'), `${process.pid} ${began}\n`)
  return { prefix, folder }
}

/** The run's folder goes; its namespaces are gone before. */
export const endRun = (r: Run): void => rmSync(r.folder, { recursive: true, force: true })

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

/** Removes namespaces and folders of dead runs; gives the names of the namespaces. Only root leaves any: a user namespace goes with its process. */
export function clean(): readonly string[] {
  const dead = process.getuid?.() === 0 ? leftovers() : []
  if (dead.length > 0) run(ROOT, ['ip', '-batch', '-'], dead.map(name => `netns del ${name}\n`).join(''))
  for (const folder of listed(registryFolder()))
    if (isAlive(folder) === false) rmSync(join(registryFolder(), folder), { recursive: true, force: true })
  return dead
}
