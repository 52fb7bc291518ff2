// What kubectl shows of the objects that the API server keeps of Services' addresses.
import { expect, test } from 'vitest'
import { readStore } from '../../../src/apply/store-input'
import { begin } from '../../../src/cluster/begin'
import { settle } from '../../../src/control/settle'
import { runKubectl } from '../../../src/view/kubectl/run'

const text = (version: string, more = '') => `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: ${version}
networking: {ipFamily: dual, podSubnet: "10.244.0.0/16,fd00:10:244::/56", serviceSubnet: "10.96.0.0/16,fd00:10:96::/112"}
nodes: [{name: master, role: control-plane, addresses: [192.168.1.200, "fd00::200"]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ipFamilyPolicy: RequireDualStack, clusterIPs: [10.96.0.20, "fd00:10:96::20"], clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
${more}`
const state = (version = 'v1.35.4', more = '') => settle(begin(readStore([{ name: 'a.yaml', text: text(version, more) }]), { seed: 1 }))
const kubectl = (line: string, of = state()) => runKubectl(of, line.split(' '), { read: () => undefined, stdin: () => '' })

test('one address for each ClusterIP of a Service, none for headless ones', () => {
  expect(kubectl('get ipaddresses').stdout).toBe(
    'NAME             PARENTREF\n10.96.0.1        services/default/kubernetes\n10.96.0.20       services/shop/web\nfd00:10:96::20   services/shop/web\n',
  )
})

test('an address with its labels, by its short name', () => {
  const yaml = kubectl('get ip fd00:10:96::20 -o yaml').stdout
  expect(yaml).toContain('ipaddress.kubernetes.io/ip-family: IPv6')
  expect(yaml).toContain('ipaddress.kubernetes.io/managed-by: ipallocator.k8s.io')
  expect(yaml).toContain('parentRef:\n    group: ""\n    name: web\n    namespace: shop\n    resource: services\n')
})

test('the range that the cluster was made with', () => {
  expect(kubectl('get servicecidr').stdout).toMatch(/^NAME +CIDRS +AGE\nkubernetes +10\.96\.0\.0\/16,fd00:10:96::\/112 +\d+s\n$/)
  expect(kubectl('describe servicecidr kubernetes').stdout).toMatch(/Ready +True .* Kubernetes Service CIDR is ready/)
})

test('given ones stand beside them', () => {
  const given = '---\n{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: more}, spec: {cidrs: [10.97.0.0/16]}}\n'
  expect(kubectl('get servicecidrs -o name', state('v1.35.4', given)).stdout).toBe(
    'servicecidr.networking.k8s.io/kubernetes\nservicecidr.networking.k8s.io/more\n',
  )
})

test('showing them changes nothing, and old servers have none', () => {
  const before = state()
  expect(kubectl('get ip', before).state).toBe(before)
  expect(kubectl('get ip', state('v1.13.0')).exit).toBe(1)
})
