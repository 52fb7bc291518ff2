// `kubectl api-resources`: every resource that the API server of a version serves, modelled here or not.
import { servedKinds } from '../../apply/kind'
import { ALL_KINDS, KINDS } from '../../cluster/kind'
import type { State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import { KUBECTL_PROFILES } from './profile'
import { printed, type Reply } from './reply'
import { table } from './tabs'

/** apiVersion → `resource/Kind/short,names`; `!` behind what lives in no namespace. Source: discovery of a v1.35.4 API server. */
const SERVED: Readonly<Record<string, string>> = {
  v1: 'bindings/Binding componentstatuses/ComponentStatus/cs! configmaps/ConfigMap/cm endpoints/Endpoints/ep events/Event/ev limitranges/LimitRange/limits namespaces/Namespace/ns! nodes/Node/no! persistentvolumeclaims/PersistentVolumeClaim/pvc persistentvolumes/PersistentVolume/pv! pods/Pod/po podtemplates/PodTemplate replicationcontrollers/ReplicationController/rc resourcequotas/ResourceQuota/quota secrets/Secret serviceaccounts/ServiceAccount/sa services/Service/svc',
  'admissionregistration.k8s.io/v1':
    'mutatingwebhookconfigurations/MutatingWebhookConfiguration! validatingadmissionpolicies/ValidatingAdmissionPolicy! validatingadmissionpolicybindings/ValidatingAdmissionPolicyBinding! validatingwebhookconfigurations/ValidatingWebhookConfiguration!',
  'apiextensions.k8s.io/v1': 'customresourcedefinitions/CustomResourceDefinition/crd,crds!',
  'apiregistration.k8s.io/v1': 'apiservices/APIService!',
  'apps/v1':
    'controllerrevisions/ControllerRevision daemonsets/DaemonSet/ds deployments/Deployment/deploy replicasets/ReplicaSet/rs statefulsets/StatefulSet/sts',
  'authentication.k8s.io/v1': 'selfsubjectreviews/SelfSubjectReview! tokenreviews/TokenReview!',
  'authorization.k8s.io/v1':
    'localsubjectaccessreviews/LocalSubjectAccessReview selfsubjectaccessreviews/SelfSubjectAccessReview! selfsubjectrulesreviews/SelfSubjectRulesReview! subjectaccessreviews/SubjectAccessReview!',
  'autoscaling/v2': 'horizontalpodautoscalers/HorizontalPodAutoscaler/hpa',
  'batch/v1': 'cronjobs/CronJob/cj jobs/Job',
  'certificates.k8s.io/v1': 'certificatesigningrequests/CertificateSigningRequest/csr!',
  'coordination.k8s.io/v1': 'leases/Lease',
  'discovery.k8s.io/v1': 'endpointslices/EndpointSlice',
  'events.k8s.io/v1': 'events/Event/ev',
  'flowcontrol.apiserver.k8s.io/v1': 'flowschemas/FlowSchema! prioritylevelconfigurations/PriorityLevelConfiguration!',
  'networking.k8s.io/v1':
    'ingressclasses/IngressClass! ingresses/Ingress/ing ipaddresses/IPAddress/ip! networkpolicies/NetworkPolicy/netpol servicecidrs/ServiceCIDR!',
  'node.k8s.io/v1': 'runtimeclasses/RuntimeClass!',
  'policy/v1': 'poddisruptionbudgets/PodDisruptionBudget/pdb',
  'rbac.authorization.k8s.io/v1': 'clusterrolebindings/ClusterRoleBinding! clusterroles/ClusterRole! rolebindings/RoleBinding roles/Role',
  'resource.k8s.io/v1':
    'deviceclasses/DeviceClass! resourceclaims/ResourceClaim resourceclaimtemplates/ResourceClaimTemplate resourceslices/ResourceSlice!',
  'scheduling.k8s.io/v1': 'priorityclasses/PriorityClass/pc!',
  'storage.k8s.io/v1':
    'csidrivers/CSIDriver! csinodes/CSINode! csistoragecapacities/CSIStorageCapacity storageclasses/StorageClass/sc! volumeattachments/VolumeAttachment! volumeattributesclasses/VolumeAttributesClass/vac!',
}

interface Row {
  readonly name: string
  readonly short: string
  readonly apiVersion: string
  readonly namespaced: boolean
  readonly kind: string
}

function rowsOf(state: State): readonly Row[] {
  if (state.config.profile === 'v1.13') return modelledRows(state)
  return Object.entries(SERVED).flatMap(([apiVersion, text]) =>
    text.split(' ').map(word => {
      const [name = '', kind = '', short = ''] = word.replace('!', '').split('/')
      return { name, short, apiVersion, namespaced: !word.endsWith('!'), kind }
    }),
  )
}

/** An old server: only what is modelled of it. */
const modelledRows = (state: State): readonly Row[] =>
  ALL_KINDS.filter(kind => servedKinds(state.config.profile).has(kind)).map(kind => {
    const { resource, short, namespaced, version } = KINDS[kind]
    const group = KUBECTL_PROFILES[state.config.profile].group(kind, KINDS[kind].group)
    return { name: resource, short: short.join(','), apiVersion: group === '' ? version : `${group}/${version}`, namespaced, kind }
  })

/** The whole command: -o name, --namespaced, --api-group, --no-headers. */
export function apiResources(state: State, args: Arguments): Reply {
  const group = flag(args, 'api-group')
  const groupOf = (row: Row): string => (row.apiVersion.includes('/') ? row.apiVersion.split('/')[0]! : '')
  const rows = rowsOf(state)
    .filter(row => !args.flags.has('namespaced') || row.namespaced === isSet(args, 'namespaced'))
    .filter(row => group === undefined || groupOf(row) === group)
  if (flag(args, 'output') === 'name')
    return printed(state, rows.map(row => `${row.name}${groupOf(row) === '' ? '' : `.${groupOf(row)}`}\n`).join(''))
  const cells = rows.map(row => [row.name, row.short, row.apiVersion, String(row.namespaced), row.kind])
  return printed(state, table(isSet(args, 'no-headers') ? cells : [['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'], ...cells]))
}

/** The kind of a resource word that the server knows: `secrets`, `pvc`. */
export function servedKind(state: State, word: string): string | undefined {
  const lower = word.toLowerCase()
  return rowsOf(state).find(
    row => row.name === lower || row.kind.toLowerCase() === lower || (row.short !== '' && row.short.split(',').includes(lower)),
  )?.kind
}
