// The options of one subcommand, read by Node's own parser. In: its words and what it knows; out: their values, or an error that says what to write.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { problem } from '../error'
import { nearest } from '../cluster/nearest'

type Known = NonNullable<ParseArgsConfig['options']>
/** What Node's parser gives for these options. */
type Read<O extends Known> = ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>>

/** Reads the words after a subcommand. `usage` is its line of usage: `usage: hopspec rules …`. */
export function readArguments<const O extends Known>(command: string, usage: string, args: readonly string[], options: O): Read<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw problem('USAGE', `hopspec ${command}: ${complaint(error as Error)}`, { fix: `${meant(error as Error, options)}\n${usage}` })
  }
}

/** Node's first sentence: the others speak of `--`, which no subcommand of ours needs. */
const complaint = (error: Error): string => `${error.message.split(/\. |\.$|\n/)[0]}.`

function meant(error: Error, options: Known): string {
  const unknown = /^Unknown option '(--[^']+)'/.exec(error.message)?.[1]
  const near =
    unknown &&
    nearest(
      unknown,
      Object.keys(options).map(name => `--${name}`),
    )
  return near ? `Did you mean '${near}'?` : 'Write it as the usage says.'
}

/** A subcommand that takes only options: a word without one is a mistake. */
export function refuseWords(command: string, usage: string, words: readonly string[]): void {
  if (words.length > 0) throw problem('USAGE', `hopspec ${command}: '${words[0]}' is one word too many.`, { fix: usage })
}

/** One of a closed list of words. */
export function oneOf<T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find(w => w === word)
  if (found === undefined)
    throw problem('USAGE', `${option} ${word}: there is no such choice.`, { fix: `Write one of ${words.join(', ')}.` })
  return found
}

/** The number after `--seed`; 1 when it is not said. */
export function readSeed(text: string | undefined): number {
  if (!/^\d{1,15}$/.test(text ?? '1'))
    throw problem('USAGE', `--seed ${text} is no seed.`, { fix: 'Write a whole number of up to 15 digits, as in --seed 7.' })
  return Number(text ?? '1')
}
