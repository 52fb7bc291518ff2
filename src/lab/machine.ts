// What steps ask of one machine of the cluster: its routes and devices, the files that programs left there, the environment of a pod's containers.
import { ipText } from '../addr/ip'
import { didYouMean } from '../cluster/nearest'
import { objectsOf, type State } from '../cluster/state'
import { type Environment, environmentOf } from '../control/container-env'
import { serviceVariables } from '../control/service-env'
import { problem } from '../error'
import { printRoutes } from '../linux/ip-route'
import { printNft } from '../linux/nft-ruleset'
import type { Program } from '../linux/program'
import { dockerOptions, flannelKeys, subnetEnv } from '../node/flannel-files'
import { layoutOf } from '../node/layout'
import { networkOf } from '../node/network'
import { podNamed } from './named'

/** A place's machine by its name: `node/master`, `pod/default/web-1`. */
function machineAt(state: State, place: string): Program {
  const program = networkOf(state).program(place)
  if (program === undefined)
    throw problem('STEP_VALUE', `${place} is not on the network.`, { fix: 'Name a node, or a pod that runs and has an address.' })
  return program
}

/** What `ip route` prints there. */
export const routesAt = (state: State, place: string): string => printRoutes(machineAt(state, place).routes, 'ipv4')

/** A row for each device, lo aside. */
export const deviceRows = (state: State, place: string): readonly Readonly<Record<string, string>>[] =>
  machineAt(state, place)
    .devices.filter(d => d.kind !== 'loopback')
    .map(d => ({
      device: d.name,
      kind: d.kind,
      mtu: `${d.mtuBytes}`,
      addresses: d.addresses.map(a => `${ipText(a.ip)}/${a.length}`).join(' '),
      bridge: d.port?.bridge ?? '',
      peer: d.kind === 'veth' ? d.peer.device : '',
    }))

/** What `nft list ruleset` prints on a node, without its indentation. */
export const nftAt = (state: State, node: string): string => {
  const { nftables } = machineAt(state, `node/${node}`)
  return nftables === null ? '' : printNft(nftables).replace(/^\t+/gm, '')
}

/** Files of a pod network's programs, by what writes them. */
const FILES = { '/run/flannel/subnet.env': subnetEnv, '/run/docker_opts.env': dockerOptions } as const

export const NODE_FILES: readonly string[] = Object.keys(FILES)

/** A file that a pod network's program wrote on a node; empty where it wrote none. */
export function fileAt(state: State, node: string, path: string): string {
  if (!NODE_FILES.includes(path))
    throw problem('STEP_VALUE', `hopspec knows of no file '${path}' on a node.`, { fix: didYouMean(path, NODE_FILES) })
  const layout = layoutOf(state)
  return FILES[path as keyof typeof FILES](layout, layout.nodes.get(node)!)
}

/** The keys that flanneld has in etcd. */
export const etcdRows = (state: State): readonly Readonly<Record<string, string>>[] =>
  [...flannelKeys(layoutOf(state))].map(([key, value]) => ({ key, value }))

/** The environment of a pod's first container. */
function envOf(state: State, podName: string): Environment {
  const pod = podNamed(state, podName)
  return environmentOf(state, pod, pod.spec.containers[0]!.name)
}

export const envRows = (state: State, podName: string): readonly Readonly<Record<string, string>>[] =>
  [...envOf(state, podName).values].map(([name, value]) => ({ name, value }))

/** A variable that some Service would bring: what none brings cannot be missed either. */
export function serviceVariableNamed(state: State, name: string): string {
  const names = objectsOf(state, 'Service').flatMap(s => serviceVariables(s).map(([variable]) => variable))
  if (!names.includes(name)) throw problem('UNKNOWN_NAME', `no Service brings the variable ${name}.`, { fix: didYouMean(name, names) })
  return name
}

/** `$MYSQL_SERVICE_HOST:$MYSQL_SERVICE_PORT` as the pod's first container would read it. */
export function expandEnv(state: State, podName: string, text: string): string {
  const { values, unknown, secrets } = envOf(state, podName)
  return text.replace(/\$(\w+)/g, (_, name: string) => {
    const value = values.get(name)
    if (value !== undefined) return value
    const why = unknown.get(name) ?? (secrets.length > 0 ? `Secret ${secrets.join(' or ')} may bring it` : undefined)
    if (why !== undefined)
      throw problem('NOT_MODELLED', `the environment of pod "${podName}": ${name} is not known: ${why}.`, {
        fix: 'Write the value itself.',
      })
    const other = didYouMean(name, [...values.keys()])
    throw problem('STEP_VALUE', `the environment of pod "${podName}" has no ${name}.`, { fix: other })
  })
}
