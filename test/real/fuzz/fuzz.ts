// The fuzzer: samples by their seed, one after another, through both dataplanes; every difference is repeated, made small, and told.
import { differenceText } from '../../../src/real/compare'
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
  /** One difference is enough. */
  readonly untilFound?: boolean
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
  const trial = tryOut(sample, { untilFirst: options.untilFound ?? false, ...(mistake && { mistake }) })
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
      lookInto(figures, options, {
        number,
        flow: i,
        sample: upTo(sample, i),
        signature,
        told: wordsOf([outcome]),
        small: !looked.has(signature),
      })
      looked.add(signature)
    }
  }
}

interface Suspect {
  readonly number: number
  readonly flow: number
  readonly sample: Sample
  readonly signature: string
  /** What was different. */
  readonly told: readonly string[]
  /** Whether to make it small. */
  readonly small: boolean
}

/** Repeats on a new network, and shrinks: a difference that a second network does not show is the machine's (slow, busy), not the kernel's. */
function lookInto(figures: Figures, options: FuzzOptions, { number, flow, sample, signature, told, small }: Suspect): void {
  const { mistake } = options
  const [first] = signature.split(', ')
  const wrongIn = (s: Sample): readonly Outcome[] | undefined => {
    const trial = isSound(s) ? tryOut(s, { untilFirst: true, ...(mistake && { mistake }) }) : { refused: 'simulator' as const }
    if (trial.refused) return undefined
    const wrong = trial.outcomes.find(isWrong)
    return wrong && signatureOf(wrong).split(', ')[0] === first ? trial.outcomes : undefined
  }
  const words = `network ${number}, flow ${flow}: ${signature}`
  const again = wrongIn(sample)
  if (!again) return void figures.notRepeated.push([words, ...told].join('\n    '))
  if (!small || figures.found.length >= options.mostShrunk) return void figures.more.push([words, ...wordsOf(again)].join('\n    '))
  const smallest = shrink(sample, s => wrongIn(s) !== undefined, options.mostTries)
  const found = { network: number, signature, sample: smallest, outcomes: wrongIn(smallest) ?? again }
  figures.found.push(found)
  options.onFound?.(found)
}

/** What is different in the last of these, line by line. */
export function wordsOf(outcomes: readonly Outcome[]): readonly string[] {
  const last = outcomes.at(-1)
  return last?.is === 'different' ? last.differences.map(differenceText) : last?.is === 'thrown' ? [last.why] : []
}
