// The kubectl output of article 001 (v1.13.0), word for word, from the article's own manifests and pins.
import { expect, test } from 'vitest'
import { DEFAULT_VERSION } from '../../../src/apply/profile'
import { begin } from '../../../src/cluster/begin'
import { objectOf, type State } from '../../../src/cluster/state'
import { passTime, settle } from '../../../src/control/settle'
import { runKubectl } from '../../../src/view/kubectl/run'
import { ARTICLE, config } from '../../control/world'

const DEPLOYMENT = `apiVersion: extensions/v1beta1
kind: Deployment
metadata:
  name: mytest
spec:
  replicas: 3
  template:
    metadata:
      labels:
        run: mytest
    spec:
      containers:
      - name: mytest
        image: wangzan18/mytest:v1
        ports:
        - containerPort: 80
`
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: mytest-svc
spec:
  clusterIP: 10.100.77.149
  ports:
  - port: 80
    targetPort: 8080
  selector:
    run: mytest
`

const files = (stdin: string) => ({ read: () => undefined, stdin: () => stdin })
const kubectl = (state: State, line: string, stdin = '') => runKubectl(state, line.split(' '), files(stdin))
const empty = (profile: 'v1.13' | 'v1.35' = 'v1.13') =>
  settle(begin({ config: config(profile), accepted: [] }, { seed: 1, pins: ARTICLE.pins }))

const applied = kubectl(empty(), 'apply -f -', DEPLOYMENT)
const withPods = passTime(applied.state, 70_000 - (applied.state.nowMs % 1000))

test('apply names the deployment by the group in which it was written', () => {
  expect(applied.stdout).toBe('deployment.extensions/mytest created\n')
  expect(applied.exit).toBe(0)
})

test('get pod -o wide', () => {
  expect(
    kubectl(withPods, 'get pod -o wide').stdout,
  ).toBe(`NAME                     READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
mytest-88d46bf99-cd4zk   1/1     Running   0          70s   10.244.2.2   node02   <none>           <none>
mytest-88d46bf99-fsmcj   1/1     Running   0          70s   10.244.1.3   node01   <none>           <none>
mytest-88d46bf99-ntd5n   1/1     Running   0          70s   10.244.1.2   node01   <none>           <none>
`)
})

const service = kubectl(withPods, 'apply -f -', SERVICE)

test('get svc', () => {
  expect(service.stdout).toBe('service/mytest-svc created\n')
  expect(
    kubectl(passTime(service.state, 8_000), 'get svc').stdout,
  ).toBe(`NAME         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE
kubernetes   ClusterIP   10.96.0.1       <none>        443/TCP   78s
mytest-svc   ClusterIP   10.100.77.149   <none>        80/TCP    8s
`)
})

test('describe svc shows what was last applied, cut at the place where kubectl cuts', () => {
  const text = SERVICE.replace('  clusterIP: 10.100.77.149\n', '')
  const described = kubectl(kubectl(withPods, 'apply -f -', text).state, 'describe svc mytest-svc').stdout
  expect(described.replace(/IP: {16}\S+/, 'IP:                10.100.77.149')).toBe(`Name:              mytest-svc
Namespace:         default
Labels:            <none>
Annotations:       kubectl.kubernetes.io/last-applied-configuration:
                     {"apiVersion":"v1","kind":"Service","metadata":{"annotations":{},"name":"mytest-svc","namespace":"default"},"spec":{"ports":[{"port":80,"t...
Selector:          run=mytest
Type:              ClusterIP
IP:                10.100.77.149
Port:              <unset>  80/TCP
TargetPort:        8080/TCP
Endpoints:         10.244.1.2:8080,10.244.1.3:8080,10.244.2.2:8080
Session Affinity:  None
Events:            <none>
`)
})

test('the same Service applied as NodePort is configured and keeps its address', () => {
  const text = SERVICE.replace('  clusterIP: 10.100.77.149\n', '')
  const first = kubectl(withPods, 'apply -f -', text).state
  const address = objectOf(first, 'Service', 'default/mytest-svc')!.spec.clusterIP
  const asNodePort = text.replace('spec:\n', 'spec:\n  type: NodePort\n').replace('- port: 80\n', '- port: 80\n    nodePort: 31298\n')
  const changed = kubectl(first, 'apply -f -', asNodePort)
  expect(changed).toMatchObject({ stdout: 'service/mytest-svc configured\n', stderr: '', exit: 0 })
  expect(objectOf(changed.state, 'Service', 'default/mytest-svc')?.spec).toMatchObject({
    type: 'NodePort',
    clusterIP: address,
    ports: [{ nodePort: 31298 }],
  })
})

test('back to ClusterIP by leaving the type out: newer servers drop what does not fit, v1.13 refuses', () => {
  const text = SERVICE.replace('  clusterIP: 10.100.77.149\n', '')
  const asNodePort = text.replace('spec:\n', 'spec:\n  type: NodePort\n')
  const back = (profile: 'v1.13' | 'v1.35') => kubectl(kubectl(empty(profile), 'apply -f -', asNodePort).state, 'apply -f -', text)
  expect(back('v1.35')).toMatchObject({ stdout: 'service/mytest-svc configured\n', exit: 0 })
  expect(objectOf(back('v1.35').state, 'Service', 'default/mytest-svc')?.spec.ports).toEqual([
    { port: 80, protocol: 'TCP', targetPort: 8080 },
  ])
  expect(back('v1.13').stderr).toContain("spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")
})

test('the same manifest again is unchanged', () => {
  expect(kubectl(service.state, 'apply -f -', SERVICE).stdout).toBe('service/mytest-svc unchanged\n')
})

test('scale and delete speak v1.13', () => {
  const scaled = kubectl(withPods, 'scale deployment mytest --replicas=1')
  expect(scaled.stdout).toBe('deployment.extensions/mytest scaled\n')
  expect(kubectl(scaled.state, 'get deploy').stdout).toMatch(/mytest {3}1\/1 {5}1 {12}1 /)
  expect(kubectl(scaled.state, 'delete deploy mytest').stdout).toBe('deployment.extensions "mytest" deleted\n')
})

const errors = [
  { name: 'a missing object', line: 'get svc nosuch', says: 'Error from server (NotFound): services "nosuch" not found\n' },
  { name: 'an unknown resource', line: 'get foo', says: 'error: the server doesn\'t have a resource type "foo"\n' },
  { name: 'a missing file', line: 'apply -f nosuch.yaml', says: 'error: the path "nosuch.yaml" does not exist\n' },
  { name: 'an unknown flag', line: 'get --nosuch', says: "error: unknown flag: --nosuch\nSee 'kubectl get --help' for usage.\n" },
]
for (const { name, line, says } of errors) {
  test(`${name} is refused in kubectl's words`, () => {
    const reply = kubectl(empty('v1.35'), line)
    expect(reply.stderr).toBe(says)
    expect(reply.exit).toBe(1)
  })
}

test('nothing found is said on stderr, with the namespace in newer releases', () => {
  expect(kubectl(empty(), 'get pods')).toMatchObject({ stdout: '', stderr: 'No resources found.\n', exit: 0 })
  expect(kubectl(empty('v1.35'), 'get pods -n shop')).toMatchObject({
    stdout: '',
    stderr: 'No resources found in shop namespace.\n',
    exit: 0,
  })
})

test('verbs that are not modelled are refused by name', () => {
  expect(kubectl(empty(), 'logs deploy/x').stderr).toMatch(/^hopspec: kubectl logs is not modelled/)
  expect(DEFAULT_VERSION).toBe('v1.35.4')
})

test('an address that is taken or out of range is refused as the API server of each version refuses it', () => {
  const taken = (profile: 'v1.13' | 'v1.35', ip: string) =>
    kubectl(empty(profile), 'create -f -', SERVICE.replace('10.100.77.149', ip)).stderr
  expect(taken('v1.35', '10.96.0.1')).toBe(
    'The Service "mytest-svc" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated\n',
  )
  expect(taken('v1.13', '10.0.0.1')).toBe(
    'The Service "mytest-svc" is invalid: spec.clusterIP: Invalid value: "10.0.0.1": provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/12\n',
  )
})
