// What the Cluster document leaves open and the objects of a snapshot know better: kubelets' version, pod networks, kube-proxy's mode, the CNI.
// One warning a question, at the object that says so; nothing is taken over from it. Not looked at: what a ConfigMap of another name holds.
import { cidrFamily, cidrText, containsCidr, readCidr } from '../addr/cidr'
import type { Place, Problem } from '../error'
import type { ClusterConfig } from './cluster-config'
import { readText } from './documents'
import type { Loose } from './loose'
import type { Accepted, ConfigMap, Node } from './object'
import { chooseProfile } from './profile'
import { PROXY_MODES } from './proxy-document'
import type { RawCluster, RawProxy } from './raw-cluster'

/** Everything that an answer to one of the questions can come from. */
interface Asked {
  readonly cluster: RawCluster | undefined
  readonly proxy: RawProxy | undefined
  readonly config: ClusterConfig
  readonly nodes: readonly Accepted<Node>[]
  /** kube-proxy's own configuration in kube-system/kube-proxy. */
  readonly kubeProxy: Said | undefined
  /** net-conf.json of kube-flannel-cfg. */
  readonly flannel: Said | undefined
}
interface Said {
  readonly name: string
  readonly place: Place
  readonly value: Loose
}

/** One line for each question that the objects answer in another way than hopspec's own default. */
export function assumptionWarnings(
  accepted: readonly Accepted[],
  documents: { readonly cluster: RawCluster | undefined; readonly proxy: RawProxy | undefined },
  config: ClusterConfig,
): readonly Problem[] {
  const nodes = accepted.filter((a): a is Accepted<Node> => a.object.kind === 'Node')
  const maps = accepted.filter((a): a is Accepted<ConfigMap> => a.object.kind === 'ConfigMap')
  const kubeProxy = textOf(maps, ['kube-system/kube-proxy'], 'config.conf')
  const flannel = textOf(maps, ['kube-flannel/kube-flannel-cfg', 'kube-system/kube-flannel-cfg'], 'net-conf.json')
  const asked: Asked = { ...documents, config, nodes, kubeProxy, flannel }
  return [version, podSubnet, proxyMode, cni, flannelBackend].flatMap(ask => ask(asked) ?? [])
}

/** Longer texts are no configuration that kubeadm or flannel writes. */
const MAX_TEXT = 65_536

/** The first ConfigMap of these names, with one of its texts read as YAML or JSON. */
function textOf(maps: readonly Accepted<ConfigMap>[], names: readonly string[], key: string): Said | undefined {
  const map = maps.find(m => names.includes(`${m.object.metadata.namespace}/${m.object.metadata.name}`))
  const text = map?.object.data?.[key]
  if (map === undefined || typeof text !== 'string' || text.length > MAX_TEXT) return undefined
  const value = readText(key, text).documents[0]?.value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { namespace, name } = map.object.metadata
  return { name: `ConfigMap ${namespace}/${name}`, place: map.placeOf('data'), value }
}

/** `taken` is what stands in for the missing word, `write` the word itself with its field. */
function warning({ cluster }: Asked, place: Place, says: string, taken: string, write: string): Problem {
  const missing = cluster === undefined ? 'without a Cluster document' : 'as the Cluster document leaves it open,'
  return {
    code: 'CONTRADICTION',
    message: `${says}; ${missing} hopspec takes ${taken}.`,
    place,
    fix: `Write ${write} in ${cluster === undefined ? 'a kind: Cluster' : 'the Cluster'} document.`,
  }
}

function version(asked: Asked): Problem | undefined {
  if (asked.cluster?.kubernetesVersion !== undefined) return undefined
  for (const node of asked.nodes) {
    const text = /^v\d+\.\d+\.\d+/.exec(node.object.status?.nodeInfo?.kubeletVersion ?? '')?.[0]
    const chosen = text === undefined ? undefined : chooseProfile(text)
    if (text === undefined || chosen === undefined || (chosen.exact && chosen.profile === asked.config.profile)) continue
    const says = `Node ${node.object.metadata.name} says kubelet ${text}`
    const place = node.placeOf('status.nodeInfo.kubeletVersion')
    return warning(asked, place, says, asked.config.kubernetesVersion, `kubernetesVersion: ${text}`)
  }
  return undefined
}

function podSubnet(asked: Asked): Problem | undefined {
  const { config, kubeProxy, flannel, proxy, cluster } = asked
  if (cluster?.networking?.podSubnet !== undefined) return undefined
  const taken = `podSubnet ${config.podSubnets.map(cidrText).join(',')}`
  const clusterCIDR = proxy?.clusterCIDR === undefined ? kubeProxy?.value.clusterCIDR : undefined
  if (differs(config, clusterCIDR))
    return warning(
      asked,
      kubeProxy!.place,
      `${kubeProxy!.name} says clusterCIDR ${clusterCIDR}`,
      taken,
      `networking: {podSubnet: "${clusterCIDR}"}`,
    )
  const network = flannel?.value.Network
  if (differs(config, network))
    return warning(asked, flannel!.place, `${flannel!.name} says Network ${network}`, taken, `networking: {podSubnet: "${network}"}`)
  for (const { object, placeOf } of asked.nodes)
    for (const text of object.spec?.podCIDRs ?? []) {
      const cidr = readCidr(text)
      if (cidr === undefined || config.podSubnets.every(s => cidrFamily(s) !== cidrFamily(cidr) || containsCidr(s, cidr))) continue
      const says = `Node ${object.metadata.name} has the podCIDR ${text}`
      return warning(asked, placeOf('spec.podCIDRs'), says, taken, "a 'networking.podSubnet' around the podCIDRs of all nodes")
    }
  return undefined
}

/** Whether a comma-separated list has, in a family that is in use, another network than ours. */
function differs(config: ClusterConfig, text: unknown): text is string {
  if (typeof text !== 'string') return false
  const cidrs = text.split(',').flatMap(word => readCidr(word.trim()) ?? [])
  return config.podSubnets.some(own => {
    const said = cidrs.find(c => cidrFamily(c) === cidrFamily(own))
    return said !== undefined && cidrText(said) !== cidrText(own)
  })
}

function proxyMode(asked: Asked): Problem | undefined {
  const { cluster, proxy, kubeProxy, config } = asked
  const mode = PROXY_MODES.find(m => m === kubeProxy?.value.mode)
  if (mode === undefined || cluster?.networking?.kubeProxyMode !== undefined || proxy?.mode !== undefined) return undefined
  if (mode === config.proxy.mode) return undefined
  return warning(asked, kubeProxy!.place, `${kubeProxy!.name} says mode ${mode}`, config.proxy.mode, `networking: {kubeProxyMode: ${mode}}`)
}

const CALICO = 'projectcalico.org/'
const FLANNEL = 'flannel.alpha.coreos.com/'

function cni(asked: Asked): Problem | undefined {
  if (asked.cluster?.networking?.cni !== undefined) return undefined
  const annotated = (node: Accepted<Node>, prefix: string) =>
    Object.keys(node.object.metadata.annotations ?? {}).find(key => key.startsWith(prefix))
  const node = asked.nodes.find(n => annotated(n, CALICO))
  if (node === undefined) return undefined
  const name = annotated(node, FLANNEL) || asked.flannel ? 'canal' : 'calico'
  const says = `Node ${node.object.metadata.name} has the annotation ${annotated(node, CALICO)}`
  return warning(asked, node.placeOf('metadata.annotations'), says, `the CNI ${asked.config.cni.name}`, `networking: {cni: ${name}}`)
}

/** By its ConfigMap, or by what flannel writes on each node. */
function flannelBackend(asked: Asked): Problem | undefined {
  const { config, flannel, nodes } = asked
  if (config.cni.name !== 'flannel' || config.cni.settings.backend !== undefined) return undefined
  const isOther = (backend: unknown): backend is string => typeof backend === 'string' && backend !== 'vxlan'
  const told = (place: Place, who: string, backend: string) =>
    warning(asked, place, `${who} says the backend ${backend}`, 'vxlan', `networking: {cni: {name: flannel, backend: ${backend}}}`)
  const backend = flannel?.value.Backend?.Type
  if (isOther(backend)) return told(flannel!.place, flannel!.name, backend)
  for (const { object, placeOf } of nodes) {
    const annotation = object.metadata.annotations?.[`${FLANNEL}backend-type`]
    if (isOther(annotation)) return told(placeOf('metadata.annotations'), `Node ${object.metadata.name}`, annotation)
  }
  return undefined
}
