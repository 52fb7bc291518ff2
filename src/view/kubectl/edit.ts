// What all verbs that change stored objects have in common: one request for each object, what is said, and what follows in the cluster.
import type { Kind, KubeObject } from '../../apply/object'
import { createWarnings } from '../../apply/validate'
import { sameValue } from '../../cluster/equal'
import type { State } from '../../cluster/state'
import { isError } from '../../cluster/store'
import { managersOf } from '../../control/managers'
import { requestUpdate } from '../../control/request'
import { apiErrorText, serverWords } from './api-error'
import { type Arguments, flag } from './arguments'
import type { Passing } from './passing'
import { KUBECTL_PROFILES } from './profile'
import type { KubectlFiles, Reply } from './reply'
import { resourceName } from './resource'
import { storedOf, type Target, targetsOf } from './targets'
import { jsonText, yamlText } from './yaml-text'

/** What a verb makes of one object: the object to be, `undefined` for none of its business, or a complaint. `before`: lines printed before the object's own. */
export type Edited =
  | { readonly object: KubeObject; readonly warnings?: readonly string[]; readonly said?: string; readonly before?: string }
  | { readonly wrong: string }
  | undefined

interface Edit {
  /** `kubectl-label`: the writer. */
  readonly by: string
  /** The object as it is to be. */
  readonly edit: (object: KubeObject, target: Target) => Edited
  /** What is said of an object that changed, and of one that did not; nothing is said for `undefined`. */
  readonly did: string
  readonly didNot?: string | undefined
  /** Whether a kind without a name means all of it. */
  readonly unnamed?: boolean
  /** Whether each of several complaints begins with `error: ` too. */
  readonly keepsPrefix?: boolean
  /** How a refusal of the API server is told, where not as usual. */
  readonly refused?: (message: string) => string
}

/** Several complaints of one command, as kubectl prints them: only a single one is introduced. */
export function complaints(texts: readonly string[], keepsPrefix = false): readonly string[] {
  const lines = texts.flatMap(text => text.split(SEVERAL))
  return lines.length > 1 && !keepsPrefix ? lines.map(line => line.replace(/^error: /, '')) : lines
}
const SEVERAL = '\u0000'

/** Several errors about one object, for `complaints` to take apart. */
export const several = (texts: readonly string[]): string => texts.map(text => `error: ${text}`).join(SEVERAL)

/** ` (dry run)`, ` (server dry run)` or nothing. */
export function dryRun(args: Arguments): string {
  const asked = flag(args, 'dry-run')
  if (asked === undefined || asked === 'none' || asked === 'false') return ''
  return asked === 'server' ? ' (server dry run)' : ' (dry run)'
}

/** Carries out an edit on everything that the words mean. */
export function editAll(state: State, args: Arguments, files: KubectlFiles, passing: Passing, edit: Edit): Reply {
  const targets = targetsOf(state, args, files, 'error when', edit.unnamed)
  if ('usage' in targets) return { state, stdout: '', stderr: `${targets.usage}\n`, exit: 1 }
  let now = state
  let stdout = ''
  const stderr: string[] = []
  const wrong = [...targets.wrong]
  let failed = targets.wrong.length > 0
  const texts: string[] = []
  for (const target of targets.found) {
    const done = editOne(now, target, edit)
    stderr.push(...done.warnings.map(w => `Warning: ${w}`))
    if ('wrong' in done) {
      wrong.push(done.wrong)
      failed = true
      continue
    }
    const before = storedOf(now, target)
    const [had, has] = [managersOf(now, before), managersOf(done.state, before)]
    stdout += done.before ?? ''
    now = done.state
    const changed = !sameValue(before, storedOf(now, target)) || !sameValue(had, has)
    const word = done.said ?? (changed ? edit.did : edit.didNot)
    const name = `${resourceName(state, target.kind)}/${target.name}`
    const format = flag(args, 'output')
    if (format === 'name') stdout += `${name}\n`
    else if (format === 'yaml' || format === 'json') texts.push((format === 'yaml' ? yamlText : jsonText)(storedOf(now, target)))
    else if (word !== undefined) stdout += `${name} ${word}${dryRun(args)}\n`
  }
  const dry = dryRun(args) !== '' || now === state
  return {
    state: dry ? state : passing.after(now),
    stdout: stdout + texts.join('---\n'),
    stderr: [...stderr, ...complaints(wrong, edit.keepsPrefix)].map(l => `${l}\n`).join(''),
    exit: failed ? 1 : 0,
  }
}

type Done =
  | { readonly state: State; readonly warnings: readonly string[]; readonly said: string | undefined; readonly before?: string | undefined }
  | { readonly wrong: string; readonly warnings: readonly string[] }

function editOne(state: State, target: Target, { edit, by, refused }: Edit): Done {
  const before = storedOf(state, target)
  const edited = edit(before, target)
  if (edited === undefined) return { state, warnings: [], said: undefined }
  if ('wrong' in edited) return { wrong: edited.wrong, warnings: [] }
  const { endpointsWarning } = KUBECTL_PROFILES[state.config.profile]
  const deprecated = target.kind === 'Endpoints' && endpointsWarning ? [endpointsWarning.replace(/^Warning: /, '')] : []
  const warnings = [...deprecated, ...(edited.warnings ?? [])]
  if (sameValue(before, edited.object)) return { state, warnings, said: edited.said, before: edited.before }
  const answer = requestUpdate(state, edited.object, by)
  if (isError(answer)) {
    const wrong = refused?.(serverWords(answer.error, before)) ?? apiErrorText(answer.error, '', target.kind, target.name)
    return { wrong, warnings }
  }
  const known = createWarnings(target.kind as Kind, answer.object, state.config.profile)
  const old = createWarnings(target.kind as Kind, before, state.config.profile)
  return { state: answer.state, warnings: [...warnings, ...known.filter(w => !old.includes(w))], said: edited.said, before: edited.before }
}
