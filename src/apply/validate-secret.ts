// Validation of Secrets: keys, sizes, and what each type must hold; what the API server warns of in a pair of certificate and key.
import { lengthOf, textOf } from './base64'
import { type FieldError, invalid, keyed, required, tooLong } from './field-error'
import type { Loose } from './loose'
import { configKey } from './names'
import { goJsonError } from './go-json-error'
import { ruled } from './validate-meta'

const MOST_BYTES = 1024 * 1024
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const REDACTED = '<secret contents redacted>'

type Data = Readonly<Record<string, string>>

const missing = (data: Data, key: string): FieldError[] => (Object.hasOwn(data, key) ? [] : [required(['data', keyed(key)])])

/** A file that has to be a JSON object. */
function jsonFile(data: Data, key: string): FieldError[] {
  if (!Object.hasOwn(data, key)) return missing(data, key)
  const wrong = goJsonError(textOf(data[key]!))
  return wrong === undefined ? [] : [invalid(['data', keyed(key)], REDACTED, wrong)]
}

/** What the types of Kubernetes' own ask for; all others ask nothing. */
const TYPES: Readonly<Record<string, (data: Data, object: Loose) => FieldError[]>> = {
  'kubernetes.io/service-account-token': (_, object) =>
    object.metadata?.annotations?.[ACCOUNT_NAME] ? [] : [required(['metadata', 'annotations', keyed(ACCOUNT_NAME)])],
  'kubernetes.io/dockercfg': data => jsonFile(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': data => jsonFile(data, '.dockerconfigjson'),
  'kubernetes.io/basic-auth': data => {
    const wrong = [...missing(data, 'username'), ...missing(data, 'password')]
    return wrong.length === 2 ? wrong : []
  },
  'kubernetes.io/ssh-auth': data => (data['ssh-privatekey'] ? [] : [required(['data', keyed('ssh-privatekey')])]),
  'kubernetes.io/tls': data => [...missing(data, 'tls.crt'), ...missing(data, 'tls.key')],
}

export function validateSecret(object: Loose): FieldError[] {
  const data: Data = object.data ?? {}
  const bytes = Object.values(data).reduce((sum, value) => sum + lengthOf(value), 0)
  return [
    ...Object.keys(data)
      .sort()
      .flatMap(key => ruled(['data', keyed(key)], key, configKey)),
    ...(bytes > MOST_BYTES ? [tooLong(['data'], MOST_BYTES)] : []),
    ...(TYPES[object.type]?.(data, object) ?? []),
  ]
}

/** A pair that Go's TLS does not find in the files. Whether key and certificate fit together is not looked at. */
export function secretWarnings(object: Loose): readonly string[] {
  if (object.type !== 'kubernetes.io/tls') return []
  const text = (key: string): string => textOf(object.data?.[key] ?? '')
  const wrong = pairError(text('tls.crt'), text('tls.key'))
  return wrong === undefined ? [] : [wrong]
}

const blocksOf = (pem: string): readonly string[] =>
  [...pem.matchAll(/^-----BEGIN ([^-\n]*)-----\r?\n(?:.*\n)*?-----END \1-----$/gm)].map(m => m[1]!)

/** Why a certificate and a key cannot be read, as crypto/tls says it. */
export function pairError(certificate: string, key: string): string | undefined {
  const certificates = blocksOf(certificate)
  if (!certificates.includes('CERTIFICATE')) {
    if (certificates.length === 0) return 'tls: failed to find any PEM data in certificate input'
    return certificates.length === 1 && certificates[0]!.endsWith('PRIVATE KEY')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certificates.join(' ')}]`
  }
  const keys = blocksOf(key)
  if (keys.some(type => type.endsWith('PRIVATE KEY'))) return undefined
  if (keys.length === 0) return 'tls: failed to find any PEM data in key input'
  return keys.length === 1 && keys[0] === 'CERTIFICATE'
    ? 'tls: found a certificate rather than a key in the PEM for the private key'
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keys.join(' ')}]`
}
