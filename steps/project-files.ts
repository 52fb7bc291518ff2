// The files that a scenario names: beside its feature, or in the project.
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { problem } from '../src/error'

/** The project's folder, and the feature relative to it. */
export interface Standing {
  readonly root: string
  readonly feature: string
}

/** The path relative to the project; undefined where there is no such file. */
const findPath = ({ root, feature }: Standing, name: string): string | undefined =>
  [join(dirname(feature), name), name].find(path => statSync(join(root, path), { throwIfNoEntry: false })?.isFile())

/** A file's bytes; undefined where there is none. */
export function findFile(at: Standing, name: string): Uint8Array | undefined {
  const path = findPath(at, name)
  return path === undefined ? undefined : readFileSync(join(at.root, path))
}

/** A file as text, under its path relative to the project; an error where there is none. */
export function textFile(at: Standing, name: string): { readonly name: string; readonly text: string } {
  const path = findPath(at, name)
  if (path === undefined)
    throw problem('FILE_NOT_FOUND', `there is no file '${name}'.`, {
      fix: `Names are relative to ${dirname(at.feature)}/ or to the project folder.`,
    })
  return { name: path, text: readFileSync(join(at.root, path), 'utf8') }
}
