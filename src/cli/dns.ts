// `hopspec dns`: which questions a pod's resolver asks for a name, and what CoreDNS answers. No packets: `hopspec trace` sends them.
import { keyOf, objectsOf, type State } from '../cluster/state'
import { didYouMean } from '../cluster/nearest'
import { NODE_RESOLV_CONF } from '../dns/pod-files'
import { resolvingAt, resolvingOfText } from '../dns/direct'
import { type DnsLookupJson, lookupJson, queryJson } from '../dns/json'
import { lookUp } from '../dns/resolver'
import { RESOLVERS, type Resolving } from '../dns/query'
import { clusterDnsAddress } from '../dns/own-addresses'
import { absolute } from '../dns/name'
import { readRecordType, RECORD_TYPES, type RecordType } from '../dns/record'
import { ask, serverOf } from '../dns/server'
import { problem } from '../error'
import { dnsText } from '../view/dns-text'
import { oneOf, readArguments } from './arguments'
import { INPUT_ARGS, inputOptions, loadState } from './input'
import { type Command, EXIT, type Io } from './io'
import { USAGE } from './usage'

const ARGS = {
  ...INPUT_ARGS,
  from: { type: 'string' },
  'resolv-conf': { type: 'string' },
  type: { type: 'string' },
  resolver: { type: 'string' },
  fqdn: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
} as const

/** The subcommand. */
export const dns: Command = (args, io) => {
  const { values, positionals } = readArguments('dns', USAGE.dns, args, ARGS)
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw problem('USAGE', 'hopspec dns takes one name.', { fix: USAGE.dns })
  const output = oneOf('-o', values.output ?? 'text', ['text', 'json'] as const)
  const resolver = oneOf('--resolver', values.resolver ?? 'glibc', RESOLVERS)
  const types = readTypes(values.type)
  if (values.from !== undefined && values['resolv-conf'] !== undefined)
    throw problem('USAGE', 'hopspec dns takes --from or --resolv-conf, not both.', { fix: USAGE.dns })
  const state = loadState(inputOptions(values), io)
  if (values.fqdn === true) return print(name, asked(state, name, types), output, io)
  const resolving = resolvingOf(state, values, io)
  return print(name, lookupJson(lookUp(resolver, name, types, resolving), resolver, resolving.conf), output, io)
}

function print(name: string, lookup: DnsLookupJson, output: 'text' | 'json', io: Io): number {
  io.stdout(output === 'json' ? `${JSON.stringify(lookup, null, 2)}\n` : dnsText(name, lookup))
  return EXIT.good
}

function readTypes(text: string | undefined): readonly RecordType[] {
  const words = (text ?? 'A,AAAA').split(',').map(w => w.trim())
  return words.map(word => {
    const type = readRecordType(word)
    if (type === undefined)
      throw problem('USAGE', `--type ${word}: there is no such type of records here.`, { fix: `Write one of ${RECORD_TYPES.join(', ')}.` })
    return type
  })
}

/** Once for each type, as dig asks: no search path, and nothing of what the server asks itself. */
function asked(state: State, name: string, types: readonly RecordType[]): DnsLookupJson {
  const server = clusterDnsAddress(state) ?? NODE_RESOLV_CONF.nameservers[0]!
  const queries = types.map((type, socket) => {
    const question = { name: absolute(name), type }
    const log = ask(serverOf(state), question).slice(-1)
    return { question, server, transport: 'udp' as const, atMs: 0, socket, reply: { kind: 'answered' as const, log } }
  })
  const answers = queries.map(q => q.reply.log[0]!.answer)
  const result = answers.flatMap((a, i) => a.answers.filter(r => r.type === types[i] || types[i] === 'ANY').map(r => r.data))
  const denied = answers.every(a => a.rcode === 'NXDOMAIN') ? 'not-found' : answers.some(a => a.rcode === 'NOERROR') ? 'no-data' : 'failed'
  return {
    queries: queries.flatMap(queryJson),
    result,
    by: 'dns',
    failure: result.length > 0 ? null : denied,
    search: [],
    options: [],
    resolver: 'glibc',
  }
}

function resolvingOf(state: State, values: { readonly from?: string; readonly 'resolv-conf'?: string }, io: Io): Resolving {
  const file = values['resolv-conf']
  if (file !== undefined) {
    const text = file === '-' ? io.stdin() : io.files.read(file)
    if (text === undefined)
      throw problem('FILE_NOT_FOUND', `${file}: there is no such file.`, { fix: 'Write the path of a resolv.conf after --resolv-conf.' })
    return resolvingOfText(state, Buffer.from(text).toString())
  }
  if (values.from === undefined)
    throw problem('USAGE', 'hopspec dns needs --from pod/NAMESPACE/NAME, --resolv-conf FILE or --fqdn.', { fix: USAGE.dns })
  return resolvingOfPlace(state, values.from)
}

/** `pod/shop/web-1`, `node/master`, `client/laptop`: one that the cluster has. */
function resolvingOfPlace(state: State, from: string): Resolving {
  const pods = objectsOf(state, 'Pod').map(p => `pod/${keyOf(p)}`)
  const places = [...pods, ...state.config.nodes.map(n => `node/${n.name}`), ...state.config.externalClients.map(c => `client/${c.name}`)]
  if (!places.includes(from)) throw problem('UNKNOWN_NAME', `There is no '${from}'.`, { fix: didYouMean(from, places) })
  return resolvingAt(state, from)
}
