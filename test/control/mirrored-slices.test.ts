// Endpoints that a user wrote, and the slices that mirror them.
import { expect, test } from 'vitest'
import type { EndpointSlice } from '../../src/apply/object-service'
import { objectsOf } from '../../src/cluster/state'
import { type Typed, typing } from '../view/kubectl/sequence'

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{name: sql, port: 3306}, {name: mon, port: 9104}]}\n'
const ENDPOINTS = `apiVersion: v1
kind: Endpoints
metadata: {name: db, labels: {tier: data}, annotations: {note: by hand}}
subsets:
- {addresses: [{ip: 203.0.113.5}, {ip: 203.0.113.6}], notReadyAddresses: [{ip: 203.0.113.7}], ports: [{name: sql, port: 3306}]}
- {addresses: [{ip: 203.0.113.9}], ports: [{name: mon, port: 9104}, {name: sql, port: 3307}]}
`
function written(): Typed {
  const at = typing()
  at.kubectl('create -f -', SERVICE)
  at.kubectl('create -f -', ENDPOINTS)
  return at
}
const slices = (at: Typed): readonly EndpointSlice[] =>
  objectsOf(at.state(), 'EndpointSlice').filter(s => s.metadata.labels?.['kubernetes.io/service-name'] === 'db')
const texts = (at: Typed): readonly string[] =>
  slices(at)
    .map(s => `${(s.ports ?? []).map(p => p.port).join()} ${(s.endpoints ?? []).map(e => e.addresses[0]!.slice(10)).join()}`)
    .sort()

test('one slice for each set of ports, with labels and annotations of the Endpoints', () => {
  const at = written()
  expect(texts(at)).toEqual(['3306 5,6,7', '9104,3307 9'])
  for (const { metadata } of slices(at)) {
    expect(metadata.labels).toMatchObject({
      tier: 'data',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    })
    expect(metadata.annotations).toEqual({ note: 'by hand' })
  }
})

test('a changed subset keeps the slice of its ports, the other one goes', () => {
  const at = written()
  const before = slices(at).find(s => s.ports?.[0]?.port === 3306)!.metadata.name
  at.kubectl(`patch ep db --type=merge -p '{"subsets":[{"addresses":[{"ip":"203.0.113.5"}],"ports":[{"name":"sql","port":3306}]}]}'`)
  expect(texts(at)).toEqual(['3306 5'])
  expect(slices(at)[0]!.metadata.name).toBe(before)
})

for (const { act, line } of [
  { act: 'the label skip-mirror', line: 'label ep db endpointslice.kubernetes.io/skip-mirror=true' },
  { act: 'a selector', line: `patch svc db -p '{"spec":{"selector":{"app":"db"}}}'` },
  { act: 'the end of the Service', line: 'delete svc db' },
])
  test(`${act} takes the mirrored slices away`, () => {
    const at = written()
    at.kubectl(line)
    expect(slices(at).filter(s => s.metadata.labels?.tier === 'data')).toEqual([])
  })

test('without the label they come again', () => {
  const at = written()
  at.kubectl('label ep db endpointslice.kubernetes.io/skip-mirror=true')
  at.kubectl('label ep db endpointslice.kubernetes.io/skip-mirror-')
  expect(texts(at)).toEqual(['3306 5,6,7', '9104,3307 9'])
})

test('every write of Endpoints is warned of', () => {
  const at = written()
  expect(at.kubectl('label ep db a=b')).toBe(
    'endpoints/db labeled\nWarning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n',
  )
})
