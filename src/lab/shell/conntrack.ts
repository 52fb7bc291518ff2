// conntrack in the shell: the connections that requests left behind in this namespace. Not simulated: timeouts; -D, -E and the other commands.
import { parseIp, readIp } from '../../addr/ip'
import { problem } from '../../error'
import type { Program } from '../../linux/program'
import type { Entry } from '../../path/conntrack'
import { freshKernels } from '../../path/kernels'
import { conntrackOf } from '../../trace/trace'
import { numberOf, readBare, type Words } from './options'
import { type Ran, refused, said, type Session } from './session'

/** `conntrack -L [-p udp] [--dport 53] …`, `conntrack -F`. */
export function conntrack(session: Session, program: Program, rest: readonly string[]): Ran {
  const words = readBare('conntrack', rest, 0)
  const { options } = words
  const { kernels } = session
  const known = kernels.conntrack.get(program.name)
  if (options.has('-F')) {
    if (options.size > 1) throw problem('NOT_MODELLED', 'conntrack -F flushes everything.', { fix: 'Write conntrack -F alone.' })
    const left = new Map(kernels.conntrack)
    left.delete(program.name)
    return said({ ...session, kernels: { ...kernels, conntrack: left } }, '')
  }
  if (!options.has('-L')) return refused(session, 'hopspec: conntrack: write conntrack -L or conntrack -F.', 2)
  const matches = filterOf(words)
  if (known === undefined) return said(session, '')
  const copy = known.copy()
  for (const entry of copy.entries) if (!matches(entry)) copy.delete(entry)
  const entries = Object.values(conntrackOf({ ...freshKernels, conntrack: new Map([[program.name, copy]]) })).flat()
  return said(
    session,
    entries.map(e => `${e.protocol} ${e.original} ${e.unreplied ? '[UNREPLIED] ' : ''}reply ${e.reply} mark=${e.mark}\n`).join(''),
  )
}

const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6']

/** All that is asked for is of the original direction. */
function filterOf(words: Words): (entry: Entry) => boolean {
  const { options } = words
  const protocol = options.get('-p')
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    throw problem('USAGE', `conntrack -p '${protocol}' is no protocol.`, { fix: `Write ${PROTOCOLS.join(', ')}.` })
  const [source, destination] = ['-s', '-d'].map(name => {
    const text = options.get(name)
    if (text !== undefined && readIp(text) === undefined)
      throw problem('USAGE', `conntrack ${name} '${text}' is no address.`, { fix: `Write one as in ${name} 10.244.1.2.` })
    return text === undefined ? undefined : parseIp(text)
  })
  const [sourcePort, port] = ['--sport', '--dport'].map(name => numberOf('conntrack', words, name, [0, 65_535]))
  const fits = <T>(wanted: T | undefined, is: T) => wanted === undefined || wanted === is
  return ({ original: o }) =>
    fits<string>(protocol, o.protocol) &&
    fits(source, o.source) &&
    fits(destination, o.destination) &&
    fits(sourcePort, o.sourcePort) &&
    fits(port, o.destinationPort)
}
