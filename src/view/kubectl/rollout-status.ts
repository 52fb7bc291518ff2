// What `kubectl rollout status` says of a workload at one moment, and whether it is done.
import type { KubeObject } from '../../apply/object'
import type { Deployment, DaemonSet, StatefulSet } from '../../apply/object-workloads'

interface RolloutStatus {
  readonly text: string
  readonly done: boolean
  /** The rollout failed: what stands behind `error: `. */
  readonly failed?: string
}

/** Of a Deployment, DaemonSet or StatefulSet; undefined for other kinds. */
export function rolloutStatus(object: KubeObject): RolloutStatus | undefined {
  switch (object.kind) {
    case 'Deployment':
      return deploymentStatus(object as Deployment)
    case 'DaemonSet':
      return daemonSetStatus(object as DaemonSet)
    case 'StatefulSet':
      return statefulSetStatus(object as StatefulSet)
    default:
      return undefined
  }
}

const waiting = (text: string): RolloutStatus => ({ text: `${text}\n`, done: false })

function deploymentStatus({ metadata, spec, status = {} }: Deployment): RolloutStatus {
  const name = JSON.stringify(metadata.name)
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) return waiting('Waiting for deployment spec update to be observed...')
  const progressing = status.conditions?.find(c => c.type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    const failed = `deployment ${name} exceeded its progress deadline`
    return { text: '', done: false, failed }
  }
  const [updated, total, available] = [status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0]
  const finish = `Waiting for deployment ${name} rollout to finish: `
  if (updated < spec.replicas) return waiting(`${finish}${updated} out of ${spec.replicas} new replicas have been updated...`)
  if (total > updated) return waiting(`${finish}${total - updated} old replicas are pending termination...`)
  if (available < updated) return waiting(`${finish}${available} of ${updated} updated replicas are available...`)
  return { text: `deployment ${name} successfully rolled out\n`, done: true }
}

function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  const name = JSON.stringify(metadata.name)
  if (spec.updateStrategy.type !== 'RollingUpdate')
    return { text: '', done: true, failed: `rollout status is only available for RollingUpdate strategy type` }
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) return waiting('Waiting for daemon set spec update to be observed...')
  const [wanted, updated, available] = [
    status?.desiredNumberScheduled ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
  ]
  const finish = `Waiting for daemon set ${name} rollout to finish: `
  if (updated < wanted) return waiting(`${finish}${updated} out of ${wanted} new pods have been updated...`)
  if (available < wanted) return waiting(`${finish}${available} of ${wanted} updated pods are available...`)
  return { text: `daemon set ${name} successfully rolled out\n`, done: true }
}

function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  if (spec.updateStrategy.type !== 'RollingUpdate')
    return { text: '', done: true, failed: 'rollout status is only available for RollingUpdate strategy type' }
  if (status?.observedGeneration === undefined || (metadata.generation ?? 0) > status.observedGeneration)
    return waiting('Waiting for statefulset spec update to be observed...')
  const ready = status.readyReplicas ?? 0
  if (ready < spec.replicas) return waiting(`Waiting for ${spec.replicas - ready} pods to be ready...`)
  const partition = spec.updateStrategy.rollingUpdate?.partition
  const updated = status.updatedReplicas ?? 0
  if (partition !== undefined) {
    const wanted = spec.replicas - partition
    if (updated < wanted)
      return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`)
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true }
  }
  if (status.updateRevision !== status.currentRevision)
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${status.updateRevision}...`)
  return {
    text: `statefulset rolling update complete ${status.currentReplicas ?? 0} pods at revision ${status.currentRevision}...\n`,
    done: true,
  }
}
