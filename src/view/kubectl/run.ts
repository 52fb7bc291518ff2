// One kubectl command line over a State: what it prints, its exit code, and the settled State afterwards. Verbs that are not modelled are refused by name.
import type { State } from '../../cluster/state'
import { type Arguments, plainWords, readArguments } from './arguments'
import { annotate, label } from './labels'
import { taint } from './taint'
import { apiResources } from './api-resources'
import { change } from './change'
import { connectionError } from './connection'
import { cordon, drain } from './cordon'
import { events } from './events'
import { expose } from './expose'
import { createNamed } from './generate'
import { run } from './run-pod'
import { patch } from './patch'
import { rollout } from './rollout'
import { set } from './set'
import { version } from './version'
import { wait } from './wait'
import { describe } from './describe'
import { get } from './get'
import { type Passing, settling } from './passing'
import { remove } from './remove'
import { scale } from './scale'
import { withNamespaceContents } from './namespace-contents'
import { withServerObjects } from './server-objects'
import { failed, type KubectlFiles, type Reply } from './reply'

type Verb = (state: State, args: Arguments, files: KubectlFiles, passing: Passing) => Reply

/** A verb that only reads: it sees what the server keeps by itself too, and leaves the cluster as it is. */
const shown =
  (verb: Verb): Verb =>
  (state, args, files, passing) => {
    const seen = withNamespaceContents(withServerObjects(state, args), args)
    const reply = verb(seen, args, files, passing)
    return seen === state ? reply : { ...reply, state }
  }

const VERBS: Readonly<Record<string, Verb | undefined>> = {
  get: shown(get),
  describe: shown(describe),
  create: (state, args, files, passing) =>
    args.words.length > 0 ? createNamed(state, args, passing, files) : change(state, args, files, passing, 'create'),
  apply: (state, args, files, passing) =>
    args.words.length > 0 ? unmodelled(state, `apply ${args.words[0]}`) : change(state, args, files, passing, 'apply'),
  replace: (state, args, files, passing) => change(state, args, files, passing, 'replace'),
  patch,
  delete: remove,
  scale,
  expose,
  run: (state, args, _files, passing) => run(state, args, passing),
  label,
  annotate,
  taint,
  cordon: cordon(false),
  uncordon: cordon(true),
  drain,
  set,
  rollout,
  wait,
  events,
  'api-resources': apiResources,
  version,
}

/** Verbs that kubectl has and hopspec does not model yet. */
const KNOWN =
  'help api-versions attach auth autoscale certificate cluster-info completion config cp debug diff edit exec explain kustomize logs options plugin port-forward proxy top'.split(
    ' ',
  )

/** What kubectl can create from flags and hopspec does not make. */
const UNMADE = 'clusterrole clusterrolebinding ingress role rolebinding token'.split(' ')

const unmodelled = (state: State, verb: string): Reply =>
  failed(
    state,
    verb === 'exec'
      ? "hopspec: kubectl exec is not modelled; write 'in pod/NAMESPACE/NAME COMMAND' in hopspec shell, or a step like 'pod \"NAME\" curls …'."
      : `hopspec: kubectl ${verb} is not modelled; there are ${Object.keys(VERBS).join(', ')}.`,
  )

/** Runs `kubectl ARGV…` (without the word kubectl itself) at the State's virtual time. `passing`: how time goes on; everything settles by default. */
export function runKubectl(state: State, argv: readonly string[], files: KubectlFiles, passing: Passing = settling): Reply {
  const [verb = '', sub = ''] = plainWords(argv)
  if (KNOWN.includes(verb)) return unmodelled(state, verb)
  if (verb === 'create' && UNMADE.includes(sub)) return unmodelled(state, `create ${sub}`)
  const args = readArguments(argv)
  if ('wrong' in args) return failed(state, args.wrong)
  const known = VERBS[args.verb]
  const cut = known === undefined ? undefined : connectionError(state, args, files)
  if (cut !== undefined) return failed(state, cut)
  if (known !== undefined) return known(state, args, files, passing)
  if (KNOWN.includes(args.verb)) return unmodelled(state, args.verb)
  if (argv[0]?.startsWith('-')) return failed(state, `Error: flags cannot be placed before plugin name: ${argv[0]}`)
  return failed(state, `error: unknown command "${args.verb}" for "kubectl"`)
}
