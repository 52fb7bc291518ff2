// The API server's validation of a whole object, after defaulting: every error, in its order. Not admission, not allocation.
import { changeErrors } from './change-errors'
import { type FieldError, fieldErrorText } from './field-error'
import type { Loose } from './loose'
import { claimWarnings, podNameWarnings, podWarnings, workloadNameWarnings } from './pod-warnings'
import type { ProfileName } from './profile'
import { endpointsWarnings, sliceWarnings, validateEndpoints, validateEndpointSlice } from './validate-endpoints'
import { ingressWarnings, validateIngress, validateIngressClass, validateIpAddress, validateServiceCidr } from './validate-ingress'
import { validateCronJob, validateJob } from './validate-job'
import { validateMeta, validateNamespace } from './validate-meta'
import { validateConfigMap } from './validate-config-map'
import { nodeWarnings, validateNode } from './validate-node'
import { validatePod, validatePodTemplate } from './validate-pod'
import { policyWarnings, validateNetworkPolicy } from './validate-policy'
import { validateResourceQuota } from './validate-quota'
import { secretWarnings, validateSecret } from './validate-secret'
import { validateBudget, validatePriorityClass } from './validate-disruption'
import { validateClusterRole, validateClusterRoleBinding, validateRole, validateRoleBinding } from './validate-access'
import { validateAutoscaler } from './validate-autoscaling'
import {
  storageClaimWarnings,
  storageClassWarnings,
  validateClaim,
  validateStorageClass,
  validateVolume,
  volumeWarnings,
} from './validate-storage'
import { validateLimitRange } from './validate-limits'
import { serviceWarnings, validateService } from './validate-service'
import {
  validateDaemonSet,
  validateDeployment,
  validateReplicaSet,
  validateReplicationController,
  validateStatefulSet,
} from './validate-workload'

const VALIDATORS: Readonly<Record<string, (object: Loose, before?: Loose) => FieldError[]>> = {
  Pod: validatePod,
  PodTemplate: object => validatePodTemplate(['template'], object.template ?? {}),
  Service: validateService,
  Deployment: validateDeployment,
  ReplicaSet: validateReplicaSet,
  ReplicationController: validateReplicationController,
  StatefulSet: validateStatefulSet,
  DaemonSet: validateDaemonSet,
  Job: validateJob,
  CronJob: validateCronJob,
  Endpoints: validateEndpoints,
  EndpointSlice: validateEndpointSlice,
  NetworkPolicy: validateNetworkPolicy,
  Ingress: validateIngress,
  IngressClass: validateIngressClass,
  IPAddress: validateIpAddress,
  ServiceCIDR: validateServiceCidr,
  Namespace: validateNamespace,
  Node: validateNode,
  ConfigMap: validateConfigMap,
  Secret: validateSecret,
  ResourceQuota: validateResourceQuota,
  LimitRange: validateLimitRange,
  PersistentVolume: validateVolume,
  PersistentVolumeClaim: validateClaim,
  StorageClass: validateStorageClass,
  Role: validateRole,
  RoleBinding: validateRoleBinding,
  ClusterRole: validateClusterRole,
  ClusterRoleBinding: validateClusterRoleBinding,
  HorizontalPodAutoscaler: validateAutoscaler,
  PodDisruptionBudget: validateBudget,
  PriorityClass: validatePriorityClass,
}

/** What the API server says when this object is created. */
export function validateCreate(kind: string, object: object): readonly FieldError[] {
  return objectErrors(kind, object as Loose)
}

const objectErrors = (kind: string, object: Loose, before?: Loose): readonly FieldError[] => [
  ...validateMeta(kind, object.metadata ?? {}),
  ...(VALIDATORS[kind]?.(object, before) ?? []),
]

/** What it says when `before` becomes `after`: fields that may not change, and the errors of the object itself. */
export function validateUpdate(kind: string, before: object, after: object): readonly FieldError[] {
  const { first, last } = changeErrors(kind, before as Loose, after as Loose)
  return [...first, ...objectErrors(kind, after as Loose, before as Loose), ...last]
}

/** `The Service "web" is invalid: …`, as kubectl prints a 422: one error on the same line, several as a list. */
export function invalidText(kind: string, name: string, errors: readonly FieldError[], profile: ProfileName): string {
  const lines = [...new Set(errors.map(e => fieldErrorText(e, profile)))]
  return lines.length === 1
    ? `The ${kind} ${JSON.stringify(name)} is invalid: ${lines[0]}`
    : `The ${kind} ${JSON.stringify(name)} is invalid: \n${lines.map(l => `* ${l}`).join('\n')}`
}

/** What a modern API server warns of with an object that it takes, without `Warning: `. v1.13 has no warnings. */
export function createWarnings(kind: string, object: object, profile: ProfileName): readonly string[] {
  return WARNS[profile] ? (WARNERS[kind]?.(object as Loose) ?? []) : []
}

const WARNS: Readonly<Record<ProfileName, boolean>> = { 'v1.13': false, 'v1.35': true }

const WARNERS: Readonly<Record<string, (object: Loose) => readonly string[]>> = {
  Service: serviceWarnings,
  NetworkPolicy: policyWarnings,
  Ingress: ingressWarnings,
  Endpoints: endpointsWarnings,
  EndpointSlice: sliceWarnings,
  Node: nodeWarnings,
  Secret: secretWarnings,
  PersistentVolume: volumeWarnings,
  PersistentVolumeClaim: storageClaimWarnings,
  StorageClass: storageClassWarnings,
  Pod: object => [...podNameWarnings(object.metadata?.name ?? ''), ...podWarnings('', object)],
  PodTemplate: object => podWarnings('template.', object.template ?? {}),
  CronJob: object => [
    ...workloadNameWarnings(object.metadata?.name ?? ''),
    ...podWarnings('spec.jobTemplate.spec.template.', object.spec?.jobTemplate?.spec?.template ?? {}),
  ],
  StatefulSet: object => [
    ...podWarnings('spec.template.', object.spec?.template ?? {}),
    ...((object.spec?.volumeClaimTemplates ?? []) as Loose[]).flatMap((claim, i) =>
      claimWarnings(`spec.volumeClaimTemplates[${i}]`, claim.spec ?? {}),
    ),
    ...(object.spec?.revisionHistoryLimit < 0 ? [HISTORY_TEXT] : []),
  ],
  DaemonSet: object => podWarnings('spec.template.', object.spec?.template ?? {}),
  ...Object.fromEntries(
    ['Deployment', 'ReplicaSet', 'ReplicationController', 'Job'].map(kind => [
      kind,
      (object: Loose) => [
        ...workloadNameWarnings(object.metadata?.name ?? ''),
        ...podWarnings('spec.template.', object.spec?.template ?? {}),
      ],
    ]),
  ),
}
const HISTORY_TEXT = 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'
