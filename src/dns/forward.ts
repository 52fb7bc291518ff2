// The forward plugin: a question goes to other servers. What is outside the cluster knows what the Cluster document says; CoreDNS itself would ask for ever; nobody else in the cluster answers.
import { readIp } from '../addr/ip'
import { contains } from '../addr/cidr'
import type { State } from '../cluster/state'
import { isWithin, normal } from './name'
import { leadsToCoreDns } from './own-addresses'
import type { ForwardPlugin } from './plugin'
import { type Answer, bareAnswer, type Question } from './record'
import { askUpstream } from './upstream'

/** The plugin's answer; undefined where its zone does not hold the name. */
export function askForward(plugin: ForwardPlugin, question: Question, state: State): Answer | undefined {
  const name = normal(question.name)
  if (!isWithin(plugin.zone, name) || plugin.except.some(zone => isWithin(zone, name))) return undefined
  const reached = plugin.to.find(to => isOutside(to, state))
  if (reached === undefined) return bareAnswer('SERVFAIL', `forward: nobody answers at ${plugin.to.join(', ')}`)
  const answer = askUpstream(state.config.dns, question)
  return { ...answer, because: `forward to ${reached}: ${answer.because}` }
}

/** `/etc/resolv.conf` names servers outside; an address of pods or Services is not one. */
function isOutside(to: string, state: State): boolean {
  const ip = readIp(
    to
      .replace(/^(?:dns|tls):\/\//, '')
      .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
      .replace(/^\[(.+)\](?::\d+)?$/, '$1'),
  )
  if (ip === undefined) return to.startsWith('/')
  const { podSubnets, serviceSubnets } = state.config
  return !leadsToCoreDns(state, ip) && ![...podSubnets, ...serviceSubnets].some(net => contains(net, ip))
}
