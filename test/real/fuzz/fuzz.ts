// The fuzzer: samples by their seed, one after another, through both dataplanes; every difference is repeated, made small, and told.
import { draw } from './draw'
import type { Sample } from './sample'
import { shrink } from './shrink'
import { isSound, isWrong, type Mistake, type Outcome, signatureOf, tryOut, upTo } from './trial'

/** A difference, made small. */
export interface Found {
  readonly network: number
  readonly signature: string
  readonly sample: Sample
  readonly outcomes: readonly Outcome[]
}

export interface Figures {
  networks: number
  flows: number
  agreed: number
  /** Flows that the simulator cannot tell, by reason. */
  readonly unknown: Map<string, number>
  /** Flows after one that was not agreed on, where kernels remember. */
  skipped: number
  /** Networks that were not built, by who refused them and why. */
  readonly refused: Map<string, number>
  /** Differences that a second try on a new network did not show. */
  readonly notRepeated: string[]
  readonly found: Found[]
  /** Differences that were not made small, because enough were. */
  readonly more: string[]
}

export interface FuzzOptions {
  readonly seed: number
  /** The first sample's number; 0 when absent. */
  readonly first?: number
  /** Whether to go on after so many networks. */
  goOn(networks: number): boolean
  readonly mistake?: Mistake
  /** Differences to make small; the others are only told. */
  readonly mostShrunk: number
  readonly mostTries?: number
  onFound?(found: Found): void
}

export function fuzz(options: FuzzOptions): Figures {
  const figures: Figures = {
    networks: 0,
    flows: 0,
    agreed: 0,
    unknown: new Map(),
    skipped: 0,
    refused: new Map(),
    notRepeated: [],
    found: [],
    more: [],
  } // prettier-ignore
  for (let n = options.first ?? 0; options.goOn(figures.networks); n++) one(figures, options, n)
  return figures
}

const count = (all: Map<string, number>, what: string): void => void all.set(what, (all.get(what) ?? 0) + 1)

/** A reason without the numbers and names that differ each time. */
const reason = (why: string): string =>
  why
    .replace(/^the simulator says unknown: /, '')
    .replace(/\b[0-9a-f]*:[0-9a-f:]+\b|\b\d+(?:\.\d+){3}(?:[:/]\d+)?|\b\d+\b/g, 'N')
    .slice(0, 110)

function one(figures: Figures, options: FuzzOptions, number: number): void {
  const { mistake } = options
  const sample = draw(options.seed, number)
  const trial = tryOut(sample, { ...(mistake && { mistake }) })
  figures.networks++
  if (trial.refused) return count(figures.refused, `${trial.refused}: ${reason(trial.why)}`)
  const looked = new Set<string>()
  for (const [i, outcome] of trial.outcomes.entries()) {
    if (outcome.is !== 'skipped') figures.flows++
    if (outcome.is === 'agreed') figures.agreed++
    else if (outcome.is === 'unknown') count(figures.unknown, reason(outcome.why))
    else if (outcome.is === 'skipped') figures.skipped++
    else {
      const signature = signatureOf(outcome)
      const words = `network ${number}, flow ${i}: ${signature}`
      if (looked.has(signature) || figures.found.length >= options.mostShrunk) figures.more.push(words)
      else lookInto(figures, options, number, upTo(sample, i), signature)
      looked.add(signature)
    }
  }
}

/** Repeats and shrinks. */
function lookInto(figures: Figures, options: FuzzOptions, network: number, sample: Sample, signature: string): void {
  const { mistake } = options
  const [first] = signature.split(', ')
  const wrongIn = (s: Sample): readonly Outcome[] | undefined => {
    const trial = isSound(s) ? tryOut(s, { untilFirst: true, ...(mistake && { mistake }) }) : { refused: 'simulator' as const }
    if (trial.refused) return undefined
    const wrong = trial.outcomes.find(isWrong)
    return wrong && signatureOf(wrong).split(', ')[0] === first ? trial.outcomes : undefined
  }
  if (!wrongIn(sample)) return void figures.notRepeated.push(`network ${network}: ${signature}`)
  const small = shrink(sample, s => wrongIn(s) !== undefined, options.mostTries)
  const outcomes = wrongIn(small)
  if (!outcomes) return void figures.notRepeated.push(`network ${network}: ${signature}`)
  const found = { network, signature, sample: small, outcomes }
  figures.found.push(found)
  options.onFound?.(found)
}
