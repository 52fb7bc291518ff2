// `--steps FILE`: changes of a cluster one after another, each followed by a sync of kube-proxy.
import { readDocuments } from '../apply/documents'
import type { Accepted } from '../apply/object'
import type { SourceFile } from '../apply/source'
import { type StoreInput, readStore } from '../apply/store-input'
import { keyOf } from '../cluster/state'
import { HopspecError, problem } from '../error'
import type { Moment } from '../node/sequence'
import { settled } from './input'
import type { Io } from './io'

/** One element of the list in the file. */
interface WrittenStep {
  readonly apply?: readonly unknown[]
  readonly delete?: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[]
  readonly nodeLabels?: Readonly<Record<string, string>>
  readonly forceFullSync?: boolean
  readonly after?: string
}

const FIELDS = ['apply', 'delete', 'nodeLabels', 'serviceCIDRs', 'forceFullSync', 'after', 'note']
/** Virtual time between steps unless said. */
const STEP_MS = 1200
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The moments that a steps file describes; the cluster's documents come from the input files. */
export function readSteps(path: string, input: StoreInput, files: readonly SourceFile[], io: Io): readonly Moment[] {
  const text = io.files.read(path)
  if (text === undefined)
    throw problem('FILE_NOT_FOUND', `${path}: there is no such file.`, { fix: 'Write the path of a steps file after --steps.' })
  const steps = readList({ name: path, text })
  const cluster = clusterDocuments(files)
  const held = new Map<string, Accepted>(input.accepted.map(a => [nameOf(a), a]))
  let atMs = 0
  return steps.map((step, i) => {
    if (i > 0) atMs += durationMs(step.after, path)
    for (const a of applied(step, cluster, path)) held.set(nameOf(a), a)
    for (const { kind, namespace, name } of step.delete ?? []) {
      const key = `${kind} ${namespace ? `${namespace}/` : ''}${name}`
      if (!held.delete(key)) throw problem('UNKNOWN_NAME', `Step ${i} deletes ${key}, which does not exist.`, { place: { file: path } })
    }
    const state = settled({ config: input.config, accepted: [...held.values()] })
    return { state, full: step.forceFullSync === true, atMs, ...(step.nodeLabels && { labels: step.nodeLabels }) }
  })
}

const nameOf = (a: Accepted): string => `${a.object.kind} ${keyOf(a.object)}`

function readList(file: SourceFile): readonly WrittenStep[] {
  const { documents, problems } = readDocuments([file])
  if (problems.length > 0) throw new HopspecError(problems)
  const value = documents[0]?.value
  const isStep = (s: unknown): s is WrittenStep => typeof s === 'object' && s !== null && Object.keys(s).every(k => FIELDS.includes(k))
  if (!Array.isArray(value) || value.length === 0 || !value.every(isStep))
    throw problem('INVALID_VALUE', `${file.name} is no list of steps.`, { fix: `Write a list of maps with ${FIELDS.join(', ')}.` })
  return value
}

/** The Cluster and KubeProxyConfiguration of the input as one file, so that a step's objects are read for the same cluster. */
function clusterDocuments(files: readonly SourceFile[]): SourceFile {
  const own = readDocuments(files)
    .documents.map(d => d.value as { kind?: string } | null)
    .filter(v => v?.kind === 'Cluster' || v?.kind === 'KubeProxyConfiguration')
  return { name: '(cluster)', text: own.map(v => JSON.stringify(v)).join('\n---\n') }
}

function applied(step: WrittenStep, cluster: SourceFile, path: string): readonly Accepted[] {
  if (!step.apply || step.apply.length === 0) return []
  const list = { name: path, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: step.apply }) }
  return readStore([cluster, list]).accepted
}

function durationMs(text: string | undefined, file: string): number {
  if (text === undefined) return STEP_MS
  const parts = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text)
  if (!parts) throw problem('INVALID_VALUE', `'${text}' is no duration.`, { place: { file }, fix: "Write one like '1.2s'." })
  return Math.round(Number(parts[1]) * UNITS[parts[2]!]!)
}
