// The schedule of a CronJob: five fields, or a word that stands for them. Source: robfig/cron, the standard parser.

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names: readonly string[]
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** Minute, hour, day of month, month, day of week. */
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['', ...MONTHS] },
  { min: 0, max: 6, names: DAYS },
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

/** What the cron parser says about a schedule; nothing when it can be read. */
export function scheduleError(schedule: string): string | undefined {
  const text = schedule.replace(/^(TZ|CRON_TZ)=\S+\s+/, '')
  if (text.startsWith('@')) {
    if (DESCRIPTORS.includes(text) || /^@every \d+(\.\d+)?(ns|us|ms|s|m|h)/.test(text)) return undefined
    return `unrecognized descriptor: ${text}`
  }
  const fields = text.split(/\s+/).filter(Boolean)
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [i, field] of fields.entries())
    for (const part of field.split(',')) {
      const wrong = partError(part, FIELDS[i]!)
      if (wrong !== undefined) return wrong
    }
  return undefined
}

function partError(part: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...more] = part.split('/')
  if (more.length > 0) return `too many slashes: ${part}`
  const [low = '', high, ...rest] = range.split('-')
  if (rest.length > 0) return `too many hyphens: ${part}`
  const any = low === '*' || low === '?'
  const start = any ? bounds.min : wordValue(low, bounds)
  if (typeof start === 'string') return start
  const end = any ? bounds.max : high === undefined ? start : wordValue(high, bounds)
  if (typeof end === 'string') return end
  const by = step === undefined ? 1 : wordValue(step, { min: 0, max: 0, names: [] })
  if (typeof by === 'string') return by
  const last = step !== undefined && high === undefined ? bounds.max : end
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${part}`
  if (last > bounds.max) return `end of range (${last}) above maximum (${bounds.max}): ${part}`
  if (start > last) return `beginning of range (${start}) beyond end of range (${last}): ${part}`
  return by === 0 ? `step of range should be a positive number: ${part}` : undefined
}

function wordValue(word: string, bounds: Bounds): number | string {
  const named = word === '' ? -1 : bounds.names.indexOf(word.toLowerCase())
  if (named >= 0) return named
  if (/^[+-]?\d+$/.test(word)) return Number(word) < 0 ? `negative number (${Number(word)}) not allowed: ${word}` : Number(word)
  return `failed to parse int from ${word}: strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`
}
