// One kubectl command line over a State: what it prints, its exit code, and the settled State afterwards. Verbs that are not modelled are refused by name.
import type { State } from '../../cluster/state'
import { type Arguments, readArguments } from './arguments'
import { change } from './change'
import { describe } from './describe'
import { get } from './get'
import { type Passing, settling } from './passing'
import { remove, scale } from './remove'
import { failed, type KubectlFiles, printed, type Reply } from './reply'

type Verb = (state: State, args: Arguments, files: KubectlFiles, passing: Passing) => Reply

const VERBS: Readonly<Record<string, Verb | undefined>> = {
  get,
  describe,
  create: (state, args, files, passing) =>
    args.words.length > 0 ? unmodelled(state, `create ${args.words[0]}`) : change(state, args, files, passing, 'create'),
  apply: (state, args, files, passing) =>
    args.words.length > 0 ? unmodelled(state, `apply ${args.words[0]}`) : change(state, args, files, passing, 'apply'),
  replace: (state, args, files, passing) => change(state, args, files, passing, 'replace'),
  delete: remove,
  scale,
  version: state =>
    printed(state, `Client Version: ${state.config.kubernetesVersion}\nServer Version: ${state.config.kubernetesVersion}\n`),
}

/** Verbs that kubectl has and hopspec does not model yet. */
const KNOWN =
  'annotate api-resources api-versions attach auth autoscale certificate cluster-info completion config cordon cp debug diff drain edit events exec explain expose kustomize label logs options patch plugin port-forward proxy rollout run set taint top uncordon wait'.split(
    ' ',
  )

const unmodelled = (state: State, verb: string): Reply =>
  failed(state, `hopspec: kubectl ${verb} is not modelled; there are ${Object.keys(VERBS).join(', ')}.`)

/** Runs `kubectl ARGV…` (without the word kubectl itself) at the State's virtual time. `passing`: how time goes on; everything settles by default. */
export function runKubectl(state: State, argv: readonly string[], files: KubectlFiles, passing: Passing = settling): Reply {
  const args = readArguments(argv)
  if ('wrong' in args) return failed(state, args.wrong)
  const verb = VERBS[args.verb]
  if (verb !== undefined) return verb(state, args, files, passing)
  if (KNOWN.includes(args.verb)) return unmodelled(state, args.verb)
  return failed(state, `error: unknown command "${args.verb}" for "kubectl"`)
}
