// `npm run fuzz:kernel [-- --seed N] [--minutes M] [--networks N] [--first N] [--keep]`: figures on stdout; exit 1 when a difference is left, 2 where the kernel is out of reach.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unavailable } from '../../../src/real/rights'
import { printCase } from './cases'
import { type Figures, type Found, fuzz, wordsOf } from './fuzz'

const FOLDER = join(process.cwd(), 'test/real/cases')
const OPTIONS = ['seed', 'minutes', 'networks', 'first', 'shrink'] as const

function readOptions(words: readonly string[]): Partial<Record<(typeof OPTIONS)[number], number>> {
  const options: Partial<Record<(typeof OPTIONS)[number], number>> = {}
  for (let i = 0; i < words.length; i += 2) {
    const name = OPTIONS.find(o => words[i] === `--${o}`)
    const value = Number(words[i + 1])
    if (name === undefined || !(value >= 0))
      throw new Error(`Write ${OPTIONS.map(o => `--${o} N`).join(', ')}; not '${words[i]} ${words[i + 1] ?? ''}'.`)
    options[name] = value
  }
  return options
}

/** Writes a case where all its flows were compared. */
function keep(found: Found, seed: number): void {
  const words = wordsOf(found.outcomes)
  process.stdout.write(`network ${found.network}: ${found.signature}\n${words.map(w => `  ${w}\n`).join('')}`)
  const kernel = found.outcomes.flatMap(o => ('real' in o ? [o.real] : []))
  if (kernel.length !== found.sample.flows.length) return void process.stdout.write(`${JSON.stringify(found.sample, null, 1)}\n`)
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `fuzz-${seed}-${found.network}-${found.signature.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)}.yaml`)
  writeFileSync(file, printCase({ says: `Found as a difference in: ${found.signature}.`, sample: found.sample, kernel }))
  process.stdout.write(`  ${file}\n`)
}

function figuresText(f: Figures): string {
  const unknown = [...f.unknown.values()].reduce((a, b) => a + b, 0)
  const listed = (all: ReadonlyMap<string, number>) => [...all].sort(([, a], [, b]) => b - a).map(([why, n]) => `  ${n} × ${why}`)
  return [
    `${f.networks} networks, ${f.flows} flows: ${f.agreed} agreed, ${unknown} unknown, ${f.found.length + f.more.length} different`,
    ...(unknown > 0 ? ['unknown to the simulator:', ...listed(f.unknown)] : []),
    ...(f.refused.size > 0 ? ['networks that were refused:', ...listed(f.refused)] : []),
    ...(f.skipped > 0 ? [`${f.skipped} flows were left out, because one before them was unknown or different`] : []),
    ...(f.notRepeated.length > 0
      ? [`not seen again on a second network: ${f.notRepeated.length}`, ...f.notRepeated.map(w => `  ${w}`)]
      : []),
    ...(f.found.length > 0 ? ['different:', ...f.found.map(d => `  network ${d.network}: ${d.signature}`)] : []),
    ...(f.more.length > 0 ? [`different, not made small: ${f.more.length}`, ...f.more.map(w => `  ${w}`)] : []),
  ].join('\n')
}

function main(): number {
  const why = unavailable()
  if (why !== undefined) {
    process.stderr.write(`${why}\n`)
    return 2
  }
  const { seed = 1, minutes = 1, networks, first = 0, shrink = 12 } = readOptions(process.argv.slice(2))
  const end = Date.now() + minutes * 60_000
  process.stdout.write(`seed ${seed}\n`)
  const goOn = (n: number) => (networks === undefined ? Date.now() < end : n < networks)
  const figures = fuzz({ seed, first, goOn, mostShrunk: shrink, onFound: found => keep(found, seed) })
  process.stdout.write(`${figuresText(figures)}\n`)
  return figures.found.length + figures.more.length > 0 ? 1 : 0
}

process.exitCode = main()
