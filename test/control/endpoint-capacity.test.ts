// Endpoints of more than a thousand pods: what is kept, and how it is marked.
import { describe, expect, test } from 'vitest'
import { withinCapacity } from '../../src/control/endpoint-capacity'
import { objectOf } from '../../src/cluster/state'
import { settle } from '../../src/control/settle'
import { slicesOf } from '../../src/control/endpoint-slices'
import { cluster, config, service } from './world'
import type { Pod } from '../../src/apply/object'

const addresses = (n: number, from = 0) => Array.from({ length: n }, (_, i) => ({ ip: `10.0.${(from + i) >> 8}.${(from + i) & 255}` }))
const subset = (ready: number, waiting: number, from = 0) => ({
  ...(ready > 0 ? { addresses: addresses(ready, from) } : {}),
  ...(waiting > 0 ? { notReadyAddresses: addresses(waiting, from + ready) } : {}),
  ports: [{ port: 80 + from, protocol: 'TCP' as const }],
})

describe('of more addresses than Endpoints hold', () => {
  const rows = [
    { name: 'as many as fit stay as they are', of: [subset(600, 400)], kept: [[600, 400]] },
    { name: 'unready ones go first', of: [subset(600, 500)], kept: [[600, 400]] },
    { name: 'ready ones only where they alone are too many; then no unready one is left', of: [subset(1200, 5)], kept: [[1000, 0]] },
    {
      name: 'each subset keeps its part, rounded up; the last has what is left',
      of: [subset(700, 0), subset(700, 0, 700), subset(100, 0, 1400)],
      kept: [
        [467, 0],
        [467, 0],
        [66, 0],
      ],
    },
    {
      name: 'unready ones share what the ready ones leave',
      of: [subset(900, 300), subset(0, 100, 1200)],
      kept: [
        [900, 75],
        [0, 25],
      ],
    },
  ]
  for (const { name, of, kept } of rows)
    test(name, () => expect(withinCapacity(of, 1000).map(s => [s.addresses?.length ?? 0, s.notReadyAddresses?.length ?? 0])).toEqual(kept))
})

const pods = (n: number): Pod[] =>
  addresses(n).map(({ ip }, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `w-${i}`, namespace: 'default', labels: { app: 'w' } },
    spec: { nodeName: 'node01', containers: [{ name: 'c', ports: [{ containerPort: 8080, protocol: 'TCP' }] }] },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
  }))
const CUT = 'endpoints.kubernetes.io/over-capacity'
const settled = (n: number, profile: 'v1.13' | 'v1.35') =>
  settle(cluster([service('w', { selector: { app: 'w' } }), ...pods(n)], {}, config(profile)))

test('1,001 pods: Endpoints hold 1,000 and say so, EndpointSlices hold them all', () => {
  const state = settled(1001, 'v1.35')
  const endpoints = objectOf(state, 'Endpoints', 'default/w')!
  expect(endpoints.subsets!.flatMap(s => s.addresses!)).toHaveLength(1000)
  expect(endpoints.metadata.annotations?.[CUT]).toBe('truncated')
  expect(slicesOf(state, 'default/w').flatMap(s => s.endpoints!)).toHaveLength(1001)
})

test('1,000 pods are not too many, and old releases hold any number', () => {
  expect(objectOf(settled(1000, 'v1.35'), 'Endpoints', 'default/w')!.metadata.annotations?.[CUT]).toBeUndefined()
  const old = objectOf(settled(1001, 'v1.13'), 'Endpoints', 'default/w')!
  expect(old.subsets!.flatMap(s => s.addresses!)).toHaveLength(1001)
})
