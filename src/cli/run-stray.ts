// Lines that Gherkin takes as description although they were meant as steps or headings: the mistyped first step, the mistyped `Scenario:`, the stray line.
import type { GherkinDocument, Scenario } from '@cucumber/messages'
import { distance } from 'fastest-levenshtein'
import type { Place } from '../error'
import { type RunIndex, scenariosOf } from './run-index'
import type { Nothing } from './nothing'

/** A location of the document as a place. */
export const placeIn = (d: GherkinDocument, location: { readonly line: number; readonly column?: number }): Place => ({
  file: d.uri ?? '',
  line: location.line,
  column: location.column ?? 1,
})

/** Lines under Feature: or Rule: that are steps or headings but for a letter or two; all other prose is welcome there. */
export function strayUnderHeadings(index: RunIndex, d: GherkinDocument, isStep: (text: string) => boolean): readonly Nothing[] {
  const feature = d.feature
  const parts = feature ? [feature, ...feature.children.flatMap(c => (c.rule ? [c.rule] : []))] : []
  return parts.flatMap(part =>
    description(index, d, part)
      .filter(({ text }) => looksLikeStep(text, isStep) || looksLikeHeading(text))
      .map(({ text, place }) => strayLine(text, place, isStep)),
  )
}

/** Every line between a scenario's title and its first step: prose belongs under Feature: or Rule:, where no step can hide in it. */
export function strayInScenario(index: RunIndex, d: GherkinDocument, s: Scenario, isStep: (text: string) => boolean): readonly Nothing[] {
  const backgrounds = (d.feature?.children ?? []).flatMap(c => [c.background, ...(c.rule?.children ?? []).map(r => r.background)])
  const first = scenariosOf(d)[0] === s ? backgrounds.flatMap(b => (b ? [b] : [])) : []
  return [...first, s, ...s.examples].flatMap(part => description(index, d, part).map(({ text, place }) => strayLine(text, place, isStep)))
}

interface Described {
  readonly description: string
  readonly location: { readonly line: number }
}

/** The lines of a description that say something, with their places in the file. */
function description(index: RunIndex, d: GherkinDocument, part: Described): readonly { text: string; place: Place }[] {
  const file = d.uri ?? ''
  const lines = index.lines.get(file) ?? []
  let line = part.location.line
  return part.description.split('\n').flatMap(described => {
    const text = described.trim()
    if (text === '') return []
    while (line < lines.length && lines[line]!.trim() !== text) line++
    line++
    return [{ text, place: { file, line, column: 1 + (lines[line - 1] ?? '').search(/\S|$/) } }]
  })
}

const KEYWORDS = ['Given', 'When', 'Then', 'And', 'But', '*']
const HEADINGS = ['Scenario', 'Scenario Outline', 'Background', 'Examples', 'Example', 'Rule', 'Feature', 'Scenario Template', 'Scenarios']

/** `Gven a cluster`, `Then it works`: a keyword, or almost one, before a text that is a step. */
function looksLikeStep(text: string, isStep: (text: string) => boolean): boolean {
  const [, first, rest] = /^(\S+)\s+(.*)$/.exec(text) ?? []
  if (first === undefined || rest === undefined) return false
  return isStep(text) || (isStep(rest) && KEYWORDS.some(k => distance(first.toLowerCase(), k.toLowerCase()) <= 2))
}

const looksLikeHeading = (text: string): boolean => {
  const word = /^([A-Za-z ]+):/.exec(text)?.[1]
  return word !== undefined && HEADINGS.some(h => distance(word.toLowerCase(), h.toLowerCase()) <= 2)
}

function strayLine(text: string, place: Place, isStep: (text: string) => boolean): Nothing {
  const first = text.split(/\s/)[0]!
  const far = isStep(text.slice(first.length).trim()) ? 2 : 1
  const near = KEYWORDS.find(k => k !== '*' && k !== first && distance(first.toLowerCase(), k.toLowerCase()) <= far)
  return {
    way: 'stray',
    message: `'${text}' is no step: Gherkin reads it as description and runs nothing.`,
    place,
    fix: near
      ? `Did you mean '${near}${text.slice(first.length)}'?`
      : 'Begin it with Given, When, Then or And, make it a comment (#), or move it below Feature:.',
  }
}
