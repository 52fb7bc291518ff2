// The completion index of an Indexed Job's pods: in their name and hostname, as a label and an annotation, in every container's environment.
// Stands for pkg/controller/job/indexed_job_utils.go. Not simulated: failures by index.
import type { Container, Pod } from '../apply/object'
import type { Job } from '../apply/object-workloads'
import { isActive } from './pod-state'

const INDEX = 'batch.kubernetes.io/job-completion-index'

/** A pod's index; -1 where it has none. */
export const indexOf = (pod: Pod): number => Number(pod.metadata.annotations?.[INDEX] ?? -1)

/** The indexes below `completions` that no pod has that runs or has succeeded, ascending. */
export function indexesLeft(pods: readonly Pod[], completions: number): readonly number[] {
  const had = new Set(pods.filter(p => isActive(p) || p.status?.phase === 'Succeeded').map(indexOf))
  return Array.from({ length: completions }, (_, i) => i).filter(i => !had.has(i))
}

/** The pod of one index: `<job>-<index>-` before its random letters, and as hostname what stands before them. */
export function indexedPod(job: Job, pod: Pod, index: number): Pod {
  const name = `${job.metadata.name}-${index}`
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } } }
  const told = (c: Container): Container => (c.env?.some(e => e.name === variable.name) ? c : { ...c, env: [...(c.env ?? []), variable] })
  const { metadata, spec } = pod
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: `${name}-`,
      labels: { ...metadata.labels, [INDEX]: `${index}` },
      annotations: { ...metadata.annotations, [INDEX]: `${index}` },
    },
    spec: {
      ...spec,
      hostname: name,
      containers: spec.containers.map(told),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(told) }),
    },
  }
}

/** `0-2,4`, as a Job's status has it. */
export function rangesText(indexes: readonly number[]): string {
  const runs: [number, number][] = []
  for (const i of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === i - 1) last[1] = i
    else runs.push([i, i])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}${to === from + 1 ? ',' : '-'}${to}`)).join(',')
}
