// The real dataplane beside the simulator, in one process: how long article 001's cluster takes to stand and to go, connections a second on this
// machine's kernel, walks a second in the simulator. Prints its figures; says why where the kernel cannot be asked.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readStore } from '../src/apply/store-input'
import { begin } from '../src/cluster/begin'
import { settle } from '../src/control/settle'
import { networkOf } from '../src/node/network'
import { SeededChooser } from '../src/path/chooser'
import { exchange } from '../src/path/exchange'
import { freshKernels } from '../src/path/kernels'
import { build } from '../src/real/build'
import { Observatory } from '../src/real/observe'
import { unavailable } from '../src/real/rights'
import { prepare } from '../src/trace/prepare'

const ROUNDS = 5
const CONNECTIONS = 3000

const article = join(__dirname, '..', 'features', 'articles', '001')
const FILES = ['cluster.yaml', 'mytest-deploy.yaml', 'services/mytest-svc-nodeport.yaml']

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

function timed<T>(into: number[], work: () => T): T {
  const start = performance.now()
  const result = work()
  into.push(performance.now() - start)
  return result
}

const tell = (name: string, value: number, unit: string) => console.log(`${name.padEnd(44)}${value.toFixed(0).padStart(9)} ${unit}`)

/** Prints the table, or why there is none. */
export function kernelBench(): void {
  const why = unavailable()
  console.log('\nThe kernel of this machine: article 001, three nodes')
  if (why !== undefined) return console.log(`skipped: ${why}`)
  const state = settle(begin(readStore(FILES.map(name => ({ name, text: readFileSync(join(article, name), 'utf8') }))), { seed: 1 }))
  const { scene, flows } = prepare({ state }, [{ from: 'node/master', to: 'service/default/mytest-svc:80', protocol: 'tcp' }])
  const { request } = flows[0]!
  const [up, down, one, many, walk]: number[][] = [[], [], [], [], []]
  for (let i = 0; i < ROUNDS; i++) {
    const built = timed(up!, () => build(networkOf(state)))
    const eyes = new Observatory(built)
    timed(one!, () => eyes.send(request))
    timed(many!, () => eyes.many(request, CONNECTIONS))
    timed(down!, () => built.close())
  }
  const chooser = new SeededChooser(1)
  for (let i = 0; i < ROUNDS; i++)
    timed(walk!, () => {
      for (let n = 0; n < CONNECTIONS; n++) exchange(scene.network, request, chooser, freshKernels)
    })
  tell('cluster stands, listeners included', median(up!), 'ms')
  tell('cluster is gone', median(down!), 'ms')
  tell('one connection, all eyes open', median(one!), 'ms')
  tell('connections on the kernel', (CONNECTIONS / median(many!)) * 1000, 'a second')
  tell('walks in the simulator', (CONNECTIONS / median(walk!)) * 1000, 'a second')
  console.log(`the simulator is ${(median(many!) / median(walk!)).toFixed(1)} × as fast as the kernel`)
}

if (require.main === module) kernelBench()
