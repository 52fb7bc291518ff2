// `kubectl describe`: which objects; the texts are in describe-*.ts. ConfigMaps and Namespaces follow the same order as kubectl's.
import type { Kind, Kinds, KubeObject } from '../../apply/object'
import type { State } from '../../cluster/state'
import type { Arguments } from './arguments'
import { flag, isSet } from './arguments'
import {
  describeIngress,
  describeIngressClass,
  describeIpAddress,
  describeNetworkPolicy,
  describeServiceAccount,
  describeServiceCidr,
} from './describe-network'
import { describeCronJob, describeDaemonSet, describeJob, describeStatefulSet } from './describe-sets'
import { describeConfigMap, describeEndpoints, describeEndpointSlice, describeNamespace, describeNode } from './describe-other'
import { describeSecret } from './describe-secret'
import { describeBudget, describePriorityClass } from './describe-policy'
import { describeAutoscaler, describeBinding, describeRole } from './describe-access'
import { describeClaim, describeStorageClass, describeVolume } from './describe-storage'
import { describeLimitRange } from './describe-limits'
import { describeResourceQuota } from './describe-quota'
import { describePod } from './describe-pod'
import { describeService } from './describe-service'
import { describeDeployment, describeReplicaSet, describeReplicationController } from './describe-workload'
import { type Chosen, choose, namespaceOf } from './choose'
import { chooseAll } from './choose-files'
import { KINDS } from '../../cluster/kind'
import { KUBECTL_PROFILES } from './profile'
import { failed, type KubectlFiles, type Reply } from './reply'
import { serverResource } from './resource'
import { described } from './tabs'

const DESCRIBERS: { readonly [K in Kind]?: (state: State, object: Kinds[K]) => string } = {
  Pod: describePod,
  Service: describeService,
  Deployment: describeDeployment,
  ReplicaSet: describeReplicaSet,
  ReplicationController: describeReplicationController,
  StatefulSet: describeStatefulSet,
  DaemonSet: describeDaemonSet,
  Job: describeJob,
  CronJob: describeCronJob,
  NetworkPolicy: describeNetworkPolicy,
  Ingress: describeIngress,
  IngressClass: describeIngressClass,
  IPAddress: describeIpAddress,
  ServiceCIDR: describeServiceCidr,
  ServiceAccount: describeServiceAccount,
  Node: describeNode,
  Endpoints: describeEndpoints,
  EndpointSlice: describeEndpointSlice,
  Namespace: describeNamespace,
  ConfigMap: describeConfigMap,
  Secret: describeSecret,
  ResourceQuota: describeResourceQuota,
  LimitRange: describeLimitRange,
  PersistentVolume: describeVolume,
  PersistentVolumeClaim: describeClaim,
  StorageClass: describeStorageClass,
  Role: describeRole,
  RoleBinding: describeBinding,
  ClusterRole: describeRole,
  ClusterRoleBinding: describeBinding,
  HorizontalPodAutoscaler: describeAutoscaler,
  PodDisruptionBudget: describeBudget,
  PriorityClass: describePriorityClass,
}

/** A description without its last part where `--show-events=false` says so. */
const withEvents = (args: Arguments, text: string): string =>
  flag(args, 'show-events') === 'false' ? text.replace(/^Events:.*\n(?: .*\n)*$/m, '') : text

const NOTHING_GIVEN =
  'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'

/** A kind and one word that nothing is named: all that begins with the word. */
function begunWith(state: State, args: Arguments, [first, ...others]: readonly Chosen[]): Reply | undefined {
  const [, word, more] = args.words
  if (first === undefined || others.length > 0 || first.missing.length === 0 || word === undefined || more !== undefined) return undefined
  const all = choose(state, { ...args, words: args.words.slice(0, 1) })
  const objects = 'wrong' in all ? [] : all.flatMap(c => c.objects).filter(o => o.metadata.name.startsWith(word))
  const describer = DESCRIBERS[first.kind] as ((state: State, object: KubeObject) => string) | undefined
  if (objects.length === 0 || describer === undefined) return undefined
  return { state, stdout: objects.map(o => `${withEvents(args, described(describer(state, o)))}\n`).join(''), stderr: '', exit: 0 }
}

/** The whole command. */
export function describe(state: State, args: Arguments, files: KubectlFiles): Reply {
  const chosen = chooseAll(state, args, files, NOTHING_GIVEN)
  if ('wrong' in chosen) return failed(state, chosen.wrong)
  const begun = begunWith(state, args, chosen)
  if (begun !== undefined) return begun
  const wrong = chosen.flatMap(c =>
    c.missing.map(name => `Error from server (NotFound): ${serverResource(state, c.kind)} "${name}" not found`),
  )
  const texts: string[] = []
  for (const { kind, objects } of chosen) {
    const describer = DESCRIBERS[kind] as ((state: State, object: KubeObject) => string) | undefined
    if (describer === undefined) return failed(state, `hopspec: kubectl describe ${KINDS[kind].resource} is not modelled.`)
    for (const object of objects) texts.push(withEvents(args, described(describer(state, object))))
  }
  const profile = KUBECTL_PROFILES[state.config.profile]
  const nothing =
    texts.length === 0 && wrong.length === 0 && !isSet(args, 'ignore-not-found')
      ? [profile.nothingFound(chosen.some(c => KINDS[c.kind].namespaced) ? namespaceOf(args) : undefined)]
      : []
  const warning = chosen.some(c => c.kind === 'Endpoints') && profile.endpointsWarning ? [profile.endpointsWarning] : []
  return {
    state,
    stdout: texts.join('\n\n'),
    stderr: [...warning, ...nothing, ...wrong].map(l => `${l}\n`).join(''),
    exit: wrong.length > 0 ? 1 : 0,
  }
}
