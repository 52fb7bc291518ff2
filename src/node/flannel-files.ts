// The files that flanneld leaves on a node, docker's options made of them, and what it keeps in etcd.
import { type Cidr, cidrFamily, cidrText } from '../addr/cidr'
import { ipText } from '../addr/ip'
import { macOf, macText } from '../addr/mac'
import { type Flannel, flannelNetwork, leaseBackend, usualPort, vtepData, vxlanName } from '../apply/flannel'
import { isLeaseGone } from '../control/flannel-lease'
import { bridgeAddress, flannelRuns, type Layout, nodeAddress, podCidrOf } from './layout'
import type { NodePlace } from './places'

const addressed = (a: { ip: Cidr['ip']; length: number }): string => `${ipText(a.ip)}/${a.length}`

/** /run/flannel/subnet.env; empty without flannel. */
export function subnetEnv(layout: Layout, place: NodePlace): string {
  const flannel = layout.podNetwork?.flannel
  if (!flannel || !flannelRuns(layout, place)) return ''
  const networks = flannel.networks.flatMap(network => {
    const family = cidrFamily(network)
    const own = bridgeAddress(place, family)
    const name = family === 'ipv4' ? 'FLANNEL' : 'FLANNEL_IPV6'
    return own ? [`${name}_NETWORK=${cidrText(network)}`, `${name}_SUBNET=${addressed(own)}`] : []
  })
  if (networks.length === 0) return ''
  return [...networks, `FLANNEL_MTU=${flannel.mtuBytes}`, `FLANNEL_IPMASQ=${flannel.ipMasq}`, ''].join('\n')
}

/** /run/docker_opts.env, as mk-docker-opts.sh makes it of subnet.env: docker masquerades where flanneld does not. Empty where docker connects no pods. */
export function dockerOptions(layout: Layout, place: NodePlace): string {
  const { podNetwork } = layout
  const own = bridgeAddress(place, 'ipv4')
  if (!podNetwork?.runsOnDocker || !podNetwork.flannel || !own) return ''
  const options = [
    ['BIP', `--bip=${addressed(own)}`],
    ['IPMASQ', `--ip-masq=${podNetwork.dockerMasquerades}`],
    ['MTU', `--mtu=${podNetwork.mtuBytes}`],
  ] as const
  return [
    ...options.map(([name, option]) => `DOCKER_OPT_${name}="${option}"`),
    `DOCKER_OPTS="${options.map(([, option]) => ` ${option}`).join('')}"`,
    '',
  ].join('\n')
}

const PREFIX = '/coreos.com/network'
const keyOf = (c: Cidr): string => cidrText(c).replace('/', '-')

/** What etcd holds where flanneld keeps its leases there: key → value, its configuration first. */
export function flannelKeys(layout: Layout): ReadonlyMap<string, string> {
  const flannel = layout.podNetwork?.flannel
  const keys = new Map<string, string>()
  if (!flannel?.inEtcd) return keys
  keys.set(`${PREFIX}/config`, JSON.stringify(configOf(flannel)))
  for (const place of layout.nodes.values()) {
    const key = leaseKey(flannel, place)
    if (key !== undefined && !isLeaseGone(layout.state, place.node.name)) keys.set(key, JSON.stringify(leaseOf(flannel, place)))
  }
  return keys
}

function leaseKey(flannel: Flannel, place: NodePlace): string | undefined {
  const subnets = flannel.networks.flatMap(n => podCidrOf(place, cidrFamily(n)) ?? [])
  return subnets.length === 0 ? undefined : `${PREFIX}/subnets/${subnets.map(keyOf).join('&')}`
}

/** The node whose lease a key is. */
export function leaseHolder(layout: Layout, key: string): string | undefined {
  const flannel = layout.podNetwork?.flannel
  if (!flannel) return undefined
  return [...layout.nodes.values()].find(place => leaseKey(flannel, place) === key)?.node.name
}

function configOf(f: Flannel): object {
  const [four, six] = [flannelNetwork(f, 'ipv4'), flannelNetwork(f, 'ipv6')]
  return {
    ...(four && { Network: cidrText(four), ...f.subnets.ipv4 }),
    ...(six && { EnableIPv6: true, IPv6Network: cidrText(six), ...sixthWords(f.subnets.ipv6) }),
    ...(f.nftables && { EnableNFTables: true }),
    ...(f.backend !== 'udp' && { Backend: backendOf(f) }),
  }
}

/** `SubnetLen` as IPv6SubnetLen, and so on. */
const sixthWords = (wish: object): object => Object.fromEntries(Object.entries(wish).map(([word, value]) => [`IPv6${word}`, value]))

/** What an administrator writes of the backend: what is as flanneld takes it anyway is left out. */
const backendOf = (f: Flannel): object => ({
  Type: f.backend,
  ...(f.vni !== 1 && { VNI: f.vni }),
  ...(f.port !== usualPort(f) && { Port: f.port }),
  ...(f.directRouting && { DirectRouting: true }),
  ...(f.gbp && { GBP: true }),
})

/** The lease's attributes, in flanneld's own order. */
function leaseOf(f: Flannel, place: NodePlace): object {
  const [four, six] = [nodeAddress(place, 'ipv4'), nodeAddress(place, 'ipv6')]
  const { leaseNames } = f.facts
  const dual = flannelNetwork(f, 'ipv6') !== undefined
  const nameless = leaseBackend(f) === ''
  const data = (family: 'ipv4' | 'ipv6') => vtepData(f, macText(macOf(`node/${place.node.name} ${vxlanName(f, family)}`)))
  return {
    PublicIP: four ? ipText(four.ip) : '0.0.0.0',
    ...(leaseNames.ipv6 && { PublicIPv6: dual && six && !nameless ? ipText(six.ip) : null }),
    ...(!nameless && { BackendType: f.backend }),
    ...(f.backend === 'vxlan' && { BackendData: data('ipv4') }),
    ...(f.backend === 'vxlan' && dual && { BackendV6Data: data('ipv6') }),
  }
}
