// The image of the pause container, which holds a pod's network namespace, by Kubernetes version.

const BY_MINOR: readonly (readonly [number, string])[] = [
  [36, 'registry.k8s.io/pause:3.10.2'],
  [31, 'registry.k8s.io/pause:3.10'],
  [27, 'registry.k8s.io/pause:3.9'],
  [23, 'k8s.gcr.io/pause:3.6'],
  [22, 'k8s.gcr.io/pause:3.5'],
  [21, 'k8s.gcr.io/pause:3.4.1'],
  [18, 'k8s.gcr.io/pause:3.2'],
]

/** `k8s.gcr.io/pause:3.1` for v1.13. */
export function pauseImage(version: string): string {
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0)
  return BY_MINOR.find(([from]) => minor >= from)?.[1] ?? 'k8s.gcr.io/pause:3.1'
}
