// A node looked at from the shell: its devices and rules, what flanneld keeps in etcd and in the tunnel, docker's own network.
import { describe, expect, test } from 'vitest'
import { readStore } from '../../src/apply/store-input'
import { begin } from '../../src/cluster/begin'
import { settle } from '../../src/control/settle'
import { runLine } from '../../src/lab/shell/run'
import { beginSession, type Session } from '../../src/lab/shell/session'

const PODS = ['a', 'b'].map(
  name => `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: node1, containers: [{name: c, image: nginx}]}`,
)
function cluster(version: string, cni: string, runtime: string): Session {
  const text = `
apiVersion: hopspec/v1
kind: Cluster
kubernetesVersion: ${version}
networking: {podSubnet: 10.0.0.0/16, cni: ${cni}}
nodes:
- {name: node1, addresses: [192.168.8.227/24], containerRuntime: ${runtime}, podCIDRs: [10.0.46.0/24]}
- {name: node2, addresses: [192.168.8.228/24], containerRuntime: ${runtime}, podCIDRs: [10.0.90.0/24]}${PODS.join('')}
`
  return beginSession({ state: settle(begin(readStore([{ name: 'cluster.yaml', text }]), { seed: 1 })) })
}
const run = (session: Session, line: string) => runLine(session, line, { stdin: '', read: () => undefined }).answer
const out = (session: Session, line: string) => run(session, line).stdout

const OLD = '{name: flannel, backend: udp, bridge: docker0, leases: etcd, ipMasq: false}'
const NEW = '{name: flannel, leases: etcd}'

describe('etcdctl of flannel v0.10.0', () => {
  const session = cluster('v1.13.0', OLD, 'docker')
  test('lists a directory', () =>
    expect(out(session, 'etcdctl ls /coreos.com/network/subnets')).toBe(
      '/coreos.com/network/subnets/10.0.46.0-24\n/coreos.com/network/subnets/10.0.90.0-24\n',
    ))
  test('marks directories with -p', () => expect(out(session, 'etcdctl ls -p /coreos.com/network')).toMatch(/config\n.*subnets\/\n$/))
  test('prints a value alone', () =>
    expect(out(session, 'etcdctl get /coreos.com/network/subnets/10.0.46.0-24')).toBe('{"PublicIP":"192.168.8.227"}\n'))
  test('a directory has no value', () =>
    expect(run(session, 'etcdctl get /coreos.com/network')).toMatchObject({ exit: 1, stderr: '/coreos.com/network: is a directory\n' }))
  test('says what is not there', () =>
    expect(run(session, 'etcdctl get /x')).toMatchObject({
      exit: 4,
      stderr: expect.stringMatching(/^Error: {2}100: Key not found \(\/x\)/),
    }))
})

describe('etcdctl of flannel v0.28.4', () => {
  const session = cluster('v1.35.4', NEW, 'containerd')
  test('prints key and value', () =>
    expect(out(session, 'etcdctl get /coreos.com/network/config')).toBe(
      '/coreos.com/network/config\n{"Network":"10.0.0.0/16","Backend":{"Type":"vxlan"}}\n',
    ))
  test('prints keys with a prefix', () =>
    expect(out(session, 'etcdctl get --prefix --keys-only /coreos.com/network/subnets').split('\n').filter(Boolean)).toHaveLength(2))
  test('knows no directories', () => expect(run(session, 'etcdctl ls /coreos.com').exit).toBe(2))
})

test('where flannel keeps its leases in Node objects, etcdctl has nothing to tell', () =>
  expect(run(cluster('v1.35.4', 'flannel', 'containerd'), 'etcdctl get /coreos.com/network/config')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('leases: etcd'),
  }))

describe('the tunnel', () => {
  const session = cluster('v1.35.4', 'flannel', 'containerd')
  test('ip -d link shows what it is', () =>
    expect(out(session, 'ip -d link show flannel.1')).toMatch(
      /^ {4}vxlan id 1 local 192\.168\.8\.227 dev eth0 srcport 0 0 dstport 8472 nolearning /m,
    ))
  test('bridge fdb shows where the other nodes are', () =>
    expect(out(session, 'bridge fdb show dev flannel.1')).toMatch(/^\S+ dst 192\.168\.8\.228 self permanent\n$/))
  test('what a bridge learned is refused by name', () =>
    expect(run(session, 'bridge fdb show dev cni0')).toMatchObject({ exit: 2, stderr: expect.stringContaining('cni0 has learned') }))
  test('ip -d link of a bridge is refused by name', () => expect(run(session, 'ip -d link show cni0').exit).toBe(2))
  test('ip link lists every device once', () =>
    expect([...out(session, 'ip link').matchAll(/^\d+: ([^:@]+)/gm)].map(m => m[1])).toEqual([
      'lo',
      'eth0',
      'flannel.1',
      'cni0',
      expect.stringMatching(/^veth/),
      expect.stringMatching(/^veth/),
    ]))
  test('ip rule has the kernel’s own', () =>
    expect(out(session, 'ip rule')).toBe('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n'))
})

describe('docker network inspect bridge', () => {
  interface Inspected {
    readonly IPAM: { readonly Config: readonly object[] }
    readonly Containers: Readonly<Record<string, { readonly Name: string; readonly IPv4Address: string }>>
    readonly Options: Readonly<Record<string, string>>
  }
  const inspected = (session: Session) => (JSON.parse(out(session, 'docker network inspect bridge')) as readonly Inspected[])[0]!
  test('has what flanneld’s subnet.env told docker, and the pause containers', () => {
    const session = cluster('v1.13.0', OLD, 'docker')
    const { IPAM, Containers, Options } = inspected(session)
    expect(IPAM.Config).toEqual([{ Subnet: '10.0.46.0/24', Gateway: '10.0.46.1' }])
    expect([Options['com.docker.network.driver.mtu'], Options['com.docker.network.bridge.enable_ip_masquerade']]).toEqual(['1472', 'true'])
    const rows = Object.entries(Containers)
    expect(rows.map(([, c]) => c.IPv4Address).sort()).toEqual(['10.0.46.2/24', '10.0.46.3/24'])
    const listed = out(session, 'docker ps --no-trunc')
    for (const [id, { Name }] of rows) expect(listed).toMatch(new RegExp(`^${id} .* ${Name}$`, 'm'))
  })
  test('where a CNI plugin connects pods, none of them is on it', () => {
    const { IPAM, Containers } = inspected(cluster('v1.13.0', 'flannel', 'docker'))
    expect(IPAM.Config).toEqual([{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }])
    expect(Containers).toEqual({})
  })
  test('another name is none', () =>
    expect(run(cluster('v1.13.0', OLD, 'docker'), 'docker network inspect foo')).toEqual({
      stdout: '[]\n',
      stderr: 'Error: No such network: foo\n',
      exit: 1,
    }))
})
