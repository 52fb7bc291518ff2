// The iptables rules of a docker daemon with its default bridge and no containers on it (since 17.06): docker0's, and FORWARD's policy DROP.
import { type Cidr, parseCidr } from '../addr/cidr'
import { type KernelTables, addRule, newChain, setPolicy } from './kernel-tables'
import {
  ACCEPT,
  DROP,
  type Goal,
  type Part,
  RETURN,
  conntrack,
  destination,
  destinationType,
  inputDevice,
  jump,
  line,
  masquerade,
  outputDevice,
  source,
} from './words'

const DOCKER = { because: 'docker' }
const LOOPBACK4 = parseCidr('127.0.0.0/8')

/** Writes them as dockerd does at its start; `network` is docker0's, `ipMasq` its option --ip-masq, `forwardPolicy` another's word after it. */
export function writeDocker(k: KernelTables, network: Cidr, ipMasq = true, forwardPolicy: 'ACCEPT' | 'DROP' = 'DROP'): void {
  const add = (table: 'filter' | 'nat', chain: string, parts: readonly Part[], goal: Goal) =>
    addRule(k, table, chain, line('', parts, goal, DOCKER).rule, 'last')
  const [into, out] = [inputDevice('docker0'), outputDevice('docker0')]
  const [elsewhereOut, stage1, stage2] = [outputDevice('docker0', true), 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2']

  newChain(k, 'nat', 'DOCKER')
  add('nat', 'PREROUTING', [destinationType('LOCAL')], jump('DOCKER'))
  add('nat', 'OUTPUT', [destination(LOOPBACK4, true), destinationType('LOCAL')], jump('DOCKER'))
  if (ipMasq) add('nat', 'POSTROUTING', [source(network), elsewhereOut], masquerade(false))
  add('nat', 'DOCKER', [into], RETURN)

  for (const chain of ['DOCKER', stage1, stage2, 'DOCKER-USER']) newChain(k, 'filter', chain)
  if (forwardPolicy === 'DROP') setPolicy(k, 'filter', 'FORWARD', 'DROP')
  add('filter', 'FORWARD', [], jump('DOCKER-USER'))
  add('filter', 'FORWARD', [], jump(stage1))
  add('filter', 'FORWARD', [out, conntrack(['RELATED', 'ESTABLISHED'])], ACCEPT)
  add('filter', 'FORWARD', [out], jump('DOCKER'))
  add('filter', 'FORWARD', [into, elsewhereOut], ACCEPT)
  add('filter', 'FORWARD', [into, out], ACCEPT)
  add('filter', stage1, [into, elsewhereOut], jump(stage2))
  add('filter', stage1, [], RETURN)
  add('filter', stage2, [out], DROP)
  add('filter', stage2, [], RETURN)
  add('filter', 'DOCKER-USER', [], RETURN)
}
