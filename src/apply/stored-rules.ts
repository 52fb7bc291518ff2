// How an object of the store is judged: what the API server's validation refuses in a field that an answer can depend on is an error,
// what it refuses elsewhere (a container without an image) is one line on stderr. Allocation's complaints are in stored-allocation.ts.
import { ipText, readIp, readIpLeniently } from '../addr/ip'
import type { Problem } from '../error'
import { type FieldError, fieldErrorText } from './field-error'
import { nearest } from './finding-text'
import type { Loose } from './loose'
import type { Accepted } from './object'
import { type Path, pathText } from './path'
import type { ProfileName } from './profile'
import { validateCreate } from './validate'

/** Fields that no packet, rule, name or printed answer of ours depends on. */
const ELSEWHERE =
  /(^|\.)(image|imagePullPolicy|resources|env|envFrom|volumes|volumeMounts|volumeDevices|lifecycle|securityContext|livenessProbe|startupProbe|command|args|workingDir|hostAliases|dnsConfig|annotations|ownerReferences|generateName|revisionHistoryLimit|progressDeadlineSeconds|appProtocol)(\.|$)|^data\b|^binaryData\b/

interface Judgement {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}
const FINE: Judgement = { problems: [], warnings: [] }

/** Judges a decoded and defaulted object. */
export function judgeStored(accepted: Accepted, profile: ProfileName): Judgement {
  const { object } = accepted
  const errors = validateCreate(object.kind, object)
  const problems: Problem[] = [...(object.metadata.name ? [] : [nameless(accepted)]), ...statusProblems(accepted)]
  if (errors.length === 0 && problems.length === 0) return FINE
  const warnings: Problem[] = []
  for (const error of errors) {
    if (!object.metadata.name && pathText(error.path) === 'metadata.name') continue
    const dotted = error.path.filter(step => typeof step === 'string').join('.')
    const problem = storedProblem(accepted, error, profile)
    if (ELSEWHERE.test(dotted) || isLenient(error)) warnings.push(problem)
    else problems.push(problem)
  }
  return { problems, warnings }
}

/** Addresses that packets go by, but that no validation of a request looks at: each field with its value. */
function statusAddresses({ kind, status = {} }: Loose): readonly (readonly [Path, unknown])[] {
  if (kind === 'Pod')
    return [
      [['status', 'podIP'], status.podIP],
      [['status', 'hostIP'], status.hostIP],
      ...(status.podIPs ?? []).map((p: Loose, i: number) => [['status', 'podIPs', i, 'ip'], p.ip] as const),
    ]
  if (kind !== 'Node') return []
  return (status.addresses ?? []).flatMap((a: Loose, i: number) =>
    a.type === 'InternalIP' || a.type === 'ExternalIP' ? [[['status', 'addresses', i, 'address'], a.address] as const] : [],
  )
}

/** Such addresses must be readable without guessing: no leading zeros. */
function statusProblems(accepted: Accepted): readonly Problem[] {
  return statusAddresses(accepted.object as Loose).flatMap(([path, text]): Problem[] => {
    if (typeof text !== 'string' || text === '' || readIp(text) !== undefined) return []
    const ip = readIpLeniently(text)
    return [
      {
        code: 'INVALID_VALUE',
        message: `${accepted.object.kind} ${accepted.object.metadata.name ?? ''}: ${pathText(path)} is '${text}', which is no address.`,
        place: accepted.placeOf(placePath(path)),
        fix: `Write ${ip === undefined ? 'one like 10.244.1.2' : ipText(ip)}.`,
      },
    ]
  })
}

/** Snapshots of other versions and half-written specs that only a request would be refused for: kube-proxy ignores such fields. */
const isLenient = (error: FieldError): boolean =>
  error.detail === 'must be empty when `clusterIP` is not specified' ||
  (error.path.at(-1) === 'healthCheckNodePort' && error.detail.startsWith('may only be set'))

const nameless = (accepted: Accepted): Problem => ({
  code: 'MISSING_FIELD',
  message: `${accepted.object.kind} metadata has no 'name', which every object of the store has.`,
  place: accepted.placeOf('metadata'),
  fix: "Add 'name: …' below 'metadata'.",
})

function storedProblem(accepted: Accepted, error: FieldError, profile: ProfileName): Problem {
  const { kind, metadata } = accepted.object
  return {
    code: error.type === 'Required value' ? 'MISSING_FIELD' : 'INVALID_VALUE',
    message: `${kind} ${metadata.name ?? ''}: ${fieldErrorText(error, profile)}.`,
    place: accepted.placeOf(placePath(error.path)),
    fix: fixOf(error, accepted),
  }
}

const placePath = (path: Path): string => path.join('.')

/** Some rules call a value that is none of the allowed ones required; what nobody wrote has the place of what is around it. */
function isWritten({ object, placeOf }: Accepted, path: Path): boolean {
  const value = path.reduce<unknown>((o, step) => (o as Readonly<Record<string, unknown>> | null | undefined)?.[step], object)
  const [own, around] = [placeOf(placePath(path)), placeOf(placePath(path.slice(0, -1)))]
  return Boolean(value) && (own.line !== around.line || own.column !== around.column)
}

function fixOf(error: FieldError, accepted: Accepted): string {
  const name = String([...error.path].reverse().find(step => typeof step === 'string') ?? '')
  switch (error.type) {
    case 'Required value':
      return isWritten(accepted, error.path) ? `Write another '${name}'.` : `Add '${name}'.`
    case 'Unsupported value': {
      const words = [...error.detail.matchAll(/"([^"]+)"/g)].map(m => m[1]!)
      const near = nearest(valueText(error.value), words)
      return near ? `Did you mean '${near}'?` : `Write one of: ${words.join(', ')}.`
    }
    case 'Duplicate value':
      return `Give each '${name}' a value of its own.`
    case 'Forbidden':
      return `Leave out '${name}'.`
    default:
      return /lowercase|lower case/.test(error.detail) && valueText(error.value) !== valueText(error.value).toLowerCase()
        ? `Write '${valueText(error.value).toLowerCase().replaceAll('_', '-')}'.`
        : `Write another '${name}'.`
  }
}

/** A value as a word to compare; nothing for lists and mappings. */
const valueText = (value: unknown): string => (typeof value === 'object' ? '' : String(value))
