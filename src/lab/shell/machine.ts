// What a machine or a pod says of itself in the shell: rules, routes, devices, containers, files, environment.
import type { Pod } from '../../apply/object'
import { didYouMean } from '../../cluster/nearest'
import { objectOf, type State } from '../../cluster/state'
import { environmentOf } from '../../control/container-env'
import { etcHostsOf, hostnameOf, nodeHosts, NODE_RESOLV_CONF, resolvConfText } from '../../dns/pod-files'
import { printResolvConf } from '../../dns/resolv-conf'
import { never, problem } from '../../error'
import { printFdb } from '../../linux/ip-link'
import { printIptablesSave } from '../../linux/iptables-save'
import { printNft } from '../../linux/nft-ruleset'
import type { Program } from '../../linux/program'
import { networkOf } from '../../node/network'
import { crictlPods, crictlPs, dockerPs } from '../../view/containers'
import { dockerBridge } from '../../view/docker-network'
import { fileAt, NODE_FILES } from '../machine'
import { conntrack } from './conntrack'
import { etcdctl } from './etcdctl'
import { ip } from './ip'
import { readBare } from './options'
import { type Ran, refused, said, type Session, stateOf } from './session'

const COMMANDS = [
  'iptables-save',
  'ip6tables-save',
  'iptables',
  'nft',
  'ipvsadm',
  'ipset',
  'ip',
  'docker',
  'crictl',
  'conntrack',
  'env',
  'printenv',
  'hostname',
  'cat',
  'etcdctl',
  'bridge',
] as const
type Word = (typeof COMMANDS)[number]
export const MACHINE_COMMANDS: readonly string[] = COMMANDS

/** Runs one of these commands at the session's place. */
export function onMachine(session: Session, word: string, rest: readonly string[]): Ran {
  const { world, place } = session
  const network = 'network' in world ? world.network : networkOf(world.state)
  const program = network.program(place)
  if (program === undefined) return refused(session, `hopspec: there is no '${place}' any more.`, 2)
  const known = word as Word
  switch (known) {
    case 'iptables-save':
    case 'ip6tables-save': {
      const rules = known === 'iptables-save' ? program.iptables : program.ip6tables
      return said(session, oneTable(known, rules === null ? '' : printIptablesSave(rules), rest))
    }
    case 'nft':
      if (rest.join(' ') !== 'list ruleset')
        return refused(session, `hopspec: nft ${rest.join(' ')} is not modelled; write nft list ruleset.`, 2)
      return said(session, program.nftables === null ? '' : printNft(program.nftables))
    case 'iptables':
    case 'ipset':
    case 'ipvsadm':
      return refused(session, `hopspec: ${word} is not modelled${word === 'iptables' ? '; write iptables-save' : ''}.`, 2)
    case 'ip':
      return ip(session, program, network, rest)
    case 'conntrack':
      return conntrack(session, program, rest)
    case 'docker':
    case 'crictl':
      return containers(session, known, rest)
    case 'env':
    case 'printenv':
      return environment(session, known, rest)
    case 'hostname':
      readBare('hostname', rest, 0)
      return said(session, `${hostname(session)}\n`)
    case 'cat':
      return cat(session, rest)
    case 'etcdctl':
      return etcdctl(session, rest)
    case 'bridge':
      return bridge(session, program, rest)
    default:
      return never(known)
  }
}

const TABLES = ['filter', 'nat', 'mangle', 'raw', 'security']

/** `iptables-save -t nat` prints one table. */
function oneTable(program: 'iptables-save' | 'ip6tables-save', text: string, rest: readonly string[]): string {
  const table = readBare(program, rest, 0).options.get('-t')
  if (table === undefined) return text
  if (!TABLES.includes(table)) throw problem('USAGE', `${program}: there is no table '${table}'.`, { fix: didYouMean(table, TABLES) })
  const blocks = text.split(/(?<=^COMMIT\n(?:# Completed.*\n)?)/m)
  return blocks.filter(b => b.includes(`*${table}\n`)).join('')
}

function containers(session: Session, tool: 'docker' | 'crictl', rest: readonly string[]): Ran {
  const state = stateOf(session)
  const name = session.place.replace(/^node\//, '')
  const node = session.place.startsWith('node/') ? state?.config.nodes.find(n => n.name === name) : undefined
  if (state === undefined || node === undefined)
    return refused(session, `hopspec: ${tool}: containers run on nodes; write on node/NAME ${tool} ps.`, 2)
  const [verb, ...flags] = rest
  const program = `${tool} ${verb ?? ''}`
  const words = program === 'docker ps' || program === 'crictl ps' || program === 'crictl pods' ? readBare(program, flags, 0) : undefined
  if (tool === 'docker') {
    if (node.containerRuntime !== 'docker') return refused(session, 'hopspec: docker: this node runs containerd; write crictl ps.', 127)
    if (verb === 'network' && flags[0] === 'inspect') return network(session, state, name, flags.slice(1))
    return words
      ? said(session, dockerPs(state, name, words.options.has('--no-trunc')))
      : refused(session, `hopspec: docker ${verb ?? ''} is not modelled; there are docker ps and docker network inspect bridge.`, 2)
  }
  if (verb === 'ps') return said(session, crictlPs(state, name))
  if (verb === 'pods') return said(session, crictlPods(state, name))
  return refused(session, `hopspec: crictl ${verb ?? ''} is not modelled; there are crictl ps and crictl pods.`, 2)
}

function network(session: Session, state: State, node: string, rest: readonly string[]): Ran {
  const [name = ''] = readBare('docker network inspect', rest, 1).bare
  const text = name === 'bridge' ? dockerBridge(state, node) : null
  if (text !== null) return said(session, text)
  if (['host', 'none', 'bridge'].includes(name))
    return refused(session, `hopspec: docker network inspect ${name} is not modelled; there is docker network inspect bridge.`, 2)
  return said(session, '[]\n', 1, `Error: No such network: ${name}\n`)
}

const podHere = (state: State | undefined, { place }: Session): Pod | undefined =>
  state === undefined || !place.startsWith('pod/') ? undefined : objectOf(state, 'Pod', place.slice(4))

function environment(session: Session, program: 'env' | 'printenv', rest: readonly string[]): Ran {
  const [wanted] = readBare(program, rest, program === 'env' ? 0 : 1).bare
  const state = stateOf(session)
  const pod = podHere(state, session)
  if (state === undefined || pod === undefined)
    return refused(session, 'hopspec: env: only a container has one here; write in pod/NS/NAME env.', 2)
  const { values, unknown, secrets } = environmentOf(state, pod, pod.spec.containers[0]?.name ?? '')
  const env = new Map([['HOSTNAME', hostnameOf(pod).hostname], ...values])
  const why = unknown.get(wanted ?? '')
  if (why !== undefined) return refused(session, `hopspec: ${wanted} is not known: ${why}. Files of volumes are not modelled.`, 2)
  if (wanted === undefined || !env.has(wanted)) {
    const dark = [...(wanted === undefined ? unknown.keys() : []), ...secrets.map(name => `what Secret ${name} brings`)]
    if (dark.length > 0)
      return refused(session, `hopspec: not all is known of this environment: ${dark.join(', ')}; write printenv NAME of what is.`, 2)
  }
  if (wanted !== undefined) return env.has(wanted) ? said(session, `${env.get(wanted)}\n`) : said(session, '', 1)
  return said(session, [...env].map(([name, value]) => `${name}=${value}\n`).join(''))
}

function hostname(session: Session): string {
  const pod = podHere(stateOf(session), session)
  return pod === undefined ? session.place.replace(/^\w+\//, '') : hostnameOf(pod).hostname
}

/** `bridge fdb show dev flannel.1`: of bridges nothing is known here, since they learn. */
function bridge(session: Session, program: Program, rest: readonly string[]): Ran {
  const [, device] = /^fdb(?: show)? (?:dev )?(\S+)$/.exec(rest.join(' ')) ?? []
  const known = program.devices.find(d => d.name === device)
  if (device === undefined)
    return refused(session, `hopspec: bridge ${rest.join(' ')} is not modelled; write bridge fdb show dev DEVICE.`, 2)
  if (known === undefined) return refused(session, `Cannot find device "${device}"`)
  const learns = known.kind === 'bridge' || known.kind === 'veth' || known.kind === 'ethernet'
  if (learns)
    return refused(session, `hopspec: what ${device} has learned is not told; there are the entries of tunnels, like flannel.1.`, 2)
  return said(session, printFdb(program.fdb, device))
}

function cat(session: Session, rest: readonly string[]): Ran {
  const [path] = readBare('cat', rest, 1).bare
  const state = stateOf(session)
  const pod = podHere(state, session)
  if (path === '/etc/resolv.conf' && state !== undefined)
    return said(session, pod === undefined ? printResolvConf(NODE_RESOLV_CONF) : resolvConfText(state, pod))
  if (path === '/etc/hosts') return said(session, pod === undefined ? nodeHosts(hostname(session)) : (etcHostsOf(pod) ?? ''))
  if (path === '/etc/hostname') return said(session, `${hostname(session)}\n`)
  if (state !== undefined && path !== undefined && session.place.startsWith('node/') && NODE_FILES.includes(path))
    return said(session, fileAt(state, session.place.slice(5), path))
  return refused(session, `cat: ${path ?? ''}: No such file or directory`)
}
