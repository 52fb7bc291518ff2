// docker's own network as `docker network inspect bridge` prints it: its addresses, its options, and the pause containers that hang on it.
import { createHash } from 'node:crypto'
import { cidrText, networkOf } from '../addr/cidr'
import { familyOf, ipText } from '../addr/ip'
import { macText } from '../addr/mac'
import { timeText } from '../cluster/clock'
import type { State } from '../cluster/state'
import { type Layout, layoutOf } from '../node/layout'
import type { NodePlace } from '../node/places'
import { networkOf as programsOf } from '../node/network'
import { dockerAddress } from '../node/node-program'
import { sandboxesOn } from './containers'

const idOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const DRIVER = 'com.docker.network.'

/** Null where the node has no docker0. */
export function dockerBridge(state: State, node: string): string | null {
  const layout = layoutOf(state)
  const place = layout.nodes.get(node)
  const own = place && dockerAddress(layout, place)
  if (!place || !own) return null
  const { podNetwork } = layout
  const onDocker = podNetwork?.runsOnDocker === true
  const inspected = {
    Name: 'bridge',
    Id: idOf(`docker network ${node}`),
    Created: timeText(state, 0),
    Scope: 'local',
    Driver: 'bridge',
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: [{ Subnet: cidrText(networkOf(own.ip, own.length)), Gateway: ipText(own.ip) }],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: onDocker ? containersOf(layout, place) : {},
    Options: {
      [`${DRIVER}bridge.default_bridge`]: 'true',
      [`${DRIVER}bridge.enable_icc`]: 'true',
      [`${DRIVER}bridge.enable_ip_masquerade`]: String(!onDocker || podNetwork.dockerMasquerades),
      [`${DRIVER}bridge.host_binding_ipv4`]: '0.0.0.0',
      [`${DRIVER}bridge.name`]: 'docker0',
      [`${DRIVER}driver.mtu`]: String(onDocker ? podNetwork.mtuBytes : 1500),
    },
    Labels: {},
  }
  return `${JSON.stringify([inspected], null, 4)}\n`
}

/** The pods' pause containers by their ids, each with the address that its pod has. */
function containersOf(layout: Layout, place: NodePlace): Readonly<Record<string, object>> {
  const network = programsOf(layout.state)
  const length = networkOf(dockerAddress(layout, place)!.ip, dockerAddress(layout, place)!.length).length
  const rows = sandboxesOn(layout.state, place.node.name).flatMap(({ id, name, pod }) => {
    const at = place.pods.find(p => p.name === `pod/${pod.metadata.namespace}/${pod.metadata.name}`)
    const ip = at?.ips.find(i => familyOf(i) === 'ipv4')
    const device = at && network.program(at.name)?.devices.find(d => d.name === 'eth0')
    if (ip === undefined || device === undefined) return []
    const told = {
      Name: name,
      EndpointID: idOf(`endpoint ${id}`),
      MacAddress: macText(device.mac),
      IPv4Address: `${ipText(ip)}/${length}`,
      IPv6Address: '',
    }
    return [[id, told] as const]
  })
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)))
}
