// Names: 10,000 lookups by a pod's resolver, without packets, in a cluster of 10,000 Services. Each asks for a Service of another namespace, which
// takes four questions. Prints the time, and how many lookups and questions that is a second. Run: npx ts-node bench/names.ts
import { readStore } from '../src/apply/store-input'
import { begin } from '../src/cluster/begin'
import { objectsOf, type State } from '../src/cluster/state'
import { resolvingOfText } from '../src/dns/direct'
import { lookUp } from '../src/dns/resolver'
import { settle } from '../src/control/settle'
import { clusterText } from './generate'

const SERVICES = 10_000
const LOOKUPS = 10_000
const RESOLV_CONF = 'nameserver 10.128.0.10\nsearch other.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n'

/** The cluster, and the figures of its lookups. */
export function namesBench(): void {
  const state: State = settle(begin(readStore([{ name: 'cluster.json', text: clusterText(SERVICES, 1, 'json') }]), { seed: 1 }))
  const names = objectsOf(state, 'Service').map(s => `${s.metadata.name}.${s.metadata.namespace ?? 'default'}`)
  const resolving = resolvingOfText(state, RESOLV_CONF)
  const start = performance.now()
  const before = process.cpuUsage()
  let questions = 0
  let found = 0
  for (let i = 0; i < LOOKUPS; i++) {
    const lookup = lookUp('glibc', names[i % names.length]!, ['A', 'AAAA'], resolving)
    questions += lookup.queries.length
    found += lookup.addresses.length
  }
  const ms = performance.now() - start
  const cpu = process.cpuUsage(before)
  const cpuMs = (cpu.user + cpu.system) / 1000
  if (found < LOOKUPS) throw new Error(`only ${found} of ${LOOKUPS} names were found`)
  const second = (count: number) => Math.round((1000 * count) / ms).toLocaleString('en')
  console.log(
    `\n${LOOKUPS.toLocaleString('en')} lookups among ${SERVICES.toLocaleString('en')} Services: ${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} ms of CPU); ${second(LOOKUPS)} lookups, ${second(questions)} questions a second (goal: less than 1,000 ms)`,
  )
}

if (require.main === module) namesBench()
