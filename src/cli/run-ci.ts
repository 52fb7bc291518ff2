// What CI shows beside its log: GitHub's annotations and job summary, when its environment variables are there.
import { appendFileSync } from 'node:fs'
import type { Place } from '../error'
import type { Io } from './io'
import { failedStep, verdictOf } from './run-console'
import type { RunIndex } from './run-index'
import type { Nothing } from './nothing'

/** GitHub shows about ten annotations of a step; a job summary may have 1 MiB. */
const ANNOTATIONS = 10
const SUMMARY_BYTES = 1_000_000

interface Annotation {
  readonly place: Place | null
  readonly title: string
  readonly text: string
}

/** Prints `::error …` lines under GitHub Actions: the first ten, then how many more. */
export function annotate(index: RunIndex, nothing: readonly Nothing[], io: Io): void {
  if (io.env.GITHUB_ACTIONS !== 'true') return
  const failed = index.cases
    .filter(c => verdictOf(c) === 'failed')
    .map((c): Annotation => {
      const step = failedStep(c)
      return { place: step?.place ?? c.place, title: c.pickle.name, text: step?.result?.exception?.message ?? '' }
    })
  const empty = nothing.map((n): Annotation => ({ place: n.place, title: 'nothing tested', text: `${n.message} ${n.fix}` }))
  const all = [...failed, ...empty]
  for (const a of all.slice(0, ANNOTATIONS)) io.stdout(`${annotationText(a)}\n`)
  if (all.length > ANNOTATIONS) io.stdout(`::error title=hopspec::and ${all.length - ANNOTATIONS} more\n`)
}

function annotationText(a: Annotation): string {
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const place = a.place ? [`file=${property(a.place.file)}`, `line=${a.place.line ?? 1}`] : []
  return `::error ${[...place, `title=${property(a.title)}`].join(',')}::${data(a.text)}`
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** Appends the run's Markdown summary to the job's, cut where GitHub would refuse it. */
export function jobSummary(markdown: string, io: Io): void {
  const file = io.env.GITHUB_STEP_SUMMARY
  if (file === undefined || file === '') return
  appendFileSync(
    file,
    Buffer.byteLength(markdown) <= SUMMARY_BYTES ? markdown : `${markdown.slice(0, 10_000)}\n\n… cut: the whole summary is in summary.md\n`,
  )
}
