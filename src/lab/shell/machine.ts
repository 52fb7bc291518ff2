// What a machine or a pod says of itself in the shell: rules, routes, devices, containers, files, environment.
import { ipText } from '../../addr/ip'
import type { Pod } from '../../apply/object'
import { objectOf, type State } from '../../cluster/state'
import { containerEnv } from '../../control/service-env'
import { etcHostsOf, hostnameOf, nodeHosts, NODE_RESOLV_CONF, resolvConfText } from '../../dns/pod-files'
import { printResolvConf } from '../../dns/resolv-conf'
import { never } from '../../error'
import { printIpAddr } from '../../linux/ip-addr'
import { printRoutes } from '../../linux/ip-route'
import { printIptablesSave } from '../../linux/iptables-save'
import { printNft } from '../../linux/nft-ruleset'
import { macText } from '../../addr/mac'
import type { Program } from '../../linux/program'
import { networkOf } from '../../node/network'
import { conntrackOf } from '../../trace/trace'
import { crictlPods, crictlPs, dockerPs } from '../../view/containers'
import { fileAt } from '../machine'
import { type Ran, refused, said, type Session, type ShellInput, stateOf } from './session'

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
] as const
type Word = (typeof COMMANDS)[number]
export const MACHINE_COMMANDS: readonly string[] = COMMANDS

export function onMachine(session: Session, word: string, rest: readonly string[], input: ShellInput): Ran {
  const { world, place } = session
  const network = 'network' in world ? world.network : networkOf(world.state)
  const program = network.program(place)
  if (program === undefined) return refused(session, `hopspec: there is no '${place}' any more.`, 2)
  const known = word as Word
  switch (known) {
    case 'iptables-save':
      return said(session, program.iptables === null ? '' : oneTable(printIptablesSave(program.iptables), rest))
    case 'ip6tables-save':
      return said(session, program.ip6tables === null ? '' : oneTable(printIptablesSave(program.ip6tables), rest))
    case 'nft':
      if (rest.join(' ') !== 'list ruleset')
        return refused(session, `hopspec: nft ${rest.join(' ')} is not modelled; write nft list ruleset.`, 2)
      return said(session, program.nftables === null ? '' : printNft(program.nftables))
    case 'iptables':
    case 'ipset':
    case 'ipvsadm':
      return refused(session, `hopspec: ${word} is not modelled${word === 'iptables' ? '; write iptables-save' : ''}.`, 2)
    case 'ip':
      return ip(session, program, rest, () => printIpAddr(program, network))
    case 'conntrack':
      return conntrack(session, rest)
    case 'docker':
    case 'crictl':
      return containers(session, known, rest)
    case 'env':
    case 'printenv':
      return environment(session)
    case 'hostname':
      return said(session, `${hostname(session)}\n`)
    case 'cat':
      return cat(session, rest, input)
    default:
      return never(known)
  }
}

/** `iptables-save -t nat` prints one table. */
function oneTable(text: string, rest: readonly string[]): string {
  const at = rest.indexOf('-t')
  if (at < 0) return text
  const blocks = text.split(/(?<=^COMMIT\n(?:# Completed.*\n)?)/m)
  return blocks.filter(b => b.includes(`*${rest[at + 1]}\n`)).join('')
}

function ip(session: Session, program: Program, rest: readonly string[], addresses: () => string): Ran {
  const six = rest.includes('-6')
  const [object = '', action] = rest.filter(w => !w.startsWith('-'))
  const family = six ? ('ipv6' as const) : ('ipv4' as const)
  if (action !== undefined && !['show', 'list', 'ls'].includes(action))
    return refused(session, `hopspec: ip ${rest.join(' ')} is not modelled; ip route, ip addr and ip neigh only show.`, 2)
  if ('route'.startsWith(object) && object !== '') return said(session, printRoutes(program.routes, family))
  if ('address'.startsWith(object) && object !== '') return said(session, addresses())
  if ('neighbour'.startsWith(object) && object !== '')
    return said(session, program.neighbours.map(n => `${ipText(n.ip)} dev ${n.device} lladdr ${macText(n.mac)} PERMANENT\n`).join(''))
  return refused(session, `hopspec: ip ${rest.join(' ')} is not modelled; there are ip route, ip addr and ip neigh.`, 2)
}

/** Connections that the session's requests left behind in this namespace. */
function conntrack(session: Session, rest: readonly string[]): Ran {
  if (rest.includes('-F')) return said({ ...session, kernels: { ...session.kernels, conntrack: new Map() } }, '')
  const entries = conntrackOf(session.kernels)[session.place] ?? []
  return said(
    session,
    entries.map(e => `${e.protocol} ${e.original} ${e.unreplied ? '[UNREPLIED] ' : ''}reply ${e.reply} mark=${e.mark}\n`).join(''),
  )
}

function containers(session: Session, tool: 'docker' | 'crictl', rest: readonly string[]): Ran {
  const state = stateOf(session)
  const name = session.place.replace(/^node\//, '')
  const node = session.place.startsWith('node/') ? state?.config.nodes.find(n => n.name === name) : undefined
  if (state === undefined || node === undefined)
    return refused(session, `hopspec: ${tool}: containers run on nodes; write on node/NAME ${tool} ps.`, 2)
  const [verb, ...flags] = rest
  if (tool === 'docker') {
    if (node.containerRuntime !== 'docker') return refused(session, 'hopspec: docker: this node runs containerd; write crictl ps.', 127)
    return verb === 'ps'
      ? said(session, dockerPs(state, name, flags.includes('--no-trunc')))
      : refused(session, `hopspec: docker ${verb ?? ''} is not modelled; there is docker ps.`, 2)
  }
  if (verb === 'ps') return said(session, crictlPs(state, name))
  if (verb === 'pods') return said(session, crictlPods(state, name))
  return refused(session, `hopspec: crictl ${verb ?? ''} is not modelled; there are crictl ps and crictl pods.`, 2)
}

const podHere = (state: State | undefined, { place }: Session): Pod | undefined =>
  state === undefined || !place.startsWith('pod/') ? undefined : objectOf(state, 'Pod', place.slice(4))

function environment(session: Session): Ran {
  const state = stateOf(session)
  const pod = podHere(state, session)
  if (state === undefined || pod === undefined)
    return refused(session, 'hopspec: env: only a container has one here; write in pod/NS/NAME env.', 2)
  const env = [...containerEnv(state, pod, pod.spec.containers[0]?.name ?? '')].map(([name, value]) => `${name}=${value}\n`)
  return said(session, `HOSTNAME=${hostnameOf(pod).hostname}\n${env.join('')}`)
}

function hostname(session: Session): string {
  const pod = podHere(stateOf(session), session)
  return pod === undefined ? session.place.replace(/^\w+\//, '') : hostnameOf(pod).hostname
}

/** Files of a pod network's programs. */
const NODE_FILES = ['/run/flannel/subnet.env', '/run/docker_opts.env']

function cat(session: Session, [path]: readonly string[], _input: ShellInput): Ran {
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
