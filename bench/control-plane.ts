// `npm run bench:control-plane`: how long controllers, scheduler and kubelets take for Deployments of growing size, and how that grows. Figures, never a pass or fail.
// Processor time stands beside the clock, since other programs may run.
import { readStore } from '../src/apply/store-input'
import { begin } from '../src/cluster/begin'
import { objectsOf } from '../src/cluster/state'
import { settle } from '../src/control/settle'

const SIZES = [
  { nodes: 10, replicas: 100 },
  { nodes: 100, replicas: 1_000 },
  { nodes: 1_000, replicas: 10_000 },
]

/** A cluster of so many nodes with Deployments of at most 10,000 replicas each, and a Service for each. */
function clusterText(nodes: number, replicas: number): string {
  const items: object[] = [
    {
      apiVersion: 'hopspec/v1',
      kind: 'Cluster',
      networking: { podSubnet: '10.0.0.0/9', serviceSubnet: '10.128.0.0/10' },
      nodes: Array.from({ length: nodes }, (_, i) => ({
        name: `node-${i}`,
        addresses: [`192.168.${i >> 8}.${i & 255}`],
        podCIDRs: [`10.${i >> 8}.${i & 255}.0/24`],
      })),
    },
  ]
  for (let left = replicas, i = 0; left > 0; left -= 10_000, i++) {
    const labels = { app: `web-${i}` }
    const containers = [{ name: 'web', image: 'nginx:1', ports: [{ containerPort: 80 }] }]
    const spec = {
      replicas: Math.min(10_000, left),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    }
    items.push({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `web-${i}` }, spec })
    items.push({ apiVersion: 'v1', kind: 'Service', metadata: { name: `web-${i}` }, spec: { selector: labels, ports: [{ port: 80 }] } })
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

/** Settles every size; prints seconds, processor seconds, writes, memory, and how the processor's part grows. */
export function controlPlaneBench(): void {
  const costs: number[] = []
  console.log('\nnodes  replicas  seconds  processor  writes  MiB')
  for (const { nodes, replicas } of SIZES) {
    const input = readStore([{ name: 'cluster.json', text: clusterText(nodes, replicas) }])
    const [began, used] = [performance.now(), process.cpuUsage()]
    const state = settle(begin(input, { seed: 1 }))
    const seconds = (performance.now() - began) / 1000
    const processor = process.cpuUsage(used).user / 1e6
    const running = objectsOf(state, 'Pod').filter(p => p.status?.phase === 'Running').length
    if (running !== replicas) throw new Error(`${running} of ${replicas} pods run`)
    costs.push(processor)
    const memory = Math.round(process.memoryUsage().heapUsed / 2 ** 20)
    console.log([nodes, replicas, seconds.toFixed(2), processor.toFixed(2), state.log.length, memory].join('  '))
  }
  console.log(
    `growth: replicas ^ ${(Math.log(costs[2]! / costs[1]!) / Math.log(10)).toFixed(2)} (goal: at most linear, 10000 replicas in less than 5 s)`,
  )
}

if (require.main === module) controlPlaneBench()
