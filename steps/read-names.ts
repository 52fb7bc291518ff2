// Readers of the words of steps about names: resolvers, types of records, what a name server says.
import { isResolver } from '../src/dns/json'
import { RECORD_TYPES, readRecordType, type RecordType } from '../src/dns/record'
import { RESOLVERS, type ResolverName } from '../src/dns/query'
import { didYouMean } from '../src/cluster/nearest'
import { problem } from '../src/error'

const RCODES = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'FORMERR', 'TIMEOUT', 'UNREACHABLE'] as const

export function readResolver(text: string): ResolverName {
  if (!isResolver(text)) throw problem('STEP_VALUE', `'${text}' is no resolver.`, { fix: didYouMean(text, RESOLVERS) })
  return text
}

export function readRcode(text: string): string {
  const found = RCODES.find(r => r === text)
  if (found === undefined) throw problem('STEP_VALUE', `'${text}' is nothing that a name server says.`, { fix: didYouMean(text, RCODES) })
  return found
}

export function readType(text: string): RecordType {
  const type = readRecordType(text)
  if (type === undefined) throw problem('STEP_VALUE', `'${text}' is no type of records.`, { fix: didYouMean(text, RECORD_TYPES) })
  return type
}
