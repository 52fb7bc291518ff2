// A folder of mixed manifests: kinds that are refused are told once each, with the way to leave them out, and can be left out.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import type { HopspecError } from '../../src/error'

const LEASE = 'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\n'
const GATEWAY = 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n'
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n'
const files = [{ name: 'a.yaml', text: [LEASE, MAP, LEASE.replace('a}', 'b}'), GATEWAY].join('---\n') }]

test('every kind is told once, at its first object, with the number of the others', () => {
  const told = (): readonly string[] => {
    try {
      readStore(files)
      return []
    } catch (e) {
      return (e as HopspecError).problems.map(p => `${p.place?.line}: ${p.message} ${p.fix}`)
    }
  }
  expect(told()).toEqual([
    "2: Lease (coordination.k8s.io/v1) is a kind of Kubernetes that hopspec does not model (and 1 more of it). Leave it out of this input, by --ignore-kind Lease or 'ignoreKinds: [Lease]' in the Cluster document.",
    "14: Kubernetes has no kind Gateway (gateway.networking.k8s.io/v1). Leave it out of this input, by --ignore-kind Gateway or 'ignoreKinds: [Gateway]' in the Cluster document.",
  ])
})

describe('kinds to ignore', () => {
  const cluster = { name: 'c.yaml', text: 'apiVersion: hopspec/v1\nkind: Cluster\nignoreKinds: [Lease, Gateway]\n' }
  for (const [what, input] of [
    ['on the command line', () => readStore(files, ['Lease', 'Gateway'])],
    ['in the Cluster document', () => readStore([...files, cluster])],
    ['in both', () => readStore([...files, { ...cluster, text: cluster.text.replace('Lease, ', '') }], ['Lease'])],
  ] as const)
    test(what, () => {
      const { accepted, warnings } = input()
      expect(accepted.map(a => a.object.kind)).toEqual(['ConfigMap'])
      expect(warnings.map(w => w.message)).toEqual([
        '2 objects of kind Lease are left out, as you wanted.',
        '1 object of kind Gateway is left out, as you wanted.',
      ])
    })
})
