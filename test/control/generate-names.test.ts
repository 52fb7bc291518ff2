// Generated names: the letters, the length and the cut of long bases as on the real API server.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectsOf, type State } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const ORACLE = '../shared/oracles/control-plane/generate-names.json'

interface Oracle {
  readonly count: number
  readonly suffixes: readonly string[]
  readonly lengths: readonly number[]
  readonly alphabet: string
  readonly longGenerateName: readonly {
    readonly kind: 'configmaps' | 'services' | 'pods'
    readonly generateNameLength: number
    readonly code: number
    readonly nameLength: number | null
    readonly keptBase: number | null
    readonly lastOfBase: string | null
    readonly message: string | null
  }[]
}

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
nodes: [{name: master, role: control-plane, addresses: [192.168.1.200]}]
`
const begun = (seed: number): State => settle(begin(readStore([{ name: 'names.yaml', text: CLUSTER }]), { seed }))

const KINDS = {
  configmaps: { kind: 'ConfigMap', rest: {} },
  services: { kind: 'Service', rest: { spec: { ports: [{ port: 80 }] } } },
  pods: { kind: 'Pod', rest: { spec: { containers: [{ name: 'c', image: 'c' }] } } },
} as const

function create(state: State, resource: keyof typeof KINDS, generateName: string, count = 1) {
  const { kind, rest } = KINDS[resource]
  const object = { apiVersion: 'v1', kind, metadata: { generateName, labels: { of: 'us' } }, ...rest }
  const text = Array.from({ length: count }, () => JSON.stringify(object)).join('\n---\n')
  const reply = runKubectl(state, ['create', '-f', '-'], { read: () => undefined, stdin: () => text }, atOnce)
  const names = objectsOf(reply.state, kind)
    .filter(o => o.metadata.labels?.of === 'us')
    .map(o => o.metadata.name)
  return { reply, names }
}

describe.skipIf(!existsSync(ORACLE))(`${ORACLE} (skipped where it is absent)`, () => {
  const oracle = existsSync(ORACLE) ? (JSON.parse(readFileSync(ORACLE, 'utf8')) as Oracle) : undefined

  test('as many names as were recorded: the same letters, the same length, each about as often', () => {
    const { names } = create(begun(1), 'configmaps', 'x-', oracle!.count)
    const suffixes = names.map(n => n.slice(2))
    expect(suffixes).toHaveLength(oracle!.count)
    expect([...new Set(suffixes.map(s => s.length))]).toEqual(oracle!.lengths)
    expect([...new Set(suffixes.join(''))].sort().join('')).toBe([...oracle!.alphabet].sort().join(''))
    expect(chiSquared(suffixes)).toBeLessThan(THREE_SIGMA)
    expect(chiSquared(oracle!.suffixes)).toBeLessThan(THREE_SIGMA)
  })

  for (const row of oracle?.longGenerateName ?? [])
    test(`${row.kind}, a base of ${row.generateNameLength} letters: ${row.code}`, () => {
      const base = `${'a'.repeat(row.generateNameLength - 1)}-`
      const { reply, names } = create(begun(1), row.kind, base)
      if (row.message !== null) {
        expect(names).toEqual([])
        expect(withoutSuffix(reply.stderr)).toBe(withoutSuffix(`The ${row.message}\n`))
        return
      }
      expect(reply.stderr).toBe('')
      const [name] = names
      expect(name).toHaveLength(row.nameLength!)
      expect(name!.slice(0, row.keptBase!)).toBe(base.slice(0, row.keptBase!))
      expect(name![row.keptBase! - 1]).toBe(row.lastOfBase)
    })
})

/** How far counts of letters are from even, over 27 letters. Three standard deviations above the 26 that chance gives. */
function chiSquared(suffixes: readonly string[]): number {
  const letters = [...suffixes.join('')]
  const counts = new Map<string, number>()
  for (const l of letters) counts.set(l, (counts.get(l) ?? 0) + 1)
  const even = letters.length / 27
  return [...counts.values()].reduce((sum, n) => sum + (n - even) ** 2 / even, 0)
}
const THREE_SIGMA = 26 + 3 * Math.sqrt(2 * 26)

const withoutSuffix = (text: string): string => text.replace(/(a{58})[a-z0-9]{5}"/, '$1<rnd>"')

test('no name comes twice, whatever the seed', () => {
  for (const seed of [1, 2, 3]) {
    const { names } = create(begun(seed), 'configmaps', 'x-', 300)
    expect(new Set(names).size).toBe(300)
  }
})
