// `kind: Cluster` and KubeProxyConfiguration to a complete ClusterConfig: every default filled in, contradictions refused.
import { type Cidr, cidrFamily, cidrText, overlaps, parseCidr, readCidr } from '../addr/cidr'
import { type Family, type Ip, ipText, readIp } from '../addr/ip'
import type { Place, Problem } from '../error'
import type { ClusterConfig, CniName, ProxyMode, ServerFacts } from './cluster-config'
import { NODE_NAME, type NamedNode, readNodes } from './cluster-nodes'
import { Complaints } from './complaints'
import { nearest } from './finding-text'
import { type ChosenProfile, chooseProfile, DEFAULT_VERSION, type ProfileName } from './profile'
import { PROXY_MODES, readProxy, unusedSettings } from './proxy-document'
import type { RawCluster, RawProxy, RawServer } from './raw-cluster'
import { readNumber } from './written-value'

/** A decoded document and the way to its places. */
export interface Written<T> {
  readonly value: T
  placeOf(path: readonly (string | number)[]): Place
}

interface ConfigRead {
  readonly config: ClusterConfig
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

const NOWHERE: Place = { file: 'the default cluster' }
const FAMILIES = { ipv4: ['ipv4'], ipv6: ['ipv6'], dual: ['ipv4', 'ipv6'] } as const satisfies Record<string, readonly Family[]>
const POD_SUBNETS: Readonly<Record<Family, Cidr>> = { ipv4: parseCidr('10.244.0.0/16'), ipv6: parseCidr('fd00:10:244::/56') }
const SERVICE_SUBNETS: Readonly<Record<Family, Cidr>> = { ipv4: parseCidr('10.96.0.0/12'), ipv6: parseCidr('fd00:10:96::/112') }

/** The version that a Cluster document asks for; `problem` when it is none (the default is chosen, exact), or when the nearest profile stands in (not exact). */
export function readVersion(cluster: Written<RawCluster> | undefined): { readonly chosen: ChosenProfile; readonly problem?: Problem } {
  const written = cluster?.value.kubernetesVersion ?? DEFAULT_VERSION
  const chosen = chooseProfile(written)
  const place = cluster?.placeOf(['kubernetesVersion']) ?? NOWHERE
  if (!chosen)
    return {
      chosen: chooseProfile(DEFAULT_VERSION)!,
      problem: {
        code: 'VERSION_UNKNOWN',
        message: `'${written}' is no Kubernetes version.`,
        place,
        fix: `Write one like v1.13.0 or ${DEFAULT_VERSION}.`,
      },
    }
  if (chosen.exact) return { chosen }
  return {
    chosen,
    problem: {
      code: 'VERSION_UNKNOWN',
      message: `There is no profile of ${written}; ${chosen.profile}, the nearest, stands in.`,
      place,
      fix: 'Write v1.13.x, v1.35.x or v1.36.x for exact rules.',
    },
  }
}

/** Merges both documents with the nodes that objects name. */
export function readConfig(
  cluster: Written<RawCluster> | undefined,
  proxy: Written<RawProxy> | undefined,
  named: readonly NamedNode[],
  takenAddresses: ReadonlySet<Ip>,
): ConfigRead {
  const complaints = new Complaints(cluster?.placeOf ?? (() => NOWHERE))
  const warnings: Problem[] = []
  const { chosen, problem } = readVersion(cluster)
  if (problem) (chosen.exact ? complaints.problems : warnings).push(problem)
  const raw = cluster?.value ?? {}
  const net = raw.networking ?? {}
  const ipFamily = complaints.oneOf(['networking', 'ipFamily'], net.ipFamily ?? 'ipv4', ['ipv4', 'ipv6', 'dual'] as const)
  const families = FAMILIES[ipFamily]
  const podSubnets = readSubnets(complaints, 'podSubnet', net.podSubnet, families, POD_SUBNETS)
  const serviceSubnets =
    net.serviceSubnet === 'none' ? [] : readSubnets(complaints, 'serviceSubnet', net.serviceSubnet, families, SERVICE_SUBNETS)
  checkOverlap(complaints, ['networking', net.serviceSubnet === undefined ? 'podSubnet' : 'serviceSubnet'], podSubnets, serviceSubnets)
  const proxyComplaints = new Complaints(proxy?.placeOf ?? (() => NOWHERE))
  const mode = complaints.oneOf<ProxyMode>(['networking', 'kubeProxyMode'], net.kubeProxyMode ?? 'iptables', PROXY_MODES)
  const cni = readCni(complaints, net.cni, chosen.profile)
  const podsOnDocker = cni.name === 'docker0' || cni.settings.bridge === 'docker0'
  const nodes = readNodes({
    complaints,
    raw: raw.nodes,
    named,
    families,
    podSubnets,
    taken: takenAddresses,
    profile: chosen.profile,
    podsOnDocker,
    drawsSubnets: cni.name === 'flannel' && cni.settings.leases === 'etcd',
  })
  const config: ClusterConfig = {
    kubernetesVersion: chosen.version,
    profile: chosen.profile,
    ipFamily,
    podSubnets,
    serviceSubnets,
    cni,
    builtins: complaints.oneOf(['builtins'], raw.builtins ?? 'kubeadm', ['kubeadm', 'none'] as const),
    addons: (raw.addons ?? []).map((addon, i) => complaints.oneOf(['addons', i], addon, ['coredns'] as const)),
    kubelets: {
      startSeconds: readSeconds(complaints, 'startSeconds', raw.kubelets?.startSeconds ?? 0.6),
      stopSeconds: readSeconds(complaints, 'stopSeconds', raw.kubelets?.stopSeconds ?? 1),
      events: raw.kubelets?.events ?? true,
    },
    nodes,
    externalClients: readClients(complaints, raw, nodes),
    dns: { corefile: raw.dns?.corefile ?? null, upstream: (raw.dns?.upstream ?? []).map(record => ({ ...record, ttl: record.ttl ?? 30 })) },
    images: readImages(complaints, raw),
    proxy: readProxy(proxyComplaints, proxy?.value ?? {}, mode, families, podSubnets),
  }
  if (proxy) warnings.push(...unusedSettings(proxy.value, proxyComplaints.placeOf))
  return { config, problems: [...complaints.problems, ...proxyComplaints.problems], warnings }
}

/** The CIDRs of a comma-separated list that belong to families in use, in the order of the families; each family's first counts where several are written. */
function readSubnets(
  complaints: Complaints,
  name: string,
  text: string | undefined,
  families: readonly Family[],
  defaults: Readonly<Record<Family, Cidr>>,
): readonly Cidr[] {
  if (text === undefined) return families.map(f => defaults[f])
  const path = ['networking', name]
  const cidrs: Cidr[] = []
  for (const word of text.split(',')) {
    const cidr = readCidr(word.trim())
    if (cidr) cidrs.push(cidr)
    else
      complaints.add(
        'INVALID_VALUE',
        path,
        `'${name}' has '${word}', which is no CIDR.`,
        `Write an address and a length, like ${cidrText(defaults[families[0]!])}.`,
      )
  }
  const used = cidrs.filter(c => families.includes(cidrFamily(c)))
  for (const family of families)
    if (cidrs.length > 0 && !used.some(c => cidrFamily(c) === family))
      complaints.add(
        'CLUSTER_INVALID',
        path,
        `'${name}' has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} network, which 'ipFamily' asks for.`,
        `Add ${cidrText(defaults[family])}, comma-separated.`,
      )
  return name === 'podSubnet' ? families.flatMap(f => used.filter(c => cidrFamily(c) === f).slice(0, 1)) : used
}

function checkOverlap(complaints: Complaints, path: readonly string[], pods: readonly Cidr[], services: readonly Cidr[]): void {
  for (const pod of pods)
    for (const service of services)
      if (overlaps(pod, service))
        complaints.add(
          'CLUSTER_INVALID',
          path,
          `'serviceSubnet' ${cidrText(service)} overlaps 'podSubnet' ${cidrText(pod)}.`,
          'Give them networks that share no address, like 10.96.0.0/12 and 10.244.0.0/16.',
        )
}

const CNI_SETTINGS: Readonly<Record<CniName, readonly string[]>> = {
  none: [],
  docker0: ['ipMasq', 'nodeRoutes', 'forwardPolicy'],
  bridge: [
    'version',
    'bridge',
    'ipMasq',
    'ipMasqBackend',
    'hairpinMode',
    'isGateway',
    'isDefaultGateway',
    'forceAddress',
    'mtu',
    'promiscMode',
    'portmap',
    'nodeRoutes',
    'vlan',
  ],
  flannel: [
    'version',
    'backend',
    'bridge',
    'ipMasq',
    'forwardRules',
    'nftables',
    'portmap',
    'port',
    'vni',
    'directRouting',
    'mtu',
    'gbp',
    'leases',
  ],
  calico: ['version', 'felix'],
  canal: ['version', 'felix'],
}
const CNI_VERSIONS: Readonly<Record<ProfileName, Partial<Record<CniName, string>>>> = {
  'v1.13': { flannel: 'v0.10.0', calico: 'v3.13', canal: 'v3.13' },
  'v1.35': { flannel: 'v0.28.4', calico: 'v3.28', canal: 'v3.28' },
}

function readCni(complaints: Complaints, raw: unknown, profile: ProfileName): ClusterConfig['cni'] {
  const path = ['networking', 'cni']
  const isMap = typeof raw === 'object' && raw !== null && !Array.isArray(raw)
  if (Array.isArray(raw))
    complaints.add('WRONG_TYPE', path, "'cni' must be a name or a mapping, not a list.", 'Write one, like cni: flannel.')
  const { name = 'flannel', ...settings } = isMap ? (raw as { name?: unknown }) : { name: raw ?? 'flannel' }
  const known = complaints.oneOf<CniName>(isMap ? [...path, 'name'] : path, String(name), [
    'flannel',
    'docker0',
    'bridge',
    'calico',
    'canal',
    'none',
  ])
  for (const key of Object.keys(settings)) {
    if (CNI_SETTINGS[known].includes(key)) continue
    const near = nearest(key, CNI_SETTINGS[known])
    complaints.add(
      'UNKNOWN_FIELD',
      [...path, key],
      `The CNI ${known} has no setting '${key}'.`,
      near ? `Did you mean '${near}'?` : `It has: ${CNI_SETTINGS[known].join(', ') || 'none'}.`,
    )
  }
  const version = CNI_VERSIONS[profile][known]
  return { name: known, settings: { ...(version === undefined ? {} : { version }), ...settings } }
}

function readClients(complaints: Complaints, raw: RawCluster, nodes: ClusterConfig['nodes']): ClusterConfig['externalClients'] {
  const taken = new Map<Ip, string>(nodes.flatMap(n => n.addresses.map(a => [a.ip, `node ${n.name}`] as const)))
  const names = new Set<string>()
  return (raw.externalClients ?? []).flatMap((client, i) => {
    const path = ['externalClients', i]
    const address = readIp(client.address)
    if (names.has(client.name))
      complaints.add('CLUSTER_INVALID', [...path, 'name'], `Two external clients are named '${client.name}'.`, 'Give each its own name.')
    if (!NODE_NAME.test(client.name))
      complaints.add(
        'INVALID_VALUE',
        [...path, 'name'],
        `'${client.name}' cannot name a client.`,
        'Write lower-case letters, digits, - and .',
      )
    names.add(client.name)
    if (address === undefined) {
      complaints.add('INVALID_VALUE', [...path, 'address'], `'${client.address}' is no IP address.`, 'Write one like 192.168.1.50.')
      return []
    }
    const other = taken.get(address)
    if (other)
      complaints.add(
        'CLUSTER_INVALID',
        [...path, 'address'],
        `The client '${client.name}' has the address ${ipText(address)} of ${other}.`,
        'Give it an address of its own.',
      )
    taken.set(address, `client ${client.name}`)
    return [{ name: client.name, address, ...readServer(complaints, client, path), place: complaints.placeOf(path) }]
  })
}

/** A day is more than any container takes. */
function readSeconds(complaints: Complaints, name: string, seconds: number): number {
  if (seconds >= 0 && seconds <= 86_400) return seconds
  complaints.add('INVALID_VALUE', ['kubelets', name], `'${name}' is ${seconds}.`, 'Write seconds from 0 to 86400.')
  return 0
}

function readImages(complaints: Complaints, raw: RawCluster): ClusterConfig['images'] {
  return (raw.images ?? []).map((image, i) => ({ image: image.image, ...readServer(complaints, image, ['images', i]) }))
}

const readServer = (complaints: Complaints, { listens, answers }: RawServer, path: readonly (string | number)[]): ServerFacts => ({
  listens: (listens ?? []).map((listen, j) => ({
    port: readNumber(complaints, listen.port, [...path, 'listens', j, 'port'], 1, 65535, 1),
    protocol: complaints.oneOf([...path, 'listens', j, 'protocol'], listen.protocol ?? 'TCP', ['TCP', 'UDP', 'SCTP'] as const),
  })),
  answers: answers ?? null,
})
