// `npm run fuzz:manifest [-- --seed N --runs N]`: mutated manifests, none of which may crash, hang, or be accepted although the field tables refuse it.
import { parseArgs } from 'node:util'
import { trial } from './trial'

const { values } = parseArgs({ options: { seed: { type: 'string' }, runs: { type: 'string' } } })
const seed = Number(values.seed ?? 1)
const runs = Number(values.runs ?? 100_000)
/** A single manifest that takes longer hangs. */
const LONGEST_MS = 5_000

const started = performance.now()
let accepted = 0
let failures = 0
for (let i = 0; i < runs; i++) {
  const before = performance.now()
  const outcome = trial(seed * 0x9e3779b1 + i)
  const tookMs = performance.now() - before
  if (outcome.accepted) accepted++
  if (outcome.failure === undefined && tookMs < LONGEST_MS) continue
  failures++
  const { text = '', why = '' } = outcome.failure ?? {}
  console.log(`run ${i} of seed ${seed} (${Math.round(tookMs)} ms): ${why || 'takes too long'}\n${text}\n`)
  if (failures >= 10) break
}
const seconds = (performance.now() - started) / 1000
console.log(`${runs} manifests from seed ${seed}: ${accepted} accepted, ${failures} failures, ${Math.round(runs / seconds)} a second`)
process.exitCode = failures > 0 ? 1 : 0
