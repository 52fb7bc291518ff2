// The machines and what stands on them before anything happens.
import { type DataTable, Given } from '@cucumber/cucumber'
import { ipText, type Ip } from '../src/addr/ip'
import type { Protocol } from '../src/addr/port'
import { given } from '../src/lab/lab'
import { split } from '../src/lab/object-name'
import { pinsOf } from '../src/lab/pins'
import { clientPodManifest, DEFAULT_CLUSTER, replicasManifest, servicesManifest } from '../src/lab/replicas'
import type { World } from './world'

Given('the default cluster', function (this: World) {
  this.lab = given(this.lab, { files: [this.made(DEFAULT_CLUSTER)] })
})

Given('the cluster/manifests from {string}', function (this: World, file: string) {
  this.lab = given(this.lab, { files: [this.file(file)] })
})

Given('the cluster:', function (this: World, text: string) {
  this.giveWritten(text)
})

Given('the manifests:', function (this: World, text: string) {
  this.giveWritten(text)
})

Given(
  '{int} {string} replica(s) behind the ClusterIP service {string}',
  function (this: World, replicas: number, name: string, service: string) {
    this.lab = given(this.lab, { files: [this.made(replicasManifest({ replicas, name, service, type: 'ClusterIP' }))] })
  },
)

Given(
  '{int} {string} replica(s) behind the ClusterIP service {string} on port {port}',
  function (this: World, replicas: number, name: string, service: string, port: number) {
    this.lab = given(this.lab, {
      files: [this.made(replicasManifest({ replicas, name, service, port, type: 'ClusterIP' }))],
    })
  },
)

Given(
  '{int} {string} replica(s) behind the NodePort service {string} on port {port}',
  function (this: World, replicas: number, name: string, service: string, port: number) {
    this.lab = given(this.lab, {
      files: [this.made(replicasManifest({ replicas, name, service, port, type: 'NodePort' }))],
    })
  },
)

Given('{int} services named {string} with the ClusterIPs from {ip} on', function (this: World, count: number, name: string, first: Ip) {
  this.lab = given(this.lab, { files: [this.made(servicesManifest(count, name, first))] })
})

Given('the pods of {workload} will be:', function (this: World, workload: string, table: DataTable) {
  this.lab = given(this.lab, { pins: pinsOf(workload, table.hashes()) })
})

Given('these pods will be pinned:', function (this: World, table: DataTable) {
  this.lab = given(this.lab, { pins: pinsOf(null, table.hashes()) })
})

Given('{service} will get the ClusterIP {ip}', function (this: World, name: string, ip: Ip) {
  this.lab = given(this.lab, { servicePins: [{ name, clusterIP: ipText(ip), nodePort: null }] })
})

Given('{service} will get the ClusterIP {ip} and the nodePort {port}', function (this: World, name: string, ip: Ip, nodePort: number) {
  this.lab = given(this.lab, { servicePins: [{ name, clusterIP: ipText(ip), nodePort }] })
})

Given('{pod} on {node}', function (this: World, name: string, node: string) {
  this.lab = given(this.lab, { files: [this.made(clientPodManifest(split(name), node))] })
})

Given('{pod} on {node} at {ip}', function (this: World, name: string, node: string, ip: Ip) {
  const pod = split(name)
  const pins = [{ ...pod, of: `pod/${pod.name}`, node, ip: ipText(ip) }]
  this.lab = given(this.lab, { files: [this.made(clientPodManifest(pod, node))], pins })
})

Given('the external {client} at {ip}', function (this: World, name: string, ip: Ip) {
  this.lab = given(this.lab, { clients: [{ name, address: ipText(ip) }] })
})

Given('the image {string} listens on {protocol} port {port}', function (this: World, image: string, protocol: Protocol, port: number) {
  this.lab = given(this.lab, {
    images: [{ image, listens: [{ port, protocol: protocol.toUpperCase() as 'TCP' | 'UDP' | 'SCTP' }], answers: null }],
  })
})

Given(
  'the image {string} listens on {protocol} port {port} and answers {string}',
  function (this: World, image: string, protocol: Protocol, port: number, answers: string) {
    this.lab = given(this.lab, {
      images: [{ image, listens: [{ port, protocol: protocol.toUpperCase() as 'TCP' | 'UDP' | 'SCTP' }], answers }],
    })
  },
)
