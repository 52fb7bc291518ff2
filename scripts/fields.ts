// Turns the published API descriptions (../shared/oracles/openapi) into our own field tables, src/apply/fields/*.ts.
// Run it with `node -r ts-node/register scripts/fields.ts` when a profile is added; the product never reads ../shared.
import { readFileSync, writeFileSync } from 'node:fs'
import { BESIDE } from './fields-beside'

interface Field {
  readonly type?: string
  readonly format?: string
  readonly ref?: string
  readonly oneOf?: readonly string[]
  readonly fields?: Readonly<Record<string, Field>>
  readonly required?: readonly string[]
  readonly items?: Field
  readonly map?: Field
  readonly default?: unknown
  readonly listType?: string
  readonly listMapKeys?: readonly string[]
  readonly patchStrategy?: string
  readonly patchMergeKey?: string
}
interface Description {
  readonly version: string
  readonly kinds: Readonly<Record<string, string>>
  readonly definitions: Readonly<Record<string, Field>>
}

const shortName = (name: string): string => name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.apis\.|apimachinery\.pkg\.)/, '')

function typeText(field: Field): string {
  if (field.ref !== undefined) return shortName(field.ref)
  if (field.items) return `[]${typeText(field.items)}`
  if (field.map) return `map ${typeText(field.map)}`
  if (field.format === 'int-or-string') return 'int-or-string'
  if (field.oneOf) return 'quantity'
  return field.format === 'int32' || field.format === 'int64' || field.format === 'byte' || field.format === 'date-time'
    ? field.format
    : (field.type ?? 'any')
}

/** `  ports []core.v1.ServicePort patch=merge:port list=map:port,protocol`; `!` marks a required field. */
function fieldLine(name: string, field: Field, required: boolean): string {
  const words = [`  ${name}${required ? '!' : ''} ${typeText(field)}`]
  if (field.patchStrategy) words.push(`patch=${field.patchStrategy}${field.patchMergeKey ? `:${field.patchMergeKey}` : ''}`)
  if (field.listType && field.listType !== 'atomic')
    words.push(`list=${field.listType}${field.listMapKeys ? `:${field.listMapKeys.join(',')}` : ''}`)
  return words.join(' ')
}

function definitionText(name: string, field: Field): string {
  const required = new Set(field.required)
  const lines = Object.entries(field.fields ?? {}).map(([key, value]) => fieldLine(key, value, required.has(key)))
  return [field.fields ? shortName(name) : `${shortName(name)} = ${/Quantity$/.test(name) ? 'quantity' : typeText(field)}`, ...lines].join(
    '\n',
  )
}

for (const profile of ['v1.13', 'v1.35']) {
  const api = JSON.parse(readFileSync(`../shared/oracles/openapi/kubernetes-${profile}.json`, 'utf8')) as Description
  const kinds = Object.entries(api.kinds).map(([kind, name]) => `${kind} ${shortName(name)}`)
  const definitions = Object.entries(api.definitions).map(([name, field]) => definitionText(name, field))
  kinds.push(BESIDE[profile]!.kinds)
  definitions.push(BESIDE[profile]!.definitions)
  const text = [...kinds, '', ...definitions].join('\n')
  if (/[`\\$]/.test(text)) throw new Error('a field name needs escaping')
  writeFileSync(
    `src/apply/fields/${profile}.ts`,
    `// Made by scripts/fields.ts from what Kubernetes ${api.version} publishes about its API. Do not edit.\n` +
      `// First the kinds with their definitions, then each definition with its fields; "!" required, patch= and list= how patches merge.\nexport const FIELDS = \`${text}\n\`\n`,
  )
}
