// Requests: curl, wget, ping, and bare connections, from a pod, a node or a client; once or many times.
import { When } from '@cucumber/cucumber'
import { type Ip, ipText } from '../src/addr/ip'
import type { Protocol } from '../src/addr/port'
import { expandEnv } from '../src/lab/machine'
import { serviceTarget } from './places'
import type { PlaceWord, UrlWord } from './read'
import type { World } from './world'

When('{place} curls {url}', function (this: World, from: PlaceWord, url: UrlWord) {
  this.send(from, url.to, 'tcp', 1, `curl ${url.text}`)
})

When('{place} curls {url} {int} times', function (this: World, from: PlaceWord, url: UrlWord, times: number) {
  this.send(from, url.to, 'tcp', times, `curl ${url.text}`)
})

When('{place} curls {url} {int} times, one after another', function (this: World, from: PlaceWord, url: UrlWord, times: number) {
  this.sendInTurn(from, url.to, times, `curl ${url.text}`)
})

When('{place} curls {service}', function (this: World, from: PlaceWord, service: string) {
  this.send(from, serviceTarget(this.state, service), 'tcp', 1, `curl service ${service}`)
})

When('{place} curls {service} {int} times', function (this: World, from: PlaceWord, service: string, times: number) {
  this.send(from, serviceTarget(this.state, service), 'tcp', times, `curl service ${service}`)
})

When('{place} curls {service} on port {port}', function (this: World, from: PlaceWord, service: string, port: number) {
  this.send(from, serviceTarget(this.state, service, port), 'tcp', 1, `curl service ${service}:${port}`)
})

When(
  '{place} curls {service} on port {port} {int} times',
  function (this: World, from: PlaceWord, service: string, port: number, times: number) {
    this.send(from, serviceTarget(this.state, service, port), 'tcp', times, `curl service ${service}:${port}`)
  },
)

When('{place} wgets {url}', function (this: World, from: PlaceWord, url: UrlWord) {
  this.send(from, url.to, 'tcp', 1, `wget ${url.text}`)
})

When('{place} connects to {endpoint}', function (this: World, from: PlaceWord, to: string) {
  this.send(from, to, 'tcp', 1, `connect ${to}`)
})

When('{place} pings {ip}', function (this: World, from: PlaceWord, ip: Ip) {
  this.send(from, ipText(ip), 'icmp', 1, `ping ${ipText(ip)}`)
})

When('{place} sends a {protocol} packet to {endpoint}', function (this: World, from: PlaceWord, protocol: Protocol, to: string) {
  this.send(from, to, protocol, 1, `${protocol} to ${to}`)
})

When(
  '{place} sends {protocol} packets to {endpoint} {int} times',
  function (this: World, from: PlaceWord, protocol: Protocol, to: string, times: number) {
    this.send(from, to, protocol, times, `${protocol} to ${to}`)
  },
)

When(
  '{place} sends a {protocol} packet of {int} bytes to {endpoint}',
  function (this: World, from: PlaceWord, protocol: Protocol, bytes: number, to: string) {
    this.send(from, to, protocol, 1, `${protocol} of ${bytes} bytes to ${to}`, { bytes, dontFragment: false })
  },
)

When(
  '{place} sends a {protocol} packet of {int} bytes that may not be cut to {endpoint}',
  function (this: World, from: PlaceWord, protocol: Protocol, bytes: number, to: string) {
    this.send(from, to, protocol, 1, `${protocol} of ${bytes} bytes, DF, to ${to}`, { bytes, dontFragment: true })
  },
)

When('{pod} connects to {string}', function (this: World, name: string, address: string) {
  const to = expandEnv(this.state, name, address)
  this.send({ kind: 'pod', name }, to, 'tcp', 1, `connect ${address}`)
})
