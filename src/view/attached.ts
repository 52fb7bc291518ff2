// What a step attached, read by its media type. In: one Attachment message. Out: a probe, a finding, …; what cannot be read says so, by name.
import type { Attachment } from '@cucumber/messages'
import { FINDING, PROBE, type ProbeJson, TIMELINE, TOPOLOGY } from './report/probe'
import type { Attached } from './run'

const OURS = 'application/vnd.hopspec.'
const KNOWN: ReadonlySet<string> = new Set([PROBE, FINDING, TOPOLOGY, TIMELINE])

/** Reads an attachment; null for what hopspec's runner notes for itself. */
export function readAttachment(attachment: Attachment): Attached | null {
  const { mediaType } = attachment
  const type = mediaType.split(';')[0]!.trim()
  if (type === 'text/x.cucumber.log+plain' || type === 'text/plain') return { kind: 'text', text: bodyText(attachment) }
  if (type.startsWith(OURS) && !KNOWN.has(type)) return null
  if (!KNOWN.has(type)) return { kind: 'other', what: attachment.fileName ?? type }
  const value = parse(bodyText(attachment))
  if (value === undefined) return { kind: 'other', what: `${type} that is no JSON` }
  if (type === PROBE) return { kind: 'probe', probe: withoutLookups(value) }
  if (type === FINDING) return { kind: 'finding', finding: value }
  if (type === TOPOLOGY) return { kind: 'topology', topology: value }
  return { kind: 'timeline', timeline: value }
}

/** Look-ups are drawn by the report itself; markup that comes with an attachment is not taken. */
function withoutLookups({ lookups: _, ...probe }: ProbeJson): ProbeJson {
  return probe
}

const bodyText = ({ body, contentEncoding }: Attachment): string =>
  contentEncoding === 'BASE64' ? Buffer.from(body, 'base64').toString('utf8') : body

// biome-ignore lint/suspicious/noExplicitAny: the steps wrote it with the types of probe.ts
function parse(text: string): any {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
