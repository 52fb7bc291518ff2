// What every reader of a plugin needs: zones of its block, words with places, and a list of what is wrong.
import type { Place, Problem } from '../error'
import type { Directive, Word } from './corefile-tree'
import { normal } from './name'
import type { Fallthrough } from './plugin'
import { reverseZones } from './reverse'

/** A word as zones: a name, or a network whose reverse names are meant. */
export const zonesIn = ({ text }: Word): readonly string[] => reverseZones(text) ?? [normal(text)]

export class Reader {
  constructor(
    /** The zones of the server block: what a plugin serves that names none. */
    readonly zones: readonly string[],
    readonly problems: Problem[],
  ) {}

  /** The words after the plugin's name. */
  args = (directive: Directive): readonly Word[] => directive.words.slice(1)

  wrong(at: { readonly place: Place }, message: string, fix: string): void {
    this.problems.push({ code: 'RULES_SYNTAX', message, fix, place: at.place })
  }

  refuse(at: { readonly place: Place }, message: string, fix: string): void {
    this.problems.push({ code: 'NOT_MODELLED', message, fix, place: at.place })
  }

  /** Zones as written, or those of the block. */
  zonesOf = (words: readonly Word[]): readonly string[] => (words.length === 0 ? this.zones : words.flatMap(zonesIn))

  /** `fallthrough` alone is for every zone. */
  fallthrough = (line: Directive): Fallthrough => {
    const zones = this.args(line)
    return zones.length === 0 ? ['.'] : zones.flatMap(zonesIn)
  }

  /** A whole number of a range, or the least with a problem. */
  number(at: Directive, word: Word | undefined, least: number, most: number): number {
    const value = Number(word?.text)
    if (word !== undefined && /^\d{1,9}$/.test(word.text) && value >= least && value <= most) return value
    const what = at.words[0]!.text
    this.wrong(word ?? at, `'${what}' takes a number from ${least} to ${most}.`, `Write ${what} ${Math.max(least, 30)}.`)
    return least
  }

  /** A line in braces that the plugin does not have, or that hopspec does not model. */
  unknownLine(plugin: string, line: Directive, refused: readonly string[], known: readonly string[]): void {
    const name = line.words[0]!.text
    if (refused.includes(name)) this.refuse(line, `${plugin}: '${name}' is not modelled.`, `hopspec reads ${known.join(', ')} there.`)
    else this.wrong(line, `${plugin} has no property '${name}'.`, `It has ${known.join(', ')}.`)
  }
}
