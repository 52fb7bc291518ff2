// `kubectl describe` of Secrets: how long their values are, not the values.
import { lengthOf, textOf } from '../../apply/base64'
import type { Secret } from '../../apply/object-config'
import type { State } from '../../cluster/state'
import { annotationLines, labelLines } from './describe-parts'

export function describeSecret(state: State, { metadata, type, data = {} }: Secret): string {
  const isToken = (key: string): boolean => key === 'token' && type === 'kubernetes.io/service-account-token'
  const lines = Object.keys(data)
    .sort()
    .map(key => `${key}:\t${isToken(key) ? textOf(data[key]!) : `${lengthOf(data[key]!)} bytes`}\n`)
  return [
    `Name:\t${metadata.name}\nNamespace:\t${metadata.namespace}\n`,
    labelLines('Labels', metadata.labels),
    annotationLines(state, metadata.annotations),
    `\nType:\t${type}\n\nData\n====\n`,
    ...lines,
  ].join('')
}
