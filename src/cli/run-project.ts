// Where a run happens: the project folder, its feature files and the step files beside them. Reads names of files only.
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Files } from './io'

export interface Project {
  /** The folder that holds `features/`: names of files in messages and reports are relative to it. */
  readonly root: string
  /** Feature files as cucumber takes them: absolute, with `:LINE` where one was given. */
  readonly features: readonly string[]
  /** Paths that were asked for and match no feature file. */
  readonly missing: readonly string[]
  /** The user's own step files, absolute, sorted. */
  readonly steps: readonly string[]
}

/** Finds the files for the paths of a command line, seen from the folder `cwd`. */
export function findProject(files: Files, cwd: string, paths: readonly string[]): Project {
  const asked = paths.length > 0 ? paths : ['features']
  const found = asked.map(path => ({ path, features: matches(files, cwd, path) }))
  const features = [...new Set(found.flatMap(f => f.features))]
  const root = features.length > 0 ? rootOf(features[0]!, cwd) : cwd
  const folders = [...new Set([root, ...features.map(f => rootOf(f, cwd))])]
  return {
    root,
    features,
    missing: found.filter(f => f.features.length === 0).map(f => f.path),
    steps: folders.flatMap(folder =>
      under(files, join(folder, 'steps')).filter(f => /\.([cm]?js|[cm]?ts)$/.test(f) && !/\.d\.[cm]?ts$/.test(f)),
    ),
  }
}

/** The folder above the topmost `features` folder of a path inside `cwd`, or above the nearest one elsewhere; else `cwd`. */
function rootOf(feature: string, cwd: string): string {
  for (let folder = dirname(feature), above = dirname(folder); folder !== above; folder = above, above = dirname(folder))
    if (basename(folder) === 'features') return above
  return feature.startsWith(cwd + sep) ? cwd : dirname(feature)
}

const isFeature = (file: string) => /\.feature(\.md)?$/.test(file)

function matches(files: Files, cwd: string, asked: string): readonly string[] {
  const [, path, lines] = /^(.*?)((?::\d+)*)$/.exec(asked)!
  const absolute = resolve(cwd, path!)
  if (/[*?]/.test(path!)) return under(files, globBase(absolute)).filter(f => isFeature(f) && globPattern(absolute).test(f))
  if (files.list(absolute) !== undefined) return under(files, absolute).filter(isFeature)
  const siblings = files.list(dirname(absolute)) ?? []
  return siblings.includes(basename(absolute)) && isFeature(absolute) ? [absolute + lines!] : []
}

const globBase = (glob: string) => glob.slice(0, glob.slice(0, glob.search(/[*?]/)).lastIndexOf(sep)) || sep

/** `**` any folders, `*` any characters but the separator, `?` one of them. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  const text = escaped.replace(/\*\*\/|\*\*|\*|\?/g, w => (w === '**/' ? '(?:.*/)?' : w === '**' ? '.*' : w === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${text}$`)
}

/** All files under a folder, sorted bytewise by path; hidden folders and node_modules are left out. */
function under(files: Files, folder: string): readonly string[] {
  const names = files.list(folder) ?? []
  return names
    .filter(name => !name.startsWith('.') && name !== 'node_modules')
    .flatMap(name => {
      const path = join(folder, name)
      return files.list(path) === undefined ? [path] : under(files, path)
    })
}

/** A path as messages show it: relative to the project, with slashes. */
export const shown = (root: string, path: string): string => (isAbsolute(path) ? relative(root, path) : path).split(sep).join('/')
