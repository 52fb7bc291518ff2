// One trial: a mutated manifest goes through kubectl and the API server, and through -f. It may be refused; it may not crash, nor pass what the tables refuse.
import { decodeRequest } from '../../../src/apply/request'
import { readStore } from '../../../src/apply/store-input'
import { createWarnings, invalidText, validateCreate, validateUpdate } from '../../../src/apply/validate'
import { begin } from '../../../src/cluster/begin'
import { HopspecError } from '../../../src/error'
import { runKubectl } from '../../../src/view/kubectl/run'
import { atOnce } from '../../../src/view/kubectl/passing'
import { MANIFESTS } from './manifests'
import { diceOf, mutateObject, mutateText } from './mutate'
import { refusedField } from './tables'

export interface Failure {
  readonly seed: number
  readonly text: string
  readonly why: string
}
export interface Outcome {
  readonly accepted: boolean
  readonly failure?: Failure
}

const STATE = begin(readStore([{ name: 'w', text: '' }]))

/** Everything about a trial follows from its seed. */
export function trial(seed: number): Outcome {
  const dice = diceOf(seed)
  const manifest = MANIFESTS[dice(MANIFESTS.length)]!
  const asText = dice(4) === 0
  const text = asText ? mutateText(manifest, dice) : JSON.stringify(mutateObject(manifest, dice))
  try {
    const accepted = decoded(text)
    stored(text)
    if (dice(20) === 0) commanded(text, dice(4))
    return { accepted }
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { accepted: false, failure: { seed, text, why } }
  }
}

/** As a request: decoded strictly, validated, also as a change of the sound object. */
function decoded(text: string): boolean {
  let accepted = false
  for (const answer of decodeRequest({ name: 'f.yaml', text }, 'v1.35', { verb: 'create' })) {
    if (answer.is !== 'object') continue
    const refused = refusedField(answer.apiVersion, answer.kind, answer.written)
    if (refused !== undefined) throw new Error(`accepted, although the tables refuse ${refused}`)
    const errors = validateCreate(answer.kind, answer.object)
    invalidText(answer.kind, String(answer.object.metadata?.name), errors, 'v1.35')
    createWarnings(answer.kind, answer.object, 'v1.35')
    const sound = MANIFESTS.find(m => (m as { kind: string }).kind === answer.kind)
    if (sound !== undefined) validateUpdate(answer.kind, sound, answer.object)
    accepted ||= errors.length === 0
  }
  return accepted
}

/** As the content of the store: read, or refused with problems. */
function stored(text: string): void {
  try {
    readStore([{ name: 'f.yaml', text }])
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
  }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['create', '-f', '-'],
  ['apply', '-f', '-'],
  ['apply', '--server-side', '-f', '-'],
  ['apply', '--dry-run=client', '-o', 'yaml', '-f', '-'],
]

/** The whole command, on a cluster in which no time passes. */
function commanded(text: string, which: number): void {
  const reply = runKubectl(STATE, COMMANDS[which]!, { read: () => undefined, stdin: () => text }, atOnce)
  if (reply.exit !== 0 && reply.stderr === '') throw new Error(`${COMMANDS[which]!.join(' ')} fails without a word`)
}
