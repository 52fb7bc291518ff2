// What Go leaves out when it writes an object, and what it writes although nobody did: empty lists and maps and zeros go where the API may omit
// them, required ones come. Structs stay, even empty (`resources: {}`). Fields behind a feature gate that is off go too, as on their way into the
// store.
import { never } from '../error'
import { POINTERS } from './fields/pointers'
import type { Loose } from './loose'
import { quantityText } from './quantity-value'
import type { Definition, Schema, Type } from './schema'

/** Lists that are written even when they are empty: then as null. */
const ALWAYS_WRITTEN: Readonly<Record<string, readonly string[]>> = {
  'discovery.v1.EndpointSlice': ['endpoints', 'ports'],
  'core.v1.LimitRangeSpec': ['limits'],
  'rbac.v1.Role': ['rules'],
  'rbac.v1.ClusterRole': ['rules'],
  'rbac.v1.PolicyRule': ['verbs'],
}
/** Structs that are no pointers, so that they are always there. */
const ALWAYS_THERE: Readonly<Record<string, readonly string[]>> = {
  'batch.v1.JobTemplateSpec': ['metadata'],
  'networking.v1.NetworkPolicySpec': ['podSelector'],
}
/** What v1.35 takes and does not keep: its feature gate is off, or nothing reads it any more. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  'apps.v1.RollingUpdateStatefulSetStrategy': ['maxUnavailable'],
  'core.v1.Lifecycle': ['stopSignal'],
  'core.v1.NodeSpec': ['configSource'],
  'core.v1.PodSpec': ['workloadRef'],
  'core.v1.VolumeProjection': ['clusterTrustBundle', 'podCertificate'],
  'discovery.v1.Endpoint': ['deprecatedTopology'],
}
/** Required, and yet left out when it is zero; or optional, and yet written. */
const LEFT_OUT = new Set([
  'networking.v1.ParentReference.name',
  'networking.v1.ParentReference.resource',
  'core.v1.ContainerRestartRule.action',
  'core.v1.ContainerRestartRuleOnExitCodes.operator',
])
const WRITTEN = new Set([
  'core.v1.Event.reportingComponent',
  'core.v1.Event.reportingInstance',
  'apps.v1.StatefulSetOrdinals.start',
  'apps.v1.StatefulSetSpec.serviceName',
])

const pointers = new Map(POINTERS.split('\n').map(line => [line.slice(0, line.indexOf(' ')), line.split(' ').slice(1)]))

/** What becomes of the fields of one definition. */
interface Plan {
  readonly fields: ReadonlyMap<string, Fate>
  /** Zeros that are written when nobody did. */
  readonly zeros: readonly (readonly [string, unknown])[]
}
type Fate =
  | { readonly is: 'dropped' }
  | { readonly is: 'kept' }
  /** Written in the one form that each amount has. */
  | { readonly is: 'quantity' }
  /** Gone when it is empty. */
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  | { readonly is: 'struct'; readonly name: string }
  | { readonly is: 'scalar'; readonly zero: unknown }

const plans = new WeakMap<Definition, Plan>()
const ZEROS: Readonly<Record<string, unknown>> = { string: '', boolean: false, integer: 0, int32: 0, int64: 0 }

function planOf(definition: Definition): Plan {
  const known = plans.get(definition)
  if (known) return known
  const { name } = definition
  const fields = new Map<string, Fate>()
  const zeros: [string, unknown][] = []
  const held = new Set([...(pointers.get(name) ?? []), ...(definition.fields.has('metadata') ? ['apiVersion', 'kind'] : [])])
  for (const field of definition.fields.values()) {
    const zero = field.type.is === 'scalar' && /\.v1\./.test(name) && !held.has(field.name) ? ZEROS[field.type.scalar] : undefined
    const isWritten = WRITTEN.has(`${name}.${field.name}`) || (field.required && !LEFT_OUT.has(`${name}.${field.name}`))
    if (zero !== undefined && isWritten) zeros.push([field.name, zero])
    fields.set(field.name, DROPPED[name]?.includes(field.name) ? { is: 'dropped' } : fateOf(field.type, isWritten ? undefined : zero))
  }
  const plan = { fields, zeros }
  plans.set(definition, plan)
  return plan
}

function fateOf(type: Type, zero: unknown): Fate {
  switch (type.is) {
    case 'scalar':
      if (type.scalar === 'quantity') return { is: 'quantity' }
      return zero === undefined ? { is: 'kept' } : { is: 'scalar', zero }
    case 'list':
      return { is: 'list', of: type.of }
    case 'map':
      return { is: 'map', of: type.of }
    default:
      return type
  }
}

/** Makes an object in place what the store keeps of it. */
export function omitEmpty(schema: Schema, definition: string, object: Loose): void {
  const plan = planOf(schema.definition(definition))
  for (const name of Object.keys(object)) {
    const fate = plan.fields.get(name)
    if (isGone(schema, fate, object[name])) delete object[name]
    else if (fate?.is === 'quantity') object[name] = quantityText(object[name])
  }
  for (const [name, zero] of plan.zeros) object[name] ??= zero
  for (const name of ALWAYS_WRITTEN[definition] ?? []) object[name] ??= null
  for (const name of ALWAYS_THERE[definition] ?? []) object[name] ??= {}
}

/** Hooks that were nothing but a signal go with it. */
function isGoneStruct(schema: Schema, name: string, value: Loose): boolean {
  const signal = name === 'core.v1.Lifecycle' && value.stopSignal !== undefined
  omitEmpty(schema, name, value)
  return signal && Object.keys(value).length === 0
}

/** Whether a field goes; what stays is looked into. */
function isGone(schema: Schema, fate: Fate | undefined, value: unknown): boolean {
  if (fate === undefined || value === null || value === undefined) return false
  switch (fate.is) {
    case 'dropped':
      return true
    case 'scalar':
      return value === fate.zero
    case 'map':
      if (typeof value !== 'object') return false
      if (fate.of.is === 'scalar' && fate.of.scalar === 'quantity')
        for (const [key, amount] of Object.entries(value)) (value as Loose)[key] = quantityText(amount)
      return Object.keys(value).length === 0
    case 'list':
      if (!Array.isArray(value)) return false
      if (fate.of.is === 'struct') for (const item of value) omitEmpty(schema, fate.of.name, item as Loose)
      return value.length === 0
    case 'struct':
      return isGoneStruct(schema, fate.name, value as Loose)
    case 'kept':
    case 'quantity':
      return false
    default:
      return never(fate)
  }
}
