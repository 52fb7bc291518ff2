// Validation of volumes: exactly one source each. What a source needs is in validate-volume-source.ts and validate-projected.ts.
import { duplicate, type FieldError, forbidden, invalid, required } from './field-error'
import type { Loose } from './loose'
import { dns1123Label } from './names'
import type { Path } from './path'
import { ruled } from './validate-meta'
import { INITIATOR_TEXT, type OfVolume, VOLUME_SOURCES } from './validate-volume-source'

/** All volumes of a pod spec: the errors, and the sound ones by name. `podName` is undefined in a template. */
export function validateVolumes(
  path: Path,
  volumes: readonly Loose[],
  podName: string | undefined,
): { readonly errors: FieldError[]; readonly sound: ReadonlyMap<string, Loose> } {
  const sound = new Map<string, Loose>()
  const claims = new Set(podName ? volumes.filter(v => v.ephemeral !== undefined).map(v => `${podName}-${v.name ?? ''}`) : [])
  const errors = volumes.flatMap((volume, i) => {
    const at = [...path, i]
    const name: string = volume.name ?? ''
    const wrong = [
      ...validateSources(at, volume, { name, podName }),
      ...(name === '' ? [required([...at, 'name'])] : ruled([...at, 'name'], name, dns1123Label)),
      ...(sound.has(name) ? [duplicate([...at, 'name'], name)] : []),
    ]
    if (wrong.length === 0) sound.set(name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claims.has(claim))
      wrong.push(
        invalid([...at, 'persistentVolumeClaim', 'claimName'], claim, 'must not reference a PVC that gets created for an ephemeral volume'),
      )
    return wrong
  })
  return { errors, sound }
}

/** Where the API server names a source otherwise when it is one too many. */
const OTHER_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

function validateSources(path: Path, volume: Loose, of: OfVolume): FieldError[] {
  const sources = VOLUME_SOURCES.filter(([name]) => volume[name] !== undefined)
  return [
    ...sources.flatMap(([name, check], i) =>
      i > 0
        ? [forbidden([...path, OTHER_NAMES[name] ?? name], 'may not specify more than 1 volume type')]
        : check([...path, name], volume[name], of),
    ),
    ...(volume.iscsi?.initiatorName !== undefined && `${of.name}:${volume.iscsi.targetPortal ?? ''}`.length > 64
      ? [invalid([...path, 'name'], of.name, INITIATOR_TEXT)]
      : []),
  ]
}
