// hostPorts: the rules of the real portmap plugin, and where they come to lie.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import { parseIp } from '../../src/addr/ip'
import type { ContainerPort, Pod } from '../../src/apply/object'
import { printIptablesSave } from '../../src/linux/iptables-save'
import { emptyTables, ruleSetOf } from '../../src/node/kernel-tables'
import { programOf } from '../../src/node/network'
import { chainName } from '../../src/node/cni/attachment'
import { addPortmap } from '../../src/node/cni/portmap'
import { mappingsOf, sandboxId } from '../../src/node/pod-plugins'
import { articleConfig, stateOf } from './article'

const pod = (ports: readonly ContainerPort[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'p2' },
  spec: { nodeName: 'node01', containers: [{ name: 'c', image: 'x', ports }] },
  status: { phase: 'Running', podIP: '10.244.1.3' },
})
const one: readonly ContainerPort[] = [{ hostPort: 8080, containerPort: 80, protocol: 'TCP' }]
const rulesOf = (ports: readonly ContainerPort[]): string => {
  const kernel = emptyTables('ipv4')
  const id = sandboxId('pod/default/p2')
  const ips = [{ ip: parseIp('10.244.1.3'), length: 24 }]
  addPortmap(kernel, { network: 'cbr0', id, interface: 'eth0', ips, of: 'pod default/p2' }, mappingsOf({ pod: pod(ports) }))
  return printIptablesSave(ruleSetOf(kernel))
}

const chainOf = (id: string) => chainName({ network: 'cbr0', id }, 'DN-')
const RECORDED = '../shared/oracles/pod-network/cni-plugins/kubeadm-flannel-hostport/node.iptables.save'
const RECORDED_ID = '3946ca64ff78d93ca61090a437cbb6b3d2ca0d488f5f9ccf3059608368b27693'
test.skipIf(!existsSync(RECORDED))("one hostPort gives the rules that the real plugin wrote, but for the sandbox's id", () => {
  const wanted = readFileSync(RECORDED, 'utf8').replaceAll(chainOf(RECORDED_ID), 'CHAIN').replaceAll(RECORDED_ID, 'ID')
  const id = sandboxId('pod/default/p2')
  assert.equal(rulesOf(one).replaceAll(chainOf(id), 'CHAIN').replaceAll(id, 'ID'), wanted)
})
test('protocols in alphabetical order, one multiport rule each', () => {
  const ports: readonly ContainerPort[] = [
    { hostPort: 53, containerPort: 53, protocol: 'UDP' },
    ...one,
    { hostPort: 81, containerPort: 81, protocol: 'TCP' },
  ]
  const found = [...rulesOf(ports).matchAll(/^-A CNI-HOSTPORT-DNAT -p (\w+) .*--dports (\S+)/gm)].map(m => `${m[1]} ${m[2]}`)
  assert.deepEqual(found, ['tcp 8080,81', 'udp 53'])
})
test('a hostIP is asked for in the pod’s own chain', () => {
  assert.match(
    rulesOf([{ ...one[0]!, hostIP: '192.168.1.201' }]),
    /^-A CNI-DN-\w+ -d 192\.168\.1\.201\/32 -p tcp -m tcp --dport 8080 -j DNAT/m,
  )
})
test('on a node, kube-proxy comes first in PREROUTING and portmap in POSTROUTING', () => {
  const text = printIptablesSave(programOf(stateOf(articleConfig, [pod(one)]), 'node01').iptables!)
  const first = (chain: string, words: string) => text.split('\n').findIndex(l => l.startsWith(`-A ${chain} `) && l.endsWith(words))
  assert.ok(first('PREROUTING', '-j KUBE-SERVICES') < first('PREROUTING', '-j CNI-HOSTPORT-DNAT'))
  assert.ok(first('POSTROUTING', '-j CNI-HOSTPORT-MASQ') < first('POSTROUTING', '-j KUBE-POSTROUTING'))
})
