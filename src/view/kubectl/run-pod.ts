// `kubectl run`: a pod from flags, with --expose its Service too. Not simulated: attaching (-i, --attach, --rm), --overrides.
import type { State } from '../../cluster/state'
import { type Arguments, flag, isSet } from './arguments'
import { commandOf } from './generate'
import { labelsOf } from './labels-flag'
import type { Passing } from './passing'
import { failed, type Reply } from './reply'
import { send } from './send'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
/** Source: distribution/reference, as far as a name can be wrong by its letters. */
const IMAGE =
  /^(?:[\w.-]+(?::\d+)?\/)*[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/

/** The whole command. */
export function run(state: State, args: Arguments, passing: Passing): Reply {
  const wrong = misuse(args)
  if (wrong !== undefined) return failed(state, wrong)
  const name = args.words[0]!
  if (!isSet(args, 'expose')) return send(state, args, passing, podOf(args, name), { by: 'kubectl-run' })
  const still: Passing = { ...passing, after: s => s }
  const pod = send(state, args, still, podOf(args, name), { by: 'kubectl-run' })
  if (pod.exit !== 0) return pod
  const service = send(pod.state, args, still, serviceOf(args, name), { by: 'kubectl-run' })
  const between = flag(args, 'output') === 'yaml' ? '---\n' : ''
  return {
    state: service.state === state ? state : passing.after(service.state),
    stdout: service.stdout + (service.exit === 0 ? between : '') + pod.stdout,
    stderr: pod.stderr + service.stderr,
    exit: service.exit,
  }
}

function misuse(args: Arguments): string | undefined {
  const image = flag(args, 'image')
  if (image === undefined) return 'error: required flag(s) "image" not set'
  if (args.words[0] === undefined) return 'error: NAME is required for run'
  if (image === '') return 'error: --image is required'
  if (!IMAGE.test(image)) return `error: Invalid image name ${JSON.stringify(image)}: invalid reference format`
  if (isSet(args, 'expose') && !flag(args, 'port')) return 'error: --port must be set when exposing a service'
  const restart = flag(args, 'restart')
  if (restart && !RESTART_POLICIES.includes(restart)) return `error: invalid restart policy: ${restart}`
  const pull = flag(args, 'image-pull-policy')
  return pull && !['Always', 'IfNotPresent', 'Never'].includes(pull) ? `error: invalid image pull policy: ${pull}` : undefined
}

/** `-l` is short for `--labels` here. */
const labelsFor = (args: Arguments, name: string) => labelsOf(flag(args, 'labels') ?? flag(args, 'selector')) ?? { run: name }

function podOf(args: Arguments, name: string): object {
  const port = flag(args, 'port')
  const pull = flag(args, 'image-pull-policy')
  const command = commandOf(args, 1)
  const env = (args.flags.get('env') ?? []).map(e => ({ name: e.slice(0, e.indexOf('=')), value: e.slice(e.indexOf('=') + 1) }))
  const container = {
    name,
    image: flag(args, 'image'),
    ...(pull ? { imagePullPolicy: pull } : {}),
    resources: {},
    ...(port === undefined ? {} : { ports: [{ containerPort: Number(port) }] }),
    ...(env.length === 0 ? {} : { env }),
    ...(command.length === 0 ? {} : isSet(args, 'command') ? { command } : { args: command }),
    ...(isSet(args, 'privileged') ? { securityContext: { privileged: true } } : {}),
  }
  const annotations = labelsOf(args.flags.get('annotations')?.join())
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: labelsFor(args, name), ...(annotations === undefined ? {} : { annotations }) },
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: flag(args, 'restart') || 'Always' },
    status: {},
  }
}

function serviceOf(args: Arguments, name: string): object {
  const port = Number(flag(args, 'port'))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port, protocol: 'TCP', targetPort: port }], selector: labelsFor(args, name) },
    status: { loadBalancer: {} },
  }
}
