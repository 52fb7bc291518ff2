// A pod made from a template, with what admission adds to every pod. Stands for controller.GetPodFromTemplate, ServiceAccount, DefaultTolerationSeconds and Priority admission.
import type { Container, KubeObject, Pod, PodTemplate } from '../apply/object'
import { defaultTolerations } from '../cluster/default-tolerations'
import { extended } from '../cluster/extended'
import { seedOf, suffix } from '../cluster/random'
import type { State } from '../cluster/state'
import { withLimitDefaults } from './limits'
import { admittedPriority } from './priority'
import { CONTROL_PROFILES } from './profile'
import { ownerReference } from './selector'

/** A pod that `owner` makes; its name follows from generateName. */
export function podFromTemplate(owner: KubeObject, template: PodTemplate): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace!,
      ...(template.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
    status: { phase: 'Pending' },
  }
}

/** A container that says how much it may take and not what it asks for asks for that: a default of pods, not of templates. */
function withRequests(pod: Pod): Pod {
  const lacks = (c: Container): boolean =>
    Object.keys(c.resources?.limits ?? {}).some(name => !Object.hasOwn(c.resources?.requests ?? {}, name))
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  if (!all.some(lacks)) return pod
  const filled = (c: Container): Container =>
    lacks(c) ? { ...c, resources: { ...c.resources, requests: { ...c.resources!.limits, ...c.resources!.requests } } } : c
  const { containers, initContainers } = pod.spec
  return {
    ...pod,
    spec: { ...pod.spec, containers: containers.map(filled), ...(initContainers && { initContainers: initContainers.map(filled) }) },
  }
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The pod as admission leaves it: service account and its volume, default tolerations, priority, the limits of its namespace, phase Pending. */
export function admittedPod(state: State, bare: Pod): Pod {
  const pod = withLimitDefaults(state, withRequests(bare))
  const spec = pod.spec as Pod['spec'] & {
    readonly volumes?: readonly object[]
    readonly serviceAccountName?: string
  }
  const account = spec.serviceAccountName || 'default'
  const admitted = admittedPriority(state, pod)
  const projected = CONTROL_PROFILES[state.config.profile].serviceAccountVolume === 'projected'
  const purpose = projected ? `api access ${pod.metadata.namespace}/${pod.metadata.name}` : `token ${pod.metadata.namespace}/${account}`
  const volume = [projected ? 'kube-api-access' : `${account}-token`, suffix(seedOf(state.seed, purpose))].join('-')
  const mount = { name: volume, readOnly: true, mountPath: TOKEN_PATH }
  const mounted = (c: Container) => {
    const mounts = (c as { volumeMounts?: readonly { mountPath: string }[] }).volumeMounts ?? []
    if (mounts.some(m => m.mountPath === TOKEN_PATH)) return c
    return extended(c, { volumeMounts: mounts.concat(mount) })
  }
  return {
    ...pod,
    spec: extended(spec, {
      volumes: (spec.volumes ?? []).concat(
        projected ? { name: volume, projected: PROJECTED_TOKEN } : { name: volume, secret: { secretName: volume, defaultMode: 420 } },
      ),
      containers: spec.containers.map(mounted),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(mounted) }),
      serviceAccountName: account,
      serviceAccount: account,
      tolerations: defaultTolerations(pod),
      ...(projected ? admitted : { priority: admitted.priority }),
      enableServiceLinks: true,
    }) as Pod['spec'],
    status: { phase: 'Pending', qosClass: qosClass(pod), ...pod.status } as Pod['status'],
  }
}

/** What is in the volume of every token. */
const PROJECTED_TOKEN = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ],
  defaultMode: 420,
}

/** BestEffort without any request or limit, Guaranteed when limits and requests of cpu and memory agree everywhere, else Burstable. */
export function qosClass(pod: Pod): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const all = pod.spec.containers.map(c => c.resources ?? {})
  if (all.every(r => Object.keys(r.limits ?? {}).length + Object.keys(r.requests ?? {}).length === 0)) return 'BestEffort'
  const guaranteed = all.every(r =>
    ['cpu', 'memory'].every(name => r.limits?.[name] !== undefined && (r.requests?.[name] ?? r.limits[name]) === r.limits[name]),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
