// An object that kubectl has made from flags: sent, or only printed.
import type { KubeObject } from '../../apply/object'
import { readPatched } from '../../apply/patched-object'
import { createWarnings } from '../../apply/validate'
import { KINDS } from '../../cluster/kind'
import type { State } from '../../cluster/state'
import { isError } from '../../cluster/store'
import { requestCreate } from '../../control/request'
import { apiErrorText, serverWords } from './api-error'
import { type Arguments, flag } from './arguments'
import { dryRun } from './edit'
import type { Passing } from './passing'
import { failed, type Reply } from './reply'
import { namedResource } from './resource'
import { withoutEmpty } from './without-empty'
import { jsonText, yamlText } from './yaml-text'

/** Sends what was made, or prints it. `did`: `created`, `exposed`; `refused`: how a refusal is introduced. */
export function send(
  state: State,
  args: Arguments,
  passing: Passing,
  made: object,
  options: { readonly did?: string; readonly by?: string; readonly refused?: string } = {},
): Reply {
  const given = inNamespace(made as KubeObject, args)
  const dry = dryRun(args)
  if (dry === ' (dry run)') return show(state, args, given, options.did ?? 'created')
  const read = readPatched(state.config.profile, given)
  if ('wrong' in read) return failed(state, `error: ${read.wrong}`)
  const answer = requestCreate(state, read.object, options.by ?? 'kubectl-create')
  const what = options.refused
  if (isError(answer)) {
    if (what !== undefined) return failed(state, `error: ${what} ${serverWords(answer.error, given)}`)
    return failed(state, apiErrorText(answer.error, '', given.kind, given.metadata.name).replace(': error when creating', ''))
  }
  const warnings = createWarnings(given.kind, answer.object, state.config.profile).map(w => `Warning: ${w}\n`)
  const reply = show(state, args, dry === '' ? answer.object : unstored(answer.object), options.did ?? 'created')
  return { ...reply, state: dry === '' ? passing.after(answer.state) : state, stderr: warnings.join('') }
}

function show(state: State, args: Arguments, object: KubeObject, did: string): Reply {
  const format = flag(args, 'output')
  const text = format === 'yaml' ? yamlText(withoutEmpty(object)) : format === 'json' ? jsonText(withoutEmpty(object)) : undefined
  const name = namedResource(state, object)
  return { state, stdout: text ?? (format === 'name' ? `${name}\n` : `${name} ${did}${dryRun(args)}\n`), stderr: '', exit: 0 }
}

/** What a dry run answers was never stored. */
function unstored(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

const inNamespace = (object: KubeObject, args: Arguments): KubeObject =>
  KINDS[object.kind as 'Pod'].namespaced
    ? { ...object, metadata: { ...object.metadata, namespace: flag(args, 'namespace') ?? 'default' } }
    : object
