// Volumes and claims: a claim gets the smallest volume that fits it, and keeps it. Stands for the persistent volume controller and the controllers of the
// finalizers. Not simulated: provisioners, so that a claim of theirs waits; a claim of a class that waits for its first consumer is bound once a pod names it.
import type { Pod } from '../apply/object'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../apply/object-storage'
import type { Said } from '../cluster/event'
import { keyOf, objectOf, objectsOf, type State } from '../cluster/state'
import { type Change, put } from '../cluster/write'
import { CONTENT, type Controller, type Sync } from './controller'
import { amountOf } from './quantity'
import { matchesSelector } from './selector'

const BY = 'persistentvolume-controller'
const PROTECTED = { PersistentVolume: 'kubernetes.io/pv-protection', PersistentVolumeClaim: 'kubernetes.io/pvc-protection' } as const

export const volumes: Controller = {
  name: BY,
  latencyMs: 5,
  watches: ['PersistentVolume', 'PersistentVolumeClaim', 'StorageClass', 'Pod'],
  keys: ({ event: { object, type } }, state) => {
    if (object.kind === 'Pod') return claimsOf(object as Pod).filter(key => objectOf(state, 'PersistentVolumeClaim', key))
    const open = objectsOf(state, 'PersistentVolumeClaim')
      .filter(c => !isBound(c))
      .map(keyOf)
    if (object.kind === 'StorageClass') return open
    const own = type === 'DELETED' ? [] : [object.kind === 'PersistentVolume' ? `volume ${keyOf(object)}` : keyOf(object)]
    if (object.kind === 'PersistentVolume') return [...own, ...open]
    return [...own, ...(type === 'DELETED' ? volumesOf(state, keyOf(object)) : [])]
  },
  sync: (state, key) => {
    if (key.startsWith('volume ')) {
      const volume = objectOf(state, 'PersistentVolume', key.slice('volume '.length))
      return volume === undefined ? CONTENT : syncVolume(state, volume)
    }
    const claim = objectOf(state, 'PersistentVolumeClaim', key)
    return claim === undefined ? CONTENT : syncClaim(state, claim)
  },
}

/** The claims that a pod names, by key. */
export const claimsOf = (pod: Pod): readonly string[] =>
  (
    (pod.spec as { readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[] }).volumes ?? []
  ).flatMap(v =>
    v.persistentVolumeClaim?.claimName === undefined ? [] : [`${pod.metadata.namespace}/${v.persistentVolumeClaim.claimName}`],
  )

/** Whether a claim has its volume. */
export const isBound = (claim: PersistentVolumeClaim): boolean => claim.status?.phase === 'Bound'

const volumesOf = (state: State, claim: string): readonly string[] =>
  objectsOf(state, 'PersistentVolume').flatMap(v => (refKey(v) === claim ? [`volume ${keyOf(v)}`] : []))

const refKey = ({ spec: { claimRef } }: PersistentVolume): string | undefined => claimRef && `${claimRef.namespace}/${claimRef.name}`

/** Available as long as nobody has it, released when its claim is gone. */
function syncVolume(state: State, volume: PersistentVolume): Sync {
  const ref = refKey(volume)
  const claim = ref === undefined ? undefined : objectOf(state, 'PersistentVolumeClaim', ref)
  if (volume.metadata.deletionTimestamp !== undefined) return { changes: claim === undefined ? released(volume) : [] }
  const had = volume.spec.claimRef?.uid
  const phase = ref === undefined || (claim === undefined && had === undefined) ? 'Available' : claim === undefined ? 'Released' : undefined
  if (phase === undefined || volume.status?.phase === phase) return CONTENT
  return { changes: [put({ ...volume, status: { ...volume.status, phase } })] }
}

/** What goes has nobody to protect it any more. */
function released(object: PersistentVolume | PersistentVolumeClaim): readonly Change[] {
  const finalizers = (object.metadata.finalizers ?? []).filter(f => f !== PROTECTED[object.kind])
  if (finalizers.length === object.metadata.finalizers?.length) return []
  if (finalizers.length === 0) return [{ do: 'delete', kind: object.kind, key: keyOf(object) }]
  return [put({ ...object, metadata: { ...object.metadata, finalizers } })]
}

const usersOf = (state: State, claim: string): readonly Pod[] => objectsOf(state, 'Pod').filter(pod => claimsOf(pod).includes(claim))

function syncClaim(state: State, claim: PersistentVolumeClaim): Sync {
  const key = keyOf(claim)
  if (claim.metadata.deletionTimestamp !== undefined) return { changes: usersOf(state, key).length === 0 ? released(claim) : [] }
  if (isBound(claim)) return CONTENT
  const of = classOf(state, claim)
  const waits = typeof of === 'object' && of.volumeBindingMode === 'WaitForFirstConsumer' && usersOf(state, key).length === 0
  const volume = waits ? undefined : fitting(state, claim)
  return volume === undefined ? { said: [unbound(claim, of, waits)] } : { changes: bind(claim, volume) }
}

/** The class of a claim, the name of one that is not there, or nothing. */
function classOf(state: State, { spec }: PersistentVolumeClaim): StorageClass | string | undefined {
  const name = spec.storageClassName ?? ''
  return name === '' ? undefined : (objectOf(state, 'StorageClass', name) ?? name)
}

/** The smallest volume that has all that a claim asks for; of equal ones the first by name. One that was made for the claim comes first. */
function fitting(state: State, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  const { spec } = claim
  const size = (v: PersistentVolume): bigint => amountOf(v.spec.capacity?.storage ?? '0').nano
  const wanted = amountOf(spec.resources?.requests?.storage ?? '0').nano
  const fits = (v: PersistentVolume): boolean =>
    v.metadata.deletionTimestamp === undefined &&
    (refKey(v) === undefined ? v.status?.phase !== 'Released' : refKey(v) === keyOf(claim)) &&
    (spec.volumeName === undefined || v.metadata.name === spec.volumeName) &&
    (v.spec.storageClassName ?? '') === (spec.storageClassName ?? '') &&
    (v.spec.volumeMode ?? 'Filesystem') === (spec.volumeMode ?? 'Filesystem') &&
    (spec.accessModes ?? []).every(mode => (v.spec.accessModes ?? []).includes(mode)) &&
    size(v) >= wanted &&
    (spec.selector === undefined || matchesSelector(spec.selector, v.metadata.labels))
  const own = (v: PersistentVolume): number => (refKey(v) === keyOf(claim) ? 0 : 1)
  const order = (a: PersistentVolume, b: PersistentVolume): number =>
    own(a) - own(b) || Number(size(a) - size(b) > 0n) - Number(size(a) - size(b) < 0n) || (a.metadata.name < b.metadata.name ? -1 : 1)
  return objectsOf(state, 'PersistentVolume').filter(fits).sort(order)[0]
}

const NOTES = { bound: 'pv.kubernetes.io/bound-by-controller', done: 'pv.kubernetes.io/bind-completed' }

/** Both say whose they are. */
function bind(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly Change[] {
  const { name, namespace, uid } = claim.metadata
  const reference = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, ...(uid === undefined ? {} : { uid }) }
  const noted = (notes: object, note: object): object => ({ annotations: { ...notes, ...note } })
  return [
    put({
      ...volume,
      metadata: { ...volume.metadata, ...noted(volume.metadata.annotations ?? {}, { [NOTES.bound]: 'yes' }) },
      spec: { ...volume.spec, claimRef: { ...volume.spec.claimRef, ...reference } },
      status: { ...volume.status, phase: 'Bound' },
    } as PersistentVolume),
    put({
      ...claim,
      metadata: { ...claim.metadata, ...noted(claim.metadata.annotations ?? {}, { [NOTES.done]: 'yes', [NOTES.bound]: 'yes' }) },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
      status: { ...claim.status, phase: 'Bound', accessModes: volume.spec.accessModes ?? [], capacity: volume.spec.capacity ?? {} },
    } as PersistentVolumeClaim),
  ]
}

/** What is said of a claim that gets no volume. */
function unbound(claim: PersistentVolumeClaim, of: StorageClass | string | undefined, waits: boolean): Said {
  const said = (type: Said['type'], reason: string, message: string): Said => ({ about: claim, type, reason, message, component: BY })
  if (waits) return said('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
  if (of === undefined) return said('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
  if (typeof of === 'string') return said('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${of}" not found`)
  return said(
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${of.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  )
}
