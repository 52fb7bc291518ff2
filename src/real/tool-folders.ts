// Where the kernel's tools are: the folders of PATH, then those of root's PATH, which a user's own often leaves out (/usr/sbin).
import { delimiter } from 'node:path'

const PLACES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** In the order in which a tool is looked for. */
export const toolFolders = (): readonly string[] => [...new Set([...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...PLACES])]

/** Our environment with a PATH of these folders, for every process that runs the tools. */
export const toolEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: toolFolders().join(delimiter) })
