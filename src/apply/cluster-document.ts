// `kind: Cluster` and KubeProxyConfiguration to a complete ClusterConfig: every default filled in, contradictions refused.
import { cidrFamily } from '../addr/cidr'
import type { Family, Ip } from '../addr/ip'
import type { Place, Problem } from '../error'
import { readCni } from './cluster-cni'
import type { ClusterConfig, ProxyMode } from './cluster-config'
import { readNetworks } from './cluster-networks'
import { type NamedNode, readNodes } from './cluster-nodes'
import { readClients, readImages } from './cluster-servers'
import { Complaints } from './complaints'
import { drawingOf, ownNetwork } from './flannel'
import { type ChosenProfile, chooseProfile, DEFAULT_VERSION } from './profile'
import { PROXY_MODES, readProxy, unusedSettings } from './proxy-document'
import type { RawCluster, RawProxy } from './raw-cluster'

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
  const { podSubnets, serviceSubnets } = readNetworks(complaints, net, families)
  const proxyComplaints = new Complaints(proxy?.placeOf ?? (() => NOWHERE))
  const mode = complaints.oneOf<ProxyMode>(['networking', 'kubeProxyMode'], net.kubeProxyMode ?? 'iptables', PROXY_MODES)
  const cni = readCni(complaints, net.cni, chosen.profile)
  const podsOnDocker = cni.name === 'docker0' || cni.settings.bridge === 'docker0'
  const drawing = drawingOf(cni, chosen.profile)
  const nodes = readNodes({
    complaints,
    raw: raw.nodes,
    named,
    families,
    podSubnets: drawing === null ? podSubnets : podSubnets.map(c => ownNetwork(cni.settings, cidrFamily(c)) ?? c),
    taken: takenAddresses,
    profile: chosen.profile,
    podsOnDocker,
    drawing,
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

/** A day is more than any container takes. */
function readSeconds(complaints: Complaints, name: string, seconds: number): number {
  if (seconds >= 0 && seconds <= 86_400) return seconds
  complaints.add('INVALID_VALUE', ['kubelets', name], `'${name}' is ${seconds}.`, 'Write seconds from 0 to 86400.')
  return 0
}
