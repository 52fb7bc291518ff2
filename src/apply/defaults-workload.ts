// Defaulting of workloads: what makes pods from a template. Sources: SetDefaults_* of apps/v1, apps/v1beta*, extensions/v1beta1, batch/v1.
import { podSpecDefaults } from './defaults-pod'
import type { Loose as Obj } from './loose'
import type { ProfileName } from './profile'

/** Whether the ports of a template on the host's network become hostPorts as in a Pod. */
const TEMPLATE_HOST_PORTS: Readonly<Record<ProfileName, boolean>> = { 'v1.13': true, 'v1.35': false }

type Defaulter = (object: Obj, apiVersion: string, profile: ProfileName) => void

function templateDefaults(object: Obj, profile: ProfileName): Obj {
  object.spec ??= {}
  if (object.spec.template) podSpecDefaults((object.spec.template.spec ??= {}), TEMPLATE_HOST_PORTS[profile])
  return object.spec.template?.metadata?.labels ?? {}
}

const isEmpty = (labels: Obj | undefined): boolean => labels === undefined || Object.keys(labels).length === 0

/** Old versions take labels and selector from the template. */
function fromTemplate(object: Obj, labels: Obj, selector: Obj): void {
  if (isEmpty(labels)) return
  object.spec.selector ??= selector
  if (isEmpty(object.metadata?.labels)) object.metadata = { ...object.metadata, labels: { ...labels } }
}

function controllerDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  if (isEmpty(object.spec.selector)) delete object.spec.selector
  fromTemplate(object, labels, { ...labels })
  object.spec.replicas ??= 1
}

function replicaSetDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  if (apiVersion === 'extensions/v1beta1') fromTemplate(object, labels, { matchLabels: { ...labels } })
  object.spec.replicas ??= 1
}

const NEVER = 2 ** 31 - 1
interface DeploymentDefaults {
  readonly surge: number | string
  readonly history: number
  readonly deadline: number
  readonly fromTemplate: boolean
}
const APPS_V1: DeploymentDefaults = { surge: '25%', history: 10, deadline: 600, fromTemplate: false }
const DEPLOYMENT_DEFAULTS: Readonly<Record<string, DeploymentDefaults>> = {
  'extensions/v1beta1': { surge: 1, history: NEVER, deadline: NEVER, fromTemplate: true },
  'apps/v1beta1': { surge: '25%', history: 2, deadline: 600, fromTemplate: true },
}

function deploymentDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  const defaults = DEPLOYMENT_DEFAULTS[apiVersion] ?? APPS_V1
  if (defaults.fromTemplate) fromTemplate(object, labels, { matchLabels: { ...labels } })
  const spec = object.spec
  spec.replicas ??= 1
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= defaults.surge
    spec.strategy.rollingUpdate.maxSurge ??= defaults.surge
  }
  spec.revisionHistoryLimit ??= defaults.history
  spec.progressDeadlineSeconds ??= defaults.deadline
}

/** What the API of a profile fills in in StatefulSets, DaemonSets and Jobs that the other does not have. */
const MODERN: Readonly<Record<ProfileName, boolean>> = { 'v1.13': false, 'v1.35': true }

function statefulSetDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  const old = apiVersion === 'apps/v1beta1'
  if (old) fromTemplate(object, labels, { matchLabels: { ...labels } })
  const spec = object.spec
  spec.podManagementPolicy ||= 'OrderedReady'
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= old ? 'OnDelete' : 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.partition ??= 0
  }
  if (MODERN[profile]) {
    spec.persistentVolumeClaimRetentionPolicy ??= {}
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain'
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain'
  }
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  for (const claim of spec.volumeClaimTemplates ?? []) claimDefaults(claim)
}

function claimDefaults(claim: Obj): void {
  claim.apiVersion = 'v1'
  claim.kind = 'PersistentVolumeClaim'
  claim.spec ??= {}
  claim.spec.volumeMode ??= 'Filesystem'
  claim.status ??= {}
  claim.status.phase ||= 'Pending'
}

function daemonSetDefaults(object: Obj, apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  const old = apiVersion === 'extensions/v1beta1'
  if (old) fromTemplate(object, labels, { matchLabels: { ...labels } })
  const spec = object.spec
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= old ? 'OnDelete' : 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1
    if (MODERN[profile]) spec.updateStrategy.rollingUpdate.maxSurge ??= 0
  }
  spec.revisionHistoryLimit ??= 10
}

function jobDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  const labels = templateDefaults(object, profile)
  const spec = object.spec
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  if (MODERN[profile]) spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : NEVER
  else spec.backoffLimit ??= 6
  if (isEmpty(object.metadata?.labels) && !isEmpty(labels)) object.metadata = { ...object.metadata, labels: { ...labels } }
  if (!MODERN[profile]) return
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.manualSelector ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'
}

function cronJobDefaults(object: Obj, _apiVersion: string, profile: ProfileName): void {
  object.spec ??= {}
  const spec = object.spec
  spec.concurrencyPolicy ||= 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= 3
  spec.failedJobsHistoryLimit ??= 1
  if (spec.jobTemplate?.spec) templateDefaults(spec.jobTemplate, profile)
  if (spec.jobTemplate?.spec?.template) spec.jobTemplate.spec.template.metadata ??= {}
}

export const WORKLOAD_DEFAULTERS: Readonly<Record<string, Defaulter>> = {
  ReplicationController: controllerDefaults,
  ReplicaSet: replicaSetDefaults,
  Deployment: deploymentDefaults,
  StatefulSet: statefulSetDefaults,
  DaemonSet: daemonSetDefaults,
  Job: jobDefaults,
  CronJob: cronJobDefaults,
  PodTemplate: (object, _apiVersion, profile) => {
    if (object.template) podSpecDefaults((object.template.spec ??= {}), TEMPLATE_HOST_PORTS[profile])
  },
}
