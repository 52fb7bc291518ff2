// One command line of the shell: whose it is, and where it runs. Unknown commands are refused by name.
import { didYouMean } from '../../cluster/nearest'
import { HopspecError, problemText } from '../../error'
import type { Network } from '../../linux/program'
import { networkOf } from '../../node/network'
import { tooMany } from './options'
import { failures } from './failures'
import { kubectlIn } from './kubectl'
import { wordsOf } from './line'
import { MACHINE_COMMANDS, onMachine } from './machine'
import { REQUESTS, request } from './request'
import { calmed, type Ran, refused, said, type Session, type ShellInput } from './session'
import { TIME_COMMANDS, timeCommand, type TimeWord } from './time'

const PLACES = ['on', 'in', 'from']
const HELP = `kubectl …                        over the cluster
on node/NAME [COMMAND]           where the following (or this one) runs; also in pod/NS/NAME, from client/NAME
curl, wget, nc, ping             requests from there
nslookup, dig, getent hosts      names, as they are there
iptables-save, ip6tables-save, nft list ruleset, ip route, ip rule, ip addr, ip link, ip neigh, bridge fdb show dev DEVICE, docker ps, docker network inspect bridge, crictl ps, crictl pods, conntrack -L, etcdctl get KEY, env, hostname, cat FILE
                                 (docs/shell.md lists the options of each; others are refused)
trace FROM TO [PROTOCOL]         every way of a packet
wait 30s, time, timeline         virtual time
stop|start COMPONENT [on NODE], fail|recover NODE, cut|mend NODE NODE, unready|ready pod/NS/NAME
`

/** Every first word that the shell knows. */
const KNOWN = ['kubectl', ...PLACES, ...REQUESTS, ...MACHINE_COMMANDS, ...TIME_COMMANDS, ...Object.keys(failures), 'help']

/** Runs one command. Mistakes of the user are answers with exit code 2, as a shell's. */
export function runCommand(session: Session, argv: readonly string[], input: ShellInput): Ran {
  try {
    return dispatch(session, argv, input)
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    return refused(session, `hopspec: ${error.problems.map(problemText).join('\n')}`, 2)
  }
}

/** Runs one line as it was typed, and tells its words; those of a line that cannot be read are the line itself. */
export function runLine(session: Session, line: string, input: ShellInput): Ran & { readonly argv: readonly string[] } {
  try {
    const argv = wordsOf(line)
    return { ...(argv.length === 0 ? said(session, '') : runCommand(session, argv, input)), argv }
  } catch (error) {
    if (!(error instanceof HopspecError)) throw error
    return { ...refused(session, `hopspec: ${error.problems.map(problemText).join('\n')}`, 2), argv: [line] }
  }
}

function dispatch(session: Session, argv: readonly string[], input: ShellInput): Ran {
  const [word = '', ...rest] = argv
  if (word === 'kubectl') return kubectlIn(session, rest, input)
  if (PLACES.includes(word)) return elsewhere(session, rest, input)
  if (word === 'help') {
    if (rest[0] !== undefined) throw tooMany('help', rest[0])
    return said(session, HELP)
  }
  if ((TIME_COMMANDS as readonly string[]).includes(word)) return timeCommand(session, word as TimeWord, rest)
  const failure = Object.hasOwn(failures, word) ? failures[word] : undefined
  if (failure !== undefined) return failure(session, rest)
  const calm = calmed(session)
  if ((REQUESTS as readonly string[]).includes(word)) return request(calm, word as (typeof REQUESTS)[number], rest)
  if (MACHINE_COMMANDS.includes(word)) return onMachine(calm, word, rest)
  return refused(session, `hopspec: ${word}: command not found. ${didYouMean(word, KNOWN)}`, 127)
}

/** `on node/master COMMAND…` runs one command there; without one, the session stays there. */
function elsewhere(session: Session, [place, ...command]: readonly string[], input: ShellInput): Ran {
  const calm = calmed(session)
  const network = 'network' in calm.world ? calm.world.network : networkOf(calm.world.state)
  const found = place === undefined ? undefined : placeNamed(network, place)
  if (found === undefined)
    return refused(session, `hopspec: there is no place '${place ?? ''}'. ${didYouMean(place ?? '', network.names)}`, 2)
  if (command.length === 0) return said({ ...calm, place: found }, '')
  const ran = runCommand({ ...calm, place: found }, command, input)
  return { ...ran, session: { ...ran.session, place: session.place } }
}

/** A hostNetwork pod is a place too, though it has no network namespace of its own. */
const placeNamed = (network: Network, place: string): string | undefined =>
  [place, `pod/${place}`, `pod/default/${place.replace(/^pod\//, '')}`, `node/${place}`, `client/${place}`, `namespace/${place}`].find(
    p => network.names.includes(p) || (p.startsWith('pod/') && network.program(p) !== undefined),
  )
