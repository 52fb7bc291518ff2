// One size of the bench: generates a cluster of N Services with M endpoints each and measures every part. Prints its figures as JSON.
import { readStore } from '../src/apply/store-input'
import { begin } from '../src/cluster/begin'
import { settle } from '../src/control/settle'
import { printIptablesSave } from '../src/linux/iptables-save'
import { networkOf } from '../src/node/network'
import { prepare } from '../src/trace/prepare'
import { traceAll } from '../src/trace/trace'
import { clusterText } from './generate'

const [services = 10, endpoints = 10] = process.argv.slice(2, 4).map(Number)
const format = process.argv[4] === 'yaml' ? 'yaml' : 'json'
const figures: { name: string; unit: 'ms' | 'MiB' | 'count'; value: number }[] = []

function timed<T>(name: string, work: () => T): T {
  const start = performance.now()
  const result = work()
  figures.push({ name, unit: 'ms', value: performance.now() - start })
  return result
}

const text = clusterText(services, endpoints, format)
figures.push({ name: 'input', unit: 'MiB', value: Buffer.byteLength(text) / 2 ** 20 })
const begun = performance.now()
const input = timed('read and default', () => readStore([{ name: `cluster.${format}`, text }]))
const state = timed('settle', () => settle(begin(input, { seed: 1 })))
const program = timed('rules of one node', () => {
  const node = networkOf(state).program('node/node-0')!
  void node.iptables
  return node
})
timed('print iptables-save', () => printIptablesSave(program.iptables!))
figures.push({ name: 'all of these', unit: 'ms', value: performance.now() - begun })
const prepared = timed('look up the flow', () =>
  prepare({ state }, [{ from: 'client/laptop', to: `192.168.0.1:${30000 + Math.min(services, 2000) - 1}`, protocol: 'tcp' }]),
)
const trace = timed('first trace', () => traceAll(prepared.scene, prepared.flows[0]!))
figures.push({ name: 'ways of the trace', unit: 'count', value: trace.outcomes.length })
for (let i = 0; i < 200; i++) traceAll(prepared.scene, prepared.flows[0]!)
const rounds = Array.from({ length: 101 }, () => {
  const start = performance.now()
  traceAll(prepared.scene, prepared.flows[0]!)
  return performance.now() - start
}).sort((a, b) => a - b)
figures.push({ name: 'one trace, warm', unit: 'ms', value: rounds[50]! })
globalThis.gc?.()
figures.push({ name: 'memory, peak', unit: 'MiB', value: process.resourceUsage().maxRSS / 1024 })
console.log(JSON.stringify(figures))
