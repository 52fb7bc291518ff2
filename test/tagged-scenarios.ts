// Which scenarios carry which tag, and how a document names them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Tagged {
  /** Without its @. */
  readonly tag: string
  /** Under features/, without `.feature`. */
  readonly feature: string
  readonly scenario: string
}

/** Every tag of every scenario, in the order of the files. */
export function taggedScenarios(root = 'features'): readonly Tagged[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.feature'))
  return files.sort().flatMap(file => {
    const found: Tagged[] = []
    let tags: readonly string[] = []
    for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
      const scenario = /^\s*Scenario(?: Outline)?: (.*)$/.exec(line)?.[1]
      if (/^\s*@/.test(line)) tags = [...tags, ...[...line.matchAll(/@(\S+)/g)].map(m => m[1]!)]
      if (scenario === undefined) continue
      for (const tag of tags) found.push({ tag, feature: file.replace(/\.feature$/, ''), scenario })
      tags = []
    }
    return found
  })
}

/** Each file once, and its scenarios' names behind it. */
export function toldBy(scenarios: readonly Tagged[]): string {
  const byFile = new Map<string, string[]>()
  for (const { feature, scenario } of scenarios) byFile.set(feature, [...(byFile.get(feature) ?? []), scenario])
  return [...byFile]
    .map(([feature, names]) => `[${feature}](../features/${feature}.feature): ${names.map(written).join('; ')}`)
    .join('<br>')
}

const written = (name: string): string => name.replace(/<([^>]*)>/g, '‹$1›').replaceAll('|', '\\|')
