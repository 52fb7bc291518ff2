// What goes by itself: pods whose node is gone, a namespace with all that is in it; and what comes again.
import { expect, test } from 'vitest'
import { writesOf } from '../../src/cluster/log'
import { objectOf, objectsOf } from '../../src/cluster/state'
import { rows, typing } from '../view/kubectl/sequence'

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
`

test('pods of a node that is deleted are made anew elsewhere after a minute', () => {
  const at = typing(WEB)
  at.kubectl('delete node node-2')
  at.wait(30)
  expect(objectsOf(at.state(), 'Pod').filter(p => p.spec.nodeName === 'node-2')).toHaveLength(1)
  at.wait(40)
  expect(objectsOf(at.state(), 'Pod').map(p => p.spec.nodeName)).toEqual(['node-1', 'node-1'])
})

test('a pod for a node that never was is removed, and said to have failed so', () => {
  const at = typing('{apiVersion: v1, kind: Pod, metadata: {name: lost}, spec: {nodeName: nosuch, containers: [{name: c, image: nginx}]}}')
  expect(rows(at.kubectl('get pods'), 3)).toEqual(['lost 0/1 Pending'])
  at.wait(61)
  expect(at.kubectl('get pods')).toBe('No resources found in default namespace.\n')
})

test('a namespace loses its pods first, then all else, and is closed meanwhile', () => {
  const at = typing()
  at.kubectl('create ns shop')
  at.kubectl('create -n shop -f -', WEB)
  at.kubectl('create cm -n shop data --from-literal=a=b')
  const begun = at.state().log.length
  at.kubectl('delete ns shop')
  expect(objectOf(at.state(), 'Namespace', 'shop')).toBeUndefined()
  const writes = [...writesOf(at.state().log, begun)]
  const gone = writes.filter(e => e.type === 'DELETED' && e.object.kind !== 'Event' && e.object.kind !== 'Namespace')
  expect(gone.map(e => e.object.kind).slice(0, 2)).toEqual(['Pod', 'Pod'])
  expect(gone[2]!.atMs - gone[1]!.atMs).toBeGreaterThan(2000)
  expect(writes.filter(e => e.type === 'ADDED')).toEqual([])
})

test('the Service kubernetes comes again', () => {
  const at = typing()
  at.kubectl('delete svc kubernetes')
  expect(rows(at.kubectl('get svc'), 3)).toEqual(['kubernetes ClusterIP 10.96.0.1'])
})

test('a Service whose port nobody names has its pods in a slice without ports', () => {
  const at = typing(WEB)
  at.kubectl('expose deploy web --port=80 --target-port=nosuch')
  const slice = objectsOf(at.state(), 'EndpointSlice').find(s => s.metadata.generateName === 'web-')!
  expect([slice.endpoints?.length, slice.ports]).toEqual([2, null])
  expect(objectOf(at.state(), 'Endpoints', 'default/web')!.subsets).toBeUndefined()
})

test('Endpoints that publish what is not ready keep pods that go', () => {
  const at = typing(WEB)
  at.kubectl('expose deploy web --port=80')
  at.kubectl(`patch svc web -p '{"spec":{"publishNotReadyAddresses":true}}'`)
  at.kubectl('annotate pods --all hopspec/stop-seconds=20')
  const [pod] = objectsOf(at.state(), 'Pod')
  at.type(`delete pod ${pod!.metadata.name} --wait=false`)
  at.wait(5)
  const addresses = objectOf(at.state(), 'Endpoints', 'default/web')!.subsets![0]!.addresses!
  expect(addresses.map(a => a.ip)).toContain(pod!.status!.podIP)
})

test('a pod with a finalizer ends, and stays until that is taken off', () => {
  const at = typing()
  at.kubectl(
    'create -f -',
    '{apiVersion: v1, kind: Pod, metadata: {name: fin, finalizers: [a.b/c]}, spec: {containers: [{name: c, image: nginx}]}}',
  )
  at.kubectl('delete pod fin --wait=false')
  expect(rows(at.kubectl('get pods'), 3)).toEqual(['fin 0/1 Terminating'])
  at.kubectl(`patch pod fin --type=merge -p '{"metadata":{"finalizers":null}}'`)
  expect(at.kubectl('get pods')).toBe('No resources found in default namespace.\n')
})

test('what a user writes with an owner that is not there goes; what was given so stays', () => {
  const owned = (name: string) =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, ownerReferences: [{apiVersion: v1, kind: Service, name: x, uid: u}]}, data: {}}`
  const at = typing(owned('given'))
  at.kubectl('create -f -', owned('written'))
  expect(at.kubectl('get cm -o name')).toBe('configmap/given\nconfigmap/kube-root-ca.crt\n')
})

test('a slice that a user wrote stays as it is when its Service gets a selector', () => {
  const at = typing('{apiVersion: v1, kind: Service, metadata: {name: ext}, spec: {ports: [{port: 80}]}}')
  const slice = `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: mine, labels: {kubernetes.io/service-name: ext}}, addressType: IPv4, ports: [{port: 80}], endpoints: [{addresses: [203.0.113.1]}]}`
  at.kubectl('create -f -', slice)
  at.kubectl(`patch svc ext -p '{"spec":{"selector":{"app":"x"}}}'`)
  expect(rows(at.kubectl('get endpointslices mine'), 4)).toEqual(['mine IPv4 80 203.0.113.1'])
})
