// What controllers of each version do and say differently, as data: event texts and sources, bands of the allocators, victim order, fields of statuses.
import type { ProfileName } from '../apply/profile'

export interface ControlProfile {
  readonly scaled: (way: 'up' | 'down', name: string, from: number, to: number) => string
  readonly pulling: (image: string) => string
  readonly pulledPresent: (image: string) => string
  /** After a pull of so many milliseconds. */
  readonly pulled: (image: string, ms: number) => string
  readonly created: (container: string) => string
  readonly started: (container: string) => string
  readonly killing: (container: string) => string
  /** What becomes of a probe that could not even ask. */
  readonly probeErrored: string
  readonly untolerated: string
  /** A node that the pod's nodeSelector or node affinity leaves out. */
  readonly unmatched: string
  /** A node that a pod which names its nodes does not name; undefined: no words of its own. */
  readonly outOfNames: string | undefined
  /** A pod names a claim of a volume that is not there. */
  readonly claimRefused: (nodes: number, why: string) => string
  /** In which order rules between pods are looked at. */
  readonly affinityOrder: readonly ('existing' | 'affinity' | 'antiAffinity')[]
  /** What is said where a rule between pods is broken. */
  readonly affinity: (rule: string) => readonly string[]
  /** What the controller of StatefulSets says, and whether their pods carry their number as a label. */
  readonly stateful: {
    readonly created: (pod: string, set: string) => string
    readonly deleted: (pod: string, set: string) => string
    readonly podIndex: boolean
  }
  /** Until a node is taken for lost after its last heartbeat, in seconds. */
  readonly nodeGraceSeconds: number
  /** Whether pods tell every address of their node. */
  readonly hostIPs: boolean
  /** What follows `0/3 nodes are available: ….`; empty in old releases. */
  readonly preemption: boolean
  /** Lower part of a range that automatic allocation leaves to explicit requests (KEP-3070, KEP-3668). */
  readonly bands: boolean
  /** Ages compared in powers of two on scale-down (LogarithmicScaleDown). */
  readonly logarithmicScaleDown: boolean
  /** Whether pods carry the condition PodReadyToStartContainers. */
  readonly readyToStart: boolean
  /** Whether a namespace that goes is first emptied of its pods. */
  readonly podsGoFirst: boolean
  /** Whether workloads count terminatingReplicas. */
  readonly terminatingReplicas: boolean
  /** Whether a key of a ConfigMap can name a variable; others are skipped. */
  readonly isEnvName: (key: string) => boolean
  /** What ends a sentence of LimitRange admission. */
  readonly limitEnd: '.' | ''
  /** Whether PodDisruptionBudgets have conditions, and an empty selector all pods (policy/v1). */
  readonly budgetConditions: boolean
  readonly endpointsManagedByLabel: boolean
  /** How many addresses Endpoints hold (1,000 from 1.22 on). */
  readonly endpointsCapacity: number
  /** Whether the API has fields of dual-stack Services. */
  readonly ipFamilies: boolean
  /** clusterIP errors: the field's path and how the wanted address is shown. */
  readonly clusterIPField: (ip: string) => string
  readonly outOfRange: (ip: string, network: string) => string
  readonly alreadyAllocated: (ip: string) => string
  readonly serviceAccountVolume: 'token' | 'projected'
  /** The scheduler writes Events through events.k8s.io: no `source`, no times of first and last. */
  readonly schedulerSource: boolean
}

export const CONTROL_PROFILES: Readonly<Record<ProfileName, ControlProfile>> = {
  'v1.13': {
    scaled: (way, name, _from, to) => `Scaled ${way} replica set ${name} to ${to}`,
    pulling: image => `pulling image "${image}"`,
    pulledPresent: image => `Container image "${image}" already present on machine`,
    pulled: image => `Successfully pulled image "${image}"`,
    created: () => 'Created container',
    started: () => 'Started container',
    killing: container => `Killing container with id docker://${container}:Need to kill Pod`,
    probeErrored: 'errored',
    untolerated: "node(s) had taints that the pod didn't tolerate",
    unmatched: "node(s) didn't match node selector",
    outOfNames: undefined,
    claimRefused: (_nodes, why) => why,
    affinityOrder: ['existing', 'affinity', 'antiAffinity'],
    affinity: rule => ["node(s) didn't match pod affinity/anti-affinity", rule],
    stateful: {
      created: (pod, set) => `create Pod ${pod} in StatefulSet ${set} successful`,
      deleted: (pod, set) => `delete Pod ${pod} in StatefulSet ${set} successful`,
      podIndex: false,
    },
    nodeGraceSeconds: 40,
    hostIPs: false,
    preemption: false,
    bands: false,
    logarithmicScaleDown: false,
    readyToStart: false,
    isEnvName: key => /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key) && key !== '.' && !key.startsWith('..'),
    podsGoFirst: false,
    terminatingReplicas: false,
    limitEnd: '.',
    budgetConditions: false,
    endpointsManagedByLabel: false,
    endpointsCapacity: Number.POSITIVE_INFINITY,
    ipFamilies: false,
    clusterIPField: ip => `spec.clusterIP: Invalid value: "${ip}"`,
    outOfRange: (_ip, network) => `provided IP is not in the valid range. The range of valid IPs is ${network}`,
    alreadyAllocated: () => 'provided IP is already allocated',
    serviceAccountVolume: 'token',
    schedulerSource: true,
  },
  'v1.35': {
    scaled: (way, name, from, to) => `Scaled ${way} replica set ${name} from ${from} to ${to}`,
    pulling: image => `Pulling image "${image}"`,
    pulledPresent: image => `Container image "${image}" already present on machine and can be accessed by the pod`,
    pulled: (image, ms) => `Successfully pulled image "${image}" in ${ms}ms (${ms}ms including waiting).`,
    created: () => 'Container created',
    started: () => 'Container started',
    killing: container => `Stopping container ${container}`,
    probeErrored: 'errored and resulted in unknown state',
    untolerated: 'node(s) had untolerated taint(s)',
    unmatched: "node(s) didn't match Pod's node affinity/selector",
    outOfNames: "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    claimRefused: (nodes, why) => `0/${nodes} nodes are available: ${why}. not found`,
    affinityOrder: ['affinity', 'antiAffinity', 'existing'],
    affinity: rule => [rule],
    stateful: {
      created: (pod, set) => `Create Pod ${pod} in StatefulSet ${set} successful`,
      deleted: (pod, set) => `Delete Pod ${pod} in StatefulSet ${set} successful`,
      podIndex: true,
    },
    nodeGraceSeconds: 50,
    hostIPs: true,
    preemption: true,
    bands: true,
    logarithmicScaleDown: true,
    readyToStart: true,
    isEnvName: key => /^[ -<>-~]+$/.test(key),
    podsGoFirst: true,
    terminatingReplicas: true,
    limitEnd: '',
    budgetConditions: true,
    endpointsManagedByLabel: true,
    endpointsCapacity: 1000,
    ipFamilies: true,
    clusterIPField: ip => `spec.clusterIPs: Invalid value: ["${ip}"]`,
    outOfRange: ip => `failed to allocate IP ${ip}: the provided network does not match the current range`,
    alreadyAllocated: ip => `failed to allocate IP ${ip}: provided IP is already allocated`,
    serviceAccountVolume: 'projected',
    schedulerSource: false,
  },
}

interface RequestProfile {
  /** Whether the API server keeps who wrote which field (from 1.18 on). */
  readonly managesFields: boolean
  /** Whether the API server allocates addresses before it validates. */
  readonly allocatesFirst: boolean
  /** Whether a Service that changes its type loses by itself what the new type may not have (from 1.20 on). */
  readonly dropsTypeFields: boolean
  /** Whether there are IngressClasses (from 1.18 on), one of which may be the default one. */
  readonly ingressClasses: boolean
}

/** How the API server takes requests. */
export const REQUEST_PROFILES: Readonly<Record<ProfileName, RequestProfile>> = {
  'v1.13': { managesFields: false, allocatesFirst: false, dropsTypeFields: false, ingressClasses: false },
  'v1.35': { managesFields: true, allocatesFirst: true, dropsTypeFields: true, ingressClasses: true },
}
