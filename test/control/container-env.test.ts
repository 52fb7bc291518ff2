// The environment of a container: what ConfigMaps, the pod itself and other variables bring, and which of them wins.
import { expect, test } from 'vitest'
import type { ConfigMap, Pod } from '../../src/apply/object'
import { objectOf } from '../../src/cluster/state'
import { containerEnv, environmentOf } from '../../src/control/container-env'
import { settle } from '../../src/control/settle'
import { cluster, config, service, template } from './world'

const map = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})

const pod = (container: object): Pod => {
  const { spec } = template({}, 'c', 'busybox')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'e', namespace: 'default' },
    spec: { ...spec, containers: [{ ...spec.containers[0]!, ...container }] },
  } as Pod
}

const conf = map('conf', { HOST: 'db', PORT: '5432', '1st': 'x', 'a.b': 'dot' })
function of(container: object, profile: 'v1.13' | 'v1.35' = 'v1.35') {
  const objects = [conf, map('more', { HOST: 'other' }), service('db', { clusterIP: '10.96.0.77' }), pod(container)]
  const state = settle(cluster(objects, {}, config(profile)))
  return { state, e: objectOf(state, 'Pod', 'default/e')! }
}
function env(container: object, profile: 'v1.13' | 'v1.35' = 'v1.35'): Record<string, string> {
  const { state, e } = of(container, profile)
  return Object.fromEntries([...containerEnv(state, e, 'c')].filter(([name]) => !/^KUBERNETES_|^DB_(SERVICE_PORT|PORT)/.test(name)))
}

const SERVICE = { DB_SERVICE_HOST: '10.96.0.77' }
const key = (name: string, k: string, more: object = {}) => ({ valueFrom: { configMapKeyRef: { name, key: k, ...more } } })

test('a whole ConfigMap, with a prefix', () =>
  expect(env({ envFrom: [{ prefix: 'DB_', configMapRef: { name: 'conf' } }] })).toEqual({
    ...SERVICE,
    DB_HOST: 'db',
    DB_1st: 'x',
    'DB_a.b': 'dot',
  }))

test('v1.13 skips keys that cannot name a variable, v1.35 takes them', () => {
  const container = { envFrom: [{ configMapRef: { name: 'conf' } }] }
  expect(env(container, 'v1.13')).toEqual({ ...SERVICE, HOST: 'db', PORT: '5432', 'a.b': 'dot' })
  expect(env(container)).toEqual({ ...SERVICE, HOST: 'db', PORT: '5432', '1st': 'x', 'a.b': 'dot' })
})

test('the later of two ConfigMaps wins, env over both, a ConfigMap over a Service', () => {
  const envFrom = [{ configMapRef: { name: 'conf' } }, { configMapRef: { name: 'more' } }]
  expect(env({ envFrom }).HOST).toBe('other')
  expect(env({ envFrom, env: [{ name: 'HOST', value: 'mine' }] }).HOST).toBe('mine')
  expect(env({ envFrom: [{ prefix: 'DB_SERVICE_', configMapRef: { name: 'conf' } }] }).DB_SERVICE_HOST).toBe('db')
})

test('one key, and what is made of it', () =>
  expect(
    env({
      env: [
        { name: 'H', ...key('conf', 'HOST') },
        { name: 'URL', value: '$(H):$(NONE)/$$(H)/$(DB_SERVICE_HOST)/$(LATE)' },
        { name: 'LATE', value: 'x' },
      ],
    }),
  ).toEqual({ ...SERVICE, H: 'db', URL: 'db:$(NONE)/$(H)/10.96.0.77/$(LATE)', LATE: 'x' }))

test('what is optional and not there is left out', () =>
  expect(
    env({
      envFrom: [{ configMapRef: { name: 'none', optional: true } }],
      env: [
        { name: 'A', ...key('none', 'K', { optional: true }) },
        { name: 'B', ...key('conf', 'K', { optional: true }) },
      ],
    }),
  ).toEqual(SERVICE))

for (const [resource, divisor, value] of [
  ['limits.cpu', undefined, '2'],
  ['limits.cpu', '1m', '1500'],
  ['requests.cpu', '100m', '3'],
  ['limits.memory', '1Mi', '65'],
  ['limits.memory', '0', '67108865'],
  ['requests.memory', '1Mi', '0'],
] as const)
  test(`${resource} by ${divisor ?? 'nothing'} is ${value}`, () => {
    const resources = { limits: { cpu: '1500m', memory: '67108865' }, requests: { cpu: '250m' } }
    const { R } = env({ resources, env: [{ name: 'R', valueFrom: { resourceFieldRef: { resource, divisor } } }] })
    expect(R).toBe(value)
  })

test('a value of a Secret that is not given is not known, nor what is made of it', () => {
  const { state, e } = of({
    env: [
      { name: 'P', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'URL', value: 'u:$(P)' },
      { name: 'P2', value: '1' },
    ],
  })
  const { values, unknown } = environmentOf(state, e, 'c')
  expect([values.has('P'), values.has('URL'), values.get('P2')]).toEqual([false, false, '1'])
  expect(Object.fromEntries(unknown)).toEqual({
    P: 'its value is the key k of Secret default/s, which is not given',
    URL: 'it is made of P, and of that its value is the key k of Secret default/s, which is not given',
  })
})
