// The selector of a new Job, and the labels of its pods that it selects by: the uid and the name. Stands for the Job strategy's generateSelector, and for
// defaulting on reading (a Job without labels takes its template's).
import type { KubeObject, Labels, ObjectMeta } from '../apply/object'
import type { ProfileName } from '../apply/profile'
import { CLUSTER_PROFILES } from './profile'

interface JobLike extends KubeObject {
  readonly spec: {
    readonly manualSelector?: boolean
    readonly selector?: { readonly matchLabels?: Labels }
    readonly template: { readonly metadata?: ObjectMeta }
  }
}

/** A Job whose uid is known, with its selector; one that selects by hand stays as it is. */
export function withJobSelector(object: KubeObject, metadata: ObjectMeta, profile: ProfileName): KubeObject {
  const { spec } = object as JobLike
  if (spec.manualSelector === true || spec.template === undefined) return { ...object, metadata }
  const { uid, name } = CLUSTER_PROFILES[profile].jobLabels
  const labels: Labels = {
    ...spec.template.metadata?.labels,
    ...Object.fromEntries(uid.map(key => [key, metadata.uid!])),
    ...Object.fromEntries(name.map(key => [key, metadata.name])),
  }
  const selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [uid[0]!]: metadata.uid! } }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const own = Object.keys(metadata.labels ?? {}).length === 0 ? { ...metadata, labels } : metadata
  return { ...object, metadata: own, spec: { ...spec, selector, template } } as KubeObject
}
