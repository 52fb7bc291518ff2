// The tolerations that admission gives every new pod: it stays on a lost node for five minutes. Stands for DefaultTolerationSeconds.
import type { Pod } from '../apply/object'

const TOLERATIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(key => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

/** The pod's own tolerations, and the two default ones where no own one speaks of the same taint. Idempotent. */
export function defaultTolerations(pod: Pod): NonNullable<Pod['spec']['tolerations']> {
  const own = pod.spec.tolerations ?? []
  return own.length === 0
    ? TOLERATIONS
    : [...own, ...TOLERATIONS.filter(t => !own.some(o => (!o.key || o.key === t.key) && (o.effect || t.effect) === t.effect))]
}

/** A pod as admission left it: one that a cluster has stored already (it has a uid or a version) keeps what it has. */
export function tolerantPod(pod: Pod): Pod {
  const { uid, resourceVersion } = pod.metadata
  return uid || resourceVersion ? pod : { ...pod, spec: { ...pod.spec, tolerations: defaultTolerations(pod) } }
}
