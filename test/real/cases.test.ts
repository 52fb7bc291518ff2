// Differences that the fuzzer once found (npm run fuzz:kernel): the simulator must do what the kernel did, and the kernel here must still do it.
import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { freshKernels, hungUp, type KernelState } from '../../src/path/kernels'
import { waysOf } from '../../src/path/ways'
import { compare, DATA_LOST, differenceText, unknownIn } from '../../src/real/compare'
import { unavailable } from '../../src/real/rights'
import { readCase } from './fuzz/cases'
import { readSample, tryOut } from './fuzz/trial'

const FOLDER = join(process.cwd(), 'test/real/cases')
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter(f => f.endsWith('.yaml'))
      .sort()
  : []
const caseOf = (file: string) => readCase(readFileSync(join(FOLDER, file), 'utf8'))

/** What the simulator does otherwise than was recorded; a flow that it says is unknown is no difference, and ends a sample whose kernels remember. */
function differences(file: string): readonly string[] {
  const { sample, kernel } = caseOf(file)
  const { network, flows } = readSample(sample)
  const wrong: string[] = []
  let kernels: KernelState = freshKernels
  for (const [i, { request }] of flows.entries()) {
    const ways = waysOf(network, request, kernels)
    if (unknownIn(ways) !== undefined) {
      if (sample.stateful) break
      continue
    }
    const { way, differences, notCompared } = compare(network, request, ways, kernel[i]!)
    wrong.push(...differences.map(d => `flow ${i}, ${differenceText(d)}`))
    if (sample.stateful) kernels = hungUp(ways[way]!.exchange.kernels)
    if (sample.stateful && notCompared.includes(DATA_LOST)) break
  }
  return wrong
}

describe('the simulator does what the kernel did', () => {
  for (const file of files) test(`${file}: ${caseOf(file).says}`, () => assert.deepEqual(differences(file), []))
})

const why = unavailable()
describe.skipIf(why !== undefined)(`the kernel here agrees with the simulator${why ? ` (skipped: ${why})` : ''}`, () => {
  for (const file of files)
    test(file, () => {
      const trial = tryOut(caseOf(file).sample)
      assert.equal(trial.refused, null)
      const wrong = trial.outcomes.flatMap((o, i) =>
        o.is === 'different' ? o.differences.map(d => `flow ${i}, ${differenceText(d)}`) : o.is === 'thrown' ? [o.why] : [],
      )
      assert.deepEqual(wrong, [])
    })
})
