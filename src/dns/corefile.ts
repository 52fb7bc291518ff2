// A Corefile as what its server blocks do. In: text; out: blocks, or every problem with its line. A plugin that hopspec does not know is refused by name.
import { nearestAll } from '../cluster/nearest'
import { HopspecError, type Problem } from '../error'
import { type Directive, readBlocks, type ServerBlock, type Word } from './corefile-tree'
import { normal } from './name'
import { type Block, inOrder, type Plugin } from './plugin'
import { readAutopath, readCache, readForward, readHostsPlugin, readKubernetes } from './read-plugin'
import { readRewrites } from './read-rewrite'
import { readTemplate } from './read-template'
import { Reader } from './reader'
import { reverseZones } from './reverse'

/** Plugins that change no answer: they log, watch, measure or reload. */
const QUIET = new Set(['bind', 'bufsize', 'errors', 'health', 'log', 'loop', 'pprof', 'prometheus', 'ready', 'reload', 'debug'])

const READERS: Readonly<Record<string, (reader: Reader, directive: Directive) => readonly Plugin[]>> = {
  autopath: readAutopath,
  cache: readCache,
  forward: readForward,
  hosts: readHostsPlugin,
  kubernetes: readKubernetes,
  loadbalance: () => [{ plugin: 'loadbalance' }],
  proxy: readForward,
  rewrite: readRewrites,
  template: readTemplate,
}

/** Plugins of CoreDNS that hopspec knows of and does not model. */
const OTHERS =
  'acl,any,auto,azure,chaos,clouddns,dns64,dnssec,dnstap,erratic,etcd,federation,file,geoip,grpc,grpc_server,header,k8s_external,local,metadata,minimal,multisocket,nomad,nsid,on,quic,root,route53,secondary,sign,timeouts,tls,trace,transfer,tsig,view,whoami'.split(
    ',',
  )

/** Reads a Corefile; throws with all that is wrong in it. */
export function readCorefile(text: string, file = 'Corefile'): readonly Block[] {
  const problems: Problem[] = []
  const blocks = readBlocks(text, file, problems).map(block => readBlock(block, problems))
  if (problems.length > 0) throw new HopspecError(problems)
  return blocks
}

function readBlock(block: ServerBlock, problems: Problem[]): Block {
  const keys = block.keys.flatMap(key => readKey(key, problems))
  const zones = keys.map(k => k.zone)
  const reader = new Reader(zones, problems)
  const plugins = block.directives.flatMap(directive => readDirective(reader, directive))
  return { zones, port: keys[0]?.port ?? 53, plugins: inOrder(mergedRewrites(plugins)) }
}

/** All rewrite lines of a block are one list of rules. */
function mergedRewrites(plugins: readonly Plugin[]): readonly Plugin[] {
  const rules = plugins.flatMap(p => (p.plugin === 'rewrite' ? p.rules : []))
  const others = plugins.filter(p => p.plugin !== 'rewrite')
  return rules.length === 0 ? others : [...others, { plugin: 'rewrite', rules }]
}

/** `.:53`, `cluster.local`, `dns://example.org:1053`, `10.0.0.0/24`. */
function readKey({ text, place }: Word, problems: Problem[]): readonly { readonly zone: string; readonly port: number }[] {
  const net = /^(.+\/\d{1,3})(?::(\d{1,5}))?$/.exec(text)
  const zones = net ? reverseZones(net[1]!) : undefined
  if (zones) return zones.map(zone => ({ zone, port: Number(net![2] ?? 53) }))
  const found = /^(?:dns:\/\/)?([^:/]+)(?::(\d{1,5}))?$/.exec(text)
  if (found) return [{ zone: normal(found[1]!), port: Number(found[2] ?? 53) }]
  problems.push({ code: 'NOT_MODELLED', message: `Server block '${text}' is not one that hopspec reads.`, place, fix: 'Write ZONE:PORT.' })
  return []
}

function readDirective(reader: Reader, directive: Directive): readonly Plugin[] {
  const name = directive.words[0]!.text
  if (QUIET.has(name)) return []
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (read) return read(reader, directive)
  const known = [...QUIET, ...Object.keys(READERS)]
  if (OTHERS.includes(name))
    reader.refuse(directive, `CoreDNS' plugin '${name}' is not modelled.`, `hopspec knows ${known.sort().join(', ')}.`)
  else {
    const near = nearestAll(name, [...known, ...OTHERS])
    reader.wrong(directive, `CoreDNS has no plugin '${name}'.`, near.length > 0 ? `Did you mean '${near[0]}'?` : 'Take the line out.')
  }
  return []
}
