// What UDP carries of an answer: 512 bytes, since libc resolvers ask without EDNS0.
import type { Answer, Question } from './record'
import { messageBytes } from './wire'

/** What a resolver takes over UDP without EDNS0 (RFC 1035). */
export const UDP_BYTES = 512
const HEADER = 12

/** What UDP carries: as it is, or without the records that do not fit, and marked as cut. */
export function truncated(question: Question, answer: Answer): Answer {
  if (fitsAnyway(question, answer) || messageBytes(question, answer) <= UDP_BYTES) return answer
  const bare = { ...answer, additional: [] }
  if (messageBytes(question, bare) <= UDP_BYTES) return { ...bare, flags: flagged(answer) }
  let kept = answer.answers.length
  while (kept > 0 && messageBytes(question, { ...bare, answers: answer.answers.slice(0, kept), authority: [] }) > UDP_BYTES) kept--
  return { ...bare, answers: answer.answers.slice(0, kept), authority: [], flags: flagged(answer) }
}

/** Whether it is so small that nothing need be compressed; most answers are. */
function fitsAnyway(question: Question, { answers, authority, additional }: Answer): boolean {
  let bytes = HEADER + question.name.length + 6
  for (const section of [answers, authority, additional]) for (const { name, data } of section) bytes += name.length + data.length + 36
  return bytes <= UDP_BYTES
}

const flagged = (answer: Answer): Answer['flags'] => [...answer.flags.slice(0, 2), 'tc', ...answer.flags.slice(2)]
