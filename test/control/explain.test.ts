// The explanations: each names the pod, the label or the port that is wrong.
import { expect, test } from 'vitest'
import { setReadiness } from '../../src/control/kubelet'
import { whyNoEndpoints } from '../../src/control/explain'
import { settle } from '../../src/control/settle'
import { objectsOf } from '../../src/cluster/state'
import { ARTICLE, cluster, deployment, service, template } from './world'

const world = (name: string, spec: object) =>
  settle(cluster([deployment('mysql', 1, template({ app: 'mysql' }, 'mysql', 'mysql', [3306])), service(name, spec)]))

test('nothing to explain about a Service that works', () => {
  const state = settle(cluster([ARTICLE.deployment, ARTICLE.service]))
  expect(whyNoEndpoints(state, 'default/mytest-svc')).toBeNull()
})

test('a selector that nobody has names the nearest pod', () => {
  expect(whyNoEndpoints(world('web', { selector: { app: 'msql' } }), 'default/web')).toMatch(
    /^Service default\/web selects app=msql, and no pod in namespace default has that label\. Nearest: pod default\/mysql-[0-9a-f]+-\w{5} with app=mysql,/,
  )
})

test('an unknown targetPort name lists the names there are', () => {
  const state = world('web', { selector: { app: 'mysql' }, ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }] })
  expect(whyNoEndpoints(state, 'default/web')).toMatch(
    /targetPort "http" \(TCP\), and no selected pod has a container port of that name: pod mysql-\S+ names no port\.$/,
  )
})

test('a Service without a selector says so', () => {
  expect(whyNoEndpoints(world('web', {}), 'default/web')).toBe('Service default/web has no selector: nobody but you writes its endpoints.')
})

test('pods that are not ready are named with the reason', () => {
  const before = world('web', { selector: { app: 'mysql' } })
  const pod = objectsOf(before, 'Pod')[0]!.metadata.name
  const state = settle(setReadiness(before, `default/${pod}`, false))
  expect(whyNoEndpoints(state, 'default/web')).toBe(
    `Service default/web selects app=mysql: pod ${pod} is not ready: containers with unready status: [mysql].`,
  )
  expect(whyNoEndpoints(settle(setReadiness(state, `default/${pod}`, true)), 'default/web')).toBeNull()
})

test('a Deployment without replicas is named', () => {
  const state = settle(
    cluster([deployment('web', 0, template({ app: 'web' }, 'web', 'web', [80])), service('web', { selector: { app: 'web' } })]),
  )
  expect(whyNoEndpoints(state, 'default/web')).toBe(
    'Service default/web selects the pods of deployment default/web, which has 0 replicas. Scale it up.',
  )
})

test('pods that a quota refuses are told with what the ReplicaSet was told', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'default' }, spec: { hard: { pods: '0' } } }
  const state = settle(
    cluster([quota, deployment('web', 2, template({ app: 'web' }, 'web', 'web', [80])), service('web', { selector: { app: 'web' } })]),
  )
  expect(whyNoEndpoints(state, 'default/web')).toMatch(
    /has that label\. Deployment default\/web \(ReplicaSet default\/web-[0-9a-f]+\) could not create its pods\. FailedCreate: Error creating: pods "web-.*" is forbidden: exceeded quota: none/,
  )
})
