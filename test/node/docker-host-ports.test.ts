// hostPorts of pods on docker0: docker's own rules and docker-proxy are not modelled, so they are refused by name and place, never ignored.
import { strict as assert } from 'node:assert'
import { test } from 'vitest'
import { HopspecError } from '../../src/error'
import { emptyLab, given, running } from '../../src/lab/lab'
import { layoutOf } from '../../src/node/layout'

const cluster = (cni: string) => `apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: v1.13.0
networking: {podSubnet: 10.244.0.0/16, cni: ${cni}}
nodes:
  - {name: node1, addresses: [192.168.1.201/24], podCIDRs: [10.244.1.0/24], bip: 10.244.1.1/24}
`
const CONTAINERS = 'containers: [{name: web, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]'
const pod = (more = '') => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {${more}nodeName: node1, ${CONTAINERS}}
`
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {${CONTAINERS}}
`

const laidOut = (cni: string, text: string) =>
  layoutOf(
    running(
      given(emptyLab(1, null), {
        files: [
          { name: 'cluster.yaml', text: cluster(cni) },
          { name: 'web.yaml', text },
        ],
      }),
    ).state,
  )

const refusal = (what: string) => (e: unknown) =>
  e instanceof HopspecError &&
  e.problems.length === 1 &&
  e.problems[0]!.code === 'NOT_MODELLED' &&
  e.problems[0]!.message === `hopspec does not model hostPorts of pods on docker0 yet: ${what} wants 8080.` &&
  e.problems[0]!.place?.file === 'web.yaml'

test('a pod on docker0 with a hostPort is refused where it stands', () =>
  assert.throws(() => laidOut('docker0', pod()), refusal('pod/default/web')))

test("a Deployment's pods are refused once, where the Deployment stands", () =>
  assert.throws(() => laidOut('docker0', deployment), refusal('deployment/default/web')))

test("on the node's own network a hostPort needs no rules", () => {
  const { hostPods } = laidOut('docker0', pod('hostNetwork: true, ').replace('hostPort: 8080', 'hostPort: 80')).nodes.get('node1')!
  assert.equal(hostPods.length, 1)
})

test('flannel has the plugin portmap for them', () => assert.equal(laidOut('flannel', pod()).pods.size, 1))
