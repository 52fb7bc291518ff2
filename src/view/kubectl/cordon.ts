// `kubectl cordon`, `uncordon` and `drain`: nodes taken out of scheduling, and their pods evicted.
import type { KubeObject, Node, Pod } from '../../apply/object'
import { compareText, keyOf, objectOf, objectsOf, type State } from '../../cluster/state'
import { controllerOf } from '../../control/selector'
import { type Arguments, flag, isSet } from './arguments'
import { dryRun, type Edited, editAll } from './edit'
import { evictAll } from './evict'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'

const onNodes = (args: Arguments): Arguments => ({ ...args, words: ['node', ...args.words] })

function schedulable(node: KubeObject, wanted: boolean): Edited {
  const { unschedulable, ...spec } = (node as Node).spec ?? {}
  if ((unschedulable !== true) === wanted) return { object: node, said: wanted ? 'already uncordoned' : 'already cordoned' }
  return { object: { ...node, spec: wanted ? spec : { ...spec, unschedulable: true } } as Node }
}

/** `cordon` and `uncordon`. */
export const cordon =
  (wanted: boolean) =>
  (state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply => {
    if (args.words.length === 0 && flag(args, 'selector') === undefined)
      return failed(
        state,
        `error: USAGE: ${wanted ? 'uncordon' : 'cordon'} NODE [flags]\nSee 'kubectl ${wanted ? 'uncordon' : 'cordon'} -h' for help and examples`,
      )
    const edit = (node: KubeObject): Edited => schedulable(node, wanted)
    return editAll(state, onNodes(args), files, passing, { by: 'kubectl-cordon', edit, did: wanted ? 'uncordoned' : 'cordoned' })
  }

interface Sorted {
  readonly evicted: readonly Pod[]
  readonly warnings: readonly string[]
  readonly problems: readonly string[]
}

type Fate = 'evicted' | 'alone' | 'orphan' | 'daemon' | 'local'

/** What becomes of a pod: what kubectl asks first decides. */
function fateOf(state: State, pod: Pod, args: Arguments): Fate {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 'evicted'
  const owner = controllerOf(pod)
  if (owner?.kind === 'DaemonSet') {
    if (objectOf(state, 'DaemonSet', `${pod.metadata.namespace}/${owner.name}`) !== undefined) return 'daemon'
    if (!isSet(args, 'force')) return 'orphan'
  }
  const volumes = (pod.spec as { volumes?: readonly { emptyDir?: unknown }[] }).volumes ?? []
  if (volumes.some(v => v.emptyDir !== undefined) && !isSet(args, 'delete-emptydir-data')) return 'local'
  return owner === undefined ? 'alone' : 'evicted'
}

/** The pods that are evicted from a node, what is said of them, and why it cannot be drained. */
function sortPods(state: State, node: string, args: Arguments): Sorted {
  const pods = objectsOf(state, 'Pod')
    .filter(pod => pod.spec.nodeName === node)
    .map(pod => ({ pod, key: keyOf(pod), fate: fateOf(state, pod, args) }))
    .sort((a, b) => compareText(a.key, b.key))
  const told = (fate: Fate, text: string, owner?: string): string[] => {
    const keys = pods.flatMap(p => (p.fate === fate && (owner === undefined || controllerOf(p.pod)?.name === owner) ? [p.key] : []))
    return keys.length === 0 ? [] : [`${text}: ${keys.join(', ')}`]
  }
  const gone = new Set(pods.flatMap(({ pod, fate }) => (fate === 'orphan' ? [controllerOf(pod)!.name] : [])))
  const [force, ignore] = [isSet(args, 'force'), isSet(args, 'ignore-daemonsets')]
  const problems = [
    ...(force ? [] : told('alone', 'cannot delete cannot delete Pods that declare no controller (use --force to override)')),
    ...[...gone].flatMap(name => told('orphan', `cannot delete daemonsets.apps ${JSON.stringify(name)} not found`, name)),
    ...(ignore ? [] : told('daemon', 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)')),
    ...told('local', 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'),
  ]
  const warnings = [...told('alone', 'deleting Pods that declare no controller'), ...told('daemon', 'ignoring DaemonSet-managed Pods')]
  return { evicted: pods.flatMap(p => (p.fate === 'evicted' || p.fate === 'alone' ? [p.pod] : [])), warnings, problems }
}

/** `drain`: cordons, then evicts and waits until the pods are gone. */
export function drain(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  if (args.words.length === 0) return failed(state, "error: USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples")
  const still: Passing = { ...passing, after: s => s }
  const cordoned = cordon(false)(state, args, files, still)
  if (cordoned.exit !== 0) return cordoned
  let now = cordoned.state
  let stdout = cordoned.stdout
  const stderr: string[] = []
  const pending: { readonly node: string; readonly problems: readonly string[] }[] = []
  for (const node of args.words) {
    const { evicted, warnings, problems } = sortPods(now, node, args)
    const fail = (why: readonly string[]): void => {
      stderr.push(`error: unable to drain node "${node}" due to error: ${aggregated(why)}, continuing command...`)
      pending.push({ node, problems: why })
    }
    if (problems.length > 0) {
      fail(problems)
      continue
    }
    if (warnings.length > 0) stderr.push(`Warning: ${warnings.join('; ')}`)
    const done =
      dryRun(args) === ''
        ? evictAll(now, evicted, args, passing)
        : { state: now, stdout: evicted.map(p => `evicting pod ${keyOf(p)}${dryRun(args)}\n`).join(''), stderr: [], problems: [] }
    now = done.state
    stdout += done.stdout
    stderr.push(...done.stderr)
    if (done.problems.length === 0) stdout += `node/${node} drained${dryRun(args)}\n`
    else {
      stderr.push(`There are pending pods in node "${node}" when an error occurred: ${aggregated(done.problems)}`)
      stderr.push(...sortPods(now, node, args).evicted.map(p => `pod/${p.metadata.name}`))
      fail(done.problems)
    }
  }
  if (pending.length > 0)
    stderr.push('There are pending nodes to be drained:', ...pending.map(p => ` ${p.node}`), ...pending.flatMap(p => p.problems))
  const after = dryRun(args) === '' ? passing.after(now) : state
  return { state: after, stdout, stderr: stderr.map(l => `${l}\n`).join(''), exit: pending.length > 0 ? 1 : 0 }
}

/** Several errors as Go's aggregate prints them. */
const aggregated = (errors: readonly string[]): string => (errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)
