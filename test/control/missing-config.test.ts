// A ConfigMap that is not there: which containers wait for it, what the kubelet says, and that they start once it comes.
import { expect, test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { objectOf, objectsOf, type State } from '../../src/cluster/state'
import { containerEnv } from '../../src/control/container-env'
import { whyNoEndpoints } from '../../src/control/explain'
import { passTime, settle } from '../../src/control/settle'
import { listenersOf, silentText } from '../../src/node/images'
import { atOnce } from '../../src/view/kubectl/passing'
import { runKubectl } from '../../src/view/kubectl/run'

const CLUSTER = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.35.4
kubelets: {startSeconds: 0.6, stopSeconds: 1, events: true}
nodes:
  - {name: master, role: control-plane, addresses: [192.168.1.200]}
  - {name: node01, addresses: [192.168.1.201]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: e, labels: {app: web}}
`
const begun = (spec: string): State => settle(begin(readStore([{ name: 'e.yaml', text: `${CLUSTER}spec: ${spec}\n` }]), { seed: 1 }))
const kubectl = (state: State, line: string): State =>
  settle(runKubectl(state, line.split(' '), { read: () => undefined, stdin: () => '' }, atOnce).state)
const pod = (state: State) => objectOf(state, 'Pod', 'default/e')!
const isReady = (state: State): string | undefined => pod(state).status?.conditions?.find(c => c.type === 'Ready')?.status
const said = (state: State) =>
  objectsOf(state, 'Event').flatMap(e => (e.type === 'Warning' && e.involvedObject.name === 'e' ? [`${e.reason}: ${e.message}`] : []))

const KEY = '{configMapKeyRef: {name: nope, key: HOST}}'
const ONE = `{containers: [{name: c, image: nginx, ports: [{containerPort: 80}], env: [{name: H, valueFrom: ${KEY}}]}]}`

test('a container whose ConfigMap is missing waits, with an address, and the Service knows why', () => {
  const state = begun(ONE)
  const { status } = pod(state)
  expect([status?.phase, isReady(state), status?.podIP !== undefined]).toEqual(['Pending', 'False', true])
  expect(status?.containerStatuses?.[0]?.state).toEqual({
    waiting: { reason: 'CreateContainerConfigError', message: 'configmap "nope" not found' },
  })
  expect(said(state)).toEqual(['Failed: Error: configmap "nope" not found'])
  expect(whyNoEndpoints(state, 'default/web')).toContain('pod e is not ready, a container of it does not start: configmap "nope" not found')
})

test('nothing listens in it, and a lost packet is told why', () => {
  const state = begun(ONE)
  const listeners = (at: State) => listenersOf(pod(at), parseIp(pod(at).status!.podIP!), at.config).map(l => l.port)
  expect(listeners(state)).toEqual([])
  expect(silentText(pod(state))).toBe('Pod default/e is not ready, a container of it does not start: configmap "nope" not found.')
  expect(listeners(kubectl(state, 'create configmap nope --from-literal=HOST=db'))).toEqual([80])
})

test('it starts once the ConfigMap and its key are there, and keeps its address; what changes later does not reach it', () => {
  const stuck = begun(ONE)
  const keyless = passTime(kubectl(stuck, 'create configmap nope --from-literal=OTHER=x'), 20_000)
  expect(said(keyless)).toContain("Failed: Error: couldn't find key HOST in ConfigMap default/nope")
  const runs = kubectl(kubectl(keyless, 'delete configmap nope'), 'create configmap nope --from-literal=HOST=db')
  expect([pod(runs).status?.phase, isReady(runs), pod(runs).status?.podIP]).toEqual(['Running', 'True', pod(stuck).status?.podIP])
  expect(containerEnv(runs, pod(runs), 'c').get('H')).toBe('db')
  const changed = kubectl(runs, 'patch configmap nope -p {"data":{"HOST":"new"}}')
  expect(containerEnv(changed, pod(changed), 'c').get('H')).toBe('db')
})

test('the other containers run, and the pod is Pending', () => {
  const state = begun(`{containers: [{name: a, image: nginx}, {name: c, image: nginx, envFrom: [{configMapRef: {name: nope}}]}]}`)
  const states = pod(state).status?.containerStatuses?.map(s => [s.name, Object.keys(s.state ?? {}).join(), s.ready])
  expect([pod(state).status?.phase, states]).toEqual([
    'Pending',
    [
      ['a', 'running', true],
      ['c', 'waiting', false],
    ],
  ])
  const runs = kubectl(state, 'create configmap nope --from-literal=HOST=db')
  const starts = objectsOf(runs, 'Event').filter(e => e.reason === 'Started' && e.involvedObject.name === 'e')
  expect([isReady(runs), starts.reduce((sum, e) => sum + (e.count ?? 1), 0)]).toEqual(['True', 2])
})

test('nothing runs while an init container waits', () => {
  const state = begun(
    `{initContainers: [{name: i, image: b, envFrom: [{configMapRef: {name: nope}}]}], containers: [{name: c, image: nginx}]}`,
  )
  const { status } = pod(state) as { status?: { initContainerStatuses?: unknown; containerStatuses?: unknown } }
  expect(status?.initContainerStatuses).toMatchObject([{ state: { waiting: { reason: 'CreateContainerConfigError' } } }])
  expect(status?.containerStatuses).toMatchObject([{ state: { waiting: { reason: 'PodInitializing' } } }])
  expect(isReady(kubectl(state, 'create configmap nope --from-literal=HOST=db'))).toBe('True')
})

const SECRET_KEY = '{secretKeyRef: {name: db, key: PASSWORD}}'
const WITH_SECRET = `{containers: [{name: c, image: nginx, env: [{name: P, valueFrom: ${SECRET_KEY}}], envFrom: [{prefix: DB_, secretRef: {name: db}}]}]}`

test('a container whose Secret is missing waits as for a ConfigMap, and reads it once it comes', () => {
  const stuck = begun(WITH_SECRET)
  expect(said(stuck)).toEqual(['Failed: Error: secret "db" not found'])
  const keyless = passTime(kubectl(stuck, 'create secret generic db --from-literal=USER=root'), 20_000)
  expect(said(keyless)).toContain("Failed: Error: couldn't find key PASSWORD in Secret default/db")
  const runs = kubectl(kubectl(keyless, 'delete secret db'), 'create secret generic db --from-literal=PASSWORD=pässword')
  const env = containerEnv(runs, pod(runs), 'c')
  expect([isReady(runs), env.get('P'), env.get('DB_PASSWORD')]).toEqual(['True', 'pässword', 'pässword'])
  const changed = kubectl(runs, 'patch secret db -p {"stringData":{"PASSWORD":"new"}}')
  expect(containerEnv(changed, pod(changed), 'c').get('P')).toBe('pässword')
})

for (const [what, volume, why] of [
  ['Secret', 'secret: {secretName: s}', 'secret "s" not found'],
  ['projected Secret', 'projected: {sources: [{secret: {name: s}}]}', 'secret "s" not found'],
] as const)
  test(`a volume of a ${what} that is missing keeps the pod without a sandbox until it comes`, () => {
    const state = begun(`{volumes: [{name: v, ${volume}}], containers: [{name: c, image: nginx}]}`)
    expect(pod(state).status?.podIP).toBeUndefined()
    expect(said(state)).toEqual([`FailedMount: MountVolume.SetUp failed for volume "v" : ${why}`])
    expect(isReady(kubectl(state, 'create secret generic s --from-literal=a=b'))).toBe('True')
  })

for (const [what, volume, why] of [
  ['a ConfigMap', 'configMap: {name: nope2}', 'configmap "nope2" not found'],
  ['a projected one', 'projected: {sources: [{configMap: {name: nope2}}]}', 'configmap "nope2" not found'],
] as const)
  test(`a volume of ${what} that is missing keeps the pod without a sandbox until it comes`, () => {
    const state = begun(`{volumes: [{name: v, ${volume}}], containers: [{name: c, image: nginx}]}`)
    expect([pod(state).status?.phase, pod(state).status?.podIP]).toEqual(['Pending', undefined])
    expect(pod(state).status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'ContainerCreating' } })
    expect(said(state)).toEqual([`FailedMount: MountVolume.SetUp failed for volume "v" : ${why}`])
    expect(whyNoEndpoints(state, 'default/web')).toContain(`pod e does not start: MountVolume.SetUp failed for volume "v" : ${why}`)
    expect(isReady(kubectl(state, 'create configmap nope2 --from-literal=HOST=db'))).toBe('True')
  })

for (const [what, volume] of [
  ['an optional ConfigMap', 'configMap: {name: nope, optional: true}'],
  ["the cluster's own ConfigMap", 'configMap: {name: kube-root-ca.crt}'],
  ['an optional Secret', 'secret: {secretName: s, optional: true}'],
] as const)
  test(`a volume of ${what} keeps nobody from starting`, () =>
    expect(isReady(begun(`{volumes: [{name: v, ${volume}}], containers: [{name: c, image: nginx}]}`))).toBe('True'))

test('a pod that waits can be deleted', () => {
  for (const spec of [ONE, '{volumes: [{name: v, configMap: {name: nope}}], containers: [{name: c, image: nginx}]}'])
    expect(objectOf(passTime(kubectl(begun(spec), 'delete pod e'), 40_000), 'Pod', 'default/e')).toBeUndefined()
})

test('describe says where variables come from', () => {
  const spec = ONE.replace('ports:', 'envFrom: [{prefix: P_, configMapRef: {name: all, optional: true}}], ports:')
  const { stdout } = runKubectl(begun(spec), ['describe', 'pod', 'e'], { read: () => undefined, stdin: () => '' }, atOnce)
  expect(stdout).toMatch(/Environment Variables from:\n +all +ConfigMap with prefix 'P_' +Optional: true\n/)
  expect(stdout).toMatch(/Environment:\n +H: +<set to the key 'HOST' of config map 'nope'> +Optional: false\n/)
})
