// A node's network as the texts of the tools that print it, by the names of the recordings' files.
import { type Family, ipText } from '../addr/ip'
import { macText } from '../addr/mac'
import { printIptablesSave } from '../linux/iptables-save'
import { printNft } from '../linux/nft-ruleset'
import { printRoutes } from '../linux/ip-route'
import type { Neighbour, FdbEntry, Program } from '../linux/program'
import type { RuleSet } from '../linux/rule'
import { dockerOptions, subnetEnv } from './flannel-files'
import type { Layout } from './layout'
import type { NodePlace } from './places'
import type { RuleWriter } from './node-rules'

/** Whether a route, neighbour or FDB entry is told when one writer is selected: its own, and those that are always there. */
const told = (because: string | undefined, device: string | undefined, only: RuleWriter | undefined): boolean =>
  only === undefined || (because === undefined ? device === 'eth0' : only === 'cni' && because.startsWith('cni '))

/** `ip route` or `ip -6 route`. */
export const routesText = (program: Program, family: Family, only?: RuleWriter): string =>
  printRoutes(
    program.routes.filter(r => told(r.because, r.device, only)),
    family,
  )

/** `10.244.2.0 dev flannel.1 lladdr … PERMANENT`. */
const neighbourText = (n: Neighbour): string => `${ipText(n.ip)} dev ${n.device} lladdr ${macText(n.mac)} PERMANENT\n`
/** A line of `bridge fdb`. */
const fdbText = (f: FdbEntry): string => `${macText(f.mac)} dev ${f.device} dst ${ipText(f.destination)} self permanent\n`

/** Everything but kube-proxy's own files; empty texts are left out. */
export function nodeTexts(
  layout: Layout,
  place: NodePlace,
  program: Program,
  rules: readonly RuleSet[],
  only?: RuleWriter,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const put = (file: string, text: string) => text !== '' && texts.set(file, text)
  for (const set of rules) put(set.family === 'ipv4' ? 'iptables.save' : 'ip6tables.save', printIptablesSave(set))
  if (only === undefined || only === 'cni') {
    put('ip-route.txt', routesText(program, 'ipv4', only))
    put('ip6-route.txt', routesText(program, 'ipv6', only))
    put(
      'neigh.txt',
      program.neighbours
        .filter(n => told(n.because, n.device, only))
        .map(neighbourText)
        .join(''),
    )
    put(
      'fdb.txt',
      program.fdb
        .filter(f => told(f.because, f.device, only))
        .map(fdbText)
        .join(''),
    )
    put('subnet.env', subnetEnv(layout, place))
    put('docker_opts.env', dockerOptions(layout, place))
    if (program.nftables) put('nft.ruleset', printNft(program.nftables))
  }
  return texts
}
