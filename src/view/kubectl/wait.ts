// `kubectl wait --for=condition=…|jsonpath=…|delete|create`: virtual time passes until it holds, or the time is over.
import type { Condition, KubeObject } from '../../apply/object'
import { objectOf, type State } from '../../cluster/state'
import { type Arguments, flag } from './arguments'
import { durationMs } from './duration'
import { complaints } from './edit'
import { jsonPathValues } from './jsonpath'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { resourceName, serverResource } from './resource'
import { type Target, targetsOf } from './targets'

type Holds = (object: KubeObject | undefined) => boolean

/** What `--for` asks of one object, with its words; or the complaint. */
function readFor(text: string): { readonly holds: Holds; readonly gone?: true; readonly comes?: true } | { readonly wrong: string } {
  if (text.toLowerCase() === 'delete') return { holds: o => o === undefined, gone: true }
  if (text.toLowerCase() === 'create') return { holds: o => o !== undefined, comes: true }
  const condition = /^condition=([^=]+)(?:=(.*))?$/.exec(text)
  if (condition) {
    const [type, value] = [condition[1]!.toLowerCase(), (condition[2] ?? 'true').toLowerCase()]
    return {
      holds: o => {
        const status = (o as { status?: { conditions?: readonly Condition[]; observedGeneration?: number } } | undefined)?.status
        if (o === undefined || (status?.observedGeneration ?? Number.POSITIVE_INFINITY) < (o.metadata.generation ?? 0)) return false
        return status?.conditions?.some(c => c.type.toLowerCase() === type && c.status.toLowerCase() === value) === true
      },
    }
  }
  const path = /^jsonpath=['"]?(\{[^}]*\})['"]?(?:=['"]?([^'"]*)['"]?)?$/.exec(text)
  if (path === null) return { wrong: `error: unrecognized condition: ${JSON.stringify(text)}` }
  return {
    holds: o => {
      const values = o === undefined ? [] : jsonPathValues(path[1]!.slice(1, -1), o)
      return values.length > 0 && (path[2] === undefined || String(values[0]) === path[2])
    },
  }
}

/** The whole command. */
export function wait(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const asked = flag(args, 'for')
  const condition = readFor(asked ?? '')
  if ('wrong' in condition) return failed(state, condition.wrong)
  const limitMs = durationMs(flag(args, 'timeout') ?? '30s')
  const targets = targetsOf(state, args, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  const missing = condition.gone
    ? []
    : condition.comes
      ? targets.wrong.map(() => 'error: timed out waiting for the condition')
      : targets.wrong
  if (targets.found.length === 0 && missing.length === 0)
    return condition.gone ? { state, stdout: '', stderr: '', exit: 0 } : failed(state, 'error: no matching resources found')
  let now = state
  let stdout = ''
  const stderr = [...missing]
  for (const target of targets.found) {
    const met = (s: State): boolean => condition.holds(objectOf(s, target.kind, target.key) as KubeObject | undefined)
    const left = Math.max(0, limitMs - (now.nowMs - state.nowMs))
    now = met(now) ? now : passing.until(now, met, left)
    if (met(now)) stdout += `${resourceName(state, target.kind)}/${target.name} condition met\n`
    else stderr.push(`error: ${limitMs === 0 ? 'condition not met for' : 'timed out waiting for the condition on'} ${where(state, target)}`)
  }
  return {
    state: now,
    stdout,
    stderr: complaints(stderr)
      .map(l => `${l}\n`)
      .join(''),
    exit: stderr.length > 0 ? 1 : 0,
  }
}

/** `deployments/web`: without the group. */
const where = (state: State, target: Target): string => `${serverResource(state, target.kind).split('.')[0]}/${target.name}`
