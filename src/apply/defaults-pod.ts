// Defaulting of a pod spec and its containers, probes and volumes. Sources: SetDefaults_PodSpec and others of core/v1.
import type { Loose as Obj } from './loose'

/** The defaults of a pod spec, in a Pod or in a template; `hostPorts`: on the host's network every port is a hostPort. */
export function podSpecDefaults(spec: Obj, hostPorts: boolean): void {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  spec.schedulerName ||= 'default-scheduler'
  if (spec.serviceAccountName && !spec.serviceAccount) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount && !spec.serviceAccountName) spec.serviceAccountName = spec.serviceAccount
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const c of list ?? []) containerDefaults(c, hostPorts && spec.hostNetwork === true)
  for (const volume of spec.volumes ?? []) volumeDefaults(volume)
}

function containerDefaults(container: Obj, hostNetwork: boolean): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '')
  container.resources ??= {}
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  for (const port of container.ports ?? []) {
    port.protocol ||= 'TCP'
    if (hostNetwork && !port.hostPort && port.containerPort) port.hostPort = port.containerPort
  }
  for (const variable of container.env ?? []) {
    if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ||= 'v1'
    if (variable.valueFrom?.resourceFieldRef) variable.valueFrom.resourceFieldRef.divisor ??= '0'
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) probeDefaults(probe)
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet) httpDefaults(hook.httpGet)
}

const LONGEST_PATH = 255
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const DOMAIN = /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][-a-zA-Z0-9]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][-a-zA-Z0-9]*[a-zA-Z0-9]))*(?::\d+)?$/
const SUFFIX = /^(.*?)(?::(\w[\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,})?$/s

/** Always for an image without a tag or with `latest`, unless it is named by digest alone, or by no name that can be read. */
function defaultPullPolicy(image: string): string {
  const [, name = '', tag, digest] = SUFFIX.exec(image) ?? []
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const hasDomain = slash >= 0 && (/[.:A-Z]/.test(first) || first === 'localhost')
  const path = hasDomain ? name.slice(slash + 1) : slash < 0 ? `library/${name}` : name
  const readable = path.length <= LONGEST_PATH && PATH.test(path) && (!hasDomain || DOMAIN.test(first))
  return readable && (tag ?? (digest === undefined ? 'latest' : '')) === 'latest' ? 'Always' : 'IfNotPresent'
}

function probeDefaults(probe: Obj): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.httpGet) httpDefaults(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

function httpDefaults(get: Obj): void {
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

/** What older kinds of storage fill in. */
const SOURCE_DEFAULTS: Readonly<Record<string, Obj>> = {
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

/** What a volume leaves out, in a pod or by itself. */
export function volumeDefaults(volume: Obj): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) if (volume[source]) volume[source].defaultMode ??= 420
  if (volume.hostPath) volume.hostPath.type ??= ''
  for (const [source, fields] of Object.entries(SOURCE_DEFAULTS))
    if (volume[source]) for (const [field, value] of Object.entries(fields)) volume[source][field] ??= value
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference ?? '')
  if (volume.ephemeral?.volumeClaimTemplate) (volume.ephemeral.volumeClaimTemplate.spec ??= {}).volumeMode ??= 'Filesystem'
  for (const source of volume.projected?.sources ?? [])
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600
  if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
}
