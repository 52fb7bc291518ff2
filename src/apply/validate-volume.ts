// Validation of volumes: exactly one source each, and what the common sources need.
import { duplicate, type FieldError, forbidden, invalid, required, unsupported } from './field-error'
import type { Loose } from './loose'
import { dns1123Label } from './names'
import type { Path } from './path'
import { quantityValue } from './quantity-value'
import { localPath } from './validate-container'
import { ruled } from './validate-meta'

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const MODE_TEXT = 'must be a number between 0 and 0777 (octal), both inclusive'

/** All volumes of a pod spec: the errors, and the sound ones by name. */
export function validateVolumes(
  path: Path,
  volumes: readonly Loose[],
): { readonly errors: FieldError[]; readonly sound: ReadonlyMap<string, Loose> } {
  const sound = new Map<string, Loose>()
  const errors = volumes.flatMap((volume, i) => {
    const at = [...path, i]
    const name: string = volume.name ?? ''
    const wrong = [
      ...validateSources(at, volume),
      ...(name === '' ? [required([...at, 'name'])] : ruled([...at, 'name'], name, dns1123Label)),
      ...(sound.has(name) ? [duplicate([...at, 'name'], name)] : []),
    ]
    if (wrong.length === 0) sound.set(name, volume)
    return wrong
  })
  return { errors, sound }
}

/** In the order in which the API server looks for them. */
const CHECKS: Readonly<Record<string, (path: Path, source: Loose) => FieldError[]>> = {
  emptyDir: (path, s) =>
    s.sizeLimit !== undefined && quantityValue(s.sizeLimit) < 0
      ? [forbidden([...path, 'sizeLimit'], 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: (path, s) => [
    ...(s.path ? noBackSteps([...path, 'path'], s.path) : [required([...path, 'path'])]),
    ...(s.type === undefined || HOST_PATH_TYPES.includes(s.type) ? [] : [unsupported([...path, 'type'], s.type, HOST_PATH_TYPES)]),
  ],
  secret: (path, s) => [...(s.secretName ? [] : [required([...path, 'secretName'])]), ...validateFiles(path, s)],
  nfs: (path, s) => [
    ...(s.server ? [] : [required([...path, 'server'])]),
    ...(s.path ? [] : [required([...path, 'path'])]),
    ...(s.path && !s.path.startsWith('/') ? [invalid([...path, 'path'], s.path, 'must be an absolute path')] : []),
  ],
  persistentVolumeClaim: (path, s) => (s.claimName ? [] : [required([...path, 'claimName'])]),
  downwardAPI: (path, s) => validateFiles(path, { ...s, items: undefined }),
  configMap: (path, s) => [...(s.name ? [] : [required([...path, 'name'])]), ...validateFiles(path, s)],
  projected: (path, s) => [
    ...((s.sources ?? []) as Loose[]).flatMap((source, i) =>
      source.serviceAccountToken && !source.serviceAccountToken.path
        ? [required([...path, 'sources', i, 'serviceAccountToken', 'path'])]
        : [],
    ),
    ...validateFiles(path, { ...s, items: undefined }),
  ],
  csi: (path, s) => (s.driver ? [] : [required([...path, 'driver'])]),
}

function validateSources(path: Path, volume: Loose): FieldError[] {
  const known = Object.keys(CHECKS).filter(name => volume[name] !== undefined)
  const others = Object.keys(volume).filter(name => name !== 'name' && CHECKS[name] === undefined)
  return [...known, ...others].flatMap((name, i) =>
    i > 0 ? [forbidden([...path, name], 'may not specify more than 1 volume type')] : (CHECKS[name]?.([...path, name], volume[name]) ?? []),
  )
}

function validateFiles(path: Path, source: Loose): FieldError[] {
  const mode = (at: Path, value: number | undefined): FieldError[] =>
    value === undefined || (value >= 0 && value <= 0o777) ? [] : [invalid(at, value, MODE_TEXT)]
  return [
    ...mode([...path, 'defaultMode'], source.defaultMode),
    ...((source.items ?? []) as Loose[]).flatMap((item, i) => {
      const at = [...path, 'items', i]
      return [
        ...(item.key ? [] : [required([...at, 'key'])]),
        ...(item.path ? localPath([...at, 'path'], item.path) : [required([...at, 'path'])]),
        ...mode([...at, 'mode'], item.mode),
      ]
    }),
  ]
}

const noBackSteps = (path: Path, text: string): FieldError[] =>
  text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : []
