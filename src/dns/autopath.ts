// The autopath plugin: the server walks the search path that the client is about to walk. Upstream: plugin/autopath.
import type { Ip } from '../addr/ip'
import type { State } from '../cluster/state'
import { clusterNames } from './cluster-names'
import { absolute, isWithin, normal, zoneOf } from './name'
import type { AutopathPlugin } from './plugin'
import type { Answer, Question } from './record'

/** The first answer along the client's search path that is no NXDOMAIN, under the name that was asked; undefined where the plugin has no say. */
export function askAutopath(
  plugin: AutopathPlugin,
  question: Question,
  client: Ip | undefined,
  state: State,
  next: (question: Question) => Answer,
): Answer | undefined {
  const name = normal(question.name)
  const zone = zoneOf(plugin.zones, name)
  const namespace = client === undefined ? undefined : clusterNames(state).podsByIp.get(client)?.[0]?.metadata.namespace
  if (zone === undefined || namespace === undefined || (question.type !== 'A' && question.type !== 'AAAA')) return undefined
  const domain = zone === '.' ? 'cluster.local.' : zone
  const path = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, '']
  if (!isWithin(path[0]!, name) || name === path[0]) return undefined
  const base = absolute(question.name).slice(0, -path[0]!.length - 1)
  let first: Answer | undefined
  for (const suffix of path) {
    const asked = suffix === '' ? absolute(base) : `${base}.${suffix}`
    const answer = next({ ...question, name: asked })
    first ??= answer
    if (answer.rcode === 'NXDOMAIN') continue
    if (suffix === path[0]) return answer
    const alias = { name: absolute(question.name), type: 'CNAME' as const, ttl: answer.answers[0]?.ttl ?? 0, data: asked }
    return { ...answer, answers: answer.answers.length === 0 ? [] : [alias, ...answer.answers], because: `autopath: ${answer.because}` }
  }
  return first
}
