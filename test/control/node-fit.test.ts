// Which nodes a pod's affinity admits, by the terms of nodeaffinity.GetRequiredNodeAffinity upstream.
import { expect, test } from 'vitest'
import type { Node, Pod } from '../../src/apply/object'
import { nodeMatches } from '../../src/control/node-fit'

const node = { metadata: { name: 'w1', labels: { zone: 'a' } } } as unknown as Node
const wanting = (nodeSelectorTerms: readonly unknown[]): Pod =>
  ({ spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } } }) as unknown as Pod
const zone = (value: string) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [value] }] })

for (const [what, terms, fits] of [
  ['a term that the labels fulfil', [zone('a')], true],
  ['a term that they do not', [zone('b')], false],
  ['a term of the name', [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['w1'] }] }], true],
  ['an empty term matches no node', [{}], false],
  ['nor does one with empty lists', [{ matchExpressions: [], matchFields: [] }], false],
  ['an empty term beside one that matches', [{}, zone('a')], true],
] as const)
  test(what, () => expect(nodeMatches(wanting(terms), node)).toBe(fits))
