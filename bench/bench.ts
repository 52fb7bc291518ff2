// `npm run bench`: time and memory of every part on generated clusters of several sizes, and how each grows. Ratios and exponents, never a pass or fail.
// Each size runs in a process of its own, so that one's garbage does not weigh on the next.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { controlPlaneBench } from './control-plane'
import { kernelBench } from './kernel'
import { namesBench } from './names'
import { validationRate } from './validation'

const SIZES = [10, 100, 1_000, 10_000]
const ENDPOINTS = 10

interface Part {
  readonly name: string
  readonly unit: 'ms' | 'MiB' | 'count'
  readonly value: number
}

function measure(services: number, format: 'json' | 'yaml'): readonly Part[] {
  const child = spawnSync(
    process.execPath,
    ['--expose-gc', '-r', 'ts-node/register', join(__dirname, 'one-size.ts'), String(services), String(ENDPOINTS), format],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    },
  )
  if (child.status !== 0) throw new Error(`size ${services} ${format} ended with ${child.status}`)
  return JSON.parse(child.stdout) as Part[]
}

/** The exponent e of cost ∝ size^e, fitted through the largest sizes whose cost can be told from noise. */
function exponent(costs: readonly number[]): string {
  const points = costs.map((cost, i) => [Math.log(SIZES[i]!), Math.log(Math.max(cost, 1e-6))] as const).filter((_, i) => costs[i]! > 0.5)
  if (points.length < 2) return '–'
  const [x, y] = [0, 1].map(k => points.reduce((sum, p) => sum + p[k as 0 | 1], 0) / points.length) as [number, number]
  const slope = points.reduce((s, p) => s + (p[0] - x) * (p[1] - y), 0) / points.reduce((s, p) => s + (p[0] - x) ** 2, 0)
  return slope.toFixed(2)
}

function table(title: string, columns: readonly (readonly Part[])[]): void {
  console.log(`\n${title}\n${'part'.padEnd(34)}${SIZES.map(s => String(s).padStart(11)).join('')}   growth`)
  for (const [i, part] of columns[0]!.entries()) {
    const values = columns.map(c => c[i]!.value)
    const text = values.map(v => (part.unit === 'count' ? String(v) : v.toFixed(v < 10 ? 3 : 0)).padStart(11)).join('')
    console.log(`${`${part.name} (${part.unit})`.padEnd(34)}${text}   ${part.unit === 'count' ? '' : exponent(values)}`)
  }
}

const json = SIZES.map(size => measure(size, 'json'))
table(`Services × ${ENDPOINTS} endpoints, from JSON`, json)
table(
  `Services × ${ENDPOINTS} endpoints, from YAML`,
  SIZES.map(size => measure(size, 'yaml')),
)
const warm = json.map(parts => parts.find(p => p.name === 'one trace, warm')!.value)
console.log(`\none trace at ${SIZES[3]} Services costs ${(warm[3]! / warm[1]!).toFixed(2)} × that at ${SIZES[1]} (goal: at most 1.50)`)
console.log(`decoded, defaulted and validated: ${Math.round(validationRate())} objects a second (goal: at least 2000)`)
namesBench()
controlPlaneBench()
kernelBench()
