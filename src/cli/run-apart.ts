// What a run on the real dataplane could not do or see: steps that are counted apart. No report may show them as passed.
import type { Envelope } from '@cucumber/messages'
import { placeText } from '../error'
import { APART_MEDIA_TYPE } from '../lab/apart'
import type { RunIndex } from './run-index'

/** The same messages, with the steps that were counted apart as skipped, with the reason. */
export function withApart(envelopes: readonly Envelope[]): readonly Envelope[] {
  const apart = reasons(envelopes)
  if (apart.size === 0) return envelopes
  return envelopes.map(envelope => {
    const finished = envelope.testStepFinished
    const message = finished && apart.get(finished.testStepId)
    if (!finished || message === undefined) return envelope
    const testStepResult = { ...finished.testStepResult, status: 'SKIPPED' as typeof finished.testStepResult.status, message }
    return { testStepFinished: { ...finished, testStepResult } }
  })
}

function reasons(envelopes: readonly Envelope[]): ReadonlyMap<string, string> {
  return new Map(
    envelopes.flatMap(({ attachment }) =>
      attachment?.mediaType === APART_MEDIA_TYPE
        ? [[attachment.testStepId ?? '', `not on the kernel: ${(JSON.parse(attachment.body) as { why: string }).why}`] as const]
        : [],
    ),
  )
}

/** The reasons of the steps of a scenario that were counted apart. */
export const apartOf = (c: RunIndex['cases'][number]): readonly string[] =>
  c.steps.flatMap(s => (s.result?.status === 'SKIPPED' && s.result.message ? [s.result.message] : []))

/** One line a reason: how many steps, and the first of them. */
export function apartText(index: RunIndex): string {
  const groups = new Map<string, string[]>()
  for (const c of index.cases)
    for (const s of c.steps)
      if (s.result?.status === 'SKIPPED' && s.result.message)
        groups.set(s.result.message, [...(groups.get(s.result.message) ?? []), placeText(s.place)])
  return [...groups].map(([why, places]) => `${places[0]}: ${why}${places.length > 1 ? ` (and ${places.length - 1} more)` : ''}\n`).join('')
}
