// `kubectl set image` and `kubectl set selector`.
import type { KubeObject, PodTemplate } from '../../apply/object'
import type { State } from '../../cluster/state'
import type { Arguments } from './arguments'
import { type Edited, editAll } from './edit'
import { splitPairs } from './labels'
import type { Passing } from './passing'
import { failed, type KubectlFiles, type Reply } from './reply'
import { targetsOf } from './targets'

/** `set image …` or `set selector …`; other words are refused by name. */
export function set(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const [what, ...words] = args.words
  const rest = { ...args, words }
  if (what === 'image') return setImage(state, rest, files, passing)
  if (what === 'selector') return setSelector(state, rest, files, passing)
  return failed(state, `hopspec: kubectl set ${what ?? ''} is not modelled; there are image and selector.`)
}

/** The pod template of a workload, or the object itself where it is a pod. */
export const templateOf = (object: KubeObject): PodTemplate | undefined =>
  object.kind === 'Pod'
    ? (object as unknown as PodTemplate)
    : object.kind === 'CronJob'
      ? (object as unknown as { spec: { jobTemplate: { spec: { template?: PodTemplate } } } }).spec.jobTemplate.spec.template
      : (object as unknown as { spec?: { template?: PodTemplate } }).spec?.template

/** The object with another pod template. */
export function withTemplate(object: KubeObject, template: PodTemplate): KubeObject {
  const spec = (object as unknown as { spec: Record<string, unknown> }).spec
  if (object.kind === 'Pod') return { ...object, spec: template.spec } as unknown as KubeObject
  if (object.kind !== 'CronJob') return { ...object, spec: { ...spec, template } } as unknown as KubeObject
  const jobs = spec.jobTemplate as { spec: object }
  return { ...object, spec: { ...spec, jobTemplate: { ...jobs, spec: { ...jobs.spec, template } } } } as unknown as KubeObject
}

function setImage(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const split = splitPairs(args.words, 'image')
  if ('wrong' in split) return failed(state, split.wrong)
  const on = { ...args, words: split.objects }
  const targets = targetsOf(state, on, files, 'error when')
  if ('usage' in targets) return failed(state, targets.usage)
  if (targets.wrong.length > 0) return failed(state, targets.wrong.join('\n'))
  const images = split.changes.map(w => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)] as const)
  if (images.length === 0) return failed(state, 'error: at least one image update is required')
  if (images.length > 1 && images.some(([name]) => name === '*'))
    return failed(state, 'error: all containers are already specified by *, but saw more than one container_name=container_image pairs')
  const edit = (object: KubeObject): Edited => withImages(object, images)
  return editAll(state, on, files, passing, { by: 'kubectl-set', edit, did: 'image updated', keepsPrefix: true, refused: REFUSED })
}

const REFUSED = (message: string): string => `error: failed to patch image update to pod template: ${message}`

function withImages(object: KubeObject, images: readonly (readonly [string, string])[]): Edited {
  const template = templateOf(object)
  if (template === undefined) return { wrong: `error: ${object.kind.toLowerCase()} ${object.metadata.name} has no pod template` }
  const { containers, initContainers = [] } = template.spec
  const known = [...containers, ...initContainers].map(c => c.name)
  const missing = images.filter(([name]) => name !== '*' && !known.includes(name))
  if (missing.length > 0)
    return { wrong: missing.map(([name]) => `error: unable to find container named ${JSON.stringify(name)}`).join('\n') }
  const imaged = <C extends { readonly name: string }>(c: C): C => {
    const image = images.findLast(([name]) => name === '*' || name === c.name)?.[1]
    return image === undefined ? c : { ...c, image }
  }
  const spec = {
    ...template.spec,
    containers: containers.map(imaged),
    ...(template.spec.initContainers === undefined ? {} : { initContainers: initContainers.map(imaged) }),
  }
  return { object: withTemplate(object, { ...template, spec }) }
}

function setSelector(state: State, args: Arguments, files: KubectlFiles, passing: Passing): Reply {
  const at = args.words.findIndex(w => w.includes('='))
  if (at < 0) return failed(state, 'error: one or more key=value pairs are required as the selector')
  const selector = Object.fromEntries(
    args.words
      .slice(at)
      .flatMap(w => w.split(','))
      .map(w => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)]),
  )
  const edit = (object: KubeObject): Edited =>
    object.kind === 'Service'
      ? { object: { ...object, spec: { ...(object as unknown as { spec: object }).spec, selector } } as KubeObject }
      : { wrong: `error: setting a selector is only supported for Services` }
  return editAll(state, { ...args, words: args.words.slice(0, at) }, files, passing, {
    by: 'kubectl-set',
    edit,
    did: 'selector updated',
    didNot: 'selector updated',
  })
}
