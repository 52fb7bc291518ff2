// Validation of ConfigMaps.
import { type FieldError, invalid, keyed, tooLong } from './field-error'
import type { Loose } from './loose'
import { configKey } from './names'
import { ruled } from './validate-meta'

/** Of keys' values together. */
const MOST_BYTES = 1024 * 1024

export function validateConfigMap(object: Loose): FieldError[] {
  const [data, binary]: readonly Loose[] = [object.data ?? {}, object.binaryData ?? {}]
  const both = Object.keys(data!)
    .sort()
    .flatMap(key => [
      ...ruled(['data', keyed(key)], key, configKey),
      ...(Object.hasOwn(binary!, key) ? [invalid(['data', keyed(key)], key, 'duplicate of key present in binaryData')] : []),
    ])
  const bytes = [...Object.values(data!), ...Object.values(binary!)].reduce((sum: number, v) => sum + String(v).length, 0)
  return [
    ...both,
    ...Object.keys(binary!)
      .sort()
      .flatMap(key => ruled(['binaryData', keyed(key)], key, configKey)),
    ...(bytes > MOST_BYTES ? [tooLong([], MOST_BYTES)] : []),
  ]
}
