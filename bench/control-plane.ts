// `npm run bench:control-plane`: how long controllers, scheduler and kubelets take for Deployments of growing size, how much room the settled cluster takes up, and
// how both grow. Figures, never a pass or fail. Each size runs in a process of its own (`control-plane.ts NODES PODS`); processor time stands beside the clock,
// since other programs may run.
import { spawnSync } from 'node:child_process'
import { readStore } from '../src/apply/store-input'
import { begin } from '../src/cluster/begin'
import { objectsOf } from '../src/cluster/state'
import { settle } from '../src/control/settle'

interface Size {
  readonly nodes: number
  readonly pods: number
}

const SIZES: readonly Size[] = [
  { nodes: 10, pods: 100 },
  { nodes: 100, pods: 1_000 },
  { nodes: 1_000, pods: 10_000 },
]
/** What is to fit into 1 GiB. */
const LARGEST: Size = { nodes: 5_000, pods: 150_000 }

interface Figures {
  readonly seconds: number
  readonly processor: number
  readonly writes: number
  /** What the process needs for the settled State and everything else that it still has, in MiB. */
  readonly keptMiB: number
  readonly peakMiB: number
}

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

/** Settles one size in this process. */
function settled({ nodes, pods }: Size): Figures {
  const input = readStore([{ name: 'cluster.json', text: clusterText(nodes, pods) }])
  const [began, used] = [performance.now(), process.cpuUsage()]
  const state = settle(begin(input, { seed: 1 }))
  const seconds = (performance.now() - began) / 1000
  const processor = process.cpuUsage(used).user / 1e6
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const running = objectsOf(state, 'Pod').filter(p => p.status?.phase === 'Running').length
  if (running !== pods) throw new Error(`${running} of ${pods} pods run`)
  const [keptMiB, peakMiB] = [(heapUsed + external) / 2 ** 20, process.resourceUsage().maxRSS / 1024]
  return { seconds, processor, writes: state.log.length, keptMiB, peakMiB }
}

function measure({ nodes, pods }: Size): Figures {
  const flags = ['--expose-gc', '--max-old-space-size=4096', '-r', 'ts-node/register']
  const child = spawnSync(process.execPath, [...flags, __filename, String(nodes), String(pods)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.status !== 0) throw new Error(`${pods} pods ended with ${child.status}`)
  return JSON.parse(child.stdout) as Figures
}

/** Settles every size; prints seconds, processor seconds, writes, memory, and how the processor's part grows from one size to the next. */
export function controlPlaneBench(sizes: readonly Size[] = SIZES): void {
  console.log('\nnodes  pods  seconds  processor  growth  writes  MiB kept  MiB at most')
  let before: { readonly pods: number; readonly processor: number } | undefined
  for (const size of sizes) {
    const { seconds, processor, writes, keptMiB, peakMiB } = measure(size)
    const growth = before === undefined ? '–' : (Math.log(processor / before.processor) / Math.log(size.pods / before.pods)).toFixed(2)
    const figures = [
      size.nodes,
      size.pods,
      seconds.toFixed(2),
      processor.toFixed(2),
      growth,
      writes,
      keptMiB.toFixed(0),
      peakMiB.toFixed(0),
    ]
    console.log(figures.join('  '))
    before = { pods: size.pods, processor }
  }
  console.log('growth e: processor ∝ pods^e (goals: at most 1; 10,000 pods in less than 5 s; 150,000 pods in 1,024 MiB)')
}

if (require.main === module) {
  const [nodes, pods] = process.argv.slice(2).map(Number)
  if (nodes !== undefined && pods !== undefined) console.log(JSON.stringify(settled({ nodes, pods })))
  else controlPlaneBench([...SIZES, LARGEST])
}
