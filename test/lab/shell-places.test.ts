// Where a command of the shell runs: every pod that runs is a place, and a place that is none is refused with those that were probably meant.
import { expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { beginSession } from '../../src/lab/shell/session'
import { runLine } from '../../src/lab/shell/run'

const SHOP = `
apiVersion: hopspec/v1
kind: Cluster
nodes:
- {name: master, role: control-plane, addresses: [192.168.1.200]}
- {name: node01, addresses: [192.168.1.201]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop}
spec: {hostNetwork: true, nodeName: node01, containers: [{name: agent, image: agent, ports: [{containerPort: 7777}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop}
spec: {nodeName: node01, containers: [{name: db, image: db}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
`

const settled = settle(begin(readStore([{ name: 'shop.yaml', text: SHOP }]), { seed: 1 }))

/** What the last of the lines says, on stdout and stderr. */
function says(...lines: readonly string[]): string {
  let session = beginSession({ state: settled })
  let text = ''
  for (const line of lines) {
    const ran = runLine(session, line, { stdin: '', read: () => undefined })
    session = ran.session
    text = ran.answer.stdout + ran.answer.stderr
  }
  return text
}

test("a hostNetwork pod is a place: its node's network and name, and what the pod itself has", () => {
  expect(says('in pod/shop/agent hostname')).toBe('node01\n')
  expect(says('in pod/shop/agent', 'nc -zv 127.0.0.1 7777')).toContain('succeeded')
  expect(says('in pod/shop/agent printenv KUBERNETES_SERVICE_PORT')).toBe('443\n')
})

for (const place of ['pod/shop/web', 'pod/shop/web-1', 'pod/shop/web-a1b2c'])
  test(`${place} means a pod of the Deployment web`, () =>
    expect(says(`in ${place} hostname`)).toMatch(
      /^hopspec: there is no place '.*'. Did you mean 'pod\/shop\/web-\w+-\w+' or 'pod\/shop\/web-\w+-\w+'\?\n$/,
    ))

test('a slip of the finger means the name it is a slip of', () =>
  expect(says('in pod/shop/dbb hostname')).toBe("hopspec: there is no place 'pod/shop/dbb'. Did you mean 'pod/shop/db'?\n"))

test('a failed node sends nothing, and is told so', () =>
  expect(says('fail node01', 'in pod/shop/db ping 192.168.1.200')).toContain(
    "hopspec: Node node01 has failed, so nothing there can send: 'pod/shop/db' is on it.",
  ))

test('kubectl exec is refused with what to write instead', () =>
  expect(says('kubectl exec -n shop db -- hostname')).toBe(
    "hopspec: kubectl exec is not modelled; write 'in pod/NAMESPACE/NAME COMMAND' in hopspec shell, or a step like 'pod \"NAME\" curls …'.\n",
  ))
