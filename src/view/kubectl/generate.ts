// Objects that kubectl makes from flags: `create deployment|service|namespace|configmap|secret|job|cronjob|serviceaccount|quota|poddisruptionbudget|priorityclass`, and what `expose` takes over.
import type { KubeObject, Labels, ObjectMeta, PodTemplate } from '../../apply/object'
import type { Service } from '../../apply/object-service'
import { dns1123Subdomain } from '../../apply/names'
import { objectOf, type State } from '../../cluster/state'
import { canonicalQuantity } from '../../control/quantity'
import { type Arguments, flag } from './arguments'
import { configMap, secret } from './generate-data'
import { budget, priorityClass } from './generate-policy'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { send } from './send'

/** Words behind `--`. */
export const commandOf = (args: Arguments, skip: number): readonly string[] => [...(args.rest ?? []), ...args.words.slice(skip)]

/** `80:8080` as a port; the complaint of Go's number parser otherwise. */
function tcpPort(text: string): object | { readonly wrong: string } {
  const [port = '', target] = text.split(':')
  for (const number of [port, ...(target === undefined || !/^\d/.test(target) ? [] : [target])])
    if (!/^\d+$/.test(number)) return { wrong: `error: strconv.ParseUint: parsing ${JSON.stringify(number)}: invalid syntax` }
  const targetPort = target === undefined ? Number(port) : /^\d+$/.test(target) ? Number(target) : target
  return { name: text.replace(':', '-'), port: Number(port), protocol: 'TCP', targetPort }
}

const SERVICE_TYPES: Readonly<Record<string, string>> = {
  clusterip: 'ClusterIP',
  nodeport: 'NodePort',
  loadbalancer: 'LoadBalancer',
  externalname: 'ExternalName',
}

function service(state: State, args: Arguments, passing: Passing): Reply {
  const [word = '', name = ''] = args.words.slice(1)
  const type = SERVICE_TYPES[word.toLowerCase()]
  if (type === undefined)
    return failed(state, `hopspec: kubectl create service ${word} is not modelled; there are ${Object.keys(SERVICE_TYPES).join(', ')}.`)
  if (type === 'ExternalName' && flag(args, 'external-name') === undefined)
    return failed(state, 'error: required flag(s) "external-name" not set')
  const given = args.words.length - 2
  if (given !== 1) return failed(state, unnamed(`service ${word}`, given))
  const misuse = misusedService(type, flag(args, 'clusterip'), args.flags.has('tcp'), flag(args, 'external-name'))
  if (misuse !== undefined) return failed(state, misuse)
  const ports = (args.flags.get('tcp') ?? []).flatMap(t => t.split(',')).map(tcpPort)
  const wrong = ports.find((p): p is { readonly wrong: string } => 'wrong' in p)
  if (wrong !== undefined) return failed(state, wrong.wrong)
  const nodePort = Number(flag(args, 'node-port') ?? 0)
  const clusterIP = flag(args, 'clusterip')
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(ports.length === 0 ? {} : { ports: ports.map(p => (nodePort === 0 ? p : { ...p, nodePort })) }),
      selector: { app: name },
      type,
      ...(type === 'ExternalName' ? { externalName: flag(args, 'external-name') ?? '' } : {}),
      ...(clusterIP === undefined ? {} : { clusterIP }),
    },
    status: { loadBalancer: {} },
  }
  return send(state, args, passing, made, { refused: `failed to create ${type} service:` })
}

function misusedService(type: string, clusterIP: string | undefined, hasPorts: boolean, name: string | undefined): string | undefined {
  if (clusterIP === 'None' && hasPorts) return 'error: can not map ports with clusterip=None'
  if (clusterIP !== 'None' && !hasPorts && type !== 'ExternalName') return 'error: at least one tcp port specifier must be provided'
  return type === 'ExternalName' && dns1123Subdomain(name ?? '').length > 0 ? `error: invalid service external name ${name}` : undefined
}

const unnamed = (what: string, given: number): string =>
  `error: exactly one NAME is required, got ${given}\nSee 'kubectl create ${what} -h' for help and examples`

function deployment(state: State, args: Arguments, passing: Passing): Reply {
  const name = args.words[1] ?? ''
  const images = (args.flags.get('image') ?? []).flatMap(i => i.split(','))
  if (images.length === 0) return failed(state, 'error: required flag(s) "image" not set')
  const port = flag(args, 'port')
  const labels = { app: name }
  const containers = images.map(image => ({
    name: image.replace(/^.*\//, '').replace(/[:@].*$/, ''),
    image,
    resources: {},
    ...(port === undefined ? {} : { ports: [{ containerPort: Number(port) }] }),
    ...(commandOf(args, 2).length === 0 ? {} : { command: commandOf(args, 2) }),
  }))
  const made = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: Number(flag(args, 'replicas') ?? 1),
      selector: { matchLabels: labels },
      strategy: {},
      template: { metadata: { labels }, spec: { containers } },
    },
    status: {},
  }
  return send(state, args, passing, made, { refused: 'failed to create deployment:' })
}

function job(state: State, args: Arguments, passing: Passing): Reply {
  const name = args.words[1] ?? ''
  const image = flag(args, 'image')
  const from = flag(args, 'from')
  if (image === undefined && from === undefined) return failed(state, 'error: either --image or --from must be specified')
  if (image !== undefined && from !== undefined) return failed(state, 'error: cannot specify both --image and --from')
  const command = commandOf(args, 2)
  if (from !== undefined && command.length > 0) return failed(state, 'error: cannot specify --from and command')
  if (from !== undefined) return jobFrom(state, args, passing, name, from)
  const container = { name, image, resources: {}, ...(command.length === 0 ? {} : { command }) }
  const made = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { metadata: {}, spec: { containers: [container], restartPolicy: 'Never' } } },
    status: {},
  }
  return send(state, args, passing, made, { refused: 'failed to create job:' })
}

/** A job made by hand from what a CronJob would make. */
function jobFrom(state: State, args: Arguments, passing: Passing, name: string, from: string): Reply {
  const [kind = '', source = ''] = from.split('/')
  if (!/^(cronjobs?|cj)(\.|$)/.test(kind)) return failed(state, 'error: from must be an existing cronjob')
  const cron = objectOf(state, 'CronJob', `${flag(args, 'namespace') ?? 'default'}/${source}`)
  if (cron === undefined) return failed(state, `Error from server (NotFound): cronjobs.batch "${source}" not found`)
  const { metadata, spec } = (cron as unknown as { spec: { jobTemplate: { metadata?: ObjectMeta; spec: object } } }).spec.jobTemplate
  const owner = { apiVersion: 'batch/v1', controller: true, kind: 'CronJob', name: source, uid: cron.metadata.uid }
  const made = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ownerReferences: [owner],
    },
    spec,
    status: {},
  }
  return send(state, args, passing, made, { refused: 'failed to create job:' })
}

function cronJob(state: State, args: Arguments, passing: Passing): Reply {
  const name = args.words[1] ?? ''
  const [image, schedule] = [flag(args, 'image'), flag(args, 'schedule')]
  const missing = [...(image === undefined ? ['"image"'] : []), ...(schedule === undefined ? ['"schedule"'] : [])]
  if (missing.length > 0) return failed(state, `error: required flag(s) ${missing.join(', ')} not set`)
  const restartPolicy = flag(args, 'restart') ?? 'OnFailure'
  const command = commandOf(args, 2)
  const container = { name, image, resources: {}, ...(command.length === 0 ? {} : { command }) }
  const template = { metadata: {}, spec: { containers: [container], restartPolicy } }
  const made = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule, jobTemplate: { metadata: { name }, spec: { template } } },
    status: {},
  }
  return send(state, args, passing, made, { refused: 'failed to create cronjob:' })
}

/** `--hard=pods=2,services=1 --scopes=BestEffort`. */
function quota(state: State, args: Arguments, passing: Passing): Reply {
  const hard: Record<string, string> = {}
  for (const pair of (flag(args, 'hard') ?? '').split(',').filter(p => p !== '')) {
    const [name = '', quantity, ...more] = pair.split('=')
    if (quantity === undefined || more.length > 0)
      return failed(state, `error: Invalid argument syntax ${pair}, expected <resource>=<value>`)
    hard[name] = canonicalQuantity(quantity)
  }
  const scopes = (flag(args, 'scopes') ?? '').split(',').filter(s => s !== '')
  return send(
    state,
    args,
    passing,
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: args.words[1] ?? '' },
      spec: { ...(Object.keys(hard).length === 0 ? {} : { hard }), ...(scopes.length === 0 ? {} : { scopes }) },
      status: {},
    },
    { refused: 'failed to create quota:' },
  )
}

const named =
  (kind: string, options: { readonly refused?: string } = {}) =>
  (state: State, args: Arguments, passing: Passing): Reply => {
    const more = kind === 'Namespace' ? { spec: {}, status: {} } : {}
    return send(state, args, passing, { apiVersion: 'v1', kind, metadata: { name: args.words[1] ?? '' }, ...more }, options)
  }

type Generator = (state: State, args: Arguments, passing: Passing, files: KubectlFiles) => Reply
const GENERATORS: Readonly<Record<string, Generator | undefined>> = {
  namespace: named('Namespace'),
  deployment,
  service,
  configmap: configMap,
  secret,
  job,
  cronjob: cronJob,
  serviceaccount: named('ServiceAccount', { refused: 'failed to create serviceaccount:' }),
  quota,
  poddisruptionbudget: budget,
  priorityclass: priorityClass,
}
const SHORT: Readonly<Record<string, string>> = {
  ns: 'namespace',
  deploy: 'deployment',
  svc: 'service',
  cm: 'configmap',
  cj: 'cronjob',
  sa: 'serviceaccount',
  resourcequota: 'quota',
  pdb: 'poddisruptionbudget',
  pc: 'priorityclass',
}

/** What kubectl can make from flags and hopspec does not. */
const KNOWN_TO_CREATE = new Set('clusterrole clusterrolebinding ingress ing role rolebinding token'.split(' '))

/** `kubectl create SOMETHING NAME …`. */
export function createNamed(state: State, args: Arguments, passing: Passing, files: KubectlFiles): Reply {
  const word = args.words[0] ?? ''
  const generator = GENERATORS[SHORT[word] ?? word]
  if (generator === undefined && !KNOWN_TO_CREATE.has(word)) return failed(state, 'error: must specify one of -f and -k')
  if (generator === undefined)
    return failed(state, `hopspec: kubectl create ${word} is not modelled; there are -f and ${Object.keys(GENERATORS).join(', ')}.`)
  const given = args.words.length - 1
  if (generator === deployment && !args.flags.has('image')) return failed(state, 'error: required flag(s) "image" not set')
  if (generator !== service && generator !== secret && given !== 1) return failed(state, unnamed(SHORT[word] ?? word, given))
  return generator(state, args, passing, files)
}

interface Exposed {
  readonly selector: Labels
  readonly labels: Labels | undefined
  readonly ports: readonly { readonly port: number; readonly protocol: string }[]
}

/** Selector, labels and ports that a Service for an object takes over from it; undefined for what cannot be exposed. */
export function exposedBy(object: KubeObject): Exposed | undefined {
  const spec = (object as unknown as { spec: Record<string, unknown> }).spec
  const labels = object.metadata.labels
  if (object.kind === 'Service') {
    const { selector = {}, ports = [] } = spec as unknown as Service['spec']
    return { selector, labels, ports: ports.map(p => ({ port: p.port, protocol: p.protocol })) }
  }
  const template = object.kind === 'Pod' ? (object as unknown as PodTemplate) : (spec.template as PodTemplate | undefined)
  if (template === undefined) return undefined
  const ports = template.spec.containers.flatMap(c => c.ports ?? []).map(p => ({ port: p.containerPort, protocol: p.protocol ?? 'TCP' }))
  if (object.kind === 'Pod') return { selector: labels ?? {}, labels, ports }
  const selector = spec.selector as { matchLabels?: Labels } & Labels
  return { selector: object.kind === 'ReplicationController' ? selector : (selector.matchLabels ?? {}), labels, ports }
}
