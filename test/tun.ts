// Two machines with a TUN device each, held by a program that carries packets between them, and a container behind each: article 002 by hand.
import { readDocuments } from '../src/apply/documents'
import { readNetwork } from '../src/apply/network-document'
import type { Network } from '../src/linux/program'

const machine = (n: number, own: number, other: number, container: string) => ({
  devices: {
    eth0: { kind: 'veth', peer: `net/p${n}`, mac: `02:00:00:00:01:0${n}`, addresses: [`192.168.8.22${6 + n}/24`] },
    docker0: { kind: 'bridge', mac: `02:00:00:00:02:0${n}`, mtu: 1472, addresses: [`10.0.${own}.1/24`] },
    [`veth${container}`]: { kind: 'veth', peer: `${container}/eth0`, mac: `02:00:00:00:03:0${n}`, mtu: 1472, master: 'docker0' },
    flannel0: {
      kind: 'tun',
      mtu: 1472,
      addresses: [`10.0.${own}.0/16`],
      local: `192.168.8.22${6 + n}`,
      leases: [`10.0.${other}.0/24 via 192.168.8.22${9 - n}`],
    },
  },
  sysctls: { 'net.ipv4.ip_forward': 1 },
})
const container = (n: number, own: number, name: string, port: number) => ({
  devices: {
    eth0: { kind: 'veth', peer: `node${n}/veth${name}`, mac: `02:00:00:00:04:0${n}`, mtu: 1472, addresses: [`10.0.${own}.2/24`] },
  },
  routes: [`default via 10.0.${own}.1`],
  listeners: [{ protocol: 'tcp', port }],
})
const document = {
  apiVersion: 'hopspec/v1',
  kind: 'Network',
  namespaces: {
    net: {
      devices: {
        br0: { kind: 'bridge', mac: '02:00:00:00:00:09' },
        p1: { kind: 'veth', peer: 'node1/eth0', mac: '02:00:00:00:00:01', master: 'br0' },
        p2: { kind: 'veth', peer: 'node2/eth0', mac: '02:00:00:00:00:02', master: 'br0' },
      },
    },
    node1: machine(1, 46, 90, 'nginx'),
    node2: machine(2, 90, 46, 'tomcat'),
    nginx: container(1, 46, 'nginx', 80),
    tomcat: container(2, 90, 'tomcat', 8080),
  },
}

/** nginx 10.0.46.2 behind node1, tomcat 10.0.90.2:8080 behind node2. */
export const tunnelOfTwo: Network = readNetwork(readDocuments([{ name: 'tunnel.yaml', text: JSON.stringify(document) }]).documents[0]!)
